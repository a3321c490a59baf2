import { beforeEach, describe, expect, it } from "vitest";
import {
  burnPair,
  decodeKeyShare,
  encodeKeyShare,
  expire,
  intentDigest,
  type KeyShare,
  openBackup,
  type PartyIndex,
  PHASE,
  pairId,
  partnerStatus,
  partyIndex,
  recordHash,
  restoreKeyShare,
  sealBackup,
  startPresign,
  startRenewal,
  verifyEvidence,
  wipeKeyShare,
} from "../../src/index.ts";
import { exposeKeyShare, installPair } from "../../src/keyshare/key-share.ts";
import { PPRF_MESSAGE_LENGTH } from "../../src/primitives/parameters.ts";
import { renewalBinding, renewalSizes, renewingParties } from "../../src/renewal/terms.ts";
import { setupBytes } from "../../src/setup/sizes.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { type RenewalSetup, renewalInput, runRenewal } from "../harness/renewal.ts";
import { stuckLater } from "../harness/scripted-rng.ts";
import { presignInput, runPresign, runSigning, sampleIntent } from "../harness/sessions.ts";
import { flip, overwrite, roundOf, type Tamper, tamperBroadcast, tamperDirect } from "../harness/tamper.ts";
import { expectValid } from "../harness/verify.ts";
import { seededRng } from "../seeded-rng.ts";

const [one, two, three] = [1, 2, 3].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex];
const committee = createCommittee(2, 3, "renewal");
const all = [one, two, three];

let shares: Map<PartyIndex, KeyShare>;

beforeEach(() => {
  shares = new Map(dealKeyShares(committee));
});

/** What a member has that lost its keystore and restored its backup. */
function restored(share: KeyShare): KeyShare {
  const key = new Uint8Array(32).fill(1);
  const backup = openBackup(sealBackup(share, key, seededRng("container")), key);
  return restoreKeyShare(backup, { record: share.record, confirmedHash: recordHash(share.record) });
}

function shareOf(party: PartyIndex): KeyShare {
  return must(shares.get(party));
}

function setup(changes: Partial<RenewalSetup> = {}): RenewalSetup {
  return { committee, shares, participants: all, renewing: [one], ...changes };
}

function deltaOf(party: PartyIndex, other: PartyIndex): string {
  return must(exposeKeyShare(shareOf(party)).pairs.get(other)).alice.delta.join();
}

function expectSigns(signers: readonly PartyIndex[]): void {
  const purpose = `signing ${signers.join()}`;
  const presigned = runPresign({ committee, shares, signers, purpose });
  expect(presigned.aborts).toEqual(new Map());
  const signed = runSigning(committee, presigned.outputs);
  expect(signed.outputs.size).toBe(signers.length);
  for (const signature of signed.outputs.values()) {
    expectValid(signature, intentDigest(sampleIntent(committee)), shareOf(one).record.groupKey);
  }
}

