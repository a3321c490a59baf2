import { secp256k1 } from "@noble/curves/secp256k1.js";
import { describe, expect, it } from "vitest";
import { envelopeDigest, PHASE } from "../../src/envelope/envelope.ts";
import { signWithIdentity } from "../../src/envelope/identity-key.ts";
import { payloadHash } from "../../src/envelope/payload.ts";
import { MESSAGE_FAULTS } from "../../src/evidence/evidence.ts";
import {
  type Evidence,
  type MessagesEvidence,
  partyIndex,
  type SignedMessage,
  verifyEvidence,
} from "../../src/index.ts";
import { ORDER } from "../../src/math/scalar.ts";
import { must } from "../harness/committee.ts";
import { sent } from "../harness/evidence.ts";
import { accuse, KEYGEN_FAULTS, paperKeygen } from "../harness/paper-session.ts";
import { flip, overwrite } from "../harness/tamper.ts";
import { seededRng } from "../seeded-rng.ts";
import {
  cheatBroadcast,
  cheatDirect,
  committee,
  equivocation,
  keygenOf,
  one,
  presignOf,
  provenCases,
  signOf,
  three,
  two,
} from "./cases.ts";

const honest = keygenOf();
const known = { domain: committee.domain, parties: committee.parties };

/** The members of the chain's record of the epoch; of a reshare its parties by seat. */
const knownTo = ({ terms: { domain, parties } }: Evidence) => ({ domain, parties });
const ones = new Uint8Array(32).fill(1);

const unproven = (reason: string) => ({ kind: "unproven", reason });

describe("a fault that the accused signed", () => {
  it.each(provenCases())("%s", (_name, fault, evidence) => {
    const verdict = verifyEvidence(sent(evidence), evidence.terms.phase === PHASE.reshare ? knownTo(evidence) : known);
    const { domain } = evidence.terms;
    expect(verdict).toMatchObject({ kind: "proven", fault, culprit: 1, domain });
    expect(verdict).toMatchObject({ identityKey: committee.parties.get(one), phase: evidence.terms.phase });
    expect(verifyEvidence(evidence)).toEqual(verdict);
  });

  it("covers every fault that there is", { timeout: 60_000 }, () => {
    const covered = new Set(provenCases().map(([, fault]) => fault));
    expect([...covered].sort()).toEqual(["equivocation", ...MESSAGE_FAULTS].sort());
  });

  it("names the round that shows it", () => {
    expect(verifyEvidence(equivocation(honest, 3, { payloadHash: ones }))).toMatchObject({ round: 3 });
    const run = keygenOf(cheatDirect(4, (bytes) => flip(bytes, 31)));
    expect(verifyEvidence(accuse(run, one, "feldmanShare", { to: two }))).toMatchObject({ round: 4 });
  });
});

