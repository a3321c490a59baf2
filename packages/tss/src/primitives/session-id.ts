import { TssError } from "../errors.ts";
import { SESSION_ID_LENGTH } from "./parameters.ts";

/**
 * Throws `invalidSessionId` unless `sid` has 32 bytes that are not all zero: a forgotten session id must not become
 * one that two sessions share.
 */
export function assertSessionId(sid: Uint8Array): void {
  if (sid.length !== SESSION_ID_LENGTH || sid.every((byte) => byte === 0)) {
    throw new TssError("invalidSessionId", `a session id has ${SESSION_ID_LENGTH} bytes that are not all zero`);
  }
}
