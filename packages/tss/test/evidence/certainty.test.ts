import { describe, expect, it } from "vitest";
import { PHASE } from "../../src/envelope/envelope.ts";
import { accusedOf, type Claim, createClaim } from "../../src/evidence/claim.ts";
import type { Dealing } from "../../src/evidence/dealing.ts";
import {
  type DealingFault,
  givesOtherChainCode,
  lacksAnchor,
  lacksCoefficientProof,
  lacksRecordSignature,
  lacksShareProof,
  misdealsShare,
  mismatchesRecord,
  misopensCommitment,
} from "../../src/evidence/dealing-faults.ts";
import { keygenDealing } from "../../src/evidence/keygen-dealing.ts";
import { isMalformed, SIGN_LAYOUTS } from "../../src/evidence/malformed.ts";
import { misopensNonces } from "../../src/evidence/presign-faults.ts";
import { reshareDealing } from "../../src/evidence/reshare-dealing.ts";
import { type MessagesEvidence, type PartyIndex, partyIndex, verifyEvidence } from "../../src/index.ts";
import { keygenSessionId, openingsHash } from "../../src/keygen/outcome.ts";
import { concat, u16 } from "../../src/math/bytes.ts";
import { encodePoint, GENERATOR } from "../../src/math/point.ts";
import { SINGLE_PRESIGNATURE } from "../../src/presign/terms.ts";
import { bytes32, must } from "../harness/committee.ts";
import { accuse, NOBODY, Paper, type PaperRun, type PaperTamper } from "../harness/paper-session.ts";
import { flip, overwrite } from "../harness/tamper.ts";
import {
  cheatBroadcast,
  cheatDirect,
  committee,
  keygenOf,
  one,
  presignOf,
  reshareOf,
  signOf,
  three,
  two,
} from "./cases.ts";

/*
 * A fault is proven only if it is certain. A message that has not the form of its round is another fault; terms that no
 * honest party would accept, and parts that are missing, prove none.
 */

const noFault = { kind: "unproven", reason: "noFault" };
const TOO_SHORT = (bytes: Uint8Array): Uint8Array => bytes.slice(0, -1);
const TOO_LONG = (bytes: Uint8Array): Uint8Array => concat(bytes, Uint8Array.of(0));
const NO_POINT = new Uint8Array(33);

function cheatOf(party: PartyIndex, at: number, change: (bytes: Uint8Array) => Uint8Array): PaperTamper {
  return (post, from, round) =>
    from === party && round === at ? { ...post, broadcast: change(post.broadcast) } : post;
}

