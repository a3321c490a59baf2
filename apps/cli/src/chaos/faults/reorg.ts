import { type Check, expectEqual } from "../../demo/demo-row.ts";
import { pollUntil } from "../../devnet/poll-until.ts";
import { rpcRequest } from "../../devnet/rpc-request.ts";
import { BLOCK_INTERVAL_MS } from "../../devnet/start-chain.ts";
import { type ChaosStage, submitPayment } from "../chaos-stage.ts";
import type { Evidence } from "../evidence.ts";
import type { Fault, Injection, Judgement } from "../fault.ts";
import { ending } from "../judge.ts";
import { statusesOf } from "../watch.ts";
import { FINALITY_BLOCKS } from "../wiring.ts";

/** Blocks that are taken back: one fewer than it takes to be final. */
const DEPTH = FINALITY_BLOCKS - 1;

const SEEN_LIMIT_MS = 30_000;
const ASK_MS = 250;

/** The newest blocks are taken back, and a decision in them is gone. */
export const reorg: Fault = {
  name: "reorg",
  summary: `the chain takes back its newest ${DEPTH} blocks, with a decision in them; ${FINALITY_BLOCKS} are final`,
  expected: "no committer acts on what was not final; others executed",
  inject,
  judge,
};

async function inject(stage: ChaosStage): Promise<Injection> {
  const { devnet, client } = stage;
  const ask = (method: string, ...params: readonly unknown[]): Promise<unknown> =>
    rpcRequest(devnet.chain.rpcUrl, method, params);
  // With a block every second beside those for transactions, more than DEPTH could come to lie above the snapshot.
  await ask("evm_setIntervalMining", 0);
  try {
    const snapshot = await ask("evm_snapshot");
    const before = await client.getBlockNumber({ cacheTime: 0 });
    const ghost = await submitPayment(stage);
    const reached = await client.getBlockNumber({ cacheTime: 0 });
    const missing = DEPTH - Number(reached - before);
    if (missing > 0) await ask("hardhat_mine", `0x${missing.toString(16)}`);
    await untilSeen(stage, before + BigInt(DEPTH));
    await ask("evm_revert", snapshot);
    await ask("hardhat_mine", `0x${(DEPTH + 1).toString(16)}`);
    return {
      what: `${DEPTH} blocks taken back, with decision ${ghost.slice(0, 10)}`,
      hit: [],
      culprit: "the chain",
      ghost,
      isOver: ({ areDecided }) => areDecided,
      heal: async () => {},
    };
  } finally {
    await ask("evm_setIntervalMining", BLOCK_INTERVAL_MS);
  }
}

/** Waits until every committer has seen a block as the newest: what it never saw it cannot be tempted by. */
async function untilSeen(stage: ChaosStage, block: bigint): Promise<void> {
  const probe = async (): Promise<true | undefined> => {
    const heads = (await statusesOf(stage)).map((status) => BigInt(status?.chain.head ?? 0));
    return heads.every((head) => head >= block) ? true : undefined;
  };
  await pollUntil(probe, { intervalMs: ASK_MS, timeoutMs: SEEN_LIMIT_MS, signal: stage.signal });
}

function judge(evidence: Evidence): Judgement {
  const { ghost } = evidence;
  const checks: readonly Check[] = [
    expectEqual("the decision that was taken back is on chain", ghost?.isOnChain, false),
    expectEqual("executions of it", ghost?.executions, 0),
    expectEqual("committers that took it up", ghost?.knownBy.length, 0),
  ];
  const gone = ghost?.knownBy.length === 0 ? "nobody acted on what was taken back" : "what was taken back was taken up";
  // Whoever takes a block back, a decision that was in it is gone: the chain, or nobody did.
  const blame = ghost?.isOnChain === false ? "the chain" : "nobody";
  return { happened: `${gone}; others ${ending(evidence)}`, blame, checks, alarms: [] };
}
