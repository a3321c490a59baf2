// `npm run simulate`: plays seeds of the simulation outside of the tests. With `--seed N` one seed, and its whole trace.
import { parseArgs } from "node:util";
import { imageOf } from "./images.ts";
import { planOf } from "./scenario/plan.ts";
import { type Outcome, play } from "./scenario/play.ts";
import { describeFailure, describePlan } from "./scenario/report.ts";

const options = {
  seed: { type: "string" },
  from: { type: "string", default: "0" },
  count: { type: "string", default: "100" },
} as const;

function show(line: string): void {
  process.stdout.write(`${line}\n`);
}

function summary({ plan, failure, digest, events, virtualMs, executions }: Outcome): string {
  const seconds = Math.round(virtualMs / 1_000);
  const result = failure === undefined ? "ok" : "FAILED";
  return `seed ${plan.seed} ${result}: ${plan.decisions.length} decisions, ${executions} executed, ${events} events in ${seconds} virtual s, trace ${digest}`;
}

async function playOne(seed: number): Promise<boolean> {
  const plan = planOf(seed);
  show(describePlan(plan));
  const outcome = await play(await imageOf(plan.shape), plan, { onLine: show });
  show(summary(outcome));
  if (outcome.failure !== undefined) show(outcome.failure);
  return outcome.failure === undefined;
}

async function playMany(from: number, count: number): Promise<boolean> {
  let failed = 0;
  for (let seed = from; seed < from + count; seed += 1) {
    const plan = planOf(seed);
    const outcome = await play(await imageOf(plan.shape), plan);
    show(summary(outcome));
    if (outcome.failure === undefined) continue;
    failed += 1;
    show(describeFailure(outcome));
  }
  show(`${count - failed} of ${count} seeds held`);
  return failed === 0;
}

const { seed, from, count } = parseArgs({ options }).values;
const hasHeld = seed === undefined ? await playMany(Number(from), Number(count)) : await playOne(Number(seed));
process.exitCode = hasHeld ? 0 : 1;
