import { deploy, type IgnitionModule } from "@nomicfoundation/ignition-core";
import hre from "hardhat";
import { PROXY, placedRegistries } from "../ignition/deterministic.ts";
import Governor from "../ignition/modules/governor.ts";
import Registries from "../ignition/modules/registries.ts";

const PROXY_CODE =
  "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3";

/**
 * Deploys every Ignition module to a devnet in this process: the registries must come to stand where the compiled code
 * says.
 *
 * Side effects: runs a devnet in this process, prints what is wrong.
 *
 * @returns whether all is as it should be.
 */
export async function checkIgnition(): Promise<boolean> {
  const connection = await hre.network.create();
  try {
    await connection.provider.request({ method: "hardhat_setCode", params: [PROXY, PROXY_CODE] });
    const { policyEngine, committeeRegistry, decisionRegistry } = await carryOut(connection.provider, Registries);
    const { PolicyEngine, CommitteeRegistry, DecisionRegistry } = placedRegistries();
    const { governor } = await carryOut(connection.provider, Governor);
    const isRight =
      policyEngine === PolicyEngine.address &&
      committeeRegistry === CommitteeRegistry.address &&
      decisionRegistry === DecisionRegistry.address &&
      governor !== undefined;
    if (!isRight) process.stderr.write("ignition: a module ended without its contracts\n");
    return isRight;
  } finally {
    await connection.close();
  }
}

type Provider = Awaited<ReturnType<typeof hre.network.create>>["provider"];
type Addresses = Readonly<Record<string, string | undefined>>;

/** @returns the addresses of a module's results, by name. */
async function carryOut(provider: Provider, ignitionModule: typeof Registries | typeof Governor): Promise<Addresses> {
  const accounts = (await provider.request({ method: "eth_accounts" })) as string[];
  const result = await deploy({
    ignitionModule: ignitionModule as IgnitionModule,
    provider,
    accounts,
    deploymentParameters: {},
    config: { blockPollingInterval: 1, requiredConfirmations: 1 },
    artifactResolver: {
      loadArtifact: (name) => hre.artifacts.readArtifact(name),
      getBuildInfo: async () => undefined,
    },
  });
  if (result.type !== "SUCCESSFUL_DEPLOYMENT") {
    process.stderr.write(`ignition: ${ignitionModule.id}: ${JSON.stringify(result)}\n`);
    return {};
  }
  return Object.fromEntries(
    Object.entries(ignitionModule.results).map(([name, { id }]) => [name, result.contracts[id]?.address]),
  );
}
