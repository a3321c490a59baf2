import { type AgreedTerms, deriveHandle, encodeParties } from "../../src/engine/context.ts";
import { type Envelope, envelopeDigest, PHASE, type Phase } from "../../src/envelope/envelope.ts";
import { signWithIdentity } from "../../src/envelope/identity-key.ts";
import type { OpenedDirect, SignedMessage } from "../../src/envelope/message.ts";
import { directLeaf, payloadHash } from "../../src/envelope/payload.ts";
import type { MessageFault, MessagesEvidence, PartyIndex, Rng } from "../../src/index.ts";
import {
  coefficientStatement,
  commitmentHash,
  encodeCommitment,
  recordSignatureDigest,
  shareStatement,
} from "../../src/keygen/hashes.ts";
import {
  buildRecord,
  combineChainCode,
  encodeOpening,
  keygenSessionId,
  openingsHash,
  sumCommitments,
  verificationShares,
} from "../../src/keygen/outcome.ts";
import { keygenSizes } from "../../src/keygen/terms.ts";
import { recordHash } from "../../src/keyshare/record.ts";
import { concat, u8, u16 } from "../../src/math/bytes.ts";
import { encodePoint, multiplyBase } from "../../src/math/point.ts";
import { commitPolynomial, evaluatePolynomial, samplePolynomial } from "../../src/math/polynomial.ts";
import { encodeScalar, randomScalar, sumScalars } from "../../src/math/scalar.ts";
import { encodeProof, proveKnowledge } from "../../src/math/schnorr.ts";
import { firstRoundDigest, nonceCommitment } from "../../src/presign/hashes.ts";
import { presignSizes, SINGLE_PRESIGNATURE } from "../../src/presign/terms.ts";
import { H } from "../../src/transcript/hash.ts";
import { seededRng } from "../seeded-rng.ts";
import { bytes32, type Committee, must } from "./committee.ts";

/*
 * Sessions on paper: what every party signs in each round, without engine, encryption and pair setup (random bytes of
 * the right length stand for the latter). Fast enough to make hundreds, and a second reading of the documents: the
 * evidence of real sessions is tested with real sessions.
 */

/** What one party sends in one round. */
export type PaperPost = { readonly broadcast: Uint8Array; readonly direct: ReadonlyMap<PartyIndex, Uint8Array> };

/** Changes what a party signs. */
export type PaperTamper = (post: PaperPost, from: PartyIndex, round: number) => PaperPost;

export type PaperOptions = {
  readonly seed: string;
  readonly attempt?: bigint;
  readonly purpose?: Uint8Array;
  readonly tamper?: PaperTamper;
};

/** A finished run: all that was signed, and all that was sent in private. */
export type PaperRun = {
  readonly committee: Committee;
  readonly terms: AgreedTerms;
  readonly handle: Uint8Array;
  readonly sid: Uint8Array;
  readonly nonces: readonly Uint8Array[];
  /** What e2 hashes; empty where nothing is dealt. */
  readonly openings: readonly Uint8Array[];
  /** Messages of a party, by round from 1. */
  readonly messages: ReadonlyMap<PartyIndex, readonly SignedMessage[]>;
  readonly opened: (from: PartyIndex, round: number, to: PartyIndex) => OpenedDirect;
};

export const NOBODY: ReadonlyMap<PartyIndex, Uint8Array> = new Map();

/** A session under way: every party posts in every round. */
export class Paper {
  readonly handle: Uint8Array;
  readonly messages: Map<PartyIndex, SignedMessage[]>;
  readonly directs = new Map<string, OpenedDirect>();
  readonly nonces = new Map<PartyIndex, Uint8Array>();
  readonly committee: Committee;
  readonly terms: AgreedTerms;
  readonly rng: Rng;
  readonly #tamper: PaperTamper;
  sid: Uint8Array;
  #view: Uint8Array = new Uint8Array(32);

  constructor(committee: Committee, phase: Phase, binding: Uint8Array, options: PaperOptions) {
    const { attempt = 0n, purpose = committee.domain.keyId } = options;
    this.committee = committee;
    this.terms = { domain: committee.domain, phase, attempt, purpose, parties: committee.parties, binding };
    this.handle = deriveHandle(this.terms);
    this.sid = this.handle;
    this.rng = seededRng(options.seed);
    this.#tamper = options.tamper ?? ((post) => post);
    this.messages = new Map(committee.members.map((party) => [party, []]));
  }

  /** Puts a hello in front of every first broadcast and agrees on the session id. */
  hello(post: (party: PartyIndex, nonce: Uint8Array) => PaperPost): void {
    const nonces = new Map(this.committee.members.map((party) => [party, this.rng(32)]));
    const greet = (party: PartyIndex): PaperPost => {
      const nonce = must(nonces.get(party));
      const { broadcast, direct } = post(party, nonce);
      return { broadcast: concat(nonce, encodePoint(multiplyBase(randomScalar(this.rng))), broadcast), direct };
    };
    this.round(1, greet);
    for (const party of this.committee.members) this.nonces.set(party, this.broadcast(party, 1).slice(0, 32));
    this.sid = H("sid", this.handle, ...this.nonces.values());
  }

