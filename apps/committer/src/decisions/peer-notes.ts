import {
  type Attestation,
  attestationDigest,
  authorizationDigest,
  type DecisionId,
  type DecisionWork,
  epochKey,
  type PeerId,
  rebuildAuthorization,
  toDecisionId,
} from "@synod/core";
import type { Address, Hex } from "viem";
import type { PeerFrame } from "../sessions/frame.ts";
import { isSignedBy } from "../signed-by.ts";
import type { DecisionContext } from "./context.ts";

type AttestationFrame = Extract<PeerFrame, { kind: "attestation" }>;
type SignatureFrame = Extract<PeerFrame, { kind: "signature" }>;

/** A signature as a peer sent it, and whose of what it should be. */
type Claimed = {
  readonly from: PeerId;
  readonly by: Address;
  /** Computed only for what is checked. */
  readonly digest: () => Hex;
  readonly frame: AttestationFrame | SignatureFrame;
};

/** Attestations of one peer that wait for decisions this committer has not seen final yet. */
const EARLY_PER_PEER = 64;

/** Takes what peers say about decisions. Nothing is believed: each signature is checked against a rebuilt digest. */
export class PeerNotes {
  readonly #context: DecisionContext;
  readonly #early = new Map<PeerId, Map<Hex, AttestationFrame>>();
  /** Who sent a signature that is none about an open decision. No honest committer does: it is not checked twice. */
  readonly #forgers = new Map<DecisionId, Set<PeerId>>();
  /** What is being checked, by peer, kind and decision: thousands that come at once cost one check. */
  readonly #checking = new Set<string>();

  constructor(context: DecisionContext) {
    this.#context = context;
  }

  /** A peer's attestation. Kept when new and signed by that member; ignored otherwise. */
  async onAttestation(from: PeerId, frame: AttestationFrame): Promise<void> {
    const work = this.#open(frame.decisionId);
    if (work === undefined) return this.#keepEarly(from, frame);
    if (work.result !== undefined) return;
    const member = this.#entry(work)?.members.find(({ peer }) => peer === from);
    if (member === undefined || work.attestations.has(member.memberIndex)) return;
    const { id: decisionId, committeeId, epoch } = work.decision;
    const { chainId, decisionRegistry, view, record } = this.#context;
    const digest = () => {
      const { reply, resultHash } = frame;
      return attestationDigest({ chainId, decisionRegistry }, { decisionId, committeeId, epoch, reply, resultHash });
    };
    if (!(await this.#isSigned(work, { from, by: member.address, digest, frame }))) return;
    // The decision may have ended meanwhile.
    if (this.#open(decisionId)?.attestations.has(member.memberIndex) !== false) return;
    const { reply, resultHash, signature } = frame;
    const attestation: Attestation = { decisionId, memberIndex: member.memberIndex, reply, resultHash, signature };
    record([{ kind: "AttestationReceived", attestation, atBlock: view().head.number }]);
  }

  /** A finished group signature for a decision. Kept when the group key made it for the rebuilt authorization. */
  async onSignature(from: PeerId, frame: SignatureFrame): Promise<void> {
    const work = this.#open(frame.subject);
    if (work === undefined || work.signature !== undefined || work.validation?.kind !== "valid") return;
    const entry = this.#entry(work);
    if (entry?.facts === undefined || !entry.members.some(({ peer }) => peer === from)) return;
    const { decisionRegistry, view, record } = this.#context;
    const digest = () => authorizationDigest(rebuildAuthorization(work.decision, decisionRegistry));
    if (!(await this.#isSigned(work, { from, by: entry.facts.groupAddress, digest, frame }))) return;
    const now = this.#open(work.decision.id);
    if (now === undefined || now.signature !== undefined) return;
    const { signature } = frame;
    const facts = { decisionId: work.decision.id, digest: digest(), signature, atBlock: view().head.number } as const;
    record([{ kind: "SignatureProduced", ...facts, origin: "peer" }]);
  }

  /** Takes up what came before its decision was seen. */
  async onDecision(decisionId: DecisionId): Promise<void> {
    for (const [from, kept] of this.#early) {
      const frame = kept.get(decisionId);
      kept.delete(decisionId);
      if (frame !== undefined) await this.onAttestation(from, frame);
    }
  }

  /** Checks a signature, unless its sender forged one before or has another of the kind being checked. */
  async #isSigned(work: DecisionWork, { from, by, digest, frame }: Claimed): Promise<boolean> {
    const key = `${from} ${frame.kind} ${work.decision.id}`;
    if (this.#forgers.get(work.decision.id)?.has(from) === true || this.#checking.has(key)) return false;
    this.#checking.add(key);
    const isSigned = await isSignedBy(by, digest(), frame.signature);
    this.#checking.delete(key);
    if (!isSigned) this.#distrust(work, from);
    return isSigned;
  }

  /** Notes who cost a check for nothing, for as long as the decision is open. */
  #distrust({ decision }: DecisionWork, from: PeerId): void {
    const { open } = this.#context.state();
    for (const id of this.#forgers.keys()) if (!open.has(id)) this.#forgers.delete(id);
    const forgers = this.#forgers.get(decision.id) ?? new Set<PeerId>();
    this.#forgers.set(decision.id, forgers.add(from));
  }

  #open(decisionId: Hex): DecisionWork | undefined {
    return this.#context.state().open.get(toDecisionId(decisionId));
  }

  #entry({ decision }: DecisionWork) {
    return this.#context.book.get(epochKey(decision.committeeId, decision.epoch));
  }

  #keepEarly(from: PeerId, frame: AttestationFrame): void {
    const kept = this.#early.get(from) ?? new Map<Hex, AttestationFrame>();
    kept.set(frame.decisionId, frame);
    const oldest = kept.keys().next().value;
    if (kept.size > EARLY_PER_PEER && oldest !== undefined) kept.delete(oldest);
    this.#early.set(from, kept);
  }
}
