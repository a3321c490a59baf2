import { decodeFrame, type Phase } from "@synod/committer";

/** What an attempt at a signature consists of. */
const SIGNING: readonly Phase[] = ["choice", "presign", "sign", "pooledSign"];

/** Whether a frame is this committer's part of a signature. */
export function isSigningFrame(bytes: Uint8Array): boolean {
  const frame = decodeFrame(bytes);
  return frame?.kind === "session" && SIGNING.includes(frame.slot.phase);
}
