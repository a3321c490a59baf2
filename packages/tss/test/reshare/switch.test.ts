import { beforeEach, describe, expect, it } from "vitest";
import {
  activateKeyShare,
  burnTestPresignature,
  decodeKeyShare,
  decodePendingKeyShare,
  discardKeyShare,
  encodeKeyShare,
  encodePendingKeyShare,
  exposeChainCode,
  type KeyShare,
  type PartyIndex,
  type PendingKeyShare,
  partyIndex,
  retireKeyShare,
  type SwitchProof,
  startSigning,
  startTestSigning,
} from "../../src/index.ts";
import { intentDigest } from "../../src/intent/intent.ts";
import { exposeKeyShare } from "../../src/keyshare/key-share.ts";
import { Secret } from "../../src/math/secret.ts";
import { exposePendingShare } from "../../src/reshare/pending-share.ts";
import { possessionIntent } from "../../src/reshare/test-signature.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { expectSigns, isWiped } from "../harness/quorum.ts";
import {
  dealPending,
  MEMBERS_HASH,
  proveSwitch,
  recordOf,
  runTestPresign,
  runTestSigning,
  succeed,
} from "../harness/reshare.ts";
import { interpolate, scalarOf } from "../harness/scalars.ts";
import { runPresign, signingInput } from "../harness/sessions.ts";
import { flip } from "../harness/tamper.ts";
import { expectValid } from "../harness/verify.ts";

const [one, two, three] = [1, 2, 3].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex];
const old = createCommittee(2, 3, "switch");
const next = succeed(old, 2, old.members.map(old.identityOf));

let shares: ReadonlyMap<PartyIndex, KeyShare>;
let pending: ReadonlyMap<PartyIndex, PendingKeyShare>;
let proof: SwitchProof;

const oldShare = (party: PartyIndex): KeyShare => must(shares.get(party));
const newShare = (party: PartyIndex): PendingKeyShare => must(pending.get(party));
const code = (value: string) => expect.objectContaining({ code: value });

beforeEach(() => {
  shares = dealKeyShares(old);
  pending = dealPending(shares, next);
  proof = proveSwitch(next, pending);
});

describe("the test signature", { timeout: 60_000 }, () => {
  it("is a proof of possession for the new epoch, valid under the group key", () => {
    const presigned = runTestPresign(next, pending, [one, three]);
    const signed = runTestSigning(next, presigned.outputs);
    const digest = intentDigest(possessionIntent(newShare(one).record, MEMBERS_HASH));
    for (const party of [one, three]) {
      expectValid(must(signed.outputs.get(party)), digest, recordOf(shares).groupKey);
    }
  });

  it("uses its presignature up", () => {
    const presignature = must(runTestPresign(next, pending, [one, two]).outputs.get(one));
    const input = { presignature, self: one, attempt: 0n, membersHash: MEMBERS_HASH, identity: next.identityOf(one) };
    startTestSigning(input, next.rngOf(one));
    expect(() => startTestSigning({ ...input, attempt: 1n }, next.rngOf(one))).toThrowError(code("stateConsumed"));
  });

  it("cannot be made with what only looks like a presignature", () => {
    const presignature = { ...must(runTestPresign(next, pending, [one, two]).outputs.get(one)) };
    const input = { presignature, self: one, attempt: 0n, membersHash: MEMBERS_HASH, identity: next.identityOf(one) };
    expect(() => startTestSigning(input, next.rngOf(one))).toThrowError(code("stateConsumed"));
  });

  it("cannot be made with a burnt presignature", () => {
    const presignature = must(runTestPresign(next, pending, [one, two]).outputs.get(one));
    burnTestPresignature(presignature);
    burnTestPresignature(presignature);
    const input = { presignature, self: one, attempt: 0n, membersHash: MEMBERS_HASH, identity: next.identityOf(one) };
    expect(() => startTestSigning(input, next.rngOf(one))).toThrowError(code("stateConsumed"));
  });
});

