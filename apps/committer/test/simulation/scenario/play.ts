import { messageOf } from "../../../src/failure.ts";
import type { LobeAnswer, LobeQuestion } from "../../../src/lobes/lobe.ts";
import type { Machine } from "../world/machine.ts";
import { Violation } from "../world/oracle.ts";
import { World, type WorldImage } from "../world/world.ts";
import { isOver, type Submitted, submitPlanned, wrongEnding } from "./decisions.ts";
import { heal, type Moods, strike } from "./faults.ts";
import { faultsEndAtMs, HEALED_AT_MS, type Plan } from "./plan.ts";

/** How long after all is well everything must be over, in virtual milliseconds. */
export const PATIENCE_MS = 180_000;

/** What came of a simulation. */
export type Outcome = {
  readonly plan: Plan;
  /** SHA-256 over the trace. */
  readonly digest: string;
  readonly events: number;
  readonly virtualMs: number;
  readonly claims: number;
  readonly executions: number;
  /** What went wrong; absent: nothing. */
  readonly failure?: string;
  readonly lastEvents: readonly string[];
};

/** How to watch a simulation. */
export type SimulationOptions = { readonly onLine?: (line: string) => void };

/** Whether every decision is over, on the chain and for every member. */
export function isQuiet(world: World, submitted: readonly Submitted[], count: number): boolean {
  if (submitted.length < count || !submitted.every((one) => isOver(world, one))) return false;
  return world.machines.every(({ process }) => process?.stores?.memory.state.open.size === 0);
}

/** Errors: `Violation`, when something is left undone or ended as it must not. */
export function checkEnd(world: World, submitted: readonly Submitted[], isInTime: boolean): void {
  if (!isInTime) {
    const open = world.machines.map(
      ({ name, process }) => `${name}: ${process?.stores?.memory.state.open.size ?? "down"}`,
    );
    throw new Violation(`not everything is over ${PATIENCE_MS} ms after all is well; open ${open.join(", ")}`);
  }
  for (const one of submitted) {
    const wrong = wrongEnding(world, one);
    if (wrong !== undefined) throw new Violation(wrong);
  }
  for (const machine of world.machines)
    if (machine.process?.stores !== undefined) world.oracle.checkReplay(machine, machine.process.stores.memory);
  world.oracle.check();
}

function lobeOf(plan: Plan, submitted: readonly Submitted[], moods: Moods) {
  return (machine: Machine, { decision }: LobeQuestion): LobeAnswer => {
    if (moods.silent.has(machine.index)) return { kind: "noAnswer", reason: "silent" };
    const known = submitted.find(({ decisionId }) => decisionId === decision.id);
    return { kind: "answer", reply: known?.planned.wish !== "reject", reason: `seed ${plan.seed}` };
  };
}

function schedule(world: World, image: WorldImage, plan: Plan, submitted: Submitted[], moods: Moods): void {
  for (const [index, planned] of plan.decisions.entries())
    world.time.after(planned.atMs, () => void submitted.push(submitPlanned(world, image, planned, index)));
  for (const fault of plan.faults) world.time.after(fault.atMs, () => strike(world, moods, fault));
  world.time.after(HEALED_AT_MS, () => heal(world, moods));
  const censored = ({ sender }: { sender: string }) =>
    world.machines.some(({ address, index }) => address === sender && moods.censored.has(index));
  world.isIncluded = (entry) => !censored(entry);
}

/** Plays a plan through, from the image of a committee. Never throws: what goes wrong is in the outcome. */
export async function play(image: WorldImage, plan: Plan, options: SimulationOptions = {}): Promise<Outcome> {
  const { disks, atMs } = image;
  const submitted: Submitted[] = [];
  const moods = { silent: new Set<number>(), censored: new Set<number>() };
  const lobe = lobeOf(plan, submitted, moods);
  const chain = image.chain.fork();
  const world = new World({
    seed: String(plan.seed),
    atMs,
    chain,
    members: disks.length,
    disks,
    lobe,
    pool: plan.pool,
    hasHeads: plan.hasHeads,
    ...options,
  });
  schedule(world, image, plan, submitted, moods);
  world.start();
  let failure: string | undefined;
  try {
    const healed = atMs + HEALED_AT_MS;
    const struck = atMs + Math.min(faultsEndAtMs(plan), HEALED_AT_MS);
    await world.run(struck, () => false);
    const isInTime = await world.run(healed + PATIENCE_MS, () => isQuiet(world, submitted, plan.decisions.length));
    checkEnd(world, submitted, isInTime);
  } catch (cause) {
    failure = cause instanceof Violation ? cause.message : `the simulation itself failed: ${messageOf(cause)}`;
  }
  const { trace, oracle, time } = world;
  const figures = { events: trace.length, virtualMs: time.nowMs - atMs, claims: oracle.claims };
  const outcome = { plan, digest: trace.digest(), ...figures, executions: oracle.executions, lastEvents: trace.last() };
  return failure === undefined ? outcome : { ...outcome, failure };
}
