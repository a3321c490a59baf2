import { secp256k1 } from "@noble/curves/secp256k1.js";
import { TssError } from "../errors.ts";
import { type HashBackend, isRightHash } from "./hash-backend.ts";

/** Affine coordinates of a point of secp256k1 other than the identity. */
export type AffinePoint = { readonly x: bigint; readonly y: bigint };

/**
 * Another implementation of what costs most: the arithmetic of points, and hashing. Synchronous, and exact: every result
 * is the one that the libraries would give, so that messages do not depend on who computes them. It is never asked about
 * the identity, a zero scalar, or scalars outside 1..q - 1.
 *
 * Scalars are secret. An implementation whose time depends on them may be measured from outside the process: say so
 * where it is chosen. Long-lived shares are multiplied by the generator only.
 */
export type PointBackend = {
  /** For logs: "library" or the like. */
  readonly name: string;
  /** scalars[i] * G. */
  readonly multiplyBase: (scalars: readonly bigint[]) => readonly AffinePoint[];
  /** scalars[i] * points[i]. */
  readonly multiply: (points: readonly AffinePoint[], scalars: readonly bigint[]) => readonly AffinePoint[];
  /** The point in 33 compressed bytes; undefined unless they are canonical and on the curve. */
  readonly decode: (encoded: Uint8Array) => AffinePoint | undefined;
  /** value^((p + 1) / 4) in the base field, for a value in 0..p - 1; computed here if absent. */
  readonly rootPower?: (value: bigint) => bigint;
  /** Computed here if absent. */
  readonly hashes?: HashBackend;
  /** ECDSA signature r ‖ s with low s and the nonce of RFC 6979; made here if absent. */
  readonly sign?: (digest: Uint8Array, secret: Uint8Array) => Uint8Array;
};

const ROOT = (secp256k1.Point.Fp.ORDER + 1n) / 4n;

let installed: PointBackend | undefined;
let isChosen = false;

/**
 * Lets another implementation multiply points, in this process from now on. Once, before anything else of this package:
 * the choice is made by the first use.
 *
 * Side effects: changes how every later call computes, but not what.
 * @throws TssError `backendInUse` after any point was computed or another backend installed, `wrongBackend` if it fails
 * a comparison with the curve library
 */
export function usePointBackend(backend: PointBackend): void {
  if (isChosen) throw new TssError("backendInUse", "a point backend is chosen once, before anything is computed");
  assertAgrees(backend);
  installed = backend;
  isChosen = true;
}

/** The installed backend; undefined for the curve library itself. The first call is the choice. */
export function pointBackend(): PointBackend | undefined {
  isChosen = true;
  return installed;
}

/** The installed hashes; undefined for those of this library. Not a choice: a hash is the same before and after it. */
export function hashBackend(): HashBackend | undefined {
  return installed?.hashes;
}

/** A few products of edge scalars: not a proof, but no backend that computes on another curve gets past it. */
function assertAgrees(backend: PointBackend): void {
  const { BASE, Fn, Fp } = secp256k1.Point;
  const scalars = [1n, 2n, Fn.ORDER - 1n, Fn.ORDER / 3n];
  const points = scalars.map((s) => BASE.multiply(s));
  const products = points.map((point, i) => point.multiply(scalars.at(-1 - i) ?? 1n));
  const affine = points.map((point) => point.toAffine());
  const isRight =
    isSame(backend.multiplyBase(scalars), affine) &&
    isSame(
      backend.multiply(affine, [...scalars].reverse()),
      products.map((point) => point.toAffine()),
    ) &&
    isSame(
      points.map((point) => backend.decode(point.toBytes(true))),
      affine,
    ) &&
    backend.decode(new Uint8Array(33)) === undefined &&
    affine.every(({ x }) => (backend.rootPower?.(x) ?? Fp.pow(x, ROOT)) === Fp.pow(x, ROOT)) &&
    (backend.hashes === undefined || isRightHash(backend.hashes)) &&
    (backend.sign === undefined || signsAlike(backend.sign));
  if (!isRight) throw new TssError("wrongBackend", `point backend "${backend.name}" disagrees with the curve library`);
}

/** Among sixteen signatures some have an s that had to be negated, and the first is of a digest above q. */
function signsAlike(sign: (digest: Uint8Array, secret: Uint8Array) => Uint8Array): boolean {
  return Array.from({ length: 16 }, (_, i) => new Uint8Array(32).fill(i + 1)).every((secret, i) => {
    const digest = new Uint8Array(32).fill(255 - 16 * i);
    const expected = secp256k1.sign(digest, secret, { prehash: false, lowS: true });
    const actual = sign(digest, secret);
    return actual.length === expected.length && actual.every((byte, at) => byte === expected[at]);
  });
}

function isSame(actual: readonly (AffinePoint | undefined)[], expected: readonly AffinePoint[]): boolean {
  const isEqual = ({ x, y }: AffinePoint, i: number): boolean => actual[i]?.x === x && actual[i].y === y;
  return actual.length === expected.length && expected.every(isEqual);
}
