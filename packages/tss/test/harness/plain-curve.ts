import { createHmac } from "node:crypto";

// secp256k1 in affine coordinates from the curve's equation alone: slow, and shares no code with the library under test.
const P = 2n ** 256n - 2n ** 32n - 977n;
const GX = 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n;
const GY = 0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n;

/** A point, or undefined for the identity. */
type PlainPoint = { readonly x: bigint; readonly y: bigint } | undefined;

function mod(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square, rest] = [1n, mod(base), exponent];
  for (; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

function add(a: PlainPoint, b: PlainPoint): PlainPoint {
  if (a === undefined) return b;
  if (b === undefined) return a;
  if (a.x === b.x && mod(a.y + b.y) === 0n) return undefined;
  const slope = a.x === b.x ? 3n * a.x * a.x * power(2n * a.y, P - 2n) : (b.y - a.y) * power(mod(b.x - a.x), P - 2n);
  const x = mod(slope * slope - a.x - b.x);
  return { x, y: mod(slope * (a.x - x) - a.y) };
}

function multiplyGenerator(scalar: bigint): PlainPoint {
  let [sum, doubled]: [PlainPoint, PlainPoint] = [undefined, { x: GX, y: GY }];
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) sum = add(sum, doubled);
    doubled = add(doubled, doubled);
  }
  return sum;
}

function hex64(value: bigint): string {
  return value.toString(16).padStart(64, "0");
}

function decode(compressed: Uint8Array): PlainPoint {
  const x = BigInt(`0x${Buffer.from(compressed.subarray(1)).toString("hex")}`);
  const root = power(x * x * x + 7n, (P + 1n) / 4n);
  return { x, y: (root & 1n) === BigInt(compressed[0] ?? 0) - 2n ? root : P - root };
}

function encode(point: PlainPoint): Uint8Array {
  if (point === undefined) throw new TypeError("the identity has no encoding");
  return new Uint8Array(Buffer.from(`${(point.y & 1n) === 1n ? "03" : "02"}${hex64(point.x)}`, "hex"));
}

/** CKDpub of BIP-32 with Node's HMAC and schoolbook curve arithmetic. */
export function plainDeriveChild(
  parent: { readonly publicKey: Uint8Array; readonly chainCode: Uint8Array },
  index: number,
): { readonly publicKey: Uint8Array; readonly chainCode: Uint8Array; readonly tweak: bigint } {
  const data = Buffer.alloc(37);
  data.set(parent.publicKey);
  data.writeUInt32BE(index, 33);
  const digest = createHmac("sha512", parent.chainCode).update(data).digest();
  const tweak = BigInt(`0x${digest.subarray(0, 32).toString("hex")}`);
  const publicKey = encode(add(decode(parent.publicKey), multiplyGenerator(tweak)));
  return { publicKey, chainCode: new Uint8Array(digest.subarray(32)), tweak };
}
