import { isDeepStrictEqual } from "node:util";
import { type DecisionId, type PeerId, replay } from "@synod/core";
import type { Hex } from "viem";
import { isDaemonEvent } from "../../../src/journal/codec.ts";
import type { CommitterEvent } from "../../../src/journal/events.ts";
import { Memory } from "../../../src/memory.ts";
import { decodeFrame, type PeerFrame } from "../../../src/sessions/frame.ts";
import type { DecisionRow } from "../chain/state.ts";
import type { VirtualChain } from "../chain/virtual-chain.ts";
import { CLAIMS_FILE, DiskJournal } from "../disk/stores.ts";
import type { SentFrame } from "../network/virtual-network.ts";
import { type CommitterProcess, JOURNAL_CODEC } from "./committer-process.ts";
import type { Machine, Witness } from "./machine.ts";
import { PAYEE } from "./terms.ts";

type CoSignature = Extract<PeerFrame, { kind: "auditCoSignature" }>;

const SIGNING_PHASES: ReadonlySet<string> = new Set(["choice", "presign", "sign", "pooledSign"]);

/** Alarms that no honest committee with an honest chain raises, whatever befalls it. */
const FORBIDDEN_ALARMS: ReadonlySet<string> = new Set([
  "finalisedBlockChanged",
  "signingClaimConflict",
  "signingHalted",
  "memberBanned",
  "shareMissing",
  "recordMismatch",
  "decisionParked",
  "auditHeadForked",
  "auditHeadRefused",
]);

/** A rule was broken. */
export class Violation extends Error {
  override readonly name = "Violation";
}

function decisionOf(event: CommitterEvent): DecisionId | undefined {
  if ("decisionId" in event) return event.decisionId;
  return "attestation" in event ? event.attestation.decisionId : undefined;
}

/**
 * Sees everything and knows the rules: one digest for each decision and epoch, claimed durably before a message leaves,
 * no presignature twice, nothing executed twice, nothing signed that is not final, no honest member banned, and a journal
 * that folds to what its process knew.
 */
export class Oracle implements Witness {
  readonly #chain: VirtualChain;
  readonly #digests = new Map<string, Hex>();
  readonly #presignatures = new Set<string>();
  readonly #nonces = new Map<string, Hex>();
  readonly #violations: string[] = [];
  #executions = 0;

  constructor(chain: VirtualChain) {
    this.#chain = chain;
  }

  /** How many claims were seen. */
  get claims(): number {
    return this.#digests.size;
  }

  /** How many times a presignature was used. */
  get presignatures(): number {
    return this.#presignatures.size;
  }

  /** Errors: `Violation`, if a rule was broken since the last call. */
  check(): void {
    const [first] = this.#violations;
    if (first !== undefined) throw new Violation(first);
  }

  onViolation(what: string): void {
    this.#violations.push(what);
  }

  onRecorded(machine: Machine, events: readonly CommitterEvent[]): void {
    for (const event of events) {
      const what = decisionOf(event)?.slice(0, 10) ?? "";
      machine.surroundings.trace.add(machine.name, `records ${event.kind} ${what}`);
      this.#checkEvent(machine, event);
    }
  }

