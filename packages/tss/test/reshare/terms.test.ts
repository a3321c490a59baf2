import { describe, expect, it } from "vitest";
import {
  MAX_PARTIES,
  type PartyIndex,
  type PublicRecord,
  partyIndex,
  type ReshareInput,
  reshareSeats,
  startRefresh,
  startReshare,
} from "../../src/index.ts";
import { encodePoint, multiplyBase } from "../../src/math/point.ts";
import { createDealers, createReshareTerms } from "../../src/reshare/terms.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { type Handover, recordOf, reshareInput, succeed } from "../harness/reshare.ts";
import { flip } from "../harness/tamper.ts";

const [one, two, three, four] = [1, 2, 3, 4].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex, PartyIndex];
const old = createCommittee(2, 3, "reshare terms");
const shares = dealKeyShares(old);
const next = succeed(old, 2, old.members.map(old.identityOf));
const handover: Handover = { old, next, shares, dealers: [one, three] };
const input = reshareInput(handover, one);
const previous = recordOf(shares);

describe("terms of a reshare", { timeout: 60_000 }, () => {
  const twin = new Map(next.parties).set(three, must(next.parties.get(two)));
  const stranger = createCommittee(2, 2, "strangers");
  const cases: readonly (readonly [string, Partial<ReshareInput>, string])[] = [
    ["too few dealers", { dealers: [one] }, "invalidParties"],
    ["a dealer named twice", { dealers: [one, one] }, "invalidParties"],
    ["a dealer outside the old committee", { dealers: [one, four] }, "invalidParties"],
    ["minSigners of 1", { minSigners: 1 }, "invalidParties"],
    ["minSigners above n'", { minSigners: 4 }, "invalidParties"],
    ["minSigners that is no number of members", { minSigners: 2.5 }, "invalidParties"],
    ["one new member only", { parties: new Map([...next.parties].slice(0, 1)) }, "invalidParties"],
    ["two new members with one key", { parties: twin }, "invalidParties"],
    ["a key that is no point", { parties: new Map(next.parties).set(two, new Uint8Array(33)) }, "invalidParties"],
    ["the same epoch", { domain: old.domain }, "invalidDomain"],
    ["an earlier epoch", { domain: { ...old.domain, epoch: 0n } }, "invalidDomain"],
    ["another chain", { domain: { ...next.domain, chainId: 1n } }, "invalidDomain"],
    ["another key", { domain: { ...next.domain, keyId: flip(next.domain.keyId, 0) } }, "invalidDomain"],
    [
      "another registry",
      { domain: { ...next.domain, verifyingContract: flip(next.domain.verifyingContract, 0) } },
      "invalidDomain",
    ],
    ["an identity that neither deals nor receives", { identity: stranger.identityOf(one) }, "invalidIdentityKey"],
    ["a dealer without its share", { share: undefined }, "keyShareMismatch"],
    ["a dealer with another party's share", { share: must(shares.get(two)) }, "keyShareMismatch"],
    [
      "a dealer with its share of another epoch",
      { share: must(dealKeyShares({ ...old, domain: { ...old.domain, epoch: 7n } }).get(one)) },
      "keyShareMismatch",
    ],
    [
      "a dealer with its share of another sharing of that epoch",
      { share: must(dealKeyShares(old, "another").get(one)) },
      "keyShareMismatch",
    ],
    ["a record of an impossible threshold", { previous: { ...previous, minSigners: 4 } }, "invalidKeyShare"],
    [
      "a record with two verification shares exchanged",
      {
        previous: {
          ...previous,
          verificationShares: new Map(previous.verificationShares)
            .set(one, must(previous.verificationShares.get(two)))
            .set(two, must(previous.verificationShares.get(one))),
        },
      },
      "invalidKeyShare",
    ],
    ["a negative attempt", { attempt: -1n }, "integerOutOfRange"],
  ];

  it.each(cases)("%s: a typed error before any message", (_name, change, code) => {
    expect(() => startReshare({ ...input, ...change }, next.rngOf(one))).toThrowError(
      expect.objectContaining({ code }),
    );
  });

  it("name every seat but this party's as the others", () => {
    const terms = createReshareTerms(input);
    expect(terms.others).toEqual([...terms.parties.keys()].filter((seat) => seat !== terms.self));
    expect(terms.others.length).toBe(2);
  });

  it("a refresh to the same epoch or without a quorum: typed errors", () => {
    const refresh = {
      share: must(shares.get(one)),
      dealers: [one, two],
      epoch: 2n,
      attempt: 0n,
      identity: old.identityOf(one),
    };
    for (const [change, code] of [
      [{ epoch: 1n }, "invalidDomain"],
      [{ dealers: [one] }, "invalidParties"],
      [{ identity: old.identityOf(two) }, "keyShareMismatch"],
    ] as const) {
      expect(() => startRefresh({ ...refresh, ...change }, next.rngOf(one))).toThrowError(
        expect.objectContaining({ code }),
      );
    }
  });
});

describe("what a dealer must deal", () => {
  it("is in the old record, or there is no reshare", () => {
    const seats = reshareSeats(input);
    expect([...createDealers(previous, seats).values()].map(({ index }) => index)).toEqual([one, three]);
    const lacking = { ...previous, verificationShares: new Map([...previous.verificationShares].slice(1)) };
    expect(() => createDealers(lacking, seats)).toThrowError(expect.objectContaining({ code: "invalidKeyShare" }));
  });
});

describe("seats", () => {
  it("follow the identity key, not the index: a member that moves keeps one seat", () => {
    const moved = succeed(old, 2, [old.identityOf(three), old.identityOf(one)]);
    const seats = reshareSeats({ previous, dealers: [one, two, three], parties: moved.parties });
    expect([...seats.dealers]).toEqual([
      [1, 3],
      [2, 1],
      [3, 2],
    ]);
    expect(seats.parties.get(three)).toEqual(previous.parties.get(two));
  });

  it("come after the highest new index, in the order of the old indices", () => {
    const stranger = createCommittee(2, 2, "strangers");
    const parties = new Map([
      [partyIndex(7), stranger.identityOf(one).publicKey],
      [partyIndex(9), stranger.identityOf(two).publicKey],
    ]);
    const seats = reshareSeats({ previous, dealers: [three, one], parties });
    expect([...seats.parties.keys()]).toEqual([7, 9, 10, 11]);
    expect([...seats.dealers]).toEqual([
      [10, 1],
      [11, 3],
    ]);
  });

  it("have room for two full committees without a common member", { timeout: 60_000 }, () => {
    const leaving = createCommittee(2, MAX_PARTIES, "leaving");
    const coming = createCommittee(2, MAX_PARTIES, "coming");
    const full: PublicRecord = {
      ...previous,
      domain: leaving.domain,
      parties: leaving.parties,
      groupKey: encodePoint(multiplyBase(7n)),
      verificationShares: new Map(
        leaving.members.map((party) => [party, encodePoint(multiplyBase(7n + 3n * BigInt(party)))]),
      ),
    };
    const parties = coming.parties;
    const seats = reshareSeats({ previous: full, dealers: leaving.members, parties });
    expect(seats.parties.size).toBe(2 * MAX_PARTIES);
    const start = startReshare(
      {
        ...input,
        previous: full,
        dealers: leaving.members,
        parties,
        domain: { ...leaving.domain, epoch: 2n },
        share: undefined,
        identity: coming.identityOf(one),
      },
      next.rngOf(one),
    );
    expect(start.effects.map(({ kind }) => kind)).toEqual(["send"]);
  });
});
