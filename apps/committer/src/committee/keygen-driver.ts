import type { MemberIndex, PeerId } from "@synod/core";
import type { Hex } from "viem";
import { encodeFrame } from "../sessions/frame.ts";
import type { RunOutcome } from "../sessions/messages.ts";
import { keygenSubject } from "../sessions/share-name.ts";
import { banEvents } from "./bans.ts";
import type { CeremonyContext } from "./context.ts";
import { type EpochEntry, otherParties } from "./epoch-book.ts";
import type { KeySource } from "./handover.ts";

/** A key generation moves this many times the bytes and mathematics of a signature: it is given as much more time. */
const KEYGEN_ATTEMPT_FACTOR = 12n;

/** How far ahead of the own attempt a peer's may be and still be followed. */
const ATTEMPT_WINDOW = 1_000;

type Running = { readonly attempt: number; readonly deadlineBlock: bigint };

/**
 * Generates the key of one epoch, or takes one over, again and again until every member has its share durably. A member that restarts
 * begins a new attempt and pulls the others along; nothing is confirmed on chain before all have stored.
 */
export class KeygenDriver {
  readonly subject: Hex;
  readonly #context: CeremonyContext;
  readonly #entry: () => EpochEntry;
  readonly #source: KeySource;
  readonly #stored = new Map<MemberIndex, string>();
  #running: Running | undefined;
  #wantedAttempt = 0;

  constructor(context: CeremonyContext, entry: () => EpochEntry, source: KeySource) {
    this.#context = context;
    this.#source = source;
    this.#entry = entry;
    this.subject = keygenSubject(entry().committeeId, entry().epoch);
  }

  /** Attempt under way, if any. */
  get attempt(): number | undefined {
    return this.#running?.attempt;
  }

  /** Starts, ends or announces, whichever the moment asks for. Called while no member has confirmed on chain. */
  step(): void {
    const entry = this.#entry();
    if (this.#running !== undefined) this.#endIfOver(this.#running);
    else if (entry.share === undefined || this.#isOvertaken(entry)) this.#start(entry);
    else this.#announce(entry);
  }

  /** Stops what runs: the epoch needs no key any more. */
  stop(): void {
    if (this.#running !== undefined)
      this.#context.host.expire({ subject: this.subject, attempt: this.#running.attempt });
  }

  /** Whether every member has stored the same share record as this one. */
  isStoredByAll(): boolean {
    const { share, members, self } = this.#entry();
    if (share === undefined) return false;
    const wanted = `${share.attempt}:${share.recordHash}`;
    return members.every(({ memberIndex }) => memberIndex === self || this.#stored.get(memberIndex) === wanted);
  }

  /** A peer says that its share of an attempt is durable. */
  onStored(from: PeerId, attempt: number, recordHash: Hex): void {
    const member = this.#entry().members.find(({ peer }) => peer === from);
    if (member === undefined) return;
    this.#stored.set(member.memberIndex, `${attempt}:${recordHash}`);
    this.#context.wake();
  }

  /** A peer has begun this attempt. A later one than the own is followed. */
  onAttempt(attempt: number): void {
    const own = this.#running?.attempt ?? this.#entry().keygenAttempt ?? -1;
    if (attempt <= own || attempt > own + ATTEMPT_WINDOW || this.#entry().isConfirmed) return;
    if (attempt <= this.#wantedAttempt && this.#running === undefined) return;
    this.#wantedAttempt = attempt;
    this.stop();
    this.#context.wake();
  }

  #isOvertaken(entry: EpochEntry): boolean {
    return !entry.isConfirmed && this.#wantedAttempt > (entry.keygenAttempt ?? -1);
  }

  #endIfOver(running: Running): void {
    if (this.#context.moment().finalised.number >= running.deadlineBlock || this.#wantedAttempt > running.attempt)
      this.stop();
  }

  #announce(entry: EpochEntry): void {
    if (entry.share === undefined) return;
    const { attempt, recordHash } = entry.share;
    const frame = encodeFrame({ kind: "stored", subject: this.subject, attempt, recordHash });
    for (const peer of otherParties(entry).keys()) this.#context.transport.send(peer, frame);
  }

  #start(entry: EpochEntry): void {
    const { host, record, log, attemptBlocks, moment, pace } = this.#context;
    const { committeeId, epoch } = entry;
    const next = this.#source.next(entry, Math.max(this.#wantedAttempt, (entry.keygenAttempt ?? -1) + 1));
    if (next === undefined) return;
    const { attempt, order } = next;
    record({ kind: "KeygenAttemptStarted", committeeId, epoch, attempt });
    const deadlineBlock = moment().finalised.number + attemptBlocks * KEYGEN_ATTEMPT_FACTOR;
    this.#running = { attempt, deadlineBlock };
    log.info("key generation begun", { committeeId, epoch, attempt, kind: order.kind });
    const began = pace.nowMs();
    void host.run(order, otherParties(entry)).then((outcome) => this.#onEnd(attempt, outcome, pace.nowMs() - began));
  }

  #onEnd(attempt: number, outcome: RunOutcome, durationMs: number): void {
    const { record, metrics, log, wake } = this.#context;
    const { committeeId, epoch } = this.#entry();
    this.#running = undefined;
    if (outcome.kind === "keygenDone") {
      const { description, handover } = outcome;
      const stored = { kind: "ShareStored", committeeId, epoch, attempt, description } as const;
      record(handover === undefined ? stored : { ...stored, handover });
      metrics.keygenDuration.observe(durationMs / 1_000);
      log.info("key share stored", { committeeId, epoch, attempt, durationMs });
    } else if (outcome.kind === "aborted") {
      const { code, culprits, silent, round } = outcome.abort;
      this.#context.ban(banEvents(this.#context, this.#entry(), outcome.abort));
      log.warn("key generation aborted", {
        committeeId,
        epoch,
        attempt,
        code,
        round,
        culprits: culprits.join(),
        reason: `silent: ${silent.join()}`,
      });
    } else if (outcome.kind === "failed") {
      log.error("key generation failed", { committeeId, epoch, attempt, reason: outcome.reason });
    }
    wake();
  }
}