describe("switching", { timeout: 60_000 }, () => {
  it("activates the new share and then retires the old one", () => {
    const active = new Map(old.members.map((party) => [party, activateKeyShare(newShare(party), proof)]));
    expectSigns(old, shares, [one, two]);
    const retired = retireKeyShare(oldShare(one), proof);
    expect(retired).toEqual({
      self: 1,
      recordHash: oldShare(one).recordHash,
      successor: newShare(one).recordHash,
    });
    expect(isWiped(oldShare(one))).toBe(true);
    expect(() => encodeKeyShare(oldShare(one))).toThrowError(code("secretWiped"));
    expectSigns(next, active, [one, three]);
  });

  it("takes the old epoch's unused presignatures with the old share", () => {
    const { outputs } = runPresign({ committee: old, shares, signers: [one, two] });
    retireKeyShare(oldShare(one), proof);
    const presignature = must(outputs.get(one));
    expect(presignature.status).toBe("burned");
    expect(() => startSigning(signingInput(old, one, presignature), old.rngOf(one))).toThrowError(
      code("stateConsumed"),
    );
    expect(must(outputs.get(two)).status).toBe("ready");
  });

  it("happens once: an activated or retired share is spent", () => {
    activateKeyShare(newShare(one), proof);
    retireKeyShare(oldShare(one), proof);
    expect(() => activateKeyShare(newShare(one), proof)).toThrowError(code("secretWiped"));
    expect(() => discardKeyShare(newShare(one))).toThrowError(code("secretWiped"));
    expect(() => retireKeyShare(oldShare(one), proof)).toThrowError(code("secretWiped"));
  });

  it("can be given up: the new share is wiped, the old one signs on", () => {
    const inner = exposePendingShare(newShare(one));
    discardKeyShare(newShare(one));
    expect(isWiped(inner)).toBe(true);
    expect(() => encodePendingKeyShare(newShare(one))).toThrowError(code("secretWiped"));
    expectSigns(old, shares, [one, two]);
  });

  const otherKey = () => dealPending(dealKeyShares(old, "another key"), next);
  const sameEpoch = () => succeed(old, 2, old.members.map(old.identityOf), 1n);
  const wrong: readonly (readonly [string, () => SwitchProof])[] = [
    ["a changed test signature", () => ({ ...proof, signature: flip(proof.signature, 40) })],
    ["a test signature cut short", () => ({ ...proof, signature: proof.signature.slice(0, 64) })],
    ["another members hash", () => ({ ...proof, membersHash: flip(MEMBERS_HASH, 0) })],
    [
      "a missing record signature",
      () => ({ ...proof, recordSignatures: new Map([...proof.recordSignatures].slice(0, 2)) }),
    ],
    [
      "a record signature of another member",
      () => ({
        ...proof,
        recordSignatures: new Map(proof.recordSignatures).set(two, must(proof.recordSignatures.get(one))),
      }),
    ],
    [
      "the test signature of another epoch",
      () => {
        const later = succeed(old, 2, old.members.map(old.identityOf), 3n);
        return { ...proof, signature: proveSwitch(later, dealPending(shares, later)).signature };
      },
    ],
  ];

  it.each(wrong)("is refused with %s: both shares stay as they are", (_name, change) => {
    const changed = change();
    expect(() => retireKeyShare(oldShare(one), changed)).toThrowError(code("switchUnproven"));
    expect(() => activateKeyShare(newShare(one), changed)).toThrowError(code("switchUnproven"));
    expect(isWiped(oldShare(one))).toBe(false);
    expect(isWiped(exposePendingShare(newShare(one)))).toBe(false);
  });

  const unrelated: readonly (readonly [string, () => SwitchProof])[] = [
    ["of another group key", () => proveSwitch(next, otherKey())],
    [
      "of another group key with the same chain code",
      () => {
        const inherited = { secret: 5n, chainCode: exposeChainCode(oldShare(one)) };
        return proveSwitch(next, dealPending(dealKeyShares(old, "another key", undefined, inherited), next));
      },
    ],
    ["of the same epoch", () => proveSwitch(sameEpoch(), dealPending(shares, sameEpoch()))],
    [
      "of another key id",
      () => {
        const other = { ...next, domain: { ...next.domain, keyId: flip(next.domain.keyId, 0) } };
        return proveSwitch(other, dealPending(shares, other));
      },
    ],
  ];

  it.each(unrelated)("is refused with a valid proof %s", (_name, prove) => {
    const foreign = prove();
    expect(() => retireKeyShare(oldShare(one), foreign)).toThrowError(code("switchUnproven"));
    expect(() => activateKeyShare(newShare(one), foreign)).toThrowError(code("switchUnproven"));
    expect(isWiped(oldShare(one))).toBe(false);
  });

  it("is refused with a proof over another chain code", () => {
    const secret = interpolate(new Map([...shares].map(([party, share]) => [party, scalarOf(share)])));
    const others = dealKeyShares(old, "other chain code", undefined, { secret, chainCode: new Uint8Array(32).fill(7) });
    const foreign = proveSwitch(next, dealPending(others, next));
    expect(() => retireKeyShare(oldShare(one), foreign)).toThrowError(code("switchUnproven"));
  });

  it("is refused with a record whose shares are not of the group key", () => {
    const verificationShares = new Map(proof.record.verificationShares).set(
      one,
      must(proof.record.verificationShares.get(two)),
    );
    const changed = { ...proof, record: { ...proof.record, verificationShares } };
    expect(() => retireKeyShare(oldShare(one), changed)).toThrowError(code("invalidKeyShare"));
    expect(isWiped(oldShare(one))).toBe(false);
  });

  it("works for a member that missed an epoch", () => {
    const later = succeed(old, 2, old.members.map(old.identityOf), 5n);
    retireKeyShare(oldShare(two), proveSwitch(later, dealPending(shares, later)));
    expect(isWiped(oldShare(two))).toBe(true);
  });
});

