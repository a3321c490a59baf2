import { TssError } from "../errors.ts";
import { concat, u64, u256 } from "../math/bytes.ts";

/** What a key belongs to. Every message of every session is bound to it. */
export type Domain = {
  /** EIP-155 chain id, 1..2^256-1. */
  readonly chainId: bigint;
  /** Committee registry, 20 bytes. */
  readonly verifyingContract: Uint8Array;
  /** Committee id, 32 bytes. */
  readonly keyId: Uint8Array;
  /** Epoch of the committee, 1..2^64-1. */
  readonly epoch: bigint;
};

/** Bytes of an encoded domain: 32 + 20 + 32 + 8. */
export const DOMAIN_LENGTH = 92;

/** chainId(32) ‖ verifyingContract(20) ‖ keyId(32) ‖ epoch(8). Throws `integerOutOfRange`. */
export function encodeDomain(domain: Domain): Uint8Array {
  return concat(u256(domain.chainId), domain.verifyingContract, domain.keyId, u64(domain.epoch));
}

/** Throws `invalidDomain` if a length is wrong or the epoch or chain id is zero. */
export function assertDomain(domain: Domain): void {
  if (domain.verifyingContract.length !== 20) {
    throw new TssError("invalidDomain", `verifyingContract must have 20 bytes, has ${domain.verifyingContract.length}`);
  }
  if (domain.keyId.length !== 32) {
    throw new TssError("invalidDomain", `keyId must have 32 bytes, has ${domain.keyId.length}`);
  }
  if (domain.epoch < 1n || domain.chainId < 1n) {
    throw new TssError("invalidDomain", `epoch ${domain.epoch} and chain id ${domain.chainId} must be at least 1`);
  }
}
