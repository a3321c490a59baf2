import { secp256k1 } from "@noble/curves/secp256k1.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveHandle } from "../../src/engine/context.ts";
import { envelopeDigest, PHASE } from "../../src/envelope/envelope.ts";
import { signWithIdentity } from "../../src/envelope/identity-key.ts";
import { MESSAGE_FAULTS } from "../../src/evidence/evidence.ts";
import {
  compareViews,
  decodeEvidence,
  type Evidence,
  encodeEvidence,
  findEquivocation,
  type MessageFault,
  type MessagesEvidence,
  type OpenedDirect,
  type PartyIndex,
  type SignedEnvelope,
  verifyEvidence,
} from "../../src/index.ts";
import { bytes32, createCommittee, must } from "../harness/committee.ts";
import { paperReshare } from "../harness/paper-reshare.ts";
import { type PaperRun, paperKeygen, paperPresign, paperSign } from "../harness/paper-session.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { provenCases } from "./cases.ts";

function isProven(evidence: Evidence | undefined): boolean {
  return evidence !== undefined && verifyEvidence(evidence).kind === "proven";
}

/** Every byte of the first case of each fault; of further ones, which have the same layout, every fifth. */
function stepOf(evidence: Evidence): number {
  const faultOf = (piece: Evidence): string => (piece.kind === "messages" ? piece.fault : piece.kind);
  const [, , first] = must(provenCases().find(([, , piece]) => faultOf(piece) === faultOf(evidence)));
  return first === evidence ? 1 : 5;
}

describe("evidence with one byte changed (V-47)", () => {
  it.each(provenCases())(
    "%s: proves nothing, whatever byte and bit",
    { timeout: 120_000 },
    (_name, _fault, evidence) => {
      const rng = seededRng(`${TEST_SEED}/framing/${_name}`);
      const original = encodeEvidence(evidence);
      expect(isProven(decodeEvidence(original))).toBe(true);
      for (let at = 0; at < original.length; at += stepOf(evidence)) {
        const changed = original.slice();
        changed[at] = must(changed[at]) ^ (1 << (must(rng(1)[0]) & 7));
        expect(isProven(decodeEvidence(changed)), `byte ${at}`).toBe(false);
      }
    },
  );

  it.each(provenCases())("%s: is not decoded when cut or lengthened", (_name, _fault, evidence) => {
    const original = encodeEvidence(evidence);
    for (let length = 0; length < original.length; length += 7) {
      expect(decodeEvidence(original.slice(0, length))).toBeUndefined();
    }
    expect(decodeEvidence(new Uint8Array([...original, 0]))).toBeUndefined();
  });
});

/*
 * Everything that honest parties signed and sent in several sessions: the same attempt cannot run twice, but attempts,
 * epochs, keys, purposes and phases can. The accuser may combine it as it likes, and knows all direct payloads.
 */
function honestRuns(): readonly PaperRun[] {
  const committee = createCommittee(2, 3, "honest");
  const later = { ...committee, domain: { ...committee.domain, epoch: 2n } };
  const other = { ...committee, domain: { ...committee.domain, keyId: bytes32("another key") } };
  const stricter = { ...committee, minSigners: 3 };
  const seed = `${TEST_SEED}/honest`;
  return [
    paperKeygen(committee, { seed: `${seed}/1` }),
    paperKeygen(committee, { seed: `${seed}/2`, attempt: 1n }),
    paperKeygen(later, { seed: `${seed}/3` }),
    paperKeygen(other, { seed: `${seed}/4` }),
    paperKeygen(stricter, { seed: `${seed}/5`, attempt: 2n }),
    paperPresign(committee, { seed: `${seed}/6` }),
    paperPresign(committee, { seed: `${seed}/7`, attempt: 1n }),
    paperPresign(committee, { seed: `${seed}/8`, purpose: bytes32("another") }),
    paperSign(committee, { seed: `${seed}/9` }),
    paperSign(committee, { seed: `${seed}/10`, attempt: 1n }),
    paperReshare({ seed: `${seed}/11`, label: "honest", from: TEST_SEED }),
    paperReshare({ seed: `${seed}/12`, label: "honest", from: TEST_SEED, attempt: 1n }),
    paperReshare({ seed: `${seed}/13`, label: "honest", from: TEST_SEED, epoch: 3n }),
  ];
}