  round(round: number, post: (party: PartyIndex) => PaperPost): void {
    const digests: Uint8Array[] = [];
    for (const from of this.committee.members) {
      const { broadcast, direct } = this.#tamper(post(from), from, round);
      const others = this.committee.members.filter((party) => party !== from);
      const opened = direct.size === 0 ? [] : others.map((to, leaf) => this.#open(from, round, to, leaf, direct));
      const directLeaves = opened.map(directLeaf);
      const envelope: Envelope = {
        domain: this.terms.domain,
        phase: this.terms.phase,
        session: this.handle,
        sid: this.sid,
        round,
        from,
        to: 0,
        prevView: this.#view,
        payloadHash: payloadHash(broadcast, directLeaves),
      };
      const digest = envelopeDigest(envelope);
      digests.push(concat(u16(from), digest));
      const signature = signWithIdentity(this.committee.identityOf(from), digest);
      must(this.messages.get(from)).push({ signed: { envelope, signature }, broadcast, directLeaves });
    }
    this.#view = H("envelope/view", this.handle, u8(round), ...digests);
  }

  broadcast(party: PartyIndex, round: number): Uint8Array {
    return must(this.messages.get(party)?.[round - 1]).broadcast;
  }

  finish(openings: readonly Uint8Array[]): PaperRun {
    const { committee, terms, handle, sid, messages, directs } = this;
    const opened = (from: PartyIndex, round: number, to: PartyIndex) => must(directs.get(`${from}/${round}/${to}`));
    return { committee, terms, handle, sid, nonces: [...this.nonces.values()], openings, messages, opened };
  }

  #open(from: PartyIndex, round: number, to: PartyIndex, leaf: number, direct: PaperPost["direct"]): OpenedDirect {
    const opened = { leaf, salt: this.rng(32), payload: must(direct.get(to)) };
    this.directs.set(`${from}/${round}/${to}`, opened);
    return opened;
  }
}

/** A key generation on paper (docs/protocol/dkg.md). */
export function paperKeygen(committee: Committee, options: PaperOptions): PaperRun {
  const { members, minSigners: t, parties, domain } = committee;
  const paper = new Paper(committee, PHASE.keygen, concat(u16(t), encodeParties(parties)), options);
  const { rng } = paper;
  const sizes = keygenSizes(t);
  const own = new Map(
    members.map((party) => {
      const polynomial = samplePolynomial(t, rng);
      const commitment = commitPolynomial(polynomial);
      const values = { encoded: encodeCommitment(commitment), chainCodePart: rng(32), salt: rng(32) };
      return [party, { polynomial, commitment, ...values }] as const;
    }),
  );
  const of = (party: PartyIndex) => must(own.get(party));
  const toEach = (from: PartyIndex, make: (to: PartyIndex) => Uint8Array) =>
    new Map(members.filter((to) => to !== from).map((to) => [to, make(to)]));
  const filler = (from: PartyIndex, to: PartyIndex, round: number, used = 0): Uint8Array =>
    rng(must(must(sizes[round - 1]).directBytes)(from, to) - used);
  paper.hello((party, nonce) => ({ broadcast: commitmentHash(party, nonce, of(party)), direct: NOBODY }));
  const dsid = keygenSessionId(paper.sid, members.length, t);
  const e1 = H("dkg/e1", dsid, ...members.map((party) => paper.broadcast(party, 1).slice(65)));
  paper.round(2, (from) => ({ broadcast: e1, direct: toEach(from, (to) => filler(from, to, 2)) }));
  paper.round(3, (from) => {
    const { commitment, polynomial } = of(from);
    const proofs = commitment.map((point, k) =>
      encodeProof(proveKnowledge(coefficientStatement(dsid, e1, from, k), must(polynomial[k]), point, rng)),
    );
    const broadcast = concat(encodeOpening(of(from)), ...proofs);
    return { broadcast, direct: toEach(from, (to) => filler(from, to, 3)) };
  });
  const openings = members.map((party) => paper.broadcast(party, 3).slice(0, 33 * t + 64));
  const e2 = openingsHash(dsid, openings);
  paper.round(4, (from) => ({
    broadcast: e2,
    direct: toEach(from, (to) =>
      concat(encodeScalar(evaluatePolynomial(of(from).polynomial, to)), filler(from, to, 4, 32)),
    ),
  }));
  const sum = sumCommitments(
    members.map((party) => of(party).commitment),
    t,
  );
  const chainCode = combineChainCode(
    dsid,
    members.map((party) => of(party).chainCodePart),
  );
  const shares = verificationShares(sum, members);
  const record = buildRecord({ domain, minSigners: t, parties }, { groupKey: must(sum[0]), shares, chainCode, e2 });
  const hash = recordHash(record);
  paper.round(5, (from) => {
    const setupHash = rng(32);
    const statement = shareStatement(dsid, from, { e2, recordHash: hash, setupHash });
    const s = sumScalars(members.map((dealer) => evaluatePolynomial(of(dealer).polynomial, from)));
    const proof = encodeProof(proveKnowledge(statement, s, must(shares.get(from)), rng));
    const signature = signWithIdentity(committee.identityOf(from), recordSignatureDigest(hash));
    return { broadcast: concat(proof, setupHash, hash, signature), direct: NOBODY };
  });
  return paper.finish(openings);
}

