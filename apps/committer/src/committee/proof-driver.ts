import {
  epochKey,
  leaderOf,
  type MemberIndex,
  memberOrder,
  proofOfPossessionDigest,
  signingSet,
  toDecisionId,
} from "@synod/core";
import { concat, type Hex, hexToBytes, keccak256 } from "viem";
import type { RelayMoment } from "../chain/outbox.ts";
import { messageOf } from "../failure.ts";
import { encodeFrame } from "../sessions/frame.ts";
import type { ProveOrder, RunOutcome, SignOrder } from "../sessions/messages.ts";
import { proofSubject } from "../sessions/share-name.ts";
import { isSignedBy } from "../signed-by.ts";
import { banEvents } from "./bans.ts";
import type { CeremonyContext } from "./context.ts";
import { bannedParties, committeeView, type EpochEntry, type EpochFacts, otherParties, partyOf } from "./epoch-book.ts";
import { activateIntent } from "./intents.ts";
import { ownerOf } from "./protocol-domain.ts";

/** How many attempts' time a proof is kept back at most while the epoch is not ready to take over. */
const LONGEST_WAIT = 12n;

type Confirmed = EpochEntry & { readonly facts: EpochFacts };

/**
 * Makes the group key of a confirmed epoch sign its proof of possession and posts it. Attempts follow the block clock:
 * their number is the finalised block's number over the attempt's length, so that all members count alike. Each is
 * journaled before its first message: a member that restarts within an attempt must not join it a second time, because
 * its new messages would contradict those it sent before.
 */
export class ProofDriver {
  readonly subject: Hex;
  readonly #context: CeremonyContext;
  #lastAttempt = -1;
  readonly #running = new Set<number>();
  #isStopped = false;
  #proof: Hex | undefined;
  #confirmedSeenAt: bigint | undefined;
  #readySeenAt: bigint | undefined;

  constructor(context: CeremonyContext, entry: EpochEntry) {
    this.#context = context;
    this.subject = proofSubject(entry.committeeId, entry.epoch);
  }

