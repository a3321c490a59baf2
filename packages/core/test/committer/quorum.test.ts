import { describe, expect, it } from "vitest";
import { type Attestation, type DecisionWork, findQuorum, replay } from "../../src/index.ts";
import { aDecision, anAttestation, eventsOf, RESULT_HASH, word } from "../builders.ts";

const decision = aDecision();

function workWith(
  ...attestations: readonly (readonly [index: number, atBlock: bigint, changes?: Partial<Attestation>])[]
) {
  const state = replay([
    eventsOf(decision).observed,
    ...attestations.map(([index, atBlock, changes]) => ({
      kind: "AttestationReceived" as const,
      attestation: anAttestation(decision, index, changes),
      atBlock,
    })),
  ]);
  return state.open.get(decision.id) as DecisionWork;
}

describe("findQuorum", () => {
  it("needs a quorum of the same reply and the same result", () => {
    expect(findQuorum(workWith([0, 1n], [1, 2n]), 4, 3)).toBeUndefined();
    expect(findQuorum(workWith([0, 1n], [1, 2n], [2, 3n, { reply: false }]), 4, 3)).toBeUndefined();
    expect(findQuorum(workWith([0, 1n], [1, 2n], [2, 3n, { resultHash: word("x") }]), 4, 3)).toBeUndefined();
    expect(findQuorum(workWith([0, 1n], [1, 2n], [2, 3n]), 4, 3)).toMatchObject({
      reply: true,
      resultHash: RESULT_HASH,
    });
  });

  it("can reject as well", () => {
    const no = { reply: false };
    expect(findQuorum(workWith([0, 1n, no], [1, 1n], [2, 3n, no], [3, 3n, no]), 4, 3)).toMatchObject({ reply: false });
  });

  it("gives exactly a quorum, ascending, and the block that completed it", () => {
    const reached = findQuorum(workWith([3, 5n], [1, 9n], [0, 7n], [2, 6n]), 4, 3);
    expect(reached?.attestations.map(({ memberIndex }) => memberIndex)).toEqual([0, 2, 3]);
    expect(reached?.atBlock).toBe(7n);
    expect(reached?.attestations[0]?.signature).toBe(anAttestation(decision, 0).signature);
  });

  it("counts only members of the epoch", () => {
    expect(findQuorum(workWith([0, 1n], [1, 2n], [4, 3n]), 4, 3)).toBeUndefined();
    expect(findQuorum(workWith([0, 1n], [1, 2n], [4, 3n]), 5, 3)).toBeDefined();
  });
});