describe("equivocation", () => {
  it.each([
    ["session", { session: ones }],
    ["sid", { sid: ones }],
    ["phase", { phase: 2 }],
    ["round", { round: 4 }],
    ["sender", { from: 2 }],
    ["recipient", { to: 1 }],
    ["epoch", { domain: { ...committee.domain, epoch: 9n } }],
    ["chain", { domain: { ...committee.domain, chainId: 9n } }],
  ])("needs one slot: another %s is another", (_name, change) => {
    expect(verifyEvidence(equivocation(honest, 3, { payloadHash: ones, ...change }))).toEqual(unproven("otherSession"));
  });

  it("of a recipient that no envelope names proves nothing, though both are signed", () => {
    const { second } = equivocation(honest, 3, { to: 1 });
    const third = equivocation(honest, 3, { to: 1, payloadHash: ones }).second;
    const evidence = { kind: "equivocation", terms: honest.terms, first: second, second: third } as const;
    expect(verifyEvidence(evidence)).toEqual(unproven("otherSession"));
  });

  it("is not a resend: the same message, or the same under another valid signature (V-46)", () => {
    const { first } = equivocation(honest, 3, {});
    const evidence = { kind: "equivocation", terms: honest.terms, first, second: first } as const;
    expect(verifyEvidence(evidence)).toEqual(unproven("noFault"));
    const secret = seededRng("evidence vectors 1/evidence/2-of-3/id/1")(32);
    const digest = envelopeDigest(first.envelope);
    const signature = secp256k1.sign(digest, secret, { prehash: false, extraEntropy: ones });
    expect(signature).not.toEqual(first.signature);
    const resent = { ...evidence, second: { ...first, signature } };
    expect(verifyEvidence(resent)).toEqual(unproven("noFault"));
  });

  it("needs both signatures, in their one form", () => {
    const evidence = equivocation(honest, 3, { payloadHash: ones });
    const { second } = evidence;
    const s = BigInt(`0x${Buffer.from(second.signature.slice(32)).toString("hex")}`);
    const high = Buffer.from((ORDER - s).toString(16).padStart(64, "0"), "hex");
    for (const signature of [flip(second.signature, 0), overwrite(second.signature, 32, high)]) {
      expect(verifyEvidence({ ...evidence, second: { ...second, signature } })).toEqual(unproven("notSigned"));
      expect(verifyEvidence({ ...evidence, first: second, second: { ...evidence.first, signature } })).toEqual(
        unproven("notSigned"),
      );
    }
  });
});

describe("what binds the terms", () => {
  const run = keygenOf(cheatDirect(4, (bytes) => flip(bytes, 31)));
  const evidence = accuse(run, one, "feldmanShare", { to: two });
  const { terms } = evidence;
  const cases: readonly (readonly [string, Partial<typeof terms>, string])[] = [
    ["attempt", { attempt: 1n }, "otherSession"],
    ["purpose", { purpose: ones }, "otherSession"],
    ["phase", { phase: 2 }, "otherSession"],
    ["epoch", { domain: { ...terms.domain, epoch: 2n } }, "otherSession"],
    ["contract", { domain: { ...terms.domain, verifyingContract: new Uint8Array(20) } }, "otherSession"],
    ["t", { binding: overwrite(terms.binding, 0, Uint8Array.of(0, 3)) }, "otherSession"],
    ["parties", { parties: new Map([...terms.parties].slice(0, 2)) }, "otherSession"],
    ["the culprit's key", { parties: new Map(terms.parties).set(one, must(terms.parties.get(two))) }, "notCanonical"],
    ["the culprit's place", { parties: new Map([...terms.parties].slice(1)) }, "unknownParty"],
  ];

  it.each(cases)("another %s: nothing is proven", (_name, change, reason) => {
    expect(verifyEvidence({ ...evidence, terms: { ...terms, ...change } })).toEqual(unproven(reason));
  });

  it("the judge's own committee counts: another domain or identity key is another party", () => {
    const judge = (change: Partial<typeof known>) => verifyEvidence(evidence, { ...known, ...change });
    expect(judge({})).toMatchObject({ kind: "proven" });
    const reason = unproven("unknownParty");
    expect(judge({ domain: { ...known.domain, epoch: 2n } })).toEqual(reason);
    expect(judge({ parties: new Map([[two, must(known.parties.get(two))]]) })).toEqual(reason);
    expect(judge({ parties: new Map(known.parties).set(one, must(known.parties.get(two))) })).toEqual(reason);
  });
});

