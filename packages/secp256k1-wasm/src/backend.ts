// The file and not the package's entry: that loads the whole library, at four times the cost.
import { instantiateSecp256k1 } from "@bitauth/libauth/build/lib/crypto/secp256k1.js";
import type { AffinePoint, HashBackend, PointBackend } from "@synod/tss";
import { encodeAffine, encodeScalar, readAffine, readScalar } from "./encoding.ts";
import { type FieldPowers, loadFieldPowers } from "./field.ts";
import { loadSha256 } from "./sha256.ts";

const COMPRESSED_LENGTH = 33;

/** q, the order of the curve. */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const ONE = encodeScalar(1n);

type Library = Awaited<ReturnType<typeof instantiateSecp256k1>>;

/** The result of a call, which the library gives as a message when it refuses. */
function bytesOf(result: Uint8Array | string): Uint8Array {
  if (typeof result === "string") throw new RangeError(result);
  return result;
}

/** Products with the scalar, which is then zeroed. */
function withScalar(scalar: bigint, multiply: (encoded: Uint8Array) => Uint8Array | string): AffinePoint {
  const encoded = encodeScalar(scalar);
  const product = readAffine(bytesOf(multiply(encoded)));
  encoded.fill(0);
  return product;
}

function createBackend(library: Library, { rootPower }: FieldPowers, hashes: HashBackend): PointBackend {
  // A factor stays in the module's memory until the next call that takes one.
  const overwriteFactor = (): unknown => library.addTweakPrivateKey(ONE, ONE);
  return {
    rootPower,
    hashes,
    name: "libsecp256k1 (WebAssembly)",
    multiplyBase: (scalars) =>
      scalars.map((scalar) => withScalar(scalar, (encoded) => library.derivePublicKeyUncompressed(encoded))),
    multiply(points, scalars) {
      const products = points.map((point, i) =>
        withScalar(scalars[i] ?? 0n, (encoded) => library.mulTweakPublicKeyUncompressed(encodeAffine(point), encoded)),
      );
      overwriteFactor();
      return products;
    },
    sign(digest, secret) {
      // RFC 6979 takes the digest mod q for the nonce, the library takes it as it is.
      const reduced = encodeScalar(readScalar(digest) % ORDER);
      return bytesOf(library.signMessageHashCompact(secret, reduced));
    },
    decode(encoded) {
      const point = encoded.length === COMPRESSED_LENGTH ? library.uncompressPublicKey(encoded) : "";
      return typeof point === "string" ? undefined : readAffine(point);
    },
  };
}

/**
 * libsecp256k1, compiled to WebAssembly by libauth, as a point backend: install it with `usePointBackend`. Ten times as
 * fast as the curve library. It has no function for roots in the field, and SHA-256 only for itself; these come from
 * small modules of our own.
 *
 * Multiplication by the generator takes the same time for every scalar, with a blinded context; multiplication of
 * another point (the library's public-key tweak) takes time that depends on the scalar, so install it only where nobody
 * can measure the process from inside the machine. The scalars it sees there are used once.
 *
 * @returns the backend; its functions throw RangeError for a zero scalar or a point off the curve
 * @throws whatever WebAssembly throws where it is missing or forbidden
 */
export async function loadWasmBackend(): Promise<PointBackend> {
  const seed = crypto.getRandomValues(new Uint8Array(32));
  return createBackend(...(await Promise.all([instantiateSecp256k1(seed), loadFieldPowers(), loadSha256()])));
}