/** A presigning of the whole committee on paper (docs/protocol/presign.md): canonical, but no OT behind it. */
export function paperPresign(committee: Committee, options: PaperOptions): PaperRun {
  const { members, parties } = committee;
  const binding = concat(bytes32("record"), u16(members.length), encodeParties(parties), u8(1), u8(0));
  const paper = new Paper(committee, PHASE.presign, binding, { purpose: bytes32("presign"), ...options });
  const { rng } = paper;
  const point = (): Uint8Array => encodePoint(multiplyBase(randomScalar(rng)));
  const noncePoints = new Map(members.map((party) => [party, { point: point(), salt: rng(32) }]));
  const toEach = (from: PartyIndex, make: () => Uint8Array) =>
    new Map(members.filter((to) => to !== from).map((to) => [to, make()]));
  const scalars = (count: number) => Array.from({ length: count }, () => encodeScalar(randomScalar(rng)));
  paper.hello((party, nonce) => {
    const own = must(noncePoints.get(party));
    return { broadcast: nonceCommitment(party, nonce, own.point, own.salt), direct: NOBODY };
  });
  const coms = new Map(members.map((party) => [party, paper.broadcast(party, 1).slice(65)]));
  const dig = firstRoundDigest(paper.sid, paper.nonces, coms);
  const extension = must(must(presignSizes(SINGLE_PRESIGNATURE)[1]).directBytes)(must(members[0]), must(members[1]));
  paper.round(2, (from) => ({ broadcast: dig, direct: toEach(from, () => rng(extension)) }));
  const corrections = scalars(8);
  paper.round(3, (from) => {
    const own = must(noncePoints.get(from));
    const answer = () =>
      concat(
        ...Array.from({ length: 192 }, () => corrections).flat(),
        ...scalars(1),
        rng(32),
        point(),
        point(),
        ...scalars(1),
      );
    return { broadcast: concat(own.point, own.salt, point()), direct: toEach(from, answer) };
  });
  const confirmation = concat(rng(32), point());
  paper.round(4, () => ({ broadcast: confirmation, direct: NOBODY }));
  return paper.finish([]);
}

/** A signing on paper (docs/protocol/online.md): one round of two scalars. */
export function paperSign(committee: Committee, options: PaperOptions): PaperRun {
  const binding = concat(...["record", "presignature", "digest", "tweak", "beacon"].map(bytes32));
  const paper = new Paper(committee, PHASE.sign, binding, { purpose: bytes32("decision"), ...options });
  paper.round(1, () => ({
    broadcast: concat(encodeScalar(randomScalar(paper.rng)), encodeScalar(randomScalar(paper.rng))),
    direct: NOBODY,
  }));
  return paper.finish([]);
}

/** Rounds that each fault is proven from, by docs/protocol/evidence.md. */
const ROUNDS: Readonly<Partial<Record<MessageFault, readonly number[]>>> = {
  malformedMessage: [1],
  commitmentOpening: [1, 3],
  proofOfKnowledge: [2, 3],
  feldmanShare: [3, 4],
  recordMismatch: [4, 5],
  keyShareProof: [4, 5],
  recordSignature: [4, 5],
  dealerAnchor: [3],
  chainCodeMismatch: [3],
};

/** An accusation made from a run; whether it is true is for the judge. `to`: who opens what it got in the last round. */
export function accuse(
  run: PaperRun,
  culprit: PartyIndex,
  fault: MessageFault,
  { rounds, to }: { readonly rounds?: readonly number[]; readonly to?: PartyIndex } = {},
): MessagesEvidence {
  const chosen = rounds ?? must(ROUNDS[fault]);
  const messages = chosen.map((round) => must(run.messages.get(culprit)?.[round - 1]));
  const direct = to === undefined ? undefined : run.opened(culprit, must(chosen.at(-1)), to);
  const nonces = chosen.length > 1 && chosen[0] === 1 ? run.nonces : [];
  const needsOpenings = chosen.join() === "4,5";
  return {
    kind: "messages",
    fault,
    terms: run.terms,
    messages,
    direct,
    nonces,
    openings: needsOpenings ? run.openings : [],
  };
}

/** The faults that a key generation can have. */
export const KEYGEN_FAULTS = [
  "malformedMessage",
  "commitmentOpening",
  "proofOfKnowledge",
  "feldmanShare",
  "recordMismatch",
  "keyShareProof",
  "recordSignature",
] as const satisfies readonly MessageFault[];