describe("a message that is not canonical", () => {
  type Case = readonly [
    name: string,
    run: PaperRun,
    fault: MessagesEvidence["fault"],
    culprit?: PartyIndex,
    to?: PartyIndex,
  ];
  const cases: readonly Case[] = [
    ["key generation: a long commitment", keygenOf(cheatBroadcast(1, TOO_LONG)), "commitmentOpening"],
    ["presigning: a long commitment", presignOf(cheatBroadcast(1, TOO_LONG)), "commitmentOpening"],
    ["presigning: a short opening", presignOf(cheatBroadcast(3, TOO_SHORT)), "commitmentOpening"],
    [
      "presigning: a nonce that is no point",
      presignOf(cheatBroadcast(3, (bytes) => overwrite(bytes, 0, NO_POINT))),
      "commitmentOpening",
    ],
    ["key generation: a short echo", keygenOf(cheatBroadcast(2, TOO_SHORT)), "proofOfKnowledge"],
    ["reshare: a short opening", reshareOf(cheatBroadcast(3, TOO_SHORT)), "dealerAnchor"],
    [
      "reshare: a short chain code",
      reshareOf(cheatDirect(3, (bytes) => bytes.slice(0, 31))),
      "chainCodeMismatch",
      one,
      two,
    ],
    ["key generation: a short confirmation", keygenOf(cheatBroadcast(5, TOO_SHORT)), "recordMismatch"],
    ["reshare: a long hash of one that only deals", reshareOf(cheatOf(three, 5, TOO_LONG)), "recordMismatch", three],
  ];

  for (const [name, run, fault, culprit = one, to] of cases) {
    it(`${name} is no other fault`, () => {
      expect(verifyEvidence(accuse(run, culprit, fault, to === undefined ? {} : { to }))).toEqual(noFault);
    });
  }

  it("is malformed", () => {
    const noPoint = presignOf(cheatBroadcast(3, (bytes) => overwrite(bytes, 0, NO_POINT)));
    for (const [run, rounds] of [
      [noPoint, [3]],
      [keygenOf(cheatBroadcast(1, TOO_LONG)), [1]],
      [presignOf(cheatBroadcast(2, TOO_LONG)), [2]],
    ] as const) {
      expect(verifyEvidence(accuse(run, one, "malformedMessage", { rounds }))).toMatchObject({ kind: "proven" });
    }
  });

  it("in round 1, just long enough for a hello, has a nonce and no commitment to open", () => {
    expect(verifyEvidence(accuse(reshareOf(), two, "commitmentOpening"))).toEqual(noFault);
  });

  it("in round 1, too short for a hello, has no nonce that could explain the session", () => {
    const evidence = accuse(keygenOf(cheatBroadcast(1, (bytes) => bytes.slice(0, 40))), one, "commitmentOpening");
    expect(verifyEvidence(evidence)).toEqual({ kind: "unproven", reason: "otherSession" });
  });

  it("of a party that deals nothing is no dealing, whatever it says", () => {
    const opening = flip(must(reshareOf().messages.get(one)?.[2]).broadcast, -1);
    const run = reshareOf(cheatOf(two, 3, () => opening));
    expect(verifyEvidence(accuse(run, two, "proofOfKnowledge"))).toEqual(noFault);
    const dealer = reshareOf(cheatOf(one, 3, () => opening));
    expect(verifyEvidence(accuse(dealer, one, "proofOfKnowledge"))).toMatchObject({ kind: "proven" });
  });
});

describe("a party that a role does not name", () => {
  const toThree =
    (at: number, payload: Uint8Array): PaperTamper =>
    (post, from, round) =>
      from === one && round === at ? { ...post, direct: new Map(post.direct).set(three, payload) } : post;

  it("is owed no chain code and no share, whatever is sent to it", () => {
    const code = reshareOf(toThree(3, new Uint8Array(32).fill(1)));
    expect(verifyEvidence(accuse(code, one, "chainCodeMismatch", { to: three }))).toEqual(noFault);
    const share = reshareOf(toThree(4, new Uint8Array(32).fill(1)));
    expect(verifyEvidence(accuse(share, one, "feldmanShare", { to: three }))).toEqual(noFault);
  });

  it("has no share to prove, whatever it confirms", () => {
    const confirmation = flip(must(reshareOf().messages.get(one)?.[4]).broadcast, 64);
    const run = reshareOf(cheatOf(three, 5, () => confirmation));
    expect(verifyEvidence(accuse(run, three, "keyShareProof"))).toEqual(noFault);
    expect(verifyEvidence(accuse(reshareOf(cheatOf(one, 5, () => confirmation)), one, "keyShareProof"))).toMatchObject({
      kind: "proven",
    });
  });

  it("is known by its key alone in a reshare, and by its index as well elsewhere", () => {
    const moved = (evidence: MessagesEvidence) => ({
      domain: evidence.terms.domain,
      parties: new Map([[partyIndex(9), must(evidence.terms.parties.get(one))]]),
    });
    const dealt = accuse(reshareOf(undefined, 0n, 1n), one, "dealerAnchor");
    expect(verifyEvidence(dealt, moved(dealt))).toMatchObject({ kind: "proven" });
    const opened = accuse(keygenOf(cheatBroadcast(3, (bytes) => flip(bytes, 98))), one, "commitmentOpening");
    expect(verifyEvidence(opened, moved(opened))).toEqual({ kind: "unproven", reason: "unknownParty" });
  });
});

