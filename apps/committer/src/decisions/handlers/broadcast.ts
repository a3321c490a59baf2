import type { BroadcastAttestation, DecisionId, RebroadcastSignature } from "@synod/core";
import { epochKey } from "@synod/core";
import { otherParties } from "../../committee/epoch-book.ts";
import { encodeFrame, type PeerFrame } from "../../sessions/frame.ts";
import type { DecisionContext, Handler } from "../context.ts";

/** Sends a frame to every other member of the epoch that decides. */
export function sendToEpoch(context: DecisionContext, decisionId: DecisionId, frame: PeerFrame): void {
  const work = context.state().open.get(decisionId);
  const entry = work && context.book.get(epochKey(work.decision.committeeId, work.decision.epoch));
  if (entry === undefined) return;
  const bytes = encodeFrame(frame);
  for (const peer of otherParties(entry).keys()) context.transport.send(peer, bytes);
}

/** Tells the other members what this committer attested. */
export const broadcastAttestation: Handler<BroadcastAttestation> = async (context, { decisionId }) => {
  const own = context.state().open.get(decisionId)?.ownAttestation;
  if (own === undefined) return [];
  const { reply, resultHash, signature } = own;
  sendToEpoch(context, decisionId, { kind: "attestation", decisionId, reply, resultHash, signature });
  return [];
};

/** Gives the other members the finished group signature, so that any of them can execute. */
export const rebroadcastSignature: Handler<RebroadcastSignature> = async (context, { decisionId }) => {
  const held = context.state().open.get(decisionId)?.signature;
  if (held === undefined) return [];
  sendToEpoch(context, decisionId, { kind: "signature", subject: decisionId, signature: held.signature });
  return [];
};
