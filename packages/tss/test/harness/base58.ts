import { createHash } from "node:crypto";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

function doubleHash(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(createHash("sha256").update(bytes).digest()).digest();
}

/** The 78 bytes of a BIP-32 extended key in Base58Check; throws on a wrong checksum, so a mistyped vector is noticed. */
export function decodeExtendedKey(text: string): Uint8Array {
  let value = 0n;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) throw new TypeError(`${character} is not Base58`);
    value = value * 58n + BigInt(digit);
  }
  const bytes = new Uint8Array(Buffer.from(value.toString(16).padStart(2 * 82, "0"), "hex"));
  const [body, checksum] = [bytes.slice(0, 78), bytes.slice(78)];
  if (Buffer.compare(doubleHash(body).subarray(0, 4), checksum) !== 0) throw new TypeError(`wrong checksum in ${text}`);
  return body;
}
