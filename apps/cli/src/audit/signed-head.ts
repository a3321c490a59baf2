import { auditHeadDigest, type SignedAuditHead, toCommitteeId, toEpoch } from "@synod/core";
import { getAddress, type Hex, isAddress, isAddressEqual, isHex, recoverAddress } from "viem";
import { z } from "zod";

/** 32 bytes of hex. */
export const bytes32 = z.custom<Hex>((value) => isHex(value) && value.length === 66, {
  message: "expected 32 bytes (0x and 64 hex digits)",
});
const account = z
  .string()
  .refine((text) => isAddress(text), { message: "expected an address" })
  .transform((text) => getAddress(text));
const whole = z
  .string()
  .regex(/^[1-9]\d{0,19}$/)
  .transform((text) => BigInt(text));

/** A signed head as `auditHeadText` of core writes it. */
export const signedHeadSchema = z.strictObject({
  chainId: whole,
  committeeRegistry: account,
  committeeId: bytes32.transform(toCommitteeId),
  epoch: whole.transform(toEpoch),
  committer: account,
  length: z.int().min(1).max(0xffff_ffff),
  hash: bytes32,
  signer: account,
  signature: z.custom<Hex>((value) => isHex(value) && value.length === 132, { message: "expected 65 bytes" }),
});

/** Whether the key of the signer that a head names made its signature. */
export async function isSigned(head: SignedAuditHead): Promise<boolean> {
  const { signer, signature } = head;
  try {
    return isAddressEqual(await recoverAddress({ hash: auditHeadDigest(head, head), signature }), signer);
  } catch {
    // What is no signature was made by nobody.
    return false;
  }
}
