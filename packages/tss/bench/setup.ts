/*
 * What the pair setup of both directions is made of, in V: one signature verification of the curve library.
 *
 *   node packages/tss/bench/setup.ts [runs]
 */
import { multiplyBaseBatch, multiplyBatch, multiplyFixed } from "../src/math/batch-multiply.ts";
import { decodePoint, encodePoint, GENERATOR } from "../src/math/point.ts";
import { randomScalar } from "../src/math/scalar.ts";
import { hashToCurve } from "../src/transcript/hash-to-curve.ts";
import { createCommittee } from "../test/harness/committee.ts";
import { median, timed } from "./measure.ts";
import { pairSetups } from "./pair-setups.ts";
import { keygen, rng } from "./phases.ts";
import { createYardstick, withYardstick } from "./yardstick.ts";

const RUNS = Number(process.argv[2] ?? 5);
const COUNT = 128;
const yardstick = createYardstick(rng);

/** The median over all runs, after one that pays for compilation, of what `run` returns divided by the V around it. */
function medianInV(run: (number: number) => readonly number[]): number {
  const values = Array.from({ length: RUNS + 1 }, (_, i) => {
    const { result, verifyMs } = withYardstick(yardstick, () => run(i));
    return result.map((ms) => ms / verifyMs);
  });
  return median(values.slice(1).flat());
}

/** What the base OTs repeat, each for as many elements as there are instances. */
function operations(): readonly (readonly [string, () => unknown])[] {
  const scalars = Array.from({ length: COUNT }, () => randomScalar(rng));
  const points = multiplyBaseBatch(scalars);
  const encoded = points.map(encodePoint);
  const same = scalars.map(() => scalars[0] ?? 1n);
  return [
    ["base multiplications", () => multiplyBaseBatch(scalars)],
    ["one point, many scalars", () => multiplyFixed(points[0] ?? GENERATOR, scalars)],
    ["one scalar, many points", () => multiplyBatch(points, same)],
    [
      "hashes to the curve",
      () =>
        hashToCurve(
          "ot/h",
          encoded.map((point) => [point]),
        ),
    ],
    ["decodings", () => encoded.map(decodePoint)],
  ];
}

function print(name: string, inV: number): void {
  process.stdout.write(`${name.padEnd(40)} ${inV.toFixed(1).padStart(8)} V\n`);
}

for (const [name, run] of operations())
  print(
    `${COUNT} ${name}`,
    medianInV(() => [timed(run).ms]),
  );
for (const [role, name] of ["Alice", "Bob"].entries()) {
  print(
    `pair setup, ${name} of the first direction`,
    medianInV(() => [...pairSetups().cpuMs.values()].slice(role, role + 1)),
  );
}
const committee = createCommittee(2, 3, "bench of setup");
print(
  "key generation 2 of 3, per party",
  medianInV((run) => [...keygen(committee, BigInt(run)).cpuMs.values()]),
);