describe("a renewal", () => {
  it("lets a member that restored its backup sign with everybody again", { timeout: 60_000 }, () => {
    shares.set(one, restored(shareOf(one)));
    const untouched = deltaOf(two, three);
    const secret = exposeKeyShare(shareOf(one)).share.expose();
    const report = runRenewal(setup());
    expect(report.aborts).toEqual(new Map());
    expect(all.map((party) => [...must(report.outputs.get(party)).renewed.keys()])).toEqual([[2, 3], [1], [1]]);
    for (const other of [two, three]) {
      expect(pairId(shareOf(one), other)).toEqual(pairId(shareOf(other), one));
      expect(must(report.outputs.get(other)).renewed.get(one)).toEqual(pairId(shareOf(other), one));
    }
    expect(deltaOf(two, three)).toBe(untouched);
    expect(exposeKeyShare(shareOf(one)).share.expose()).toBe(secret);
    for (const signers of [
      [one, two],
      [one, three],
      [two, three],
    ])
      expectSigns(signers);
  });

  it("survives storing: the stored shares sign", { timeout: 60_000 }, () => {
    runRenewal(setup({ participants: [one, two] }));
    for (const self of [one, two]) {
      shares.set(self, decodeKeyShare(encodeKeyShare(shareOf(self)), { domain: committee.domain, self }));
    }
    expectSigns([one, two]);
  });

  it("of two members replaces their pair in both roles, and no other", { timeout: 60_000 }, () => {
    const before = [deltaOf(one, two), deltaOf(two, one), deltaOf(one, three)];
    const old = must(exposeKeyShare(shareOf(one)).pairs.get(two));
    const oldSeed = must(exposeKeyShare(shareOf(one)).zeroSeeds.get(two));
    const { outputs } = runRenewal(setup({ participants: [two, one], renewing: [two] }));
    expect(outputs.size).toBe(2);
    const after = [deltaOf(one, two), deltaOf(two, one), deltaOf(one, three)];
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
    expect(after[2]).toBe(before[2]);
    expect(old.alice.delta).toEqual(new Uint8Array(16));
    expect(old.bob.leaves.every((byte) => byte === 0)).toBe(true);
    expect(oldSeed).toEqual(new Uint8Array(32));
    const [seedOne, seedTwo] = [exposeKeyShare(shareOf(one)), exposeKeyShare(shareOf(two))];
    expect(seedOne.zeroSeeds.get(two)).toEqual(seedTwo.zeroSeeds.get(one));
    expect(seedOne.zeroSeeds.get(two)).not.toEqual(new Uint8Array(32));
    expectSigns([one, two]);
    expectSigns([one, three]);
  });

  it("of all members makes every pair anew", { timeout: 60_000 }, () => {
    const { outputs } = runRenewal(setup({ renewing: all }));
    expect(all.map((party) => must(outputs.get(party)).renewed.size)).toEqual([2, 2, 2]);
    const ids = all.flatMap((a) => all.filter((b) => a < b).map((b) => must(pairId(shareOf(a), b)).join()));
    expect(new Set(ids).size).toBe(3);
    expectSigns([two, three]);
  });

  it("has no direct payload between members that renew nothing with each other", () => {
    const sizes = renewalSizes({ participants: all, renewing: [one] });
    const bytes = (from: PartyIndex, to: PartyIndex) => sizes.map(({ directBytes }) => directBytes?.(from, to));
    expect(bytes(two, three)).toEqual([undefined, 0, 0, 0, undefined]);
    const [first, second, third] = ([1, 2, 3] as const).map((message) => setupBytes(message, two, one));
    expect(bytes(two, one)).toEqual([undefined, first, second, 32 + must(third), undefined]);
    expect(sizes.map(({ broadcastBytes }) => [broadcastBytes(one), broadcastBytes(two)])[4]).toEqual([64, 32]);
  });

  it("uses fresh secrets even if every member's random source is stuck", { timeout: 60_000 }, () => {
    const stuck = () => {
      const rngs = new Map(committee.members.map((party) => [party, stuckLater(party)]));
      return { ...committee, rngOf: (party: PartyIndex) => must(rngs.get(party)) };
    };
    const participants = [one, two];
    expect(runRenewal(setup({ committee: stuck(), participants })).outputs.size).toBe(2);
    const first = [deltaOf(one, two), deltaOf(two, one)];
    expect(first).not.toContain(new Uint8Array(16).fill(1).join());
    runRenewal(setup({ committee: stuck(), participants, attempt: 1n }));
    expect(new Set([...first, deltaOf(one, two), deltaOf(two, one)]).size).toBe(4);
  });
});

describe("a renewal is refused", () => {
  const rng = seededRng("refused");

  function refused(changes: Partial<Parameters<typeof startRenewal>[0]>, code: string): void {
    const input = { ...renewalInput(setup(), one), ...changes };
    expect(() => startRenewal(input, rng)).toThrowError(expect.objectContaining({ code }));
  }

  it("with a burnt pair, at the member that burnt it, whoever asks", () => {
    burnPair(shareOf(one), three);
    refused({}, "bannedParty");
    refused({ renewing: [three] }, "bannedParty");
    refused({ participants: [one, three] }, "bannedParty");
    // The pair of the two others, with this party as a witness of the echo only, is not concerned.
    burnPair(shareOf(one), two);
    refused({ renewing: [two] }, "bannedParty");
  });

  it("with a party that the caller bans", () => {
    refused({ banned: new Set([two]) }, "bannedParty");
  });

  it("for wrong sets of parties", () => {
    refused({ participants: [one] }, "invalidParties");
    refused({ participants: [one, two, two] }, "invalidParties");
    refused({ participants: [one, partyIndex(9)], renewing: [one] }, "invalidParties");
    refused({ participants: [two, three], renewing: [two] }, "invalidParties");
    refused({ renewing: [] }, "invalidParties");
    refused({ renewing: [one, one] }, "invalidParties");
    refused({ participants: [one, two], renewing: [three] }, "invalidParties");
  });

  it("with another key's, epoch's or party's share", () => {
    refused({ domain: { ...committee.domain, epoch: 2n } }, "keyShareMismatch");
    refused({ share: shareOf(two) }, "keyShareMismatch");
    refused({ identity: committee.identityOf(two) }, "invalidIdentityKey");
  });
});