describe("messages", () => {
  const bad = keygenOf(cheatBroadcast(3, (bytes) => flip(bytes, 98)));
  const opening = accuse(bad, one, "commitmentOpening");
  const [first, third] = opening.messages as readonly [SignedMessage, SignedMessage];
  const share = accuse(keygenOf(cheatDirect(4, (bytes) => flip(bytes, 31))), one, "feldmanShare", { to: two });
  const direct = must(share.direct);
  const dealt = must(share.messages[1]);
  const leaves = dealt.directLeaves;
  // The accused signs other leaves. Position 0 opens as before, but whose it is nobody can say any more.
  const withLeaves = (directLeaves: readonly Uint8Array[]): readonly SignedMessage[] => {
    const hash = payloadHash(dealt.broadcast, directLeaves);
    const envelope = { ...dealt.signed.envelope, payloadHash: hash };
    const signature = signWithIdentity(committee.identityOf(one), envelopeDigest(envelope));
    return [must(share.messages[0]), { ...dealt, signed: { envelope, signature }, directLeaves }];
  };
  const confirmation = accuse(keygenOf(cheatBroadcast(5, (bytes) => flip(bytes, 97))), one, "recordMismatch");
  const otherAttempt = accuse(keygenOf(undefined, 1n), one, "commitmentOpening");
  const otherRun = paperKeygen(committee, { seed: "another run of the same attempt" });
  const changes: readonly (readonly [string, Evidence, string])[] = [
    ["none at all", { ...opening, messages: [] }, "unknownParty"],
    ["not in order", { ...opening, messages: [third, first] }, "otherSession"],
    [
      "not in order, of one id",
      { ...share, messages: [...share.messages].reverse(), direct: undefined },
      "otherSession",
    ],
    [
      "one twice, of one id",
      { ...share, messages: [must(share.messages[0]), must(share.messages[0])], direct: undefined },
      "otherSession",
    ],
    ["one twice", { ...opening, messages: [first, first] }, "otherSession"],
    ["one missing", { ...opening, messages: [third] }, "otherSession"],
    ["one too many", { ...opening, messages: [first, ...accuse(bad, one, "proofOfKnowledge").messages] }, "incomplete"],
    ["of another attempt", { ...opening, messages: [must(otherAttempt.messages[0]), third] }, "otherSession"],
    [
      "of two parties",
      { ...opening, messages: [first, must(accuse(bad, two, "commitmentOpening").messages[1])] },
      "otherSession",
    ],
    [
      "with another broadcast",
      { ...opening, messages: [first, { ...third, broadcast: flip(third.broadcast, 0) }] },
      "notSigned",
    ],
    ["with another leaf", { ...opening, messages: [first, { ...third, directLeaves: [ones, ones] }] }, "notSigned"],
    ["of another fault", { ...opening, fault: "recordMismatch" }, "incomplete"],
    ["nonces missing", { ...opening, nonces: [] }, "otherSession"],
    ["a nonce too many", { ...opening, nonces: [...opening.nonces, ones] }, "otherSession"],
    ["another nonce", { ...opening, nonces: [ones, ...opening.nonces.slice(1)] }, "otherSession"],
    [
      "round 1 of another run of the same attempt",
      { ...opening, messages: [must(accuse(otherRun, one, "commitmentOpening").messages[0]), third] },
      "otherSession",
    ],
    ["nonces where none are needed", { ...share, nonces: opening.nonces }, "otherSession"],
    ["openings where none are needed", { ...opening, openings: bad.openings }, "incomplete"],
    ["openings missing", { ...confirmation, openings: [] }, "incomplete"],
    ["other openings", { ...confirmation, openings: otherRun.openings }, "noFault"],
    ["openings in another order", { ...confirmation, openings: [...confirmation.openings].reverse() }, "noFault"],
    ["nothing opened", { ...share, direct: undefined }, "incomplete"],
    ["something opened without need", { ...opening, direct: bad.opened(one, 3, two) }, "incomplete"],
    ["another leaf opened", { ...share, direct: { ...direct, leaf: 1 } }, "notOpened"],
    ["a leaf that is none", { ...share, direct: { ...direct, leaf: 2 } }, "notOpened"],
    ["a leaf of a message with a leaf too many", { ...share, messages: withLeaves([...leaves, ones]) }, "notOpened"],
    ["the only leaf of a message", { ...share, messages: withLeaves(leaves.slice(0, 1)) }, "notOpened"],
    ["another payload opened", { ...share, direct: { ...direct, payload: flip(direct.payload, 0) } }, "notOpened"],
    ["another salt", { ...share, direct: { ...direct, salt: flip(direct.salt, 0) } }, "notOpened"],
    ["a short salt", { ...share, direct: { ...direct, salt: direct.salt.slice(1) } }, "notCanonical"],
    [
      "one leaf of two lengths",
      { ...opening, messages: [first, { ...third, directLeaves: [new Uint8Array(64)] }] },
      "notCanonical",
    ],
    [
      "a short signature",
      { ...opening, messages: [{ ...first, signed: { ...first.signed, signature: ones } }, third] },
      "notCanonical",
    ],
    ["an index that is none", { ...share, direct: { ...direct, leaf: -1 } }, "notCanonical"],
    ["a view", { kind: "view", terms: bad.terms, accepted: [first.signed] }, "viewOnly"],
  ];

  it.each(changes)("%s: nothing is proven", (_name, evidence, reason) => {
    expect(verifyEvidence(evidence)).toEqual(unproven(reason));
  });

  it("an authentic message that is as it should be proves nothing", { timeout: 60_000 }, () => {
    const presigning = presignOf();
    const accusations: readonly MessagesEvidence[] = committee.members.flatMap((party) => [
      ...KEYGEN_FAULTS.filter((fault) => fault !== "malformedMessage").map((fault) =>
        accuse(honest, party, fault, fault === "feldmanShare" ? { to: party === two ? three : two } : {}),
      ),
      ...[1, 2, 3, 4, 5].map((round) => accuse(honest, party, "malformedMessage", { rounds: [round] })),
      ...[2, 3, 4].map((round) =>
        accuse(honest, party, "malformedMessage", { rounds: [round], to: party === two ? three : two }),
      ),
      ...[1, 2, 3, 4].map((round) => accuse(presigning, party, "malformedMessage", { rounds: [round] })),
      ...[2, 3].map((round) =>
        accuse(presigning, party, "malformedMessage", { rounds: [round], to: party === two ? three : two }),
      ),
      accuse(presigning, party, "commitmentOpening"),
      accuse(signOf(), party, "malformedMessage"),
    ]);
    for (const evidence of accusations) expect(verifyEvidence(evidence)).toEqual(unproven("noFault"));
  });

  it("a message of a round that the phase has not proves nothing", () => {
    const { first: sixth } = { first: equivocation(honest, 5, { round: 6 }).second };
    const message = { ...must(accuse(honest, one, "malformedMessage", { rounds: [5] }).messages[0]), signed: sixth };
    const evidence = { ...accuse(honest, one, "malformedMessage"), messages: [message] };
    expect(verifyEvidence(evidence)).toEqual(unproven("noFault"));
  });

  it("what is malformed is no other fault", { timeout: 60_000 }, () => {
    const run = keygenOf(cheatBroadcast(3, (bytes) => overwrite(bytes, 0, new Uint8Array(33))));
    expect(verifyEvidence(accuse(run, one, "commitmentOpening"))).toEqual(unproven("noFault"));
    expect(verifyEvidence(accuse(run, one, "malformedMessage", { rounds: [3] }))).toMatchObject({ kind: "proven" });
    const short = keygenOf(cheatDirect(4, () => new Uint8Array(8)));
    expect(verifyEvidence(accuse(short, one, "feldmanShare", { to: two }))).toEqual(unproven("noFault"));
  });

  it("a party that no session has is no culprit", () => {
    const stranger = { ...first.signed, envelope: { ...first.signed.envelope, from: partyIndex(9) } };
    expect(verifyEvidence({ ...opening, messages: [{ ...first, signed: stranger }, third] })).toEqual(
      unproven("unknownParty"),
    );
  });
});
