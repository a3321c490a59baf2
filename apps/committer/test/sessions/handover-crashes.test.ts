import { integerBelow, printSeed, type SeededRng, seededRng } from "@synod/testing";
import { beforeAll, expect, test } from "vitest";
import { type Handed, HandoverStage } from "../support/handover-stage.ts";
import { SessionBench } from "../support/session-bench.ts";

/** Handovers in which members die. */
const RUNS = process.env.SYNOD_DEEP === "1" ? 300 : 4;

/** One run in so many begins before the resharing, which costs most of the time; the others begin after it. */
const WHOLE_EVERY = 4;

/** Most deaths in one step. */
const MOST_DEATHS = 2;

const seed = printSeed("handover crashes");
let original: SessionBench;
let stage: HandoverStage;
let handed: Handed;

beforeAll(async () => {
  // Both sign, so the key is lost as soon as either has no share of the epoch that signs.
  original = await SessionBench.open(2, 2);
  stage = await HandoverStage.of(original);
  handed = await stage.handOver(original.copy());
}, 240_000);

/** One handover, and how many decisions have been signed in it. */
type Run = { readonly bench: SessionBench; readonly rng: SeededRng; signed: number };

async function expectSigns(run: Run, epoch: bigint): Promise<void> {
  run.signed += 1;
  expect(await stage.sign(run.bench, epoch, run.signed)).toBe(run.bench.groupAddress);
}

/** A step in which some member dies at its next write, if it has one; what the step gave, if nobody died. */
async function withDeath<Result>({ bench, rng }: Run, step: () => Promise<Result>): Promise<Result | undefined> {
  const victim = 1 + integerBelow(rng, 2);
  const { keystore } = bench.member(victim);
  keystore.failure = { write: keystore.writes + 1, moment: integerBelow(rng, 2) === 0 ? "before" : "after" };
  try {
    const result = await step();
    keystore.failure = undefined;
    return result;
  } catch (cause) {
    if (!(cause instanceof Error) || !cause.message.includes("the process died")) throw cause;
    bench.restart(victim);
    return undefined;
  }
}

/** Does a step again after each death in it. After each, the shares of `epoch` sign. */
async function untilDone<Result>(run: Run, epoch: bigint, step: (attempt: number) => Promise<Result>): Promise<Result> {
  const deaths = integerBelow(run.rng, MOST_DEATHS + 1);
  for (let attempt = 0; attempt < deaths; attempt += 1) {
    const result = await withDeath(run, () => step(attempt));
    await expectSigns(run, epoch);
    if (result !== undefined) return result;
  }
  return step(deaths);
}

async function begin(run: Run, isWhole: boolean) {
  if (!isWhole) return handed.proof;
  const handover = await untilDone(run, 1n, (attempt) => stage.reshare(run.bench, attempt));
  return stage.prove(run.bench, handover);
}

test.each(Array.from({ length: RUNS }, (_, number) => number))(
  "handover %i: whoever dies whenever, the key is never lost, and old and new shares never sign together",
  async (number) => {
    const isWhole = number % WHOLE_EVERY === 0;
    const bench = (isWhole ? original : handed.bench).copy();
    const run: Run = { bench, rng: seededRng(`${seed}/${number}`), signed: 0 };
    const proof = await begin(run, isWhole);
    await untilDone(run, 1n, () => stage.activate(bench, proof));
    expect(await stage.signMixed(bench, 0)).toEqual(["aborted", "aborted"]);
    await untilDone(run, 2n, () => stage.retire(bench, proof));
    await expectSigns(run, 2n);
    for (const party of stage.all) expect(bench.member(party).keystore.has(bench.share(party).name)).toBe(false);
  },
  240_000,
);
