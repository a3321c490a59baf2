import { setTimeout as delay } from "node:timers/promises";
import { type ChaosStage, pick, seedFrom } from "../chaos/chaos-stage.ts";
import type { Fault } from "../chaos/fault.ts";
import { crash } from "../chaos/faults/crash.ts";
import { delay as slowLinks } from "../chaos/faults/delay.ts";
import { gasSpike } from "../chaos/faults/gas-spike.ts";
import { loss } from "../chaos/faults/loss.ts";
import { lyingRpc } from "../chaos/faults/lying-rpc.ts";
import { noCoin } from "../chaos/faults/no-coin.ts";
import { partition } from "../chaos/faults/partition.ts";
import { untilSound } from "../chaos/sound.ts";

/** Faults under which no decision can be lost, whenever they begin and end. */
const FAULTS: readonly Fault[] = [crash, partition, slowLinks, loss, noCoin, gasSpike, lyingRpc];

/** One fault of a soak. */
export type Disturbance = {
  readonly fault: string;
  /** What was done. */
  readonly what: string;
  /** Milliseconds since the soak began. */
  readonly atMs: number;
  readonly heldMs: number;
  /** How long the committee took to be sound again; absent when it was not in time. */
  readonly recoveredMs?: number;
};

const LEAST_HELD_MS = 4_000;
const MORE_HELD_MS = 8_000;
const PAUSE_MS = 3_000;

/**
 * Brings one fault after the other about, each drawn from the seed and held for some seconds, and waits until the
 * committee is sound again; until `isOver`. Side effects: the faults'; none stands when it returns.
 */
export async function disturb(
  stage: ChaosStage,
  isOver: () => boolean,
  onDisturbance: (disturbance: Disturbance) => void,
): Promise<void> {
  const startMs = stage.nowMs();
  for (let turn = 0; !isOver(); turn++) {
    onDisturbance(await disturbOnce(stage, turn, startMs));
    await delay(PAUSE_MS, undefined, { signal: stage.signal });
  }
}

async function disturbOnce(stage: ChaosStage, turn: number, startMs: number): Promise<Disturbance> {
  const fault = FAULTS[pick(stage.seed, `fault ${turn}`, FAULTS.length)];
  if (fault === undefined) throw new RangeError("there are no faults");
  const heldMs = LEAST_HELD_MS + pick(stage.seed, `time ${turn}`, MORE_HELD_MS);
  const atMs = stage.nowMs() - startMs;
  const injection = await fault.inject({ ...stage, seed: seedFrom(stage.seed, `turn ${turn}`) });
  try {
    await delay(heldMs, undefined, { signal: stage.signal });
  } finally {
    await injection.heal();
  }
  const healedMs = stage.nowMs();
  const isRecovered = await untilSound(stage, []);
  const told = { fault: fault.name, what: injection.what, atMs, heldMs };
  return isRecovered ? { ...told, recoveredMs: stage.nowMs() - healedMs } : told;
}
