import { partyIndex } from "../src/index.ts";
import { multiplyBaseBatch } from "../src/math/batch-multiply.ts";
import { multiplyBaseOnce } from "../src/math/fixed-base.ts";
import { GENERATOR, multiply, multiplyBase, multiplyUnsafe, type Point } from "../src/math/point.ts";
import { ORDER, reduceBytes32, type Scalar } from "../src/math/scalar.ts";
import { Secret } from "../src/math/secret.ts";
import { multiplySum } from "../src/math/uniform-multiply.ts";
import { hashRows, ROW_HASH_WORDS } from "../src/primitives/row-hash.ts";
import { aliceRespondVole, bobStartVole } from "../src/primitives/vole.ts";
import { gadget } from "../src/primitives/vole-rows.ts";
import { openSigning } from "../src/sign/start.ts";
import { correlatedPair } from "../test/primitives/correlated-pair.ts";
import { rng } from "./phases.ts";

/** One operation on a secret. */
export type TimingTarget = {
  readonly name: string;
  /** What the operation must turn out to be: a control shows that the harness sees a leak, and sees none where none is. */
  readonly control: "leaks" | "constant" | undefined;
  /** Measurements of both classes together. */
  readonly measurements: number;
  /** The secret that the fixed class always uses, and a fresh one. */
  readonly fixed: bigint;
  readonly random: () => bigint;
  /** Makes what the operation needs of the secret; what it returns is timed, once. */
  readonly prepare: (secret: bigint) => () => unknown;
};

/** An ordinary secret that stays the same. */
const TYPICAL = reduceBytes32(rng(32));

/** No secret is like this: few bits, so everything that depends on size or weight shows. */
const EXTREME = 5n;

const randomSecret = (): Scalar => reduceBytes32(rng(32));

function both(name: string, measurements: number, prepare: TimingTarget["prepare"]): readonly TimingTarget[] {
  const common = { control: undefined, measurements, random: randomSecret, prepare };
  return [
    { ...common, name: `${name}, an ordinary secret`, fixed: TYPICAL },
    { ...common, name: `${name}, the secret 5`, fixed: EXTREME },
  ];
}

function rowHashing(): TimingTarget["prepare"] {
  const key = rng(32);
  return (secret) => {
    const words = [0n, 32n, 64n, 96n].map((shift) => Number((secret >> shift) & 0xffff_ffffn) | 0);
    const rows = Int32Array.from({ length: 512 * ROW_HASH_WORDS }, (_, i) => {
      return i % ROW_HASH_WORDS === 0 ? i / ROW_HASH_WORDS : (words[(i % ROW_HASH_WORDS) - 1] ?? 0);
    });
    return () => hashRows(key, rows);
  };
}

function voleAnswer(): TimingTarget["prepare"] {
  const { alice, bob } = correlatedPair(rng);
  const session = { sid: rng(32), gadget: gadget(rng(32)) };
  const { message } = bobStartVole(bob, session, rng);
  return (secret) => {
    const inputs = [secret, ORDER - secret] as const;
    return () => aliceRespondVole(alice, session, message, inputs, rng);
  };
}

function partialSignature(): TimingTarget["prepare"] {
  const groupKey = multiplyBase(randomSecret());
  const terms = {
    noncePoint: multiplyBase(randomSecret()),
    groupKey,
    tweak: 0n,
    digest: rng(32),
    signers: [1, 2].map(partyIndex),
    presignatureId: rng(32),
    beacon: rng(32),
  };
  return (secret) => {
    const shares = { phi: new Secret(secret), u: new Secret(secret), v: new Secret(ORDER - secret) };
    return () => openSigning(terms, shares);
  };
}

/** Compares like code that nobody should write: it stops at the first difference. */
function leakyCompare(): TimingTarget["prepare"] {
  const expected = new Uint8Array(2_000).fill(7);
  return (secret) => {
    const guess = new Uint8Array(2_000).fill(Number(secret & 0xffn));
    return () => expected.every((byte, i) => byte === guess[i]);
  };
}

function somePoint(): Point {
  return multiplyUnsafe(GENERATOR, TYPICAL);
}

/** Everything that is measured, controls first. */
export function timingTargets(): readonly TimingTarget[] {
  const [point, hashRows, answer, sign] = [somePoint(), rowHashing(), voleAnswer(), partialSignature()];
  const control = { fixed: EXTREME, random: randomSecret };
  return [
    {
      ...control,
      name: "control: multiplication for public scalars",
      control: "leaks",
      measurements: 400,
      prepare: (secret) => () => multiplyUnsafe(point, secret),
    },
    {
      ...control,
      name: "control: comparison that stops early",
      control: "leaks",
      measurements: 4_000,
      fixed: 7n,
      prepare: leakyCompare(),
    },
    {
      ...control,
      name: "control: an operation that ignores the secret",
      control: "constant",
      measurements: 1_000,
      prepare: () => hashRows(TYPICAL),
    },
    ...both("s G, long-lived secret", 2_000, (secret) => () => multiplyBase(secret)),
    ...both("s P, long-lived secret", 1_000, (secret) => () => multiply(point, secret)),
    ...both("s G, one-time secret (VOLE shares)", 1_000, (secret) => () => multiplyBaseOnce(secret)),
    ...both("sum of s P, one-time secret (consistency check)", 1_000, (secret) => {
      const terms = [{ scalar: secret, point }];
      return () => multiplySum(terms);
    }),
    ...both("64 times s G in step, one-time secrets (base OT)", 200, (secret) => {
      const scalars = Array.from({ length: 64 }, () => secret);
      return () => multiplyBaseBatch(scalars);
    }),
    ...both("512 row hashes", 2_000, hashRows),
    ...both("Alice's answer in a VOLE", 400, answer),
    ...both("partial signature", 600, sign),
  ];
}
