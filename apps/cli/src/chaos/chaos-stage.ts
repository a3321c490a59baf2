import { createHash, randomInt } from "node:crypto";
import type { Hex } from "viem";
import type { SynodClient } from "../chain/synod-client.ts";
import { buildAction } from "../decision/build-action.ts";
import { deploymentOf } from "../devnet/devnet-deployment.ts";
import type { Devnet } from "../devnet/start-devnet.ts";
import { CliError } from "../errors/cli-error.ts";
import type { ChaosNetwork } from "./network.ts";
import type { RpcGateway } from "./rpc-gateway.ts";

/** Everything that faults act on. */
export type ChaosStage = {
  readonly devnet: Devnet;
  readonly network: ChaosNetwork;
  /** The providers of every committer, in the order and by the names of its settings. */
  readonly gateways: readonly NamedGateway[];
  /** Sends as the submitter. */
  readonly client: SynodClient;
  /** Whom a fault hits follows from it. */
  readonly seed: number;
  /** Members that faults aim at. */
  readonly victims: readonly number[];
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
};

/** A provider with its name in settings, alarms and metrics. */
export type NamedGateway = { readonly name: string; readonly gateway: RpcGateway };

const DEADLINE_SECONDS = 3_600n;

/** Pays one test token to the payee out of the agent's vault. Side effects: sends one transaction. */
export async function submitPayment({ devnet, client }: ChaosStage): Promise<Hex> {
  const draft = { name: "payment", calls: [{ token: devnet.contracts.token.symbol, to: "payee", amount: "1" }] };
  const action = buildAction(draft, devnet.agent, deploymentOf(devnet));
  const { timestamp } = await client.getBlock();
  const { decisionId } = await client.submitDecision({
    agentId: devnet.agent.id,
    action,
    deadline: timestamp + DEADLINE_SECONDS,
  });
  return decisionId;
}

/** One of the victims, as follows from the seed and a text; another one for other texts. */
export function pickMember({ seed, victims }: Pick<ChaosStage, "seed" | "victims">, text: string): number {
  return victims[pick(seed, text, victims.length)] ?? 0;
}

/** Seeds are below this. */
const SEEDS = 2 ** 31;

/** A seed, for who gives none. */
export function anySeed(): number {
  return randomInt(SEEDS);
}

/** A seed that follows from another one and a text. */
export function seedFrom(seed: number, text: string): number {
  return pick(seed, text, SEEDS);
}

/** A whole number below `count` that follows from a seed and a text. */
export function pick(seed: number, text: string, count: number): number {
  return createHash("sha256").update(`${seed} ${text}`).digest().readUInt32BE(0) % count;
}

/** The committer of a member. Errors: ARGUMENT_INVALID when there is none. */
export function committerAt({ devnet }: Pick<ChaosStage, "devnet">, memberIndex: number) {
  const committer = devnet.committers[memberIndex];
  if (committer !== undefined) return committer;
  throw new CliError({
    code: "ARGUMENT_INVALID",
    what: `there is no committer ${memberIndex}`,
    where: "--committers",
    remedy: "start the devnet with more committers",
  });
}