describe("openings that the accused echoed, and no party could have gone on with", () => {
  const { openings, sid } = keygenOf();
  const dsid = keygenSessionId(sid, 3, 2);

  function judge(echoed: readonly Uint8Array[]): ReturnType<typeof verifyEvidence> {
    const run = keygenOf(cheatBroadcast(4, () => openingsHash(dsid, echoed)));
    return verifyEvidence({ ...accuse(run, one, "recordMismatch"), openings: echoed });
  }

  it("prove that its record is another one if they are canonical", () => {
    const constant = encodePoint(GENERATOR.multiply(5n));
    expect(judge(openings.map((bytes) => overwrite(bytes, 0, constant)))).toMatchObject({ kind: "proven" });
  });

  it("prove nothing if one is not canonical", () => {
    expect(judge(openings.map((bytes, i) => (i === 2 ? overwrite(bytes, 0, NO_POINT) : bytes)))).toEqual(noFault);
  });

  it("prove nothing if they add up to no key", () => {
    const constants = [GENERATOR, GENERATOR, GENERATOR.double().negate()].map(encodePoint);
    expect(judge(openings.map((bytes, i) => overwrite(bytes, 0, must(constants[i]))))).toEqual(noFault);
  });
});

describe("terms whose binding is none of their phase", () => {
  it.each(Object.entries(PHASE).filter(([name]) => name !== "sign"))("make no fault provable: %s", (_name, phase) => {
    const paper = new Paper(committee, phase, bytes32("no binding"), { seed: "no binding" });
    paper.round(1, () => ({ broadcast: Uint8Array.of(1), direct: NOBODY }));
    const evidence = accuse(paper.finish([]), one, "malformedMessage");
    expect(verifyEvidence(evidence)).toEqual({ kind: "unproven", reason: "incomplete" });
  });

  it("are no key generation: t below 2 or above n, other parties, other lengths", () => {
    const { terms } = keygenOf();
    const dealing = (binding: Uint8Array): Dealing | undefined => keygenDealing({ ...terms, binding });
    const withT = (t: number): Uint8Array => overwrite(terms.binding, 0, u16(t));
    expect([2, 3].map((t) => dealing(withT(t))?.minSigners)).toEqual([2, 3]);
    const bindings = [withT(1), withT(4), flip(terms.binding, -1), TOO_SHORT(terms.binding), TOO_LONG(terms.binding)];
    expect(bindings.map(dealing)).toEqual(bindings.map(() => undefined));
  });

  it("are no reshare: t, dealers, members, record or epoch that nobody could have started", () => {
    const { terms } = reshareOf();
    const { binding } = terms;
    expect(reshareDealing(terms)).toBeDefined();
    // t'(2) ‖ |T|(2) ‖ T(2 each) ‖ n'(2) ‖ index(2) ‖ key(33) ...
    const bindings = {
      "t' = 1": overwrite(binding, 0, u16(1)),
      "t' > n'": overwrite(binding, 0, u16(3)),
      "dealer 0": overwrite(binding, 4, u16(0)),
      "a dealer outside the old committee": overwrite(binding, 6, u16(9)),
      "member 0": overwrite(binding, 10, u16(0)),
      "a record cut short": TOO_SHORT(binding),
      "a binding cut short": binding.slice(0, 30),
    };
    const dealings = Object.entries(bindings).map(([name, bytes]) => [
      name,
      reshareDealing({ ...terms, binding: bytes }),
    ]);
    expect(dealings).toEqual(Object.keys(bindings).map((name) => [name, undefined]));
    expect(reshareDealing({ ...terms, domain: { ...terms.domain, epoch: 1n } })).toBeUndefined();
    expect(reshareDealing({ ...terms, parties: new Map([...terms.parties].slice(1)) })).toBeUndefined();
  });
});

