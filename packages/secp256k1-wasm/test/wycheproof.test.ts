import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import type { AffinePoint, PointBackend } from "@synod/tss";
import { beforeAll, describe, expect, test } from "vitest";
import { loadWasmBackend } from "../src/index.ts";

type Vector = { readonly tcId: number; readonly comment: string; readonly result: "valid" | "acceptable" | "invalid" };
type EcdhVector = Vector & { readonly public: string; readonly private: string; readonly shared: string };
type EcdsaVector = Vector & { readonly msg: string; readonly sig: string };
type EcdsaGroup = {
  readonly publicKey: { readonly uncompressed: string };
  readonly tests: readonly EcdsaVector[];
};
type File<Group> = { readonly testGroups: readonly Group[] };

const { BASE, Fn } = secp256k1.Point;

/** In front of 65 bytes of a point in an X.509 key, and in front of 33. */
const UNCOMPRESSED = "3056301006072a8648ce3d020106052b8104000a034200";
const COMPRESSED = "3036301006072a8648ce3d020106052b8104000a032200";

function read(name: string): string {
  return readFileSync(new URL(`../../../test/vectors/wycheproof/${name}.json`, import.meta.url), "utf8");
}

const ecdhFile: File<{ readonly tests: readonly EcdhVector[] }> = JSON.parse(read("ecdh_secp256k1_test"));
const ecdsaFiles: readonly File<EcdsaGroup>[] = ["bitcoin_test", "test", "p1363_test"].map((name) =>
  JSON.parse(read(`ecdsa_secp256k1_sha256_${name}`)),
);
const ecdh = ecdhFile.testGroups.flatMap(({ tests }) => tests);
const ecdsa = ecdsaFiles.flatMap(({ testGroups }, at) =>
  testGroups.flatMap(({ publicKey, tests }) =>
    tests.map((vector) => ({ ...vector, key: publicKey.uncompressed, form: at === 2 ? "compact" : "der" }) as const),
  ),
);

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

/** 04 ‖ x ‖ y in hex, read by the backend in its compressed form. */
function decode(backend: PointBackend, hex: string): AffinePoint | undefined {
  const [x, y] = [hex.slice(2, 66), BigInt(`0x${hex.slice(66)}`)];
  const point = backend.decode(fromHex((y % 2n === 0n ? "02" : "03") + x));
  return hex.length === 130 && hex.startsWith("04") && point?.y === y ? point : undefined;
}

function decodeKey(backend: PointBackend, key: string): AffinePoint | undefined {
  if (key.startsWith(UNCOMPRESSED)) return decode(backend, key.slice(UNCOMPRESSED.length));
  return key.startsWith(COMPRESSED) ? backend.decode(fromHex(key.slice(COMPRESSED.length))) : undefined;
}

/** r and s in 1..q - 1. */
function readSignature({ sig, form }: (typeof ecdsa)[number]): { readonly r: bigint; readonly s: bigint } | undefined {
  try {
    return secp256k1.Signature.fromBytes(fromHex(sig), form);
  } catch {
    // The library reports a bad encoding only by throwing.
    return undefined;
  }
}

/** The equation of ECDSA with the backend's two products, which are added here. */
function isValid(backend: PointBackend, vector: (typeof ecdsa)[number]): boolean {
  const signature = readSignature(vector);
  const key = decode(backend, vector.key);
  if (signature === undefined || key === undefined) return false;
  const digest = BigInt(`0x${createHash("sha256").update(fromHex(vector.msg)).digest("hex")}`);
  const inverse = Fn.inv(signature.s);
  const u1 = Fn.mul(Fn.create(digest), inverse);
  // The backend is never asked for a multiple by zero.
  const first = u1 === 0n ? [] : backend.multiplyBase([u1]);
  const products = [...first, ...backend.multiply([key], [Fn.mul(signature.r, inverse)])];
  const points = products.map((point) => secp256k1.Point.fromAffine(point));
  const sum = points.reduce((total, point) => total.add(point), secp256k1.Point.ZERO);
  return !sum.is0() && Fn.create(sum.toAffine().x) === signature.r;
}

describe("Wycheproof with libsecp256k1 in WebAssembly", () => {
  let backend: PointBackend;

  beforeAll(async () => {
    backend = await loadWasmBackend();
  });

  test("all 752 ECDH keys: what is valid is read, what is invalid is not", () => {
    expect(ecdh).toHaveLength(752);
    const isRead = (vector: EcdhVector): boolean => decodeKey(backend, vector.public) !== undefined;
    expect(ecdh.filter(({ result }) => result === "valid").filter((vector) => !isRead(vector))).toEqual([]);
    expect(ecdh.filter(({ result }) => result === "invalid").filter(isRead)).toEqual([]);
  });

  test("the shared secrets of all 474 that are read", () => {
    const known = ecdh.flatMap((vector) => {
      const point = decodeKey(backend, vector.public);
      return point === undefined ? [] : [{ ...vector, point }];
    });
    expect(known).toHaveLength(474);
    const secrets = known.map((vector) => BigInt(`0x${vector.private}`));
    const points = known.map(({ point }) => point);
    const shared = backend.multiply(points, secrets).map(({ x }) => x.toString(16).padStart(64, "0"));
    expect(shared).toEqual(known.map((vector) => vector.shared));
    const ownPoints = secrets.map((secret) => BASE.multiply(secret).toAffine());
    expect(backend.multiplyBase(secrets)).toEqual(ownPoints.map(({ x, y }) => ({ x, y })));
  });

  test("all 1,191 ECDSA signatures, with either s where the file has both valid", () => {
    expect(ecdsa).toHaveLength(1191);
    const wrong = ecdsa.filter((vector) => isValid(backend, vector) !== (vector.result === "valid"));
    // High s in the bitcoin file: refused by a rule that is no point arithmetic.
    expect(wrong.map(({ comment }) => comment.toLowerCase())).toEqual([
      "signature malleability",
      "edge case for signature malleability",
    ]);
  });
});
