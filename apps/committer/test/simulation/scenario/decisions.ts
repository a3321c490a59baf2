import { ANY_SEQUENCE, decisionId as computeDecisionId, isTerminal, payloadHash, toAgentId } from "@synod/core";
import { decisionRegistryAbi } from "@synod/sdk";
import { encodeFunctionData, type Hex, numberToHex, zeroHash } from "viem";
import { DECISION_STATE, type StateName } from "../chain/decision-registry.ts";
import type { ChainBlock, VirtualChain } from "../chain/virtual-chain.ts";
import { PLACES, payment, USER } from "../world/terms.ts";
import type { World, WorldImage } from "../world/world.ts";
import type { PlannedDecision, Wish } from "./plan.ts";

/** A decision that was submitted, or that somebody tried to submit. */
export type Submitted = { readonly decisionId: Hex; readonly planned: PlannedDecision };

const STATE_NAMES = Object.keys(DECISION_STATE) as readonly StateName[];

/** How a decision may end, by what was wanted of it. `undefined`: it never came to be. */
const ENDINGS: Readonly<Record<Wish, readonly (StateName | undefined)[]>> = {
  approve: ["Executed"],
  reject: ["Rejected"],
  cancel: ["Executed", "Cancelled"],
  veto: ["Executed", "Vetoed"],
  deny: ["Expired"],
  short: ["Executed", "Expired", undefined],
  sequenced: ["Executed", "Stale", undefined],
  after: ["Executed", "Expired", undefined],
  pause: ["Executed"],
};

/** The agent's first decision on the newest block; zero when it has none. */
function firstOf(chain: VirtualChain, agentId: Hex): Hex {
  const known = [...chain.head.state.decisions].find(([, decision]) => decision.agentId === agentId);
  return known?.[0] ?? zeroHash;
}

/** What a planned decision is when it is submitted on top of the newest block. */
export function contentOf(chain: VirtualChain, image: WorldImage, planned: PlannedDecision, index: number) {
  const { agentId, vault } = image.agents[planned.agent] ?? { agentId: "0x", vault: "0x" };
  const action = payment(vault, planned.wei);
  const deadline = chain.head.time + planned.lifetime;
  const sequence = BigInt(chain.head.state.agents.get(agentId)?.landedAt.length ?? 0);
  const expectedSequence = planned.wish === "sequenced" ? sequence : ANY_SEQUENCE;
  const predecessor = planned.wish === "after" ? firstOf(chain, agentId) : zeroHash;
  const binding = { expectedSequence, expectedStateRoot: zeroHash, predecessor };
  const salt = numberToHex(index, { size: 32 });
  const content = { submitter: USER, payloadHash: payloadHash(action), deadline, ...binding, salt };
  const place = { chainId: PLACES.chainId, registry: PLACES.decisionRegistry };
  const decisionId = computeDecisionId(place, { agentId: toAgentId(agentId), ...content });
  return { decisionId, agentId, action, deadline, binding, salt };
}

/** Submits a planned decision now, and lets its submitter or guardian step in later. */
export function submitPlanned(world: World, image: WorldImage, planned: PlannedDecision, index: number): Submitted {
  const content = contentOf(world.chain, image, planned, index);
  const { decisionId, agentId, action, deadline, binding, salt } = content;
  const { calls, bounds, allowances, codePins, ...rest } = action;
  const fields = { ...rest, calls, bounds, allowances, codePins };
  const args = [agentId, fields, deadline, binding, salt] as const;
  world.amounts.set(decisionId, planned.wei);
  world.trace.add("user", `wants ${planned.wish} of ${decisionId.slice(0, 10)}`);
  world.post(
    USER,
    PLACES.decisionRegistry,
    encodeFunctionData({ abi: decisionRegistryAbi, functionName: "submit", args }),
  );
  if (planned.wish === "cancel") world.time.after(planned.stepInMs, () => world.cancel(decisionId));
  if (planned.wish === "veto") world.time.after(planned.stepInMs, () => world.veto(decisionId));
  if (planned.wish === "pause") world.time.after(planned.stepInMs, () => world.pause(agentId));
  return { decisionId, planned };
}

/** A decision's state as of a block; `undefined` when it is not known there. */
export function stateAt(chain: VirtualChain, block: ChainBlock, decisionId: Hex): StateName | undefined {
  return block.state.decisions.has(decisionId) ? STATE_NAMES[chain.stateOf(decisionId, block)] : undefined;
}

/** Whether a decision is final in a final block, or can never come to be. */
export function isOver({ chain }: World, { decisionId }: Submitted): boolean {
  const state = stateAt(chain, chain.finalised, decisionId);
  if (state !== undefined) return isTerminal(state);
  const isOnItsWay =
    chain.head.state.decisions.has(decisionId) || chain.pool.entries().some(({ sender }) => sender === USER);
  return !isOnItsWay;
}

/** What is wrong with how a decision ended, if anything. */
export function wrongEnding({ chain }: World, { decisionId, planned }: Submitted): string | undefined {
  const state = stateAt(chain, chain.finalised, decisionId);
  if (ENDINGS[planned.wish].includes(state)) return undefined;
  return `decision ${decisionId}, of which ${planned.wish} was wanted, ended ${state ?? "before it came to be"}`;
}
