import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  activateKeyShare,
  chooseDealers,
  type FailedAttempt,
  type KeyShare,
  MAX_PROVEN_FAULTS,
  type PartyIndex,
  partyIndex,
  retireKeyShare,
  type SwitchProof,
} from "../../src/index.ts";
import { invertScalar, multiplyScalars, reduce } from "../../src/math/scalar.ts";
import { openReshare } from "../../src/reshare/start.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { expectSigns, isWiped } from "../harness/quorum.ts";
import {
  dealPending,
  type Handover,
  proveSwitch,
  recordOf,
  runReshare,
  startReshareAs,
  succeed,
} from "../harness/reshare.ts";
import { interpolate, scalarOf } from "../harness/scalars.ts";
import { TEST_SEED } from "../seeded-rng.ts";

const [one, two, three] = [1, 2, 3].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex];

function handoverOf(label: string): Handover {
  const old = createCommittee(2, 2, label);
  const next = succeed(old, 2, old.members.map(old.identityOf));
  return { old, next, shares: dealKeyShares(old), dealers: [one, two] };
}

/** A dealer whose constant term is its weighted share plus `offset`; all else is as it should be. */
function dealsOffset(handover: Handover, seat: PartyIndex, offset: bigint) {
  const s = scalarOf(handover.shares.get(seat));
  return startReshareAs(handover, seat, (terms, handle, nonce) => {
    const own = must(terms.dealers.get(seat));
    const weight = reduce(own.weight + multiplyScalars(offset, invertScalar(s)));
    const dealers = new Map(terms.dealers).set(seat, { ...own, weight });
    return openReshare({ ...terms, dealers }, handle, nonce, handover.next.rngOf(seat));
  });
}

describe(`attacks on handing a key over (seed ${TEST_SEED})`, () => {
  it("V-30 forget-and-forgive: a crash or lie at any step leaves a quorum that signs", { timeout: 120_000 }, () => {
    const old = createCommittee(2, 3, "forget");
    const next = succeed(old, 2, old.members.map(old.identityOf));
    const shares = dealKeyShares(old);
    const pending = dealPending(shares, next);
    // Before the proof of the whole new committee nothing erases: a forged or foreign one changes neither share.
    const proof = proveSwitch(next, pending);
    const lies: readonly Partial<SwitchProof>[] = [
      { signature: new Uint8Array(proof.signature.length).fill(1) },
      { recordSignatures: new Map([...proof.recordSignatures].slice(1)) },
      { membersHash: new Uint8Array(32).fill(1) },
      { record: recordOf(shares) },
    ];
    for (const lie of lies) {
      expect(() => retireKeyShare(must(shares.get(one)), { ...proof, ...lie })).toThrow();
      expect(() => activateKeyShare(must(pending.get(one)), { ...proof, ...lie })).toThrow();
    }
    expectSigns(old, shares, [one, two]);
    // Member 1 switched; members 2 and 3 crashed before and still hold the old epoch, which signs without member 1.
    const first = activateKeyShare(must(pending.get(one)), proof);
    retireKeyShare(must(shares.get(one)), proof);
    expect(isWiped(must(shares.get(one)))).toBe(true);
    expectSigns(old, shares, [two, three]);
    // When they come back the proof is still good, and the new epoch signs.
    const rest = [two, three].map((party): [PartyIndex, KeyShare] => [
      party,
      activateKeyShare(must(pending.get(party)), proof),
    ]);
    expectSigns(next, new Map([[one, first], ...rest]), [one, three]);
  });

  it("V-31 refresh without per-party anchor: a dealer of another constant term is named", { timeout: 120_000 }, () => {
    const handover = handoverOf("anchor");
    const report = runReshare(handover, new Map(), {}, new Map([[one, dealsOffset(handover, one, 1n)]]));
    expect(report.aborts.get(two)).toMatchObject({ code: "dealerAnchor", culprits: [1], blame: "public" });
  });

  it("V-31 refresh without per-party anchor: two dealers whose errors cancel are both named", {
    timeout: 120_000,
  }, () => {
    const old = createCommittee(3, 3, "cancel");
    const next = succeed(old, 2, [old.identityOf(one), old.identityOf(two), old.identityOf(three)]);
    const handover: Handover = { old, next, shares: dealKeyShares(old), dealers: [one, two, three] };
    const starts = new Map([
      [one, dealsOffset(handover, one, 77n)],
      [two, dealsOffset(handover, two, -77n)],
    ]);
    const report = runReshare(handover, new Map(), {}, starts);
    expect(report.aborts.get(three)).toMatchObject({ code: "dealerAnchor", culprits: [1, 2], blame: "public" });
  });

  it("V-32 lather-rinse-repeat: a dealer with three proven faults deals no more", () => {
    const record = recordOf(dealKeyShares(createCommittee(2, 4, "repeat")));
    const failures: FailedAttempt[] = [];
    for (let attempts = 0; ; attempts++) {
      const choice = chooseDealers(record, 2, failures);
      if (choice.kind === "exhausted" || attempts > MAX_PROVEN_FAULTS) expect.fail("the dealer is chosen for ever");
      if (!choice.dealers.includes(one)) break;
      failures.push({ proven: [one], suspected: [], silent: [] });
    }
    expect(failures.length).toBeLessThanOrEqual(MAX_PROVEN_FAULTS);
    // Even if all others are silent time after time.
    const excluded = Array.from(
      { length: MAX_PROVEN_FAULTS },
      (): FailedAttempt => ({ proven: [one], suspected: [], silent: [] }),
    );
    const quiet = Array.from(
      { length: 20 },
      (): FailedAttempt => ({ proven: [], suspected: [], silent: [two, three] }),
    );
    const choice = chooseDealers(record, 4, [...excluded, ...quiet]);
    expect(choice.kind === "dealers" && choice.dealers.includes(one)).toBe(false);
  });

  it("V-44 proactive boundary: t - 1 shares of each epoch give no key, and the documents say what counts", () => {
    const old = createCommittee(3, 4, "proactive");
    const next = succeed(old, 3, old.members.map(old.identityOf));
    const shares = dealKeyShares(old);
    const pending = dealPending(shares, next);
    const proof = proveSwitch(next, pending);
    const fresh = new Map([...pending].map(([party, share]) => [party, activateKeyShare(share, proof)]));
    const secret = interpolate(new Map([one, two, three].map((party) => [party, scalarOf(shares.get(party))])));
    const mixed = (parties: readonly PartyIndex[], from: number): bigint =>
      interpolate(new Map(parties.map((party, i) => [party, scalarOf((i < from ? shares : fresh).get(party))])));
    expect(mixed([one, two, three], 0)).toBe(secret);
    for (const from of [1, 2]) expect(mixed([one, two, three], from)).not.toBe(secret);
    const model = readFileSync(new URL("../../../../docs/threat-model.md", import.meta.url), "utf8");
    expect(model).toMatch(/Fewer than `minSigners` committers of one epoch are corrupted/);
    expect(model).toMatch(/corrupted while a key is handed over counts in both epochs/);
  });
});
