import { beforeAll, describe, expect, it } from "vitest";
import {
  decodePendingKeyShare,
  encodePendingKeyShare,
  exposeChainCode,
  type KeyShare,
  type PartyIndex,
  type PendingKeyShare,
  partyIndex,
  type ReshareOutput,
  startRefresh,
} from "../../src/index.ts";
import { exposeKeyShare } from "../../src/keyshare/key-share.ts";
import { encodePoint, multiplyBase } from "../../src/math/point.ts";
import { encodeScalar } from "../../src/math/scalar.ts";
import { exposePendingShare } from "../../src/reshare/pending-share.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { pump, type Report, shuffledBy } from "../harness/pump.ts";
import { expectSigns, subsets } from "../harness/quorum.ts";
import { type Handover, handOver, pendingOf, recordOf, runReshare, seatsOf, succeed } from "../harness/reshare.ts";
import { interpolate, scalarOf } from "../harness/scalars.ts";
import { roundOf } from "../harness/tamper.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

const [one, two, three] = [1, 2, 3].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex];

describe("handing 2 of 3 over to 2 of 2: a dealer who stays, one who leaves, a member who only receives", () => {
  const old = createCommittee(2, 3, "roles");
  const next = succeed(old, 2, [old.identityOf(one), old.identityOf(two)]);
  const shares = dealKeyShares(old);
  const handover: Handover = { old, next, shares, dealers: [three, one] };
  let report: Report<ReshareOutput>;
  let pending: ReadonlyMap<PartyIndex, PendingKeyShare>;
  const outputOf = (seat: PartyIndex): ReshareOutput => must(report.outputs.get(seat));

  beforeAll(() => {
    report = runReshare(handover, new Map(), { pick: shuffledBy(seededRng(`${TEST_SEED}/reshare-order`)) });
    pending = pendingOf(report);
  }, 120_000);

  it("seats the dealer who leaves behind the new members", () => {
    const seats = seatsOf(handover);
    expect([...seats.parties.keys()]).toEqual([1, 2, 3]);
    expect([...seats.dealers]).toEqual([
      [1, 1],
      [3, 3],
    ]);
    expect([...seats.receivers.keys()]).toEqual([1, 2]);
  });

  it("gives all three the same record, signed by the new members, and shares to these alone", () => {
    expect(report.ignored).toEqual([]);
    expect([...report.aborts]).toEqual([]);
    expect(report.outputs.size).toBe(3);
    for (const { record, recordHash, recordSignatures } of report.outputs.values()) {
      expect(record).toEqual(outputOf(one).record);
      expect(recordHash).toEqual(outputOf(one).recordHash);
      expect(recordSignatures).toEqual(outputOf(one).recordSignatures);
      expect([...recordSignatures.keys()]).toEqual([1, 2]);
    }
    expect([...pending.keys()]).toEqual([1, 2]);
    expect(outputOf(three).share).toBeUndefined();
  });

  it("keeps key, chain code, registry and key id; changes epoch, members and every share", () => {
    const { record } = outputOf(one);
    const previous = recordOf(shares);
    expect(record.groupKey).toEqual(previous.groupKey);
    expect(record.chainCodeHash).toEqual(previous.chainCodeHash);
    expect(record.domain).toEqual({ ...previous.domain, epoch: 2n });
    expect(record.minSigners).toBe(2);
    expect([...record.parties.keys()]).toEqual([1, 2]);
    expect(record.openingsHash).not.toEqual(previous.openingsHash);
    for (const [party, share] of pending) {
      const s = scalarOf(exposePendingShare(share));
      expect(s).not.toBe(scalarOf(shares.get(party)));
      expect(encodePoint(multiplyBase(s))).toEqual(record.verificationShares.get(party));
      expect(exposeChainCode(exposePendingShare(share))).toEqual(exposeChainCode(must(shares.get(party))));
    }
  });

  it("makes fresh pair state and zero seeds between the new members", () => {
    const [a, b] = [one, two].map((party) => exposeKeyShare(exposePendingShare(must(pending.get(party)))));
    const before = exposeKeyShare(must(shares.get(one)));
    expect(a?.zeroSeeds.get(two)).toEqual(b?.zeroSeeds.get(one));
    expect(a?.zeroSeeds.get(two)).not.toEqual(before.zeroSeeds.get(two));
    expect(a?.pairs.get(two)?.alice.delta).not.toEqual(before.pairs.get(two)?.alice.delta);
    expect([...must(a).pairs.keys()]).toEqual([2]);
  });

  it("puts no secret into a frame", () => {
    const held = [...shares.values(), ...[...pending.values()].map(exposePendingShare)];
    const secrets = held.flatMap((share) => {
      const { chainCode, zeroSeeds } = exposeKeyShare(share);
      return [encodeScalar(scalarOf(share)), chainCode, ...zeroSeeds.values()];
    });
    for (const { frame } of report.deliveries) {
      for (const secret of secrets) expect(Buffer.from(frame).includes(Buffer.from(secret))).toBe(false);
    }
  });

  it("sends the bytes that the document promises, by the roles of sender and recipient", () => {
    const lengths = (from: PartyIndex, to: PartyIndex): readonly number[] => {
      const frames = report.deliveries.filter((delivery) => delivery.from === from && delivery.to === to);
      return frames.sort((a, b) => roundOf(a.frame) - roundOf(b.frame)).map(({ frame }) => frame.length);
    };
    const overhead = 301;
    const direct = 2 * 32 + 32 + 16;
    const opening = 66 + 32 + 130;
    const confirmation = 65 + 32 + 32 + 64;
    const [setup1, setup2, setup3] = setupLengths(lengths(one, two), overhead, direct, opening);
    expect(lengths(one, two)).toEqual([
      overhead + 65 + 32,
      overhead + 32 + direct + setup1,
      overhead + opening + direct + 32 + setup2,
      overhead + 32 + direct + 64 + setup3,
      overhead + confirmation,
    ]);
    expect(lengths(three, two)).toEqual([
      overhead + 65 + 32,
      overhead + 32 + direct,
      overhead + opening + direct + 32,
      overhead + 32 + direct + 32,
      overhead + 32,
    ]);
    expect(lengths(two, three)).toEqual([
      overhead + 65,
      overhead + 32 + direct,
      overhead + direct,
      overhead + 32 + direct,
      overhead + confirmation,
    ]);
  });

  it("stores a pending share apart from active ones", () => {
    const share = must(pending.get(two));
    const expected = { domain: next.domain, self: two };
    const bytes = encodePendingKeyShare(share);
    const loaded = decodePendingKeyShare(bytes, expected);
    expect(loaded.recordHash).toEqual(share.recordHash);
    expect(loaded.recordSignatures).toEqual(share.recordSignatures);
    expect(encodePendingKeyShare(loaded)).toEqual(bytes);
  });
});

