import { describe, expect, it } from "vitest";
import { intentDigest, type PartyIndex, type ShareView, type ThresholdScheme, TssError } from "../../src/index.ts";
import { bytes32, createCommittee, must } from "../harness/committee.ts";
import { pump, type Report } from "../harness/pump.ts";
import { sampleIntent } from "../harness/sessions.ts";
import { roundOf } from "../harness/tamper.ts";
import { expectValid, tweakedKey } from "../harness/verify.ts";

/** What every implementation of the interface must do. Written against the interface alone. */
export function describeScheme<Share extends ShareView, Presignature>(
  scheme: ThresholdScheme<Share, Presignature>,
): void {
  const { capabilities } = scheme;
  const t = capabilities.minSigners;
  const committee = createCommittee(t, t + 1, `scheme ${scheme.name}`);
  const { domain, members, parties, rngOf, identityOf } = committee;
  const signers = members.slice(0, t);

  function startsOf<Started>(
    who: readonly PartyIndex[],
    start: (self: PartyIndex) => Started,
  ): Map<PartyIndex, Started> {
    return new Map(who.map((party) => [party, start(party)]));
  }

  function rounds(report: Report<unknown>): number {
    return Math.max(...report.deliveries.map(({ frame }) => roundOf(frame)));
  }

  function generate() {
    const starts = startsOf(members, (self) =>
      scheme.startKeygen(
        { domain, attempt: 0n, self, parties, minSigners: t, identity: identityOf(self) },
        rngOf(self),
      ),
    );
    return pump(starts, { rngOf });
  }

  describe(`${scheme.name} as a threshold scheme`, { timeout: 120_000 }, () => {
    const generated = generate();
    const shares = new Map([...generated.outputs].map(([party, { share }]) => [party, share]));

    function presignInput(self: PartyIndex, purpose: string, set: readonly PartyIndex[] = signers) {
      const common = { domain, purpose: bytes32(purpose), attempt: 0n, self, signers: set };
      return { ...common, share: must(shares.get(self)), identity: identityOf(self), banned: new Set<PartyIndex>() };
    }

    function presign(purpose: string, set: readonly PartyIndex[] = signers) {
      return pump(
        startsOf(set, (self) => scheme.startPresign(presignInput(self, purpose, set), rngOf(self))),
        { rngOf },
      );
    }

    function signingInput(self: PartyIndex, presignature: Presignature, tweak: bigint) {
      const common = { domain, purpose: bytes32("decision"), attempt: 0n, self, presignature, tweak };
      return { ...common, intent: sampleIntent(committee), beacon: bytes32("beacon"), identity: identityOf(self) };
    }

    function sign(presignatures: ReadonlyMap<PartyIndex, Presignature>, tweak: bigint) {
      const start = (self: PartyIndex) =>
        scheme.startSigning(signingInput(self, must(presignatures.get(self)), tweak), rngOf(self));
      return pump(startsOf([...presignatures.keys()], start), { rngOf });
    }

    it("gives every member a share of one key, in the rounds that it declares", () => {
      expect(generated.outputs.size).toBe(members.length);
      expect(new Set([...shares.values()].map(({ recordHash }) => recordHash.join())).size).toBe(1);
      expect([...shares].every(([party, share]) => share.self === party)).toBe(true);
      expect(rounds(generated)).toBe(capabilities.keygenRounds);
    });

    it("signs for the group key and, if it says so, for child keys", () => {
      const groupKey = must(shares.get(must(members[0]))).record.groupKey;
      for (const tweak of capabilities.childKeys ? [0n, 77n] : [0n]) {
        const presigned = presign(`sign ${tweak}`);
        const signed = sign(presigned.outputs, tweak);
        expect([rounds(presigned), rounds(signed)]).toEqual([capabilities.presignRounds, capabilities.onlineRounds]);
        expect(signed.outputs.size).toBe(t);
        const digest = intentDigest(sampleIntent(committee));
        for (const signature of signed.outputs.values()) expectValid(signature, digest, tweakedKey(groupKey, tweak));
      }
    });

    it("makes several presignatures in one session, each for a signature of its own", () => {
      const starts = startsOf(signers, (self) =>
        scheme.startPresignBatch({ ...presignInput(self, "batch"), count: 3 }, rngOf(self)),
      );
      const { outputs } = pump(starts, { rngOf });
      const groupKey = must(shares.get(must(members[0]))).record.groupKey;
      for (const index of [0, 1, 2]) {
        const one = new Map([...outputs].map(([party, batch]) => [party, must(batch[index])]));
        for (const signature of sign(one, 0n).outputs.values())
          expectValid(signature, intentDigest(sampleIntent(committee)), groupKey);
      }
    });

    it("consumes a presignature with the first use, and with burning it", () => {
      const { outputs } = presign("once");
      const [first, second] = [...outputs];
      const [self, presignature] = must(first);
      scheme.startSigning(signingInput(self, presignature, 0n), rngOf(self));
      scheme.burnPresignature(must(second)[1]);
      for (const [party, used] of [must(first), must(second)]) {
        expect(() => scheme.startSigning(signingInput(party, used, 0n), rngOf(party))).toThrowError(
          expect.objectContaining({ code: "stateConsumed" }),
        );
      }
    });

    it("refuses signing sets that it does not support", () => {
      const self = must(members[0]);
      const wrong = [signers.slice(0, -1), [...signers, must(signers[1])], members.slice(1)];
      for (const set of capabilities.signers === "exact" ? [...wrong, members] : wrong) {
        expect(() => scheme.startPresign(presignInput(self, "wrong", set), rngOf(self))).toThrowError(TssError);
      }
    });

    it("stores a share and loads it; the burn of a party stays", () => {
      const [self, other] = [must(members[0]), must(members[1])];
      const expected = { domain, self };
      const copy = scheme.decodeShare(scheme.encodeShare(must(shares.get(self))), expected);
      expect(copy.recordHash).toEqual(must(shares.get(self)).recordHash);
      expect(scheme.usablePartners(copy)).toEqual(new Set(members.slice(1)));
      scheme.burn(copy, other);
      const again = scheme.decodeShare(scheme.encodeShare(copy), expected);
      expect(scheme.usablePartners(again).has(other)).toBe(false);
      const input = { ...presignInput(self, "burnt"), share: again };
      expect(() => scheme.startPresign(input, rngOf(self))).toThrowError(TssError);
      expect(() => scheme.decodeShare(scheme.encodeShare(copy), { domain, self: other })).toThrowError(TssError);
      scheme.wipeShare(again);
      expect(() => scheme.encodeShare(again)).toThrowError(expect.objectContaining({ code: "secretWiped" }));
    });
  });
}
