import { auditHeadDigest, type PeerId, type SignedAuditHead } from "@synod/core";
import { encodeFrame, type PeerFrame } from "../sessions/frame.ts";
import { isSignedBy } from "../signed-by.ts";
import { colleagueIn, type HeadContext } from "./head-context.ts";
import { judgeHead } from "./judge-head.ts";
import { PeerAlarm } from "./peer-alarm.ts";

type HeadFrame = Extract<PeerFrame, { kind: "auditHead" }>;

/**
 * Co-signs the heads of peers' audit logs. Of each log it remembers the newest head that it co-signed, and signs none that
 * does not extend it, for ever: what a member has once shown to the others it can neither change nor take back.
 */
export class HeadWitness {
  readonly #context: HeadContext;
  readonly #alarm: PeerAlarm;
  /** Block in which a peer was last heard: one head of each in a block, because each costs a synced write. */
  readonly #heardAt = new Map<PeerId, bigint>();

  constructor(context: HeadContext) {
    this.#context = context;
    this.#alarm = new PeerAlarm(context.alarms, "auditHeadForked");
  }

  /**
   * A peer shows a head of its log. The answer is the newest head that is co-signed here, with that signature: the one
   * that was shown if it extends what is remembered, which is durable before the answer leaves.
   * Side effects: an alarm names a peer whose log is not the one it was.
   */
  async onHead(from: PeerId, frame: HeadFrame): Promise<void> {
    const shown = this.#isTurnOf(from) ? this.#signedHead(from, frame) : undefined;
    if (shown === undefined) return;
    if (!(await isSignedBy(shown.committer, auditHeadDigest(shown, shown), shown.signature))) return;
    const { heads, record } = this.#context;
    const remembered = heads.ofPeer(shown.committer);
    const verdict = judgeHead(frame, remembered);
    if (verdict === "extends") record({ kind: "AuditHeadKept", ...shown });
    if (verdict === "forked") this.#alarm.raise(from, describeFork(from, shown, remembered));
    else if (verdict !== "unshown") this.#alarm.clear(from);
    await this.#answer(from, verdict === "extends" ? shown : (remembered ?? shown));
  }

  #isTurnOf(from: PeerId): boolean {
    const { number } = this.#context.moment().head;
    if (this.#heardAt.get(from) === number) return false;
    this.#heardAt.set(from, number);
    return true;
  }

  #signedHead(from: PeerId, { committeeId, epoch, length, hash, signature }: HeadFrame): SignedAuditHead | undefined {
    const { chainId, committeeRegistry } = this.#context;
    const colleague = colleagueIn(this.#context, { committeeId, epoch }, from);
    if (colleague === undefined) return undefined;
    const { entry, member } = colleague;
    const terms = { chainId, committeeRegistry, committeeId: entry.committeeId, epoch: entry.epoch };
    return { ...terms, committer: member.address, length, hash, signer: member.address, signature };
  }

  async #answer(to: PeerId, head: SignedAuditHead): Promise<void> {
    const { identity, transport } = this.#context;
    const { committeeId, epoch, length, hash, signature: ownSignature } = head;
    const signature = await identity.sign({ kind: "auditHead", place: head, message: head });
    const frame = { kind: "auditCoSignature", committeeId, epoch, length, hash, ownSignature, signature } as const;
    transport.send(to, encodeFrame(frame));
  }
}

function describeFork(from: PeerId, shown: SignedAuditHead, remembered: SignedAuditHead | undefined): string {
  const before = `${remembered?.length}:${remembered?.hash}`;
  return `${from.slice(0, 12)} shows ${shown.length}:${shown.hash}, and had signed ${before}, which that does not extend`;
}
