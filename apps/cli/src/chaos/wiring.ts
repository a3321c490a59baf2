import type { CommitterSetup, CommitterTarget } from "../devnet/create-committers.ts";
import type { NamedGateway } from "./chaos-stage.ts";
import { type ChaosNetwork, startNetwork } from "./network.ts";
import { startGateway } from "./rpc-gateway.ts";

/** Names of the providers that every committer of a chaos devnet asks; two of the three must agree. */
const PROVIDERS = ["a", "b", "c"] as const;

const POLL_MS = 1_000;

/** Blocks after which one is final: the chain can take back fewer. */
export const FINALITY_BLOCKS = 3;

/** Links between the committers of a devnet, and the providers between them and its chain. */
export type Wiring = { readonly network: ChaosNetwork; readonly gateways: readonly NamedGateway[] };

/** Puts links and providers between. Side effects: listens on free ports; {@link unwire} ends it. */
export async function wireUp(chain: CommitterTarget["chain"], setups: readonly CommitterSetup[]): Promise<Wiring> {
  const gateways = await Promise.all(
    PROVIDERS.map(async (name) => ({ name, gateway: await startGateway(chain.rpcUrl) })),
  );
  return { network: await startNetwork(setups), gateways };
}

/** Closes everything that lies between. Calling it twice is harmless. */
export async function unwire({ network, gateways }: Wiring): Promise<void> {
  await Promise.all([network.close(), ...gateways.map(({ gateway }) => gateway.close())]);
}

/** What a committer's settings say of the chain and of its way to the others. */
export function wiredSettings(
  { network, gateways }: Wiring,
  chain: CommitterTarget["chain"],
  { memberIndex }: Pick<CommitterSetup, "memberIndex">,
): object {
  const [first, ...rest] = gateways.map(({ name, gateway }) => ({ name, httpUrl: gateway.url }));
  return {
    chain: {
      id: chain.chainId,
      providers: [{ ...first, webSocketUrl: chain.webSocketUrl }, ...rest],
      finality: { kind: "depth", depthBlocks: FINALITY_BLOCKS },
      pollIntervalMs: POLL_MS,
    },
    routes: network.routesOf(memberIndex),
  };
}
