import type { Plan } from "./plan.ts";
import type { Outcome } from "./play.ts";

function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, inner) => (typeof inner === "bigint" ? String(inner) : inner));
}

/** What is going to happen in a simulation, a line for each decision and fault. */
export function describePlan({ seed, shape, pool, hasHeads, decisions, faults }: Plan): string {
  const lines = [
    ...decisions.map((one) => `  decision ${textOf(one)}`),
    ...faults.map((one) => `  fault ${textOf(one)}`),
  ];
  return [`seed ${seed}, committee of ${shape}, pool of ${pool}${hasHeads ? ", heads co-signed" : ""}`, ...lines].join(
    "\n",
  );
}

/** What a person needs of a simulation that failed: its number, what was planned, the newest events, the command. */
export function describeFailure({ plan, failure, lastEvents }: Outcome): string {
  const command = `npm run simulate -- --seed ${plan.seed}`;
  return [`${failure}`, describePlan(plan), "newest events:", ...lastEvents, `again: ${command}`].join("\n");
}
