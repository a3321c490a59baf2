/*
 * Whether the time of the operations on secrets tells anything about the secrets.
 *
 *   npm run timing                      a table
 *   npm run --silent timing -- --json   the same for a program
 *   npm run timing -- --scale 10        ten times the measurements: smaller differences show
 *   npm run timing -- --only VOLE       operations whose name contains this; controls always run
 *
 * Each operation runs on one fixed and on fresh random secrets, in random order, and Welch's t-test compares the two
 * classes (dudect). `same` means that this many measurements show no difference, never that there is none. The command
 * fails only if a control comes out wrong: then the figures of this run mean nothing.
 */
import { parseArgs } from "node:util";
import { rng } from "./phases.ts";
import { judgeTiming, type TimingVerdict } from "./timing-statistics.ts";
import { type TimingTarget, timingTargets } from "./timing-targets.ts";

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    scale: { type: "string", default: "1" },
    only: { type: "string", default: "" },
  },
});

type Measured = TimingVerdict & {
  readonly name: string;
  readonly control: TimingTarget["control"];
  readonly measurements: number;
  readonly microseconds: number;
};

/** CPU time would be coarser than an operation: wall time, cropped. Secrets are made before the clock starts. */
function timeOnce(prepare: TimingTarget["prepare"], secret: bigint): number {
  const run = prepare(secret);
  const begin = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - begin) / 1000;
}

function measure(target: TimingTarget, scale: number): Measured {
  const measurements = Math.round(target.measurements * scale);
  const [fixed, random]: [number[], number[]] = [[], []];
  // Compilation is over after some runs; each class takes the same part in them.
  for (let i = 0; i < Math.max(20, measurements / 10); i++)
    target.prepare(i % 2 === 0 ? target.fixed : target.random())();
  for (let i = 0; i < measurements; i++) {
    const isFixed = ((rng(1)[0] ?? 0) & 1) === 0;
    // Drawn for both classes, so that they leave the caches alike.
    const drawn = target.random();
    const microseconds = timeOnce(target.prepare, isFixed ? target.fixed : drawn);
    (isFixed ? fixed : random).push(microseconds);
  }
  const { name, control } = target;
  const typical = [...fixed, ...random].toSorted((a, b) => a - b)[Math.floor(measurements / 2)] ?? 0;
  return { name, control, measurements, microseconds: typical, ...judgeTiming({ fixed, random }) };
}

function isAsExpected({ control, kind }: Measured): boolean {
  if (control === "leaks") return kind === "distinct";
  return control !== "constant" || kind !== "distinct";
}

function line({ name, measurements, microseconds, t, difference, kind }: Measured): string {
  return [
    kind.padEnd(9),
    t.toFixed(1).padStart(7),
    `${(100 * difference).toFixed(2)} %`.padStart(11),
    microseconds.toFixed(0).padStart(10),
    `${measurements}`.padStart(8),
    `  ${name}`,
  ].join("");
}

const scale = Number(options.scale);
if (!(scale > 0)) throw new TypeError(`--scale wants a number above 0; "${options.scale}" is not one`);
const measured = timingTargets()
  .filter(({ name, control }) => control !== undefined || name.includes(options.only))
  .map((target) => {
    process.stderr.write(`${target.name}\n`);
    return measure(target, scale);
  });
const wrong = measured.filter((one) => !isAsExpected(one));
const header = "verdict       |t| difference        us    runs  operation, and the fixed secret";
const table = [`node ${process.version}`, header, ...measured.map(line), ""].join("\n");
process.stdout.write(options.json ? `${JSON.stringify({ node: process.version, measured }, null, 2)}\n` : table);
for (const { name, kind } of wrong) process.stderr.write(`"${name}" came out "${kind}": this run shows nothing\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
