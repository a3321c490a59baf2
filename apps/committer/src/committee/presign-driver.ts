import { leaderOf, type MemberIndex, type PeerId, pooledSets } from "@synod/core";
import { MAX_BATCH } from "@synod/tss";
import type { Hex } from "viem";
import type { Slot } from "../sessions/frame.ts";
import type { PresignOrder, RunId, RunOutcome } from "../sessions/messages.ts";
import { poolBatchOf, poolSubject, poolTag, shareRef } from "../sessions/share-name.ts";
import { banEvents } from "./bans.ts";
import type { CeremonyContext } from "./context.ts";
import { bannedParties, committeeView, type EpochEntry, type EpochFacts, otherParties, partyOf } from "./epoch-book.ts";
import { domainOf } from "./protocol-domain.ts";

type Active = EpochEntry & { readonly facts: EpochFacts };
type Batch = RunId & { readonly signers: readonly MemberIndex[]; readonly count: number };

/** Time that a batch is given before it is expired. */
const BATCH_MS = 20_000;

/** Seconds of chain time by which a batch's number may differ from now. */
const WINDOW_SECONDS = 120;

/** After this many failures in a row a set is tried again no less often. */
const MOST_DOUBLINGS = 6;

/** Bounds what a signer keeps that its set's leader may have lost. */
const KEPT_PER_HIGH = 2;

/**
 * Keeps presignatures of one epoch waiting, for every signing set that a decision's first attempts can have. The set's
 * leader begins a batch when few are left; the others join when its first frame comes. A batch is numbered by chain time
 * and journaled before the first message, so that nobody takes part in one twice, not even after a restart. Joining
 * costs a signer no more than it costs the leader, and there is one batch of a set at a time.
 */
export class PresignDriver {
  /** What the subjects of the epoch's batches begin with. */
  readonly tag: Hex;
  readonly #context: CeremonyContext;
  readonly #running = new Map<string, Batch>();
  readonly #failures = new Map<string, { readonly count: number; readonly retryAt: bigint }>();

  constructor(context: CeremonyContext, { committeeId, epoch }: EpochEntry) {
    this.#context = context;
    this.tag = poolTag(committeeId, epoch);
  }

  /** Begins what is due and ends what takes too long. Called while the epoch is active, or about to be, and its share is here. */
  step(entry: Active): void {
    this.#expireOld();
    const { transport, banned, presignatures } = this.#context;
    if (presignatures.high === 0) return;
    const view = committeeView(entry, entry.facts);
    const sets = pooledSets(view, { connected: transport.connected(), banned: banned() });
    for (const signers of sets) if (leaderOf(signers, entry.members.length) === entry.self) this.#fill(entry, signers);
  }

  /** Whether every set with this member has what it shall have. */
  isFull(entry: Active): boolean {
    const { transport, banned, presignatures, host } = this.#context;
    const view = committeeView(entry, entry.facts);
    const sets = pooledSets(view, { connected: transport.connected(), banned: banned() });
    const { name } = shareRef(entry.committeeId, entry.epoch, entry.self);
    const own = sets.filter((signers) => signers.includes(entry.self));
    return (
      presignatures.high === 0 || own.every((signers) => host.pooled(name, signers.map(partyOf)) > presignatures.low)
    );
  }

