import { describe, expect, it } from "vitest";
import { partyIndex } from "../../src/index.ts";
import { concat, u16 } from "../../src/math/bytes.ts";
import { createRenewalTerms, renewingParties } from "../../src/renewal/terms.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";

const { parties } = createCommittee(2, 3, "renewal terms");

/** A record's hash, then the renewing parties. */
function binding(count: number, ...indices: readonly number[]): Uint8Array {
  return concat(new Uint8Array(32), u16(count), ...indices.map(u16));
}

describe("the renewing parties that a binding names", () => {
  it("are some of the parties, ascending", () => {
    expect(renewingParties({ binding: binding(2, 1, 3), parties })).toEqual([1, 3].map(partyIndex));
  });

  it.each([
    ["nobody", binding(0)],
    ["a stranger", binding(1, 4)],
    ["another order", binding(2, 3, 1)],
    ["one twice", binding(2, 1, 1)],
    ["fewer than it says", binding(2, 1)],
    ["more than it says", binding(1, 1, 3)],
    ["no list at all", new Uint8Array(32)],
  ])("are none if it names %s", (_name, bytes) => {
    expect(renewingParties({ binding: bytes, parties })).toBeUndefined();
  });
});

describe("the roles of a renewal", () => {
  const committee = createCommittee(2, 3, "renewal terms");
  const share = must(dealKeyShares(committee).get(partyIndex(1)));
  const create = (participants: readonly number[], renewing: readonly number[]) =>
    createRenewalTerms(
      share,
      { participants: participants.map(partyIndex), renewing: renewing.map(partyIndex) },
      new Set(),
    );

  it("are those of members, this party among them", () => {
    expect(create([1, 2], [2]).renewing).toEqual([2]);
  });

  it.each([
    ["a stranger takes part", [1, 9], [1]],
    ["a stranger takes part, with whom this party would make nothing", [1, 2, 9], [2]],
    ["this party does not take part", [2, 3], [2]],
    ["nobody renews", [1, 2], []],
    ["one renews that does not take part", [1, 2], [3]],
  ])("are refused if %s", (_name, participants, renewing) => {
    expect(() => create(participants, renewing)).toThrowError(expect.objectContaining({ code: "invalidParties" }));
  });
});
