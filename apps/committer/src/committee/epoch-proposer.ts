import {
  type EpochProposal,
  epochProposalDigest,
  type MemberIndex,
  memberOrder,
  membersHash,
  type PeerId,
  toDecisionId,
  toEpoch,
} from "@synod/core";
import type { Hex } from "viem";
import { messageOf } from "../failure.ts";
import type { ListedMember } from "../journal/events.ts";
import { encodeFrame } from "../sessions/frame.ts";
import { keygenSubject } from "../sessions/share-name.ts";
import { isSignedBy } from "../signed-by.ts";
import { Absence } from "./absence.ts";
import type { CeremonyContext } from "./context.ts";
import { type EpochEntry, type EpochFacts, otherParties } from "./epoch-book.ts";
import { proposeIntent } from "./intents.ts";
import { dueMembers, lostMembers } from "./succession.ts";

type Active = EpochEntry & { readonly facts: EpochFacts };

/** An epoch that this member would propose, and who has approved it. */
type Wish = {
  readonly message: EpochProposal;
  readonly digest: Hex;
  readonly members: readonly ListedMember[];
  readonly approvals: Map<MemberIndex, Hex>;
  /** Head block at which a quorum was first seen here. */
  quorumSince: bigint | undefined;
  isSigned: boolean;
};

/**
 * Has the active epoch followed by another one: of the same members when its shares are old or its operators ask for
 * new ones, with standbys when members have been away for too long. Every member judges for itself, and approves nothing
 * but what it would propose; a quorum of equal approvals is posted by the first in hash order. Nothing of it is kept over
 * a restart: a member that still wants the same signs the same.
 */
export class EpochProposer {
  /** What approvals are sent under. */
  readonly subject: Hex;
  readonly #context: CeremonyContext;
  readonly #absence: Absence;
  #wish: Wish | undefined;
  #announcedAt: bigint | undefined;

  constructor(context: CeremonyContext, { committeeId, epoch }: EpochEntry) {
    this.#context = context;
    this.#absence = new Absence(context);
    this.subject = keygenSubject(committeeId, epoch);
  }

  /** Whether another epoch than the active one is wanted, whatever may still be in its way. */
  wantsSuccessor(entry: Active): boolean {
    return this.#wantsRefresh(entry) || lostMembers(entry, this.#absence, this.#context.succession).length > 0;
  }

  /** Approves, announces or posts what is due. Called while the epoch is active. */
  step(entry: Active): void {
    this.#absence.note(entry);
    const members = dueMembers(entry, this.#absence, this.#context.succession, this.#wantsRefresh(entry));
    const next = members && this.#wishFor(entry, members);
    if (next?.digest !== this.#wish?.digest) this.#wish = next;
    if (this.#wish === undefined) return;
    this.#pursue(entry, this.#wish).catch((cause: unknown) => {
      this.#context.log.warn("proposal could not be relayed", {
        committeeId: entry.committeeId,
        reason: messageOf(cause),
      });
    });
  }

  #wantsRefresh({ committeeId, epoch, facts }: Active): boolean {
    const { succession, refreshRequests, moment } = this.#context;
    const { refreshAfterSeconds } = succession;
    const isOld = refreshAfterSeconds > 0n && moment().finalised.time - facts.activatedAt >= refreshAfterSeconds;
    return isOld || refreshRequests.stands({ committeeId, epoch });
  }

  /** A member approves an epoch. It counts if it is the one that is wished for here. */
  async onApproval(entry: Active, from: PeerId, signature: Hex): Promise<void> {
    const wish = this.#wish;
    const member = entry.members.find(({ peer }) => peer === from);
    if (wish === undefined || member === undefined || wish.approvals.has(member.memberIndex)) return;
    if (!(await isSignedBy(member.address, wish.digest, signature))) return;
    wish.approvals.set(member.memberIndex, signature);
    this.#context.wake();
  }

  #wishFor(entry: Active, members: readonly ListedMember[]): Wish {
    const { chainId, committeeRegistry } = this.#context;
    const { committeeId, epoch: approvingEpoch, minSigners, quorum, latest } = entry;
    const epoch = toEpoch((latest?.epoch ?? approvingEpoch) + 1n);
    const message = { committeeId, epoch, membersHash: membersHash(members), minSigners, quorum, approvingEpoch };
    const digest = epochProposalDigest({ chainId, committeeRegistry }, message);
    return { message, digest, members, approvals: new Map(), quorumSince: undefined, isSigned: false };
  }

  async #pursue(entry: Active, wish: Wish): Promise<void> {
    if (!wish.isSigned) await this.#approve(entry, wish);
    const { head, finalised } = this.#context.moment();
    if (this.#announcedAt !== finalised.number) this.#announce(entry, wish, finalised.number);
    if (wish.approvals.size < entry.quorum) return;
    wish.quorumSince ??= head.number;
    const order = memberOrder(toDecisionId(wish.digest), "execute", entry.members.length);
    const turn = wish.quorumSince + BigInt(order.indexOf(entry.self)) * this.#context.submitStaggerBlocks;
    if (head.number >= turn) await this.#post(entry, wish);
  }

  async #approve({ committeeId, self }: Active, wish: Wish): Promise<void> {
    const { chainId, committeeRegistry, identity, log } = this.#context;
    const { message } = wish;
    wish.isSigned = true;
    log.info("epoch approved", { committeeId, epoch: message.epoch });
    const place = { chainId, committeeRegistry };
    wish.approvals.set(self, await identity.sign({ kind: "epochProposal", place, message }));
  }

  /** Once a block: who began to wish later than this member missed what was sent before. */
  #announce(entry: Active, wish: Wish, atBlock: bigint): void {
    const signature = wish.approvals.get(entry.self);
    if (signature === undefined) return;
    this.#announcedAt = atBlock;
    const frame = encodeFrame({ kind: "approval", subject: this.subject, signature });
    for (const peer of otherParties(entry).keys()) this.#context.transport.send(peer, frame);
  }

  async #post(entry: Active, wish: Wish): Promise<void> {
    const { outbox, committeeRegistry, moment } = this.#context;
    const approvals = [...wish.approvals]
      .map(([memberIndex, signature]) => ({ memberIndex, signature }))
      .sort((a, b) => a.memberIndex - b.memberIndex)
      .slice(0, entry.quorum);
    const { head, finalised } = moment();
    const at = { head: head.number, finalised: finalised.number };
    const intent = proposeIntent(committeeRegistry, entry, wish.members, approvals);
    await outbox.relay(`propose:${wish.digest}`, intent, at);
  }
}
