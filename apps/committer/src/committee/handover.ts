import { epochKey, type MemberIndex, type PeerId } from "@synod/core";
import { decodePublicRecord, recordHash } from "@synod/tss";
import { bytesToHex, type Hex } from "viem";
import { encodeFrame } from "../sessions/frame.ts";
import type { KeygenOrder, ReshareOrder, SwitchMaterial } from "../sessions/messages.ts";
import { keygenSubject, shareRef } from "../sessions/share-name.ts";
import type { CeremonyContext } from "./context.ts";
import { type EpochEntry, otherParties, type Predecessor, partyOf } from "./epoch-book.ts";
import { domainOf, ownerOf, partiesOf } from "./protocol-domain.ts";

/** The only epoch that no other one has a key for. */
export const FIRST_EPOCH = 1n;

/** Whether an epoch takes over the key of the one before it: it does, unless the operators want a new key. */
export function isHandover(entry: EpochEntry, rotations: ReadonlySet<string>): boolean {
  return entry.predecessor !== undefined && !rotations.has(epochKey(entry.committeeId, entry.epoch));
}

/** What shows that the epoch has taken its key over; undefined while that is not known. */
export function switchMaterial({ share, proof, membersHash }: EpochEntry): SwitchMaterial | undefined {
  if (share?.handover === undefined || proof === undefined) return undefined;
  return { ...share.handover, membersHash, signature: proof };
}

/**
 * Who deals in an attempt, by index in the epoch before: as many as sign there, of those that stay, each attempt
 * beginning with the next. So a member that cannot deal is left out some time, if more than that stay. `undefined` when
 * too few stay to hand the key over.
 */
export function dealersOf(
  predecessor: Predecessor,
  entry: EpochEntry,
  attempt: number,
): readonly MemberIndex[] | undefined {
  const peers = new Set<PeerId>(entry.members.map(({ peer }) => peer));
  const staying = predecessor.members.filter(({ peer }) => peers.has(peer)).map(({ memberIndex }) => memberIndex);
  if (staying.length < predecessor.minSigners) return undefined;
  const start = attempt % staying.length;
  const turn = [...staying.slice(start), ...staying.slice(0, start)];
  return turn.slice(0, predecessor.minSigners).sort((a, b) => a - b);
}

/** An attempt at an epoch's key, and what the sessions are to do. */
export type KeyAttempt = { readonly attempt: number; readonly order: KeygenOrder | ReshareOrder };

/** Tells how an epoch comes by its key: by a key generation, or by taking over the key of the epoch before. */
export class KeySource {
  readonly #context: CeremonyContext;
  #askedAt: bigint | undefined;

  constructor(context: CeremonyContext) {
    this.#context = context;
  }

  /**
   * The first attempt from a number on in which this member can do its part; `undefined` while something is missing,
   * which is asked for, or while the key cannot be handed over at all, which raises an alarm.
   */
  next(entry: EpochEntry, from: number): KeyAttempt | undefined {
    const { predecessor, epoch } = entry;
    // A key that is not known yet must not be mistaken for none: another would be made in its place.
    if (predecessor === undefined && epoch > FIRST_EPOCH) return undefined;
    if (predecessor === undefined || !isHandover(entry, this.#context.rotations)) return this.#keygen(entry, from);
    if (entry.minSigners < predecessor.minSigners)
      return this.#impossible(entry, `fewer than ${predecessor.minSigners} members would have the key together`);
    const record = this.#recordOf(entry, predecessor);
    if (record === undefined) return undefined;
    const own = this.#dealing(entry, predecessor);
    if (own === "unknown") return undefined;
    const tooFew = `${predecessor.minSigners} members with shares of epoch ${predecessor.epoch} must stay`;
    for (let attempt = from; attempt < from + predecessor.members.length; attempt += 1) {
      const dealers = dealersOf(predecessor, entry, attempt);
      if (dealers === undefined) return this.#impossible(entry, tooFew);
      const isDealing = dealers.some((dealer) => this.#isSelf(predecessor, dealer));
      if (isDealing && own === undefined) continue;
      const dealing = isDealing && own !== undefined ? { dealing: own } : {};
      const order = { ...this.#place(entry, attempt), previous: record, dealers: dealers.map(partyOf), ...dealing };
      return { attempt, order: { kind: "reshare", ...order } };
    }
    return this.#impossible(entry, tooFew);
  }

  /** A peer sent the public record of the epoch before: it is kept if the registry confirms it. */
  onRecord(entry: EpochEntry, record: Uint8Array): void {
    const { predecessor, committeeId } = entry;
    if (predecessor === undefined || hashOf(record) !== predecessor.facts.recordHash) return;
    this.#context.records.set(epochKey(committeeId, predecessor.epoch), record);
    this.#context.wake();
  }

  #keygen(entry: EpochEntry, attempt: number): KeyAttempt {
    return { attempt, order: { kind: "keygen", ...this.#place(entry, attempt) } };
  }

  #place(entry: EpochEntry, attempt: number) {
    const { chainId, committeeRegistry } = this.#context;
    const { committeeId, epoch, self, minSigners } = entry;
    return {
      run: { subject: keygenSubject(committeeId, epoch), attempt },
      domain: domainOf(chainId, committeeRegistry, entry),
      self: partyOf(self),
      parties: partiesOf(entry),
      minSigners,
      share: shareRef(committeeId, epoch, self),
    };
  }

  #isSelf({ members }: Predecessor, index: MemberIndex): boolean {
    return members[index]?.peer === this.#context.identity.peer;
  }

  /** The own share of the epoch before, if it can be used. */
  #dealing({ committeeId }: EpochEntry, { epoch }: Predecessor) {
    const { book, usable, chainId, committeeRegistry } = this.#context;
    const key = epochKey(committeeId, epoch);
    const before = book.get(key);
    if (before === undefined || usable(key) === false) return undefined;
    if (usable(key) === undefined && before.share !== undefined) return "unknown";
    if (before.share === undefined) return undefined;
    return ownerOf(chainId, committeeRegistry, before);
  }

  #recordOf(entry: EpochEntry, { epoch }: Predecessor): Uint8Array | undefined {
    const { records, moment, transport } = this.#context;
    const known = records.get(epochKey(entry.committeeId, epoch));
    const { number } = moment().finalised;
    if (known !== undefined || this.#askedAt === number) return known;
    this.#askedAt = number;
    const frame = encodeFrame({ kind: "ask", subject: keygenSubject(entry.committeeId, entry.epoch) });
    for (const peer of otherParties(entry).keys()) transport.send(peer, frame);
    return undefined;
  }

  #impossible({ committeeId, epoch }: EpochEntry, reason: string): undefined {
    const what = `epoch ${epoch} of committee ${committeeId} cannot take over the key`;
    this.#context.alarms.raise("handoverImpossible", `${what}: ${reason}`);
    return undefined;
  }
}

function hashOf(record: Uint8Array): Hex | undefined {
  try {
    return bytesToHex(recordHash(decodePublicRecord(record)));
  } catch {
    return undefined;
  }
}
