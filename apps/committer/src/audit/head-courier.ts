import { type AuditHead, auditHeadDigest, epochKey, type PeerId, type SignedAuditHead } from "@synod/core";
import type { Hex } from "viem";
import { encodeFrame, MOST_ENTRY_HASHES, type PeerFrame } from "../sessions/frame.ts";
import { isSignedBy } from "../signed-by.ts";
import { type Colleague, colleagueIn, type HeadContext } from "./head-context.ts";
import { PeerAlarm } from "./peer-alarm.ts";

type CoSignatureFrame = Extract<PeerFrame, { kind: "auditCoSignature" }>;

/** How far the log is to be co-signed, since which block, and with which epochs active. */
type Target = { readonly length: number; readonly atBlock: bigint; readonly epochs: string };

/**
 * Has the head of this committer's audit log co-signed by the members of its active epochs: after so many records, after
 * so many blocks, and when an epoch begins or ends. Who has not answered is asked again at every block.
 */
export class HeadCourier {
  readonly #context: HeadContext;
  readonly #alarm: PeerAlarm;
  #target: Target | undefined;
  #signed: { readonly key: string; readonly signature: Promise<Hex> } | undefined;

  constructor(context: HeadContext) {
    this.#context = context;
    this.#alarm = new PeerAlarm(context.alarms, "auditHeadRefused");
  }

  /** Shows each peer what it has not co-signed of what is due. Called once for each block. */
  async step(): Promise<void> {
    const length = this.#aim();
    const { heads } = this.#context;
    const due = [...this.#colleagues().values()].filter(
      ({ member }) => (heads.coSignedBy(member.address)?.length ?? 0) < length,
    );
    await Promise.all(due.map((colleague) => this.#show(colleague, length)));
  }

  /**
   * A peer answers with the newest head that it has co-signed. One that this log does not have was signed by it all the
   * same, so that the log has been changed or put back since.
   * Side effects: an alarm names the peers that know of such a head.
   */
  async onCoSignature(from: PeerId, frame: CoSignatureFrame): Promise<void> {
    const head = this.#coSignedHead(from, frame);
    if (head === undefined || !this.#isNews(head)) return;
    const { identity, audit, record } = this.#context;
    const digest = auditHeadDigest(head, head);
    if (!(await isSignedBy(identity.address, digest, frame.ownSignature))) return;
    if (!(await isSignedBy(head.signer, digest, head.signature))) return;
    if (!this.#isNews(head)) return;
    if (audit.headAt(head.length)?.hash !== head.hash) {
      this.#alarm.raise(
        from,
        `${from.slice(0, 12)} has co-signed ${head.length}:${head.hash}, which is not of this log`,
      );
      return;
    }
    record({ kind: "AuditHeadKept", ...head });
    this.#alarm.clear(from);
  }

  /** The length up to which the log is to be co-signed by now. */
  #aim(): number {
    const { audit, heads, book, moment, headRecords, headBlocks } = this.#context;
    const atBlock = moment().head.number;
    const active = book.entries().filter(({ facts }) => facts?.status === "active");
    const epochs = active.map(({ committeeId, epoch }) => epochKey(committeeId, epoch)).join();
    const before = Math.max(0, ...heads.coSignatures().map(({ length }) => length));
    const target = this.#target ?? { length: before, atBlock, epochs };
    const { length } = audit.head;
    const isDue =
      length - target.length >= headRecords ||
      atBlock - target.atBlock >= BigInt(headBlocks) ||
      epochs !== target.epochs;
    this.#target = length > target.length && isDue ? { length, atBlock, epochs } : target;
    return this.#target.length;
  }

  /** Every connected member of the active epochs, once. */
  #colleagues(): ReadonlyMap<PeerId, Colleague> {
    const { book, transport } = this.#context;
    const connected = transport.connected();
    const found = new Map<PeerId, Colleague>();
    for (const entry of book.entries())
      for (const member of entry.facts?.status === "active" ? entry.members : [])
        if (member.memberIndex !== entry.self && connected.has(member.peer)) found.set(member.peer, { entry, member });
    return found;
  }

  /** What leads to it goes with it, from what the peer is known to have co-signed on; at first, nothing can. */
  async #show({ entry, member }: Colleague, dueLength: number): Promise<void> {
    const { audit, heads, transport } = this.#context;
    const seen = heads.coSignedBy(member.address);
    const to = seen === undefined ? dueLength : Math.min(dueLength, seen.length + MOST_ENTRY_HASHES);
    const head = audit.headAt(to);
    if (head === undefined) return;
    const { committeeId, epoch } = entry;
    const from = seen?.length ?? to;
    const signature = await this.#sign(entry, head);
    const shown = { from, entryHashes: audit.entryHashes(from, to), signature };
    transport.send(member.peer, encodeFrame({ kind: "auditHead", committeeId, epoch, ...head, ...shown }));
  }

  /** One signature serves all members that are shown the same. */
  #sign({ committeeId, epoch }: Colleague["entry"], { length, hash }: AuditHead): Promise<Hex> {
    const { identity, chainId, committeeRegistry } = this.#context;
    const key = `${epochKey(committeeId, epoch)} ${length}`;
    if (this.#signed?.key === key) return this.#signed.signature;
    const message = { committeeId, epoch, committer: identity.address, length, hash };
    const signature = identity.sign({ kind: "auditHead", place: { chainId, committeeRegistry }, message });
    this.#signed = { key, signature };
    return signature;
  }

  #coSignedHead(from: PeerId, frame: CoSignatureFrame): SignedAuditHead | undefined {
    const { chainId, committeeRegistry, identity } = this.#context;
    const colleague = colleagueIn(this.#context, frame, from);
    if (colleague === undefined) return undefined;
    const { entry, member } = colleague;
    const terms = { chainId, committeeRegistry, committeeId: entry.committeeId, epoch: entry.epoch };
    const { length, hash, signature } = frame;
    return { ...terms, committer: identity.address, length, hash, signer: member.address, signature };
  }

  #isNews({ signer, length }: SignedAuditHead): boolean {
    return length > (this.#context.heads.coSignedBy(signer)?.length ?? 0);
  }
}
