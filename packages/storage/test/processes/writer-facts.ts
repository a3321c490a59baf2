/** How many decisions a writer claims. */
export const DECISIONS = 200;

/** Id of the writer's n-th decision. */
export function decisionHex(decision: number): `0x${string}` {
  return `0x${decision.toString(16).padStart(64, "0")}`;
}