describe("what honest parties signed", () => {
  const runs = honestRuns();
  const members = must(runs[0]).committee.members;
  const run = fc.constantFrom(...runs);
  const party = fc.constantFrom(...members);
  const message = fc
    .tuple(run, party, fc.nat(4))
    .map(([from, who, at]) => must(from.messages.get(who)?.[at % must(from.messages.get(who)).length]));
  const direct = fc.tuple(run, party, party, fc.nat(4), fc.nat(2)).map(([from, sender, to, round, leaf]) => {
    try {
      return { ...from.opened(sender, round, to), leaf };
    } catch {
      // No direct payload there.
      return undefined;
    }
  });

  /** Two messages are more likely of one party and session than chance would have it. */
  const related = fc
    .tuple(run, party, fc.subarray([0, 1, 2, 3, 4], { maxLength: 3 }))
    .map(([from, who, rounds]) => rounds.flatMap((at) => must(from.messages.get(who))[at] ?? []));
  const terms = run.map((from) => from.terms);

  it("never proves equivocation, in any pair", { timeout: 120_000 }, () => {
    const all = runs.flatMap((from) => [...from.messages.values()].flat());
    for (const first of all) {
      for (const second of all.filter(({ signed }) => signed.envelope.from === first.signed.envelope.from)) {
        const session = must(runs.find((from) => from.handle.join() === first.signed.envelope.session.join()));
        const evidence = {
          kind: "equivocation",
          terms: session.terms,
          first: first.signed,
          second: second.signed,
        } as const;
        expect(isProven(evidence)).toBe(false);
      }
    }
  });

  it("never proves a fault, however it is combined", { timeout: 120_000 }, () => {
    const evidence = fc.record({
      kind: fc.constant("messages" as const),
      fault: fc.constantFrom(...MESSAGE_FAULTS),
      terms,
      messages: fc.oneof(related, fc.array(message, { maxLength: 3 })),
      direct: fc.option(direct, { nil: undefined }),
      nonces: fc.oneof(
        fc.constant([]),
        run.map((from) => from.nonces),
      ),
      openings: fc.oneof(
        fc.constant([]),
        run.map((from) => from.openings),
      ),
    });
    fc.assert(
      fc.property(evidence, (piece) => {
        expect(isProven(piece)).toBe(false);
      }),
      { numRuns: 3000, seed: seedNumber() },
    );
  });

  it("never proves a fault in the very parts that the fault is proven from", { timeout: 120_000 }, () => {
    for (const from of runs) {
      for (const culprit of members) {
        for (const evidence of everyAccusation(from, culprit)) expect(isProven(evidence)).toBe(false);
      }
    }
  });

  it("compared as views, also resent under other signatures, names nobody (V-46)", () => {
    const rng = seededRng(`${TEST_SEED}/resend`);
    for (const from of runs) {
      const rounds = must(from.messages.get(must(members[0]))).length;
      for (let round = 1; round <= rounds; round++) {
        const ours = viewOf(from, round, (signed) => signed);
        const theirs = viewOf(from, round, (signed) => resign(signed, rng(32)));
        expect(theirs.accepted).not.toEqual(ours.accepted);
        expect(compareViews(ours, theirs)).toEqual({ kind: "agreement" });
        expect(findEquivocation(ours, theirs)).toBeUndefined();
        for (const elsewhere of runs)
          expect(
            findEquivocation(
              ours,
              viewOf(elsewhere, 1, (signed) => signed),
            ),
          ).toBeUndefined();
      }
    }
  });
});

