import { setTimeout as delay } from "node:timers/promises";
import type { ChaosStage } from "../chaos/chaos-stage.ts";
import { carryOutOne } from "../chaos/run-fault.ts";
import { untilSound } from "../chaos/sound.ts";
import { carriedOut } from "../chaos/vault-log.ts";
import { type Decided, drain, keepDeciding, tally } from "./deciding.ts";
import { type Disturbance, disturb } from "./disturb.ts";
import { type Sample, takeSamples } from "./sample.ts";
import { together } from "./together.ts";

/** Everything that a soak saw. */
export type SoakRun = {
  readonly durationMs: number;
  readonly decided: Decided;
  readonly disturbances: readonly Disturbance[];
  readonly samples: readonly Sample[];
  /** Whether at the end every member was ready, connected to all others and without an alarm. */
  readonly isSound: boolean;
};

/** How a soak is going. */
export type SoakProgress = { readonly elapsedMs: number; readonly disturbances: number };

const SAMPLE_MS = 5_000;

/**
 * Decides under faults for as long as it is told, then lets everything come to its end and counts.
 * Side effects: the faults', and transactions of the submitter.
 */
export async function runSoak(
  stage: ChaosStage,
  durationMs: number,
  onProgress: (progress: SoakProgress) => void,
): Promise<SoakRun> {
  await carryOutOne(stage);
  const fromBlock = (await stage.client.getBlockNumber({ cacheTime: 0 })) + 1n;
  const startMs = stage.nowMs();
  const elapsedMs = (): number => stage.nowMs() - startMs;
  const isOver = (): boolean => elapsedMs() >= durationMs;
  const disturbances: Disturbance[] = [];
  const samples: Sample[] = [];
  const [submitted] = await together(stage.signal, (signal) => {
    const inner = { ...stage, signal };
    return [
      keepDeciding(inner, isOver),
      disturb(inner, isOver, (disturbance) => void disturbances.push(disturbance)),
      keepSampling(inner, isOver, async () => {
        samples.push(...(await takeSamples(stage.devnet.committers, elapsedMs())));
        onProgress({ elapsedMs: elapsedMs(), disturbances: disturbances.length });
      }),
    ] as const;
  });
  await drain(stage, submitted);
  const isSound = await untilSound(stage, submitted.slice(-1));
  const decided = tally(submitted, await carriedOut(stage, fromBlock));
  return { durationMs, decided, disturbances, samples, isSound };
}

async function keepSampling({ signal }: ChaosStage, isOver: () => boolean, sample: () => Promise<void>): Promise<void> {
  while (!isOver()) {
    await sample();
    await delay(SAMPLE_MS, undefined, { signal });
  }
}
