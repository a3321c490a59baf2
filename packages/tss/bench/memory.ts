import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type PartyIndex, receive, type Started, startPresign } from "../src/index.ts";
import { createCommittee, must } from "../test/harness/committee.ts";
import { dealKeyShares } from "../test/harness/dealer.ts";
import { presignInput, runPresign, runSigning } from "../test/harness/sessions.ts";
import { rng } from "./phases.ts";

/** The most that a presign session may hold, bytes per counterparty. */
export const MOST_SESSION_BYTES = 2_000_000;

/** The most that signatures may leave behind, bytes each. */
export const MOST_GROWTH_BYTES = 200;

/** What sessions hold and what signatures leave behind. */
export type MemoryCosts = {
  /** Bytes that one open presign session holds per counterparty, after the messages of each round came; first its opening. */
  readonly sessionBytesPerCounterparty: readonly number[];
  readonly signatures: number;
  /** Bytes in use after every tenth part of the signatures. */
  readonly bytesInUse: readonly number[];
  /** What the second half of the signatures added; the first half fills tables and caches. */
  readonly growthBytes: number;
};

type Session = Started<unknown>["session"];
type Frame = { readonly from: PartyIndex; readonly to: PartyIndex; readonly frame: Uint8Array };

/** Bytes that live objects and buffers take, after everything unreachable is collected. */
export function bytesInUse(): number {
  const collect = collector();
  // Twice: what a finaliser frees is gone only at the second.
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function collector(): () => void {
  if (globalThis.gc !== undefined) return globalThis.gc;
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  return collect;
}

/**
 * Opens `count` presignings between two parties, moves them on round by round, and measures after each round what the
 * sessions hold, with frames under way not counted.
 */
export function sessionBytes(count: number): readonly number[] {
  const committee = createCommittee(2, 2, "memory");
  const shares = dealKeyShares(committee);
  runPresign({ committee, shares, signers: committee.members, purpose: "first" });
  const sessions = new Map<string, Session>();
  let queue: { readonly run: number; readonly frame: Frame }[] = [];
  const settle = (run: number, self: PartyIndex, { session, effects }: Started<unknown>): void => {
    sessions.set(`${run}/${self}`, session);
    for (const effect of effects) {
      if (effect.kind !== "send") continue;
      const to = must(committee.members.find((party) => party !== self));
      queue.push({ run, frame: { from: self, to, frame: effect.frame } });
    }
  };
  const before = bytesInUse();
  for (let run = 0; run < count; run++) {
    for (const self of committee.members) {
      const setup = { committee, shares, signers: committee.members, purpose: `run ${run}` };
      settle(run, self, startPresign(presignInput(setup, self), rng));
    }
  }
  const held: number[] = [];
  while (queue.length > 0) {
    const frames = queue.reduce((sum, { frame }) => sum + frame.frame.length, 0);
    held.push((bytesInUse() - before - frames) / (2 * count));
    const arriving = queue;
    queue = [];
    for (const { run, frame } of arriving) {
      settle(run, frame.to, receive(must(sessions.get(`${run}/${frame.to}`)), frame.from, frame.frame, rng));
    }
  }
  return held;
}

/** Presigns and signs among two parties; bytes in use after every `every` signatures. */
export function signingGrowth(signatures: number, every: number, progress: (line: string) => void): readonly number[] {
  const committee = createCommittee(2, 2, "memory");
  const shares = dealKeyShares(committee);
  const used: number[] = [];
  for (let done = 1; done <= signatures; done++) {
    const presigned = runPresign({ committee, shares, signers: committee.members, purpose: `sign ${done}` });
    runSigning(committee, presigned.outputs);
    if (done % every !== 0) continue;
    used.push(bytesInUse());
    progress(`memory: ${done} of ${signatures} signatures`);
  }
  return used;
}

/** Memory of open sessions and over 1,000 signatures. */
export function memoryCosts(progress: (line: string) => void): MemoryCosts {
  const signatures = 1_000;
  const sessionBytesPerCounterparty = sessionBytes(20);
  const used = signingGrowth(signatures, signatures / 10, progress);
  const growthBytes = must(used.at(-1)) - must(used[used.length / 2 - 1]);
  return { sessionBytesPerCounterparty, signatures, bytesInUse: used, growthBytes };
}

/** The figures for people. */
export function memoryTable(figures: MemoryCosts): string {
  const most = Math.max(...figures.sessionBytesPerCounterparty);
  const perSignature = (2 * figures.growthBytes) / figures.signatures;
  const isSteady = perSignature <= MOST_GROWTH_BYTES;
  const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} KB`;
  return [
    `an open presign session holds, per counterparty: ${figures.sessionBytesPerCounterparty.map(kilobytes).join(", ")}`,
    `${most <= MOST_SESSION_BYTES ? "met   " : "MISSED"}  presign session at most ${kilobytes(MOST_SESSION_BYTES)} per counterparty: ${kilobytes(most)}`,
    `in use over ${figures.signatures} signatures: ${figures.bytesInUse.map(kilobytes).join(", ")}`,
    `${isSteady ? "met   " : "MISSED"}  growth over the second half at most ${MOST_GROWTH_BYTES} bytes a signature: ${perSignature.toFixed(0)}`,
  ].join("\n");
}