describe("storing a pending share", { timeout: 60_000 }, () => {
  const expected = { domain: next.domain, self: one };

  it("loads what was stored: the loaded share makes the test signature and is activated", () => {
    const loaded = new Map(
      [...pending].map(([self, share]) => [
        self,
        decodePendingKeyShare(encodePendingKeyShare(share), { domain: next.domain, self }),
      ]),
    );
    const again = proveSwitch(next, loaded);
    const active = new Map([...loaded].map(([party, share]) => [party, activateKeyShare(share, again)]));
    expectSigns(next, active, [two, three]);
  });

  it("never loads as an active share, nor an active one as pending", () => {
    const stored = encodePendingKeyShare(newShare(one));
    expect(() => decodeKeyShare(stored, expected)).toThrowError(code("invalidKeyShare"));
    const active = encodeKeyShare(oldShare(one));
    expect(() => decodePendingKeyShare(active, { domain: old.domain, self: one })).toThrowError(
      code("invalidKeyShare"),
    );
  });

  it.each([0, 2, 3, 100, 400, 4000, -1])("refuses a flipped bit at byte %i", (offset) => {
    const stored = flip(encodePendingKeyShare(newShare(one)), offset);
    expect(() => decodePendingKeyShare(stored, expected)).toThrowError(code("invalidKeyShare"));
  });

  it.each([0, 1, 2, 50, 5_000])("refuses bytes cut to %i", (length) => {
    const stored = encodePendingKeyShare(newShare(one)).slice(0, length);
    expect(() => decodePendingKeyShare(stored, expected)).toThrowError(code("invalidKeyShare"));
  });

  it("refuses a signature more than there are members, and one less", () => {
    const stored = encodePendingKeyShare(newShare(one));
    const [mark = 0] = stored;
    const share = stored.slice(3 + 3 * 64);
    for (const size of [2, 4]) {
      const signatures = [
        ...stored.slice(3, 3 + 64 * Math.min(size, 3)),
        ...new Uint8Array(64 * Math.max(size - 3, 0)),
      ];
      const bytes = new Uint8Array([mark, 0, size, ...signatures, ...share]);
      expect(() => decodePendingKeyShare(bytes, expected), `${size} signatures`).toThrowError(code("invalidKeyShare"));
    }
  });

  it("refuses another epoch or party", () => {
    const stored = encodePendingKeyShare(newShare(one));
    for (const other of [
      { ...expected, self: two },
      { ...expected, domain: old.domain },
    ]) {
      expect(() => decodePendingKeyShare(stored, other)).toThrowError(code("keyShareMismatch"));
    }
  });

  it("prints nothing secret", () => {
    const printed = JSON.stringify(newShare(one), (_key, value) => (typeof value === "bigint" ? `${value}` : value));
    expect(printed).not.toContain(`${scalarOf(exposePendingShare(newShare(one)))}`);
    expect(Object.keys(newShare(one)).sort()).toEqual(["record", "recordHash", "recordSignatures", "self"]);
  });
});

describe("old and new shares together", { timeout: 60_000 }, () => {
  it("interpolate to no key", () => {
    const key = interpolate(new Map([one, two].map((party) => [party, scalarOf(oldShare(party))])));
    for (const [a, b] of [
      [one, two],
      [two, one],
      [one, three],
      [three, two],
    ] as const) {
      const mixed = new Map([
        [a, scalarOf(oldShare(a))],
        [b, scalarOf(exposePendingShare(newShare(b)))],
      ]);
      expect(interpolate(mixed)).not.toBe(key);
    }
  });

  it("give no presignature if a member puts its old share into the new epoch", () => {
    const mixed = new Map([one, two].map((party) => [party, exposePendingShare(newShare(party))]));
    Object.assign(exposeKeyShare(must(mixed.get(one))), { share: new Secret(scalarOf(oldShare(one))) });
    const report = runPresign({ committee: next, shares: mixed, signers: [one, two] });
    expect(report.outputs.size).toBe(0);
    for (const party of [one, two]) expect(report.aborts.get(party)?.code).toBe("keySumMismatch");
  });

  it("are of different epochs, and a presigning takes shares of one", () => {
    const mixed = new Map([
      [one, oldShare(one)],
      [two, exposePendingShare(newShare(two))],
    ]);
    expect(() => runPresign({ committee: old, shares: mixed, signers: [one, two] })).toThrowError(
      code("keyShareMismatch"),
    );
  });
});
