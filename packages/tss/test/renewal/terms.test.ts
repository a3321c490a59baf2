import { describe, expect, it } from "vitest";
import { partyIndex } from "../../src/index.ts";
import { concat, u16 } from "../../src/math/bytes.ts";
import { renewingParties } from "../../src/renewal/terms.ts";
import { createCommittee } from "../harness/committee.ts";

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