/** What the pair setup adds, which its own document fixes. */
function setupLengths(
  [, second = 0, third = 0, fourth = 0]: readonly number[],
  overhead: number,
  direct: number,
  opening: number,
): readonly [number, number, number] {
  const fixed = overhead + direct + 32;
  return [second - fixed, third - fixed - opening, fourth - fixed - 64];
}

describe("refresh", () => {
  it("by all members (2 of 2): new shares of the same key sign", { timeout: 120_000 }, () => {
    const committee = createCommittee(2, 2, "refresh all");
    const shares = dealKeyShares(committee);
    const next = succeed(committee, 2, committee.members.map(committee.identityOf));
    const starts = new Map(
      committee.members.map((self) => {
        const [share, identity] = [must(shares.get(self)), committee.identityOf(self)];
        const input = { share, dealers: committee.members, epoch: 2n, attempt: 0n, identity };
        return [self, startRefresh(input, next.rngOf(self))];
      }),
    );
    const pending = pendingOf(pump(starts, { rngOf: next.rngOf }));
    const renewed = new Map([...pending].map(([party, share]) => [party, exposePendingShare(share)]));
    expectSigns(next, renewed, [one, two]);
    expectSigns(committee, shares, [one, two]);
  });
});

describe("changing n and t", () => {
  it("2 of 3 → 3 of 5 → 2 of 4 → 2 of 2: one key, every share changed, every quorum has it", {
    timeout: 600_000,
  }, () => {
    const people = createCommittee(2, 7, "people");
    const owners = (...indices: number[]) => indices.map((index) => people.identityOf(partyIndex(index)));
    const first = { ...createCommittee(2, 3, "changing"), ...succeed(people, 2, owners(1, 2, 3), 1n) };
    let committee = first;
    let shares = dealKeyShares(committee);
    const { groupKey } = recordOf(shares);
    const key = interpolate(new Map([one, two].map((party) => [party, scalarOf(shares.get(party))])));
    const seen = new Set([...shares.values()].map(scalarOf));
    const steps = [
      // Member 2 is gone, 4, 5 and 6 are new, 3 sits elsewhere.
      { minSigners: 3, owners: owners(1, 4, 5, 6, 3), dealers: [1, 3] },
      { minSigners: 2, owners: owners(4, 5, 6, 7), dealers: [1, 2, 3, 4] },
      { minSigners: 2, owners: owners(7, 1), dealers: [4, 2] },
    ];
    for (const step of steps) {
      const next = { ...committee, ...succeed(committee, step.minSigners, step.owners) };
      const handed = handOver({ old: committee, next, shares, dealers: step.dealers.map(partyIndex) });
      shares = handed.shares;
      committee = next;
      expect(recordOf(shares).groupKey).toEqual(groupKey);
      expect(recordOf(shares).minSigners).toBe(step.minSigners);
      for (const signers of subsets(committee.members, step.minSigners)) {
        expect(interpolate(new Map(signers.map((party) => [party, scalarOf(shares.get(party))])))).toBe(key);
      }
      for (const share of shares.values()) {
        expect(seen.has(scalarOf(share))).toBe(false);
        seen.add(scalarOf(share));
      }
      expectSigns(committee, shares, committee.members.slice(-step.minSigners));
    }
  });
});

describe("recovery of a lost share", () => {
  it("a member that lost everything receives a new share at its old index", { timeout: 120_000 }, () => {
    const old = createCommittee(2, 3, "loss");
    const all = dealKeyShares(old);
    const shares: ReadonlyMap<PartyIndex, KeyShare> = new Map([...all].filter(([party]) => party !== two));
    const next = succeed(old, 2, old.members.map(old.identityOf));
    const handed = handOver({ old, next, shares, dealers: [one, three] });
    expectSigns(next, handed.shares, [two, three]);
    expect(scalarOf(handed.shares.get(two))).not.toBe(scalarOf(all.get(two)));
  });
});

describe("a member that changes its identity key", () => {
  it("deals at a seat of its old key and receives at its index with the new one", { timeout: 120_000 }, () => {
    const old = createCommittee(2, 3, "rotation");
    const fresh = createCommittee(2, 3, "rotated").identityOf(one);
    const next = succeed(old, 2, [fresh, old.identityOf(two), old.identityOf(three)]);
    const handover = { old, next, shares: dealKeyShares(old), dealers: [one, two] };
    expect([...seatsOf(handover).dealers]).toEqual([
      [2, 2],
      [4, 1],
    ]);
    expectSigns(next, handOver(handover).shares, [one, three]);
  });
});
