import { describe, expect, it } from "vitest";
import { type PartyIndex, partyIndex } from "../../src/index.ts";
import { isSharedWithThreshold } from "../../src/keyshare/degree-check.ts";
import { decodePoint, encodePoint, GENERATOR, negatePoint, type Point } from "../../src/math/point.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";

describe.each([
  [2, 2],
  [2, 3],
  [3, 5],
  [5, 5],
])("a record of %i of %i", (minSigners, size) => {
  const committee = createCommittee(minSigners, size, "degree");
  const { record } = must([...dealKeyShares(committee).values()][0]);

  function shifted(by: ReadonlyMap<PartyIndex, Point>): boolean {
    const shares = [...record.verificationShares].map(([party, bytes]): [PartyIndex, Uint8Array] => {
      const error = by.get(party);
      return [party, error === undefined ? bytes : encodePoint(must(decodePoint(bytes)).add(error))];
    });
    return isSharedWithThreshold({ ...record, verificationShares: new Map(shares) });
  }

  it("shares its key", () => {
    expect(shifted(new Map())).toBe(true);
  });

  it("does not with one wrong share, wherever it is", () => {
    for (const party of committee.members) expect(shifted(new Map([[party, GENERATOR]]))).toBe(false);
  });

  it("does not with two errors that cancel in the sum", () => {
    const [first, last] = [partyIndex(1), partyIndex(size)];
    const errors = new Map([
      [first, GENERATOR],
      [last, negatePoint(GENERATOR)],
    ]);
    expect(shifted(errors)).toBe(false);
  });

  it("does not with another group key, and not below its threshold", () => {
    expect(isSharedWithThreshold({ ...record, groupKey: encodePoint(GENERATOR) })).toBe(false);
    expect(isSharedWithThreshold({ ...record, minSigners: minSigners - 1 })).toBe(false);
  });
});