  onPresignature(machine: Machine, id: string): void {
    const key = `${machine.name}/${id}`;
    if (this.#presignatures.has(key)) this.onViolation(`${machine.name} uses presignature ${id} twice`);
    this.#presignatures.add(key);
  }

  onAlarm(machine: Machine, alarm: string): void {
    if (FORBIDDEN_ALARMS.has(alarm)) this.onViolation(`${machine.name} raises ${alarm}`);
  }

  onEnding(machine: Machine, { stores, unacknowledged }: CommitterProcess): void {
    if (stores !== undefined) this.checkReplay(machine, stores.memory, unacknowledged);
  }

  /**
   * A frame that helps to sign a decision leaves: by the chain itself, the decision must be approved for good, and the
   * sender's claim of its digest must outlast a power failure. A co-signature leaves: so must what was co-signed.
   */
  onFrame(sender: Machine, { frame, to }: SentFrame): void {
    const decoded = decodeFrame(frame);
    if (decoded?.kind === "auditHead") this.#sameFor(`head ${sender.name}/${decoded.length}`, decoded.hash);
    if (decoded?.kind === "auditCoSignature") this.#checkCoSignature(sender, to, decoded);
    if (decoded?.kind !== "session" || !SIGNING_PHASES.has(decoded.slot.phase)) return;
    const { subject, phase } = decoded.slot;
    if (!this.#isAnyDecision(subject)) return;
    const reason = whyNotFinal(this.#chain.finalised.state.decisions.get(subject), this.#chain.finalised.time);
    if (reason !== undefined) this.onViolation(`${sender.name} sends a ${phase} frame for ${subject}, which ${reason}`);
    if (!sender.disk.holds(CLAIMS_FILE, subject))
      this.onViolation(`${sender.name} sends a ${phase} frame for ${subject} without a claim that lasts`);
  }

  /** A block came, or several: what the payee has is what was executed, once each. */
  checkPayments(amounts: ReadonlyMap<Hex, bigint>): void {
    const { state } = this.#chain.head;
    let due = 0n;
    this.#executions = 0;
    for (const [decisionId, amount] of amounts) {
      if (state.decisions.get(decisionId)?.executedAt === 0n) continue;
      if (!state.decisions.has(decisionId)) continue;
      due += amount;
      this.#executions += 1;
    }
    const paid = state.account(PAYEE).balance;
    if (paid !== due) this.onViolation(`the payee has ${paid} wei, the executed decisions pay ${due}`);
  }

  /** How many decisions are executed on the present chain. */
  get executions(): number {
    return this.#executions;
  }

  /**
   * The journal on the disk must fold to what the process knows.
   * @param unacknowledged how many of the newest events may be there without the process knowing them
   */
  checkReplay(machine: Machine, living: Memory, unacknowledged = 0): void {
    const stored = [...new DiskJournal<CommitterEvent>(machine.disk, JOURNAL_CODEC).read()];
    const isFolded =
      foldsTo(stored, living) || (unacknowledged > 0 && foldsTo(stored.slice(0, -unacknowledged), living));
    if (!isFolded) this.onViolation(`${machine.name}: the journal does not fold to what the process knew`);
  }

  #checkCoSignature(sender: Machine, to: PeerId, { hash, length }: CoSignature): void {
    if (!sender.disk.holds("journal", hash))
      this.onViolation(`${sender.name} co-signs a head of ${to} at ${length} that it may forget`);
  }

  #isAnyDecision(subject: Hex): boolean {
    const { head, finalised } = this.#chain;
    return head.state.decisions.has(subject) || finalised.state.decisions.has(subject);
  }

  #checkEvent(machine: Machine, event: CommitterEvent): void {
    switch (event.kind) {
      case "SignClaimed":
        this.#sameFor(`claim ${event.decisionId}/${event.epoch}`, event.digest);
        break;
      case "SignatureProduced":
        this.#sameFor(`signature ${event.decisionId}`, event.digest);
        this.#sameNonce(event.signature, event.digest);
        break;
      case "PeerBanned":
      case "SigningHalted":
      case "DecisionParked":
        this.onViolation(`${machine.name} records ${event.kind}`);
    }
  }

  #sameFor(key: string, digest: Hex): void {
    const known = this.#digests.get(key);
    if (known !== undefined && known !== digest) this.onViolation(`two digests for ${key}: ${known} and ${digest}`);
    this.#digests.set(key, digest);
  }

  /** Two digests under one r would give the key away. */
  #sameNonce(signature: Hex, digest: Hex): void {
    const r = signature.slice(0, 66);
    const known = this.#nonces.get(r);
    if (known !== undefined && known !== digest) this.onViolation(`one nonce signs ${known} and ${digest}`);
    this.#nonces.set(r, digest);
  }
}

/** Whether a journal of these events folds to what a process knows, events of decisions on their own included. */
function foldsTo(events: readonly CommitterEvent[], living: Memory): boolean {
  const again = Memory.replay({ append: () => undefined, read: () => events });
  const decisions = events.flatMap((event) => (isDaemonEvent(event) ? [] : [event]));
  return (
    isDeepStrictEqual(again.state, living.state) &&
    isDeepStrictEqual(replay(decisions), living.state) &&
    isDeepStrictEqual(again.processed, living.processed) &&
    isDeepStrictEqual(again.heads.all(), living.heads.all()) &&
    isDeepStrictEqual(epochsOf(again), epochsOf(living))
  );
}

/** What the journal says of epochs: the rest was read from the chain. */
function epochsOf(memory: Memory) {
  return memory.book.entries().map(({ facts: _facts, predecessor: _before, latest: _newest, ...entry }) => entry);
}

function whyNotFinal(decision: DecisionRow | undefined, time: bigint): string | undefined {
  if (decision === undefined) return "is in no final block";
  if (decision.resolvedAt === 0n || !decision.reply) return "is not approved in a final block";
  return time < decision.readyAt ? "is not ready by the final block's time" : undefined;
}
