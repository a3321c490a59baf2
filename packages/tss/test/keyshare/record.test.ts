import { describe, expect, it } from "vitest";
import {
  decodePublicRecord,
  encodePublicRecord,
  type KeyShare,
  type PartyIndex,
  type PublicRecord,
  partyIndex,
} from "../../src/index.ts";
import { isRecordSignedBy } from "../../src/keygen/confirmation.ts";
import { assertRecord, exposeKeyShare, KeyShare as KeyShareClass } from "../../src/keyshare/key-share.ts";
import { encodePoint, multiplyBase } from "../../src/math/point.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { overwrite } from "../harness/tamper.ts";

const [one, two, three, four] = [1, 2, 3, 4].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex, PartyIndex];
const committee = createCommittee(2, 4, "records");
const share: KeyShare = must(dealKeyShares(committee).get(one));
const { record } = share;

/** A record of a key of 7 that is shared on a line. */
function recordOf(parties: PublicRecord["parties"]): PublicRecord {
  const verificationShares = new Map(
    [...parties.keys()].map((party) => [party, encodePoint(multiplyBase(7n + 3n * BigInt(party)))]),
  );
  return { ...record, parties, groupKey: encodePoint(multiplyBase(7n)), verificationShares };
}

function refusal(message: RegExp) {
  return expect.objectContaining({ code: "invalidKeyShare", message: expect.stringMatching(message) });
}

describe("a record", () => {
  const members = /the members are not 2\.\.64 ascending parties/;

  it("has 2 to 64 members", () => {
    const { parties } = createCommittee(2, 65, "many");
    const first = (count: number): PublicRecord => recordOf(new Map([...parties].slice(0, count)));
    for (const count of [2, 64]) expect(() => assertRecord(first(count))).not.toThrow();
    for (const count of [0, 1, 65]) expect(() => assertRecord(first(count))).toThrowError(refusal(members));
  });

  it("has no member 0, whose share would be the key itself", () => {
    const keys = [...record.parties.values()];
    const parties = new Map([0, 1, 2].map((index, i) => [index as PartyIndex, must(keys[i])]));
    expect(() => assertRecord(recordOf(parties))).toThrowError(refusal(members));
  });

  it.each([2.5, Number.NaN, 1, 5])("has no minSigners of %d among four", (minSigners) => {
    expect(() => assertRecord({ ...record, minSigners })).toThrowError(refusal(/minSigners \S+ is not in 2\.\.4/));
  });

  it("has no member 0 in its encoding either", () => {
    const bytes = encodePublicRecord(record);
    // version(1) ‖ domain(92) ‖ t(2) ‖ n(2) ‖ index(2) ...
    expect([...bytes.slice(97, 99)]).toEqual([0, 1]);
    expect(() => decodePublicRecord(overwrite(bytes, 97, new Uint8Array(2)))).toThrowError(
      refusal(/version or layout/),
    );
  });

  it("is none if its encoding ends with a point behind a member that does not ascend", () => {
    // version(1) ‖ domain(92) ‖ t(2) ‖ n(2) ‖ index(2) ‖ key(33) ‖ index(2) ‖ key(33) ‖ 33 bytes
    const bytes = encodePublicRecord(record).slice(0, 97 + 2 * 35 + 33);
    const again = overwrite(bytes, 97 + 35, bytes.slice(97, 99));
    expect(() => decodePublicRecord(again)).toThrowError(refusal(/version or layout/));
  });

  it("is signed by no party that it does not name", () => {
    expect(isRecordSignedBy(record, partyIndex(9), new Uint8Array(64).fill(1))).toBe(false);
  });
});

describe("a key share's pairs", () => {
  const { pairs, zeroSeeds, ...secrets } = exposeKeyShare(share);

  function build(withPairs: readonly PartyIndex[], withSeeds: readonly PartyIndex[]): KeyShare {
    const [pair, seed] = [must(pairs.get(two)), must(zeroSeeds.get(two))];
    return new KeyShareClass(one, record, {
      ...secrets,
      pairs: new Map(withPairs.map((party) => [party, pair])),
      zeroSeeds: new Map(withSeeds.map((party) => [party, seed])),
    });
  }

  it("are with other members, each with its zero seed", () => {
    expect(() => build([two, three], [two, three])).not.toThrow();
    expect(() => build([two, three], [two, four])).toThrowError(refusal(/one zero seed for each party/));
    expect(() => build([one, two], [one, two])).toThrowError(refusal(/outside the committee/));
  });
});