describe("a claim without one of its parts", () => {
  const keygen = (tamper: PaperTamper): PaperRun => keygenOf(tamper);
  const cases: readonly (readonly [DealingFault, MessagesEvidence])[] = [
    [misopensCommitment, accuse(keygen(cheatBroadcast(3, (bytes) => flip(bytes, 98))), one, "commitmentOpening")],
    [lacksCoefficientProof, accuse(keygen(cheatBroadcast(3, (bytes) => flip(bytes, -1))), one, "proofOfKnowledge")],
    [misdealsShare, accuse(keygen(cheatDirect(4, (bytes) => flip(bytes, 31))), one, "feldmanShare", { to: two })],
    [mismatchesRecord, accuse(keygen(cheatBroadcast(5, (bytes) => flip(bytes, 97))), one, "recordMismatch")],
    [lacksShareProof, accuse(keygen(cheatBroadcast(5, (bytes) => flip(bytes, 64))), one, "keyShareProof")],
    [lacksRecordSignature, accuse(keygen(cheatBroadcast(5, (bytes) => flip(bytes, 130))), one, "recordSignature")],
    [lacksAnchor, accuse(reshareOf(undefined, 0n, 1n), one, "dealerAnchor")],
    [givesOtherChainCode, accuse(reshareOf(cheatDirect(3, (b) => flip(b, 0))), one, "chainCodeMismatch", { to: two })],
  ];

  function claimOf(evidence: MessagesEvidence): Claim {
    const claim = createClaim(must(accusedOf(evidence)), evidence);
    if (typeof claim === "string") throw new TypeError(claim);
    return claim;
  }

  /** The claim with each of its messages left out; an opened payload in place of the message that it belongs to. */
  function parts(claim: Claim): readonly Claim[] {
    const rounds = [...claim.messages.keys()].slice(0, claim.direct === undefined ? undefined : -1);
    const fewer = rounds.map((round) => ({
      ...claim,
      messages: new Map([...claim.messages].filter(([other]) => other !== round)),
    }));
    return claim.direct === undefined ? fewer : [...fewer, { ...claim, direct: undefined }];
  }

  it.each(cases.map(([isFault, evidence]) => [evidence.fault, isFault, evidence] as const))(
    "proves no %s",
    (_fault, isFault, evidence) => {
      const dealing = must(keygenDealing(evidence.terms) ?? reshareDealing(evidence.terms));
      const claim = claimOf(evidence);
      expect(isFault(claim, dealing)).toBe(true);
      const without = parts(claim);
      expect(without.map((part) => isFault(part, dealing))).toEqual(without.map(() => false));
    },
  );

  it("proves no other constant term where there is none to be anchored to", () => {
    const evidence = accuse(reshareOf(undefined, 0n, 1n), one, "dealerAnchor");
    const dealing = must(reshareDealing(evidence.terms));
    expect(lacksAnchor(claimOf(evidence), dealing)).toBe(true);
    expect(lacksAnchor(claimOf(evidence), { ...dealing, anchorOf: undefined })).toBe(false);
    const generated = accuse(keygenOf(), one, "dealerAnchor");
    expect(verifyEvidence(generated)).toEqual({ kind: "unproven", reason: "incomplete" });
  });

  it("proves no other chain code where none is handed over", () => {
    const [isFault, evidence] = must(cases.at(-1));
    const dealing = must(reshareDealing(evidence.terms));
    expect(isFault(claimOf(evidence), { ...dealing, chainCodeHash: undefined })).toBe(false);
  });

  it("proves no other nonce", () => {
    const claim = claimOf(accuse(presignOf(cheatBroadcast(3, (bytes) => flip(bytes, 40))), one, "commitmentOpening"));
    expect(misopensNonces(claim, SINGLE_PRESIGNATURE)).toBe(true);
    expect(parts(claim).map((part) => misopensNonces(part, SINGLE_PRESIGNATURE))).toEqual([false, false]);
  });

  it("proves no malformed message, nor does one with another beside it", () => {
    const claim = claimOf(accuse(signOf(cheatBroadcast(1, TOO_SHORT)), one, "malformedMessage"));
    expect(isMalformed(claim, SIGN_LAYOUTS)).toBe(true);
    expect(isMalformed({ ...claim, messages: new Map() }, SIGN_LAYOUTS)).toBe(false);
    const twice = new Map([...claim.messages, [2, must(claim.messages.get(1))] as const]);
    expect(isMalformed({ ...claim, messages: twice }, SIGN_LAYOUTS)).toBe(false);
  });

  it("is none if a payload is opened and there is no message", () => {
    const [, , [, evidence] = []] = cases;
    const share = must(evidence);
    expect(createClaim(must(accusedOf(share)), { ...share, messages: [] })).toBe("notOpened");
  });
});
