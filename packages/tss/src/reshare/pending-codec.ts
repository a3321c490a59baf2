import type { Domain } from "../envelope/domain.ts";
import { SIGNATURE_LENGTH } from "../envelope/identity-key.ts";
import { TssError } from "../errors.ts";
import { isRecordSignedBy } from "../keygen/confirmation.ts";
import { decodeKeyShare, encodeKeyShare } from "../keyshare/codec.ts";
import { concat, u8, u16, wipe } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { createReader } from "../math/reader.ts";
import { exposePendingShare, PendingKeyShare } from "./pending-share.ts";

/** First byte of a stored pending share: no version of a key share, so neither can be loaded as the other. */
const PENDING_SHARE_MARK = 0x80;

/**
 * Encodes a pending share for the keystore: mark(1) ‖ n'(2) ‖ n' record signatures(64 each) ‖ key share. Secret like
 * the share itself: the caller encrypts and wipes the bytes.
 * @throws TssError `secretWiped`
 */
export function encodePendingKeyShare(pending: PendingKeyShare): Uint8Array {
  const share = encodeKeyShare(exposePendingShare(pending));
  const signatures = [...pending.recordSignatures.values()];
  const encoded = concat(u8(PENDING_SHARE_MARK), u16(signatures.length), ...signatures, share);
  wipe(share);
  return encoded;
}

/**
 * Decodes and validates a stored pending share, its record signatures included.
 * @param expected key, new epoch and party that the caller wants
 * @throws TssError `invalidKeyShare`, `keyShareMismatch`
 */
export function decodePendingKeyShare(
  bytes: Uint8Array,
  expected: { readonly domain: Domain; readonly self: PartyIndex },
): PendingKeyShare {
  const reader = createReader(bytes);
  const mark = reader.u8();
  if (mark !== PENDING_SHARE_MARK) throw new TssError("invalidKeyShare", "this is no stored pending share");
  const size = reader.u16() ?? 0;
  const signatures = Array.from({ length: size }, () => reader.bytes(SIGNATURE_LENGTH));
  const share = decodeKeyShare(bytes.subarray(3 + size * SIGNATURE_LENGTH), expected);
  const recordSignatures = new Map<PartyIndex, Uint8Array>();
  for (const [i, member] of [...share.record.parties.keys()].entries()) {
    const signature = signatures[i];
    if (size !== share.record.parties.size || !signature || !isRecordSignedBy(share.record, member, signature)) {
      throw new TssError("invalidKeyShare", `member ${member} has not signed the record of the pending share`);
    }
    recordSignatures.set(member, signature);
  }
  return new PendingKeyShare(share, recordSignatures);
}
