import type { Domain } from "../envelope/domain.ts";
import { TssError } from "../errors.ts";
import { affineCoordinates } from "../keyshare/record.ts";
import { equalBytes } from "../math/bytes.ts";
import type { SigningIntent } from "./intent.ts";

/**
 * Refuses an intent that names another chain, committee, epoch, registry or group key than the key that would sign it
 * has. The contracts refuse such a signature too; a share should not be used to make one.
 * @param groupKey pk of the signing key, 33 bytes
 * @throws TssError `intentMismatch` with the field
 */
export function assertIntentBelongs(intent: SigningIntent, domain: Domain, groupKey: Uint8Array): void {
  if (intent.chainId !== domain.chainId) throw mismatch("chainId");
  if (!equalBytes(intent.committeeId, domain.keyId)) throw mismatch("committeeId");
  if (intent.epoch !== domain.epoch) throw mismatch("epoch");
  if (intent.kind !== "proofOfPossession") return;
  const { x, y } = affineCoordinates(groupKey);
  if (!equalBytes(intent.committeeRegistry, domain.verifyingContract)) throw mismatch("committeeRegistry");
  if (!equalBytes(intent.groupKeyX, x) || !equalBytes(intent.groupKeyY, y)) throw mismatch("groupKey");
}

function mismatch(field: string): TssError {
  return new TssError("intentMismatch", `the intent's ${field} is not the signing key's`);
}