  /** Ends what runs: the epoch is over. */
  stop(): void {
    for (const batch of this.#running.values()) this.#context.host.expire(batch);
  }

  /** A peer has begun a batch: it is joined if the peer leads its signing set and nothing speaks against it. */
  onBatch(entry: Active, from: PeerId, { subject, attempt }: Slot): void {
    const { count, signers: indices } = poolBatchOf(subject);
    const members = entry.members.filter(({ memberIndex }) => indices.includes(memberIndex));
    const signers = members.map(({ memberIndex }) => memberIndex);
    const isWhole = signers.length === indices.length && signers.length === entry.minSigners;
    if (!isWhole || !signers.includes(entry.self) || !this.#mayJoin({ signers, count, subject, attempt }, entry))
      return;
    const { banned } = this.#context;
    if (members.some(({ peer }) => banned().has(peer))) return;
    if (entry.members[leaderOf(signers, entry.members.length)]?.peer === from)
      void this.#run(entry, { signers, count, subject, attempt });
  }

  /** Whether a batch will not begin here any more, and is not under way. */
  isPast({ presignings }: EpochEntry, { subject, attempt }: Slot): boolean {
    const batches = [...this.#running.values()];
    if (batches.some((batch) => batch.subject === subject && batch.attempt === attempt)) return false;
    return attempt <= (presignings.get(subject) ?? -1) || attempt + WINDOW_SECONDS < this.#now();
  }

  #now(): number {
    return Number(this.#context.moment().finalised.time);
  }

  #mayJoin({ signers, count, subject, attempt }: Batch, { presignings }: EpochEntry): boolean {
    const isNew = attempt > (presignings.get(subject) ?? -1) && Math.abs(attempt - this.#now()) <= WINDOW_SECONDS;
    return isNew && count >= 1 && count <= this.#most() && !this.#running.has(signers.join());
  }

  #most(): number {
    return Math.min(this.#context.presignatures.high, MAX_BATCH);
  }

  #fill(entry: Active, signers: readonly MemberIndex[]): void {
    const { host, moment, presignatures } = this.#context;
    const key = signers.join();
    const { finalised } = moment();
    if (this.#running.has(key) || finalised.number < (this.#failures.get(key)?.retryAt ?? 0n)) return;
    const share = shareRef(entry.committeeId, entry.epoch, entry.self);
    const held = host.pooled(share.name, signers.map(partyOf));
    if (held > presignatures.low) return;
    const count = Math.min(presignatures.high - held, MAX_BATCH);
    const subject = poolSubject(this.tag, { count, signers });
    const attempt = Math.max((entry.presignings.get(subject) ?? -1) + 1, this.#now());
    void this.#run(entry, { signers, count, subject, attempt });
  }

  async #run(entry: Active, batch: Batch): Promise<void> {
    const { record, host } = this.#context;
    const { committeeId, epoch } = entry;
    const { signers, subject, attempt } = batch;
    this.#running.set(signers.join(), batch);
    record({ kind: "PresigningStarted", committeeId, epoch, subject, attempt });
    const outcome = await host.run(this.#order(entry, batch), otherParties(entry, signers));
    this.#onEnd(entry, batch, outcome);
  }

  #order(entry: Active, { signers, count, subject, attempt }: Batch): PresignOrder {
    const { chainId, committeeRegistry, banned, moment, presignatures } = this.#context;
    return {
      kind: "presign",
      run: { subject, attempt },
      domain: domainOf(chainId, committeeRegistry, entry),
      self: partyOf(entry.self),
      signers: signers.map(partyOf),
      banned: bannedParties(entry, banned()),
      share: shareRef(entry.committeeId, entry.epoch, entry.self),
      count,
      pool: {
        perSigningSet: KEPT_PER_HIGH * presignatures.high,
        maxAgeBlocks: BigInt(presignatures.maxAgeBlocks),
        atBlock: moment().finalised.number,
      },
    };
  }

  #onEnd(entry: Active, { signers, attempt }: Batch, outcome: RunOutcome): void {
    const { ban, log, wake } = this.#context;
    const { committeeId, epoch } = entry;
    this.#running.delete(signers.join());
    if (outcome.kind === "presigned") this.#failures.delete(signers.join());
    else this.#putOff(signers);
    if (outcome.kind === "aborted") {
      const { code, culprits, silent } = outcome.abort;
      ban(banEvents(this.#context, entry, outcome.abort));
      const reason = `silent: ${silent.join()}`;
      log.warn("presigning aborted", { committeeId, epoch, attempt, code, culprits: culprits.join(), reason });
    } else if (outcome.kind === "failed") {
      log.error("presigning failed", { committeeId, epoch, attempt, reason: outcome.reason });
    }
    wake();
  }

  /** A set that fails again and again is tried less and less often. */
  #putOff(signers: readonly MemberIndex[]): void {
    const { attemptBlocks, moment } = this.#context;
    const count = (this.#failures.get(signers.join())?.count ?? 0) + 1;
    const pause = attemptBlocks << BigInt(Math.min(count, MOST_DOUBLINGS));
    this.#failures.set(signers.join(), { count, retryAt: moment().finalised.number + pause });
  }

  #expireOld(): void {
    const { host } = this.#context;
    const old = host.runs().filter(({ ageMs }) => ageMs >= BATCH_MS);
    for (const { subject, attempt } of this.#running.values())
      if (old.some((run) => run.subject === subject && run.attempt === attempt)) host.expire({ subject, attempt });
  }
}