const NO_POINT = Uint8Array.of(4);

describe("a renewal with a cheater", () => {
  const pair = { participants: [one, two] };

  // Of this pair, member 1 is Alice of the first direction and member 2 its Bob.
  const cheats: readonly (readonly [string, PartyIndex, Tamper])[] = [
    ["a base-OT receiver's point that is none (R3.1)", one, tamperDirect(2, (bytes) => overwrite(bytes, 0, NO_POINT))],
    ["a base-OT sender's point that is none (R4.1)", two, tamperDirect(2, (bytes) => overwrite(bytes, 0, NO_POINT))],
    [
      "trees that their digests do not fit (R4.1)",
      two,
      tamperDirect(3, (bytes) => flip(bytes, PPRF_MESSAGE_LENGTH - 1)),
    ],
    ["an extension that is inconsistent (R4.1)", two, tamperDirect(3, (bytes) => flip(bytes, -1))],
    ["trees of the other direction that do not fit (R5.1)", one, tamperDirect(4, (bytes) => flip(bytes, -1))],
    ["another renewal id (F.2)", two, tamperBroadcast(5, (bytes) => flip(bytes, 0))],
  ];

  it.each(cheats)("that sends %s names it and changes nothing", { timeout: 60_000 }, (_name, cheater, tamper) => {
    const victim = cheater === one ? two : one;
    const { outputs, aborts } = runRenewal(setup(pair), new Map([[cheater, tamper]]));
    expect(outputs.has(victim)).toBe(false);
    expect(pairId(shareOf(victim), cheater)).toEqual(shareOf(victim).recordHash);
    expect(aborts.get(victim)).toMatchObject({
      code: "pairSetup",
      severity: "retry",
      blame: "pairwise",
      culprits: [cheater],
      evidence: [],
    });
  });

  it("does not notice another half of a zero seed before the key sum: the ids do not cover it", {
    timeout: 60_000,
  }, () => {
    runRenewal(setup(pair), new Map([[two, tamperDirect(4, (bytes) => flip(bytes, 0), one)]]), { cheaters: [two] });
    const { aborts } = runPresign({ committee, shares, signers: [one, two], purpose: "wrong seed" });
    expect(must(aborts.get(one))).toMatchObject({ code: "keySumMismatch", blame: "nobody" });
  });

  it.each([
    ["a payload for a member that renews nothing with it", tamperDirect(2, () => new Uint8Array(1), three)],
    ["a base-OT message that is too short", tamperDirect(2, (bytes) => bytes.slice(1), one)],
    ["one renewal id too many", tamperBroadcast(5, (bytes) => new Uint8Array([...bytes, ...bytes]))],
  ])("that sends %s is named with evidence", { timeout: 60_000 }, (_name, tamper) => {
    const report = runRenewal(setup(), new Map([[two, tamper]]));
    const abort = must([...report.aborts.values()].find(({ code }) => code === "malformedMessage"));
    expect(abort).toMatchObject({ culprits: [two], blame: "public" });
    expect(verifyEvidence(must(abort.evidence[0]), committee)).toMatchObject({
      kind: "proven",
      fault: "malformedMessage",
      culprit: two,
      phase: PHASE.renewal,
    });
  });
});

describe("a pair that is burnt while a renewal runs", () => {
  it("stays burnt, and the renewal changes nothing (F.1)", { timeout: 60_000 }, () => {
    const report = runRenewal(setup(), new Map(), {
      cheaters: [two],
      intercept: (delivery) => {
        if (delivery.to === one && delivery.from === two && roundOf(delivery.frame) === 5) burnPair(shareOf(one), two);
        return [delivery];
      },
    });
    expect(must(report.aborts.get(one))).toMatchObject({ code: "pairBurnt", culprits: [two], severity: "retry" });
    expect(partnerStatus(shareOf(one), two)).toBe("burnt");
    expect(pairId(shareOf(one), three)).toEqual(shareOf(one).recordHash);
  });
});

