import { describe, expect, it } from "vitest";
import {
  activateKeyShare,
  discardKeyShare,
  expire,
  type KeyShare,
  type PartyIndex,
  type PendingKeyShare,
  partyIndex,
  type ReshareOutput,
  retireKeyShare,
} from "../../src/index.ts";
import { exposePendingShare } from "../../src/reshare/pending-share.ts";
import { type Committee, createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import type { Delivery, Report } from "../harness/pump.ts";
import { expectSigns, isWiped } from "../harness/quorum.ts";
import {
  dealPending,
  type Handover,
  pendingOf,
  proveSwitch,
  runReshare,
  runTestPresign,
  succeed,
} from "../harness/reshare.ts";
import { flip, roundOf, tamperBroadcast } from "../harness/tamper.ts";

const [one, two, three] = [1, 2, 3].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex];

/** 2 of 3 hands over to 2 of 2: seat 1 deals and receives, seat 2 only receives, seat 3 only deals. */
function createHandover(): Handover {
  const old = createCommittee(2, 3, "crash");
  const next = succeed(old, 2, [old.identityOf(one), old.identityOf(two)]);
  return { old, next, shares: dealKeyShares(old), dealers: [one, three] };
}

/** Nothing of `seat` arrives from `round` on, or only what goes to `reached`. */
function crash(seat: PartyIndex, round: number, reached?: PartyIndex) {
  return (delivery: Delivery): readonly Delivery[] => {
    const isLost = delivery.from === seat && roundOf(delivery.frame) >= round && delivery.to !== reached;
    return isLost ? [] : [delivery];
  };
}

/**
 * Fails unless the old quorum can sign, or the new one. The new one only if it can prove so, because nobody retires an
 * old share without the proof.
 */
function expectQuorum({ old, next, shares }: Handover, pending: ReadonlyMap<PartyIndex, PendingKeyShare>): void {
  const held = [...shares].filter(([, share]) => !isWiped(share)).map(([party]) => party);
  if (held.length >= old.minSigners) {
    expectSigns(old, shares, held.slice(-old.minSigners));
    return;
  }
  const proof = proveSwitch(next, pending);
  const active = new Map([...pending].map(([party, share]) => [party, activateKeyShare(share, proof)]));
  expectSigns(next, active, [...active.keys()].slice(0, next.minSigners));
}

function endOf(report: Report<ReshareOutput>, seat: PartyIndex): string {
  const session = must(report.sessions.get(seat));
  if (session.status !== "running") return session.status;
  const { effects } = expire(session);
  return effects.flatMap((effect) => (effect.kind === "abort" ? [effect.abort.code] : [])).join();
}

const CRASHES = [one, two, three].flatMap((seat) => [1, 2, 3, 4, 5].map((round) => [seat, round] as const));

describe("a party that crashes during a reshare", () => {
  it.each(CRASHES)(
    "seat %i before its message of round %i: the old quorum signs",
    { timeout: 120_000 },
    (seat, round) => {
      const handover = createHandover();
      const report = runReshare(handover, new Map(), { intercept: crash(seat, round) });
      for (const other of [one, two, three].filter((party) => party !== seat)) {
        expect(report.outputs.has(other)).toBe(false);
        expect(endOf(report, other)).toBe("expired");
      }
      expectQuorum(handover, pendingOf(report));
    },
  );

  it.each([1, 2, 3, 4, 5])("lies in round %i: the old quorum signs", { timeout: 120_000 }, (round) => {
    const handover = createHandover();
    // Every broadcast of a dealer ends in something that a check looks at.
    const lie = tamperBroadcast(round, (bytes) => flip(bytes, -1));
    const report = runReshare(handover, new Map([[three, lie]]));
    for (const other of [one, two]) expect(report.outputs.has(other)).toBe(false);
    expectQuorum(handover, pendingOf(report));
  });

  it("confirms to one new member alone: the half that finished cannot switch, the old quorum signs", {
    timeout: 120_000,
  }, () => {
    const handover = createHandover();
    const report = runReshare(handover, new Map(), { intercept: crash(two, 5, three) });
    const pending = pendingOf(report);
    // Seat 2 heard everybody, seat 1 did not hear seat 2.
    expect([...pending.keys()]).toEqual([2]);
    expect(report.outputs.has(three)).toBe(true);
    expect(endOf(report, one)).toBe("expired");
    expectQuorum(handover, pending);
    // Next attempt: what was left of this one is discarded.
    const left = exposePendingShare(must(pending.get(two)));
    discardKeyShare(must(pending.get(two)));
    expect(isWiped(left)).toBe(true);
    expectQuorum(handover, new Map());
  });
});

describe("a crash during the switch (refresh of 2 of 3)", { timeout: 60_000 }, () => {
  const old = createCommittee(2, 3, "switch crash");
  const next = succeed(old, 2, old.members.map(old.identityOf));
  const begin = (): Handover & { readonly pending: ReadonlyMap<PartyIndex, PendingKeyShare> } => {
    const shares = dealKeyShares(old);
    return { old, next, shares, dealers: old.members, pending: dealPending(shares, next) };
  };
  const sign = (committee: Committee, shares: ReadonlyMap<PartyIndex, KeyShare>, signers: readonly PartyIndex[]) =>
    expectSigns(committee, shares, signers);

  it("before the test signature: the old quorum signs, and the test can be made anew", () => {
    const { pending, ...handover } = begin();
    runTestPresign(next, pending, [one, two], 1n);
    sign(old, handover.shares, [two, three]);
    expectQuorum(handover, pending);
    const proof = proveSwitch(next, pending);
    expect(proof.record.domain.epoch).toBe(2n);
  });

  it("after one has retired: the old quorum still signs", () => {
    const { pending, ...handover } = begin();
    const proof = proveSwitch(next, pending);
    retireKeyShare(must(handover.shares.get(one)), proof);
    sign(old, handover.shares, [two, three]);
    expectQuorum(handover, pending);
  });

  it("after more have retired than the old quorum can spare: the new one signs, and latecomers switch with the same proof", () => {
    const { pending, ...handover } = begin();
    const proof = proveSwitch(next, pending);
    for (const party of [one, two]) retireKeyShare(must(handover.shares.get(party)), proof);
    // Party 1 dies for good before it activates; 2 and 3 are a new quorum.
    const active = new Map([two, three].map((party) => [party, activateKeyShare(must(pending.get(party)), proof)]));
    sign(next, active, [two, three]);
    retireKeyShare(must(handover.shares.get(three)), proof);
    expect([...handover.shares.values()].every(isWiped)).toBe(true);
  });

  it("every order of retiring leaves a quorum at each step", { timeout: 60_000 }, () => {
    for (const order of [
      [one, two, three],
      [three, one, two],
      [two, three, one],
    ]) {
      const { pending, ...handover } = begin();
      const proof = proveSwitch(next, pending);
      for (const [i, party] of order.entries()) {
        retireKeyShare(must(handover.shares.get(party)), proof);
        if (i < 1) expectQuorum(handover, pending);
      }
      expectQuorum(handover, pending);
    }
  });
});
