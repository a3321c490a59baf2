import type { CommittedValues } from "../keygen/hashes.ts";
import { type PublicRecord, recordHash } from "../keyshare/record.ts";
import { u16 } from "../math/bytes.ts";
import { H } from "../transcript/hash.ts";

/** H('reshare/sid', sid, hash of the old record, n', t'), 32 bytes: the session id in every hash of a reshare. */
export function reshareSessionId(
  sid: Uint8Array,
  previous: PublicRecord,
  parties: number,
  minSigners: number,
): Uint8Array {
  return H("reshare/sid", sid, recordHash(previous), u16(parties), u16(minSigners));
}

/** What a dealer's commitment hides: as in a key generation, with an empty chain-code part. */
export function hiddenValues(encoded: Uint8Array, salt: Uint8Array): CommittedValues {
  return { encoded, chainCodePart: new Uint8Array(0), salt };
}