/** Which faults are proven from which rounds. */
const PARTS: readonly (readonly [rounds: readonly number[], faults: readonly MessageFault[]])[] = [
  [[1, 3], ["commitmentOpening"]],
  [[2, 3], ["proofOfKnowledge"]],
  [[3, 4], ["feldmanShare"]],
  [
    [4, 5],
    ["recordMismatch", "keyShareProof", "recordSignature"],
  ],
  [[1], ["malformedMessage"]],
  [[2], ["malformedMessage"]],
  [[3], ["malformedMessage", "dealerAnchor", "chainCodeMismatch"]],
  [[4], ["malformedMessage"]],
  [[5], ["malformedMessage"]],
];

/** Every fault that somebody could claim from one party's messages of a session, with every opening there is. */
function everyAccusation(from: PaperRun, culprit: PartyIndex): readonly MessagesEvidence[] {
  const own = must(from.messages.get(culprit));
  return PARTS.flatMap(([rounds, faults]) => {
    const messages = rounds.flatMap((round) => own[round - 1] ?? []);
    const nonces = rounds.length > 1 && rounds[0] === 1 ? from.nonces : [];
    const openings = rounds.join() === "4,5" ? from.openings : [];
    const base = { kind: "messages", terms: from.terms, messages, nonces, openings } as const;
    const opened = [undefined, ...openedBy(from, culprit, rounds.at(-1) ?? 0)];
    return faults.flatMap((fault) => opened.map((direct) => ({ ...base, fault, direct })));
  });
}

function openedBy(from: PaperRun, culprit: PartyIndex, round: number): readonly OpenedDirect[] {
  if ((from.messages.get(culprit)?.[round - 1]?.directLeaves.length ?? 0) === 0) return [];
  return from.committee.members.filter((to) => to !== culprit).map((to) => from.opened(culprit, round, to));
}

function viewOf(from: PaperRun, round: number, change: (signed: SignedEnvelope) => SignedEnvelope) {
  const accepted = [...from.messages.values()].map((messages) => change(must(messages[round - 1]).signed));
  return { kind: "view", terms: from.terms, accepted } as const;
}

/** The same envelope under another valid signature, as its owner could make it. */
function resign({ envelope }: SignedEnvelope, entropy: Uint8Array): SignedEnvelope {
  const isNewcomer = envelope.phase === PHASE.reshare && envelope.from === 2;
  const owner = isNewcomer ? "honest newcomer/2-of-2/id/1" : `honest/2-of-3/id/${envelope.from}`;
  const secret = seededRng(`${TEST_SEED}/${owner}`)(32);
  return {
    envelope,
    signature: secp256k1.sign(envelopeDigest(envelope), secret, { prehash: false, extraEntropy: entropy }),
  };
}

function seedNumber(): number {
  const [a = 0, b = 0, c = 0] = seededRng(`${TEST_SEED}/fast-check`)(3);
  return (a << 16) | (b << 8) | c;
}

describe("a cheater that calls itself by another member's index", () => {
  const { domain, parties, members, identityOf } = createCommittee(2, 3, "spoofed index");
  const [one, two, three] = members as [PartyIndex, PartyIndex, PartyIndex];
  // Party 3 makes terms in which it is party 2, and signs two envelopes under them.
  const purpose = bytes32("decision");
  const named = new Map([
    [one, must(parties.get(one))],
    [two, must(parties.get(three))],
  ]);
  const terms = { domain, phase: PHASE.sign, purpose, attempt: 0n, parties: named, binding: new Uint8Array(0) };
  const session = deriveHandle(terms);
  const sign = (payloadHash: Uint8Array): SignedEnvelope => {
    const place = { domain, phase: PHASE.sign, session, sid: session, round: 1, from: two, to: 0 } as const;
    const envelope = { ...place, prevView: new Uint8Array(32), payloadHash };
    return { envelope, signature: signWithIdentity(identityOf(three), envelopeDigest(envelope)) };
  };
  const evidence: Evidence = { kind: "equivocation", terms, first: sign(bytes32("a")), second: sign(bytes32("b")) };

  it("is not taken for the other by who knows the committee, and is named by its key without", () => {
    expect(verifyEvidence(evidence, { domain, parties })).toEqual({ kind: "unproven", reason: "unknownParty" });
    expect(verifyEvidence(evidence)).toMatchObject({ kind: "proven", identityKey: parties.get(three) });
  });
});