describe("a share that is wiped while a renewal runs", () => {
  it.each([1, 2, 3, 4, 5])("ends it without blame (after round %i was sent)", { timeout: 60_000 }, (round) => {
    let isWiped = false;
    const report = runRenewal(setup({ participants: [one, two] }), new Map(), {
      intercept(delivery) {
        if (delivery.from === two && roundOf(delivery.frame) === round && !isWiped) {
          isWiped = true;
          wipeKeyShare(shareOf(two));
        }
        return [delivery];
      },
    });
    expect(report.aborts.get(two)).toMatchObject({ code: "keyShareWiped", blame: "nobody", culprits: [], round });
    expect(report.outputs.has(two)).toBe(false);
  });
});

describe("a renewal that does not end", () => {
  it("leaves the share as it was when the deadline passes", { timeout: 60_000 }, () => {
    const { sessions } = runRenewal(setup({ participants: [one, two] }), new Map(), {
      intercept: (delivery) => (roundOf(delivery.frame) === 4 ? [] : [delivery]),
    });
    const { effects } = expire(must(sessions.get(one)));
    expect(effects).toMatchObject([{ kind: "abort", abort: { code: "expired", silent: [two] } }]);
    expect(pairId(shareOf(one), two)).toEqual(shareOf(one).recordHash);
    expectSigns([one, two]);
  });
});

describe("a pair that only one side renewed", () => {
  it("stops presigning without blame or ban, until both renew again", { timeout: 60_000 }, () => {
    const report = runRenewal(setup({ participants: [one, two] }), new Map(), {
      intercept: (delivery) => (delivery.to === two && roundOf(delivery.frame) === 5 ? [] : [delivery]),
    });
    expect([...report.outputs.keys()]).toEqual([one]);
    const { aborts, outputs } = runPresign({ committee, shares, signers: [one, two], purpose: "one-sided" });
    expect(outputs.size).toBe(0);
    for (const party of [one, two]) {
      expect(aborts.get(party)).toMatchObject({
        code: "pairMismatch",
        severity: "retry",
        blame: "nobody",
        culprits: [],
      });
    }
    expect(partnerStatus(shareOf(one), two)).toBe("ready");
    runRenewal(setup({ participants: [one, two], attempt: 1n }));
    expectSigns([one, two]);
  });

  it("in the middle of a presigning stops it too", { timeout: 60_000 }, () => {
    const { aborts } = runPresign({ committee, shares, signers: [one, two], purpose: "meanwhile" }, new Map(), {
      intercept: (delivery) => {
        if (delivery.from === one && roundOf(delivery.frame) === 2) {
          const foreign = exposeKeyShare(must(dealKeyShares(committee, "renewed").get(two)));
          const pair = { ...must(foreign.pairs.get(one)), renewal: new Uint8Array(32).fill(8) };
          installPair(shareOf(two), one, pair, must(foreign.zeroSeeds.get(one)));
        }
        return [delivery];
      },
    });
    expect(must(aborts.get(two))).toMatchObject({ code: "pairMismatch", blame: "nobody" });
    expect(partnerStatus(shareOf(two), one)).toBe("ready");
  });
});

describe("what a renewal binds", () => {
  it("gives the renewing parties back, and nothing for another binding", () => {
    const terms = {
      share: shareOf(one),
      self: one,
      participants: committee.parties,
      renewing: [one, three],
      partners: [],
    };
    const binding = renewalBinding(terms);
    const { parties } = committee;
    expect(renewingParties({ binding, parties })).toEqual([1, 3]);
    const wrong = [
      binding.slice(1),
      new Uint8Array([...binding, 0]),
      flip(binding, 33),
      flip(binding, -2),
      binding.slice(0, 34),
    ];
    for (const other of wrong) expect(renewingParties({ binding: other, parties })).toBeUndefined();
  });
});

describe("a share without pair state", () => {
  it("does not presign, and says what is missing", () => {
    shares.set(one, restored(shareOf(one)));
    const input = presignInput({ committee, shares, signers: [one, two] }, one);
    expect(() => startPresign(input, seededRng("bare"))).toThrowError(expect.objectContaining({ code: "missingPair" }));
  });
});