  /**
   * Starts or ends an attempt, or posts the proof when it is this member's turn. Called while the epoch is confirmed.
   * @param isReady whether the epoch may take over now; it is not waited for without end
   */
  step(entry: Confirmed, isReady: () => boolean): void {
    const { finalised, head } = this.#context.moment();
    this.#confirmedSeenAt ??= head.number;
    this.#proof ??= entry.proof;
    if (this.#proof === undefined) this.#attempt(entry, Number(finalised.number / this.#context.attemptBlocks));
    else if (isReady() || head.number >= this.#confirmedSeenAt + this.#context.attemptBlocks * LONGEST_WAIT) {
      this.#readySeenAt ??= head.number;
      this.#post(entry, this.#proof, { head: head.number, finalised: finalised.number });
    }
  }

  /** An attempt that begins late in its window may go on through the next one, beside that one's attempt. */
  #attempt(entry: Confirmed, attempt: number): void {
    for (const old of this.#running) if (old < attempt - 1) this.#expire(old);
    if (Math.max(this.#lastAttempt, entry.proofAttempt ?? -1) < attempt) void this.#start(entry, attempt);
  }

  #expire(attempt: number): void {
    this.#context.host.expire({ subject: this.subject, attempt });
  }

  /** Stops what runs: the epoch is active or gone. */
  stop(): void {
    this.#isStopped = true;
    for (const attempt of this.#running) this.#expire(attempt);
  }

  /** A peer sent the finished proof. It counts only if it recovers to the group address. */
  async onSignature(entry: Confirmed, signature: Hex): Promise<void> {
    if (this.#proof !== undefined || !(await this.#isValid(entry, signature)) || this.#context.signal.aborted) return;
    this.#keep(entry, signature);
    this.#context.wake();
  }

  /** The proof of a handover is durable before a share is made one that signs by it. */
  #keep({ committeeId, epoch, share, proof }: EpochEntry, signature: Hex): void {
    this.#proof = signature;
    if (share?.handover !== undefined && proof === undefined)
      this.#context.record({ kind: "HandoverProved", committeeId, epoch, signature });
  }

  #message({ committeeId, epoch, membersHash, facts }: Confirmed) {
    return { committeeId, epoch, membersHash, groupKeyX: facts.groupKeyX, groupKeyY: facts.groupKeyY };
  }

  #isValid(entry: Confirmed, signature: Hex): Promise<boolean> {
    const { chainId, committeeRegistry } = this.#context;
    const digest = proofOfPossessionDigest({ chainId, committeeRegistry }, this.#message(entry));
    return isSignedBy(entry.facts.groupAddress, digest, signature);
  }

  /** The attempt's beacon; without a provider there is none yet, and the attempt is begun at a later step. */
  async #beacon(attempt: number): Promise<Hex | undefined> {
    const { reader, attemptBlocks, log } = this.#context;
    try {
      const { hash } = await reader.block(BigInt(attempt) * attemptBlocks);
      return keccak256(concat([hash, this.subject]));
    } catch (cause) {
      this.#lastAttempt = attempt - 1;
      log.warn("proof of possession waits for the chain", { attempt, reason: messageOf(cause) });
      return undefined;
    }
  }

  async #start(entry: Confirmed, attempt: number): Promise<void> {
    this.#lastAttempt = attempt;
    const presence = { connected: this.#context.transport.connected(), banned: this.#context.banned() };
    const signers = signingSet(toDecisionId(this.subject), attempt, committeeView(entry, entry.facts), presence);
    if (signers?.includes(entry.self) !== true) return;
    const beacon = await this.#beacon(attempt);
    if (beacon === undefined || this.#isStopped || this.#context.signal.aborted) return;
    const { committeeId, epoch } = entry;
    this.#context.record({ kind: "ProofAttemptStarted", committeeId, epoch, attempt });
    this.#running.add(attempt);
    const order = this.#order(entry, attempt, signers, beacon);
    this.#onEnd(entry, attempt, await this.#context.host.run(order, otherParties(entry, signers)));
  }

  #order(entry: Confirmed, attempt: number, signers: readonly MemberIndex[], beacon: Hex): SignOrder | ProveOrder {
    const { chainId, committeeRegistry, banned } = this.#context;
    const message = this.#message(entry);
    const common = {
      ...ownerOf(chainId, committeeRegistry, entry),
      run: { subject: this.subject, attempt },
      signers: signers.map(partyOf),
      banned: bannedParties(entry, banned()),
    };
    if (entry.share?.handover !== undefined) return { kind: "prove", ...common, membersHash: message.membersHash };
    return {
      kind: "sign",
      ...common,
      leader: partyOf(leaderOf(signers, entry.members.length)),
      intent: {
        kind: "proofOfPossession",
        chainId,
        committeeRegistry: hexToBytes(committeeRegistry),
        committeeId: hexToBytes(message.committeeId),
        epoch: message.epoch,
        membersHash: hexToBytes(message.membersHash),
        groupKeyX: hexToBytes(message.groupKeyX),
        groupKeyY: hexToBytes(message.groupKeyY),
      },
      beacon: hexToBytes(beacon),
    };
  }

  #newest(entry: Confirmed): EpochEntry {
    return this.#context.book.get(epochKey(entry.committeeId, entry.epoch)) ?? entry;
  }

  #onEnd(entry: Confirmed, attempt: number, outcome: RunOutcome): void {
    const { committeeId, epoch } = entry;
    const { log, transport, wake } = this.#context;
    this.#running.delete(attempt);
    if (outcome.kind === "signed" || outcome.kind === "proved") {
      this.#keep(this.#newest(entry), outcome.signature);
      const frame = encodeFrame({ kind: "signature", subject: this.subject, signature: outcome.signature });
      for (const peer of otherParties(entry).keys()) transport.send(peer, frame);
      log.info("proof of possession signed", { committeeId, epoch, attempt });
    } else if (outcome.kind === "aborted") {
      this.#context.ban(banEvents(this.#context, entry, outcome.abort));
      log.warn("proof of possession aborted", { committeeId, epoch, attempt, code: outcome.abort.code });
    } else if (outcome.kind === "failed") {
      log.error("proof of possession failed", { committeeId, epoch, attempt, reason: outcome.reason });
    }
    wake();
  }

  #post(entry: Confirmed, proof: Hex, at: RelayMoment): void {
    const { outbox, committeeRegistry, submitStaggerBlocks, log } = this.#context;
    const order = memberOrder(toDecisionId(this.subject), "execute", entry.members.length);
    const turn = (this.#readySeenAt ?? at.head) + BigInt(order.indexOf(entry.self)) * submitStaggerBlocks;
    if (at.head < turn) return;
    const intent = activateIntent(committeeRegistry, entry, proof);
    outbox.relay(`activate:${this.subject}`, intent, at).catch((cause: unknown) => {
      log.warn("activation could not be relayed", { committeeId: entry.committeeId, reason: messageOf(cause) });
    });
  }
}
