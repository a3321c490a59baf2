import { asciiToBytes } from "@noble/curves/utils.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { TssError } from "../errors.ts";
import { assertLength, concat, equalBytes, u256 } from "../math/bytes.ts";

const DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

/** ABI word of an unsigned integer of at most `bits` bits. Throws `integerOutOfRange`. */
export function uintWord(value: bigint, bits: number): Uint8Array {
  if (value >> BigInt(bits) !== 0n) throw new TssError("integerOutOfRange", `${value} is not a uint${bits}`);
  return u256(value);
}

/** ABI word of a bytes32. Throws `invalidLength`. */
export function bytes32Word(value: Uint8Array): Uint8Array {
  assertLength(value, 32, "a bytes32");
  return value;
}

/** ABI word of a 20-byte address. Throws `invalidLength`. */
export function addressWord(value: Uint8Array): Uint8Array {
  assertLength(value, 20, "an address");
  return concat(new Uint8Array(12), value);
}

// As many as there are types, and names and versions of domains: all of them constants of this package.
const constantHashes = new Map<string, Uint8Array>();

/** keccak256 of a text that occurs again and again. The result stays in the map: not to be changed. */
function constantHash(text: string): Uint8Array {
  const known = constantHashes.get(text) ?? keccak_256(asciiToBytes(text));
  constantHashes.set(text, known);
  return known;
}

/**
 * hashStruct of EIP-712 for a struct of `type` whose members are all one word long. `type` is a constant: its hash is
 * remembered.
 */
export function hashStruct(type: string, words: readonly Uint8Array[]): Uint8Array {
  return keccak_256(concat(constantHash(type), ...words));
}

/** What separates one EIP-712 domain from another. */
export type Eip712Domain = {
  /** A constant, as is the version: their hashes are remembered. */
  readonly name: string;
  readonly version: string;
  readonly chainId: bigint;
  /** 20 bytes. */
  readonly verifyingContract: Uint8Array;
};

type Separator = { readonly fields: Uint8Array; readonly hash: Uint8Array };

// The last one of each name: a committer signs and verifies thousands of envelopes of one domain.
const lastSeparators = new Map<string, Separator>();

/** EIP-712 domain separator, 32 bytes. The result is remembered: not to be changed. */
function domainSeparator({ name, version, chainId, verifyingContract }: Eip712Domain): Uint8Array {
  const fields = concat(constantHash(name), constantHash(version), u256(chainId), addressWord(verifyingContract));
  const last = lastSeparators.get(name);
  if (last !== undefined && equalBytes(last.fields, fields)) return last.hash;
  const hash = keccak_256(concat(constantHash(DOMAIN_TYPE), fields));
  lastSeparators.set(name, { fields, hash });
  return hash;
}

/** EIP-712 digest keccak256(0x1901 ‖ domain separator ‖ struct hash), 32 bytes. */
export function typedDigest(domain: Eip712Domain, structHash: Uint8Array): Uint8Array {
  return keccak_256(concat(Uint8Array.of(0x19, 0x01), domainSeparator(domain), structHash));
}
