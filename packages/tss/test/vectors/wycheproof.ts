import { readFileSync } from "node:fs";
import { decodePoint, type Point } from "../../src/math/point.ts";
import { must } from "../harness/committee.ts";
import { fromHex, toHex } from "../harness/hex.ts";

type Result = "valid" | "acceptable" | "invalid";

/** What all test cases of Wycheproof have. */
export type WycheproofCase = {
  readonly tcId: number;
  readonly comment: string;
  readonly flags: readonly string[];
  readonly result: Result;
};

/** A signature, hex, over the SHA-256 hash of a message. */
export type EcdsaCase = WycheproofCase & { readonly msg: string; readonly sig: string; readonly key: Point };

/** A public key in X.509 form, a secret and the x-coordinate of their product, hex. */
export type EcdhCase = WycheproofCase & { readonly public: string; readonly private: string; readonly shared: string };

type File<Group> = { readonly numberOfTests: number; readonly testGroups: readonly Group[] };
type EcdhGroup = { readonly tests: readonly EcdhCase[] };
type EcdsaGroup = {
  readonly publicKey: { readonly uncompressed: string };
  readonly sha: string;
  readonly tests: readonly Omit<EcdsaCase, "key">[];
};

function read(name: string): string {
  return readFileSync(new URL(`../../../../test/vectors/wycheproof/${name}.json`, import.meta.url), "utf8");
}

/** All ECDSA cases of a file of test/vectors/wycheproof. */
export function ecdsaCases(name: string): readonly EcdsaCase[] {
  const file: File<EcdsaGroup> = JSON.parse(read(name));
  return file.testGroups.flatMap(({ publicKey, tests }) => {
    const key = must(decodeUncompressed(fromHex(publicKey.uncompressed)));
    return tests.map((test) => ({ ...test, key }));
  });
}

/** All ECDH cases of a file of test/vectors/wycheproof. */
export function ecdhCases(name: string): readonly EcdhCase[] {
  const file: File<EcdhGroup> = JSON.parse(read(name));
  return file.testGroups.flatMap(({ tests }) => tests);
}

/** The cases by their first flag, which says what they are about. */
export function byFlag<Case extends WycheproofCase>(cases: readonly Case[]): readonly (readonly [string, Case[]])[] {
  return [...Map.groupBy(cases, ({ flags }) => must(flags[0]))];
}

/** 0x04 ‖ x ‖ y, 65 bytes, by way of the 33 bytes that the library reads: it has no other form. */
export function decodeUncompressed(bytes: Uint8Array): Point | undefined {
  if (bytes.length !== 65 || bytes[0] !== 4) return undefined;
  const point = decodePoint(Uint8Array.of(2 + (must(bytes[64]) & 1), ...bytes.subarray(1, 33)));
  return point?.toAffine().y === BigInt(`0x${toHex(bytes.subarray(33))}`) ? point : undefined;
}

/** X.509 public keys of this curve begin like this, in front of 65 or 33 bytes; there is no second way to write them. */
const SPKI = {
  65: "3056301006072a8648ce3d020106052b8104000a034200",
  33: "3036301006072a8648ce3d020106052b8104000a032200",
};

/** The point of an X.509 public key on secp256k1 by name, in DER; undefined for anything else. */
export function decodeSpki(encoded: string): Point | undefined {
  if (encoded.startsWith(SPKI[65])) return decodeUncompressed(fromHex(encoded.slice(SPKI[65].length)));
  return encoded.startsWith(SPKI[33]) ? decodePoint(fromHex(encoded.slice(SPKI[33].length))) : undefined;
}
