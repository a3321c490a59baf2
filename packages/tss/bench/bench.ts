/*
 * Costs of the threshold library on this machine.
 *
 *   npm run bench:tss                                  tables, and every goal with what was measured
 *   npm run --silent bench:tss -- --json               the same figures for a program
 *   npm run bench:tss -- --committees 2-of-3 --runs 30
 *   npm run bench:tss -- --backend wasm                 noble, wasm or both (the default), each in its own process
 *   npm run bench:tss -- --memory                      memory of sessions, and growth over 1,000 signatures
 *
 * CPU time, medians of 11 runs or of --runs; in committees of more than 5 most runs of the long phases are of one party,
 * which does again what it did among all. V is one signature verification of the curve library around the
 * same run: figures in V compare between machines. Protocol is what the rounds themselves do; envelope is the rest of a
 * session: signing, verifying, encrypting, hashing frames.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Backend, installBackend, parseBackend } from "./backends.ts";
import { type CommitteeCosts, type CommitteeShape, committeeCosts } from "./committee-costs.ts";
import { goalsOf } from "./goals.ts";
import { memoryCosts, memoryTable } from "./memory.ts";
import { pairSetups } from "./pair-setups.ts";
import { rng } from "./phases.ts";
import { curveCost, envelopeCost } from "./primitives.ts";
import { type PhaseCost, summarise } from "./summary.ts";
import { committeeTable, goalTable, phaseTable } from "./table.ts";
import { createYardstick, withYardstick } from "./yardstick.ts";

const { values: options } = parseArgs({
  options: {
    committees: { type: "string", default: "2-of-3,3-of-5,5-of-9,11-of-16,20-of-30" },
    runs: { type: "string", default: "11" },
    backend: { type: "string", default: "both" },
    memory: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

/** One line that moves on in a terminal, lines in a log. */
function progress(line: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[2K${line}` : `${line}\n`);
}

function parseCommittees(text: string): readonly CommitteeShape[] {
  return text.split(",").map((name) => {
    const [, minSigners, size] = /^(\d+)-of-(\d+)$/.exec(name) ?? [];
    if (minSigners === undefined || size === undefined) {
      throw new TypeError(`--committees wants names like 2-of-3, separated by commas; "${name}" is not one`);
    }
    return { minSigners: Number(minSigners), size: Number(size) };
  });
}

function parseRuns(text: string): number {
  const runs = Number(text);
  if (!Number.isInteger(runs) || runs < 1)
    throw new TypeError(`--runs wants a whole number from 1; "${text}" is not one`);
  return runs;
}

function pairSetupCost(runs: number): PhaseCost {
  const yardstick = createYardstick(rng);
  const samples = Array.from({ length: runs }, (_, run) => {
    progress(`pair setup ${run + 1}`);
    const { result, verifyMs } = withYardstick(yardstick, pairSetups);
    return { run: result, verifyMs };
  });
  return summarise("pair setup", samples);
}

function measure(backend: Backend) {
  const runs = parseRuns(options.runs);
  const shapes = parseCommittees(options.committees);
  progress(`${backend}: curve and envelope`);
  const curve = curveCost(rng);
  const envelope = envelopeCost(rng);
  const pairSetup = pairSetupCost(runs);
  const committees = shapes.map((shape) =>
    committeeCosts(shape, { runs, progress: (line) => progress(`${backend}, ${line}`) }),
  );
  const goals = goalsOf(committees, backend);
  return { backend, node: process.version, curve, envelope, pairSetup, committees, goals };
}

type Figures = ReturnType<typeof measure>;

function table({ backend, node, curve, envelope, pairSetup, committees, goals }: Figures): string {
  const v = (ms: number): string => `${ms.toFixed(3)} ms (${(ms / curve.verifyMs).toFixed(2)} V)`;
  return [
    `backend ${backend}, node ${node}`,
    `curve     V = ${curve.verifyMs.toFixed(3)} ms; the curve library's base multiplication ${v(curve.baseMultiplyMs)}, variable ${v(curve.multiplyMs)}`,
    `envelope  sign ${v(envelope.signMs)}, verify ${v(envelope.verifyMs)}, of an unknown key ${v(envelope.firstVerifyMs)}`,
    phaseTable("pair setup of one counterparty, both directions", [pairSetup]),
    ...committees.map((costs: CommitteeCosts) => committeeTable(costs)),
    goalTable(goals),
    "",
  ].join("\n");
}

/** A backend is chosen once per process, so each is measured in one of its own. */
function measureApart(backend: Backend): Figures {
  const args = [fileURLToPath(import.meta.url), "--json", "--backend", backend, "--committees", options.committees];
  const child = spawnSync(process.execPath, [...args, "--runs", options.runs], {
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 2 ** 28,
  });
  if (child.status !== 0) process.exit(child.status ?? 1);
  const { backends } = JSON.parse(child.stdout.toString()) as { backends: readonly [Figures] };
  return backends[0];
}

async function measureAll(): Promise<readonly Figures[]> {
  const backend = parseBackend(options.backend);
  if (backend === "both") return [measureApart("noble"), measureApart("wasm")];
  await installBackend(backend);
  return [measure(backend)];
}

async function run(): Promise<string> {
  if (options.memory) {
    const figures = memoryCosts(progress);
    return options.json ? JSON.stringify(figures, null, 2) : memoryTable(figures);
  }
  const backends = await measureAll();
  return options.json ? JSON.stringify({ backends }, null, 2) : backends.map(table).join("\n");
}

const output = await run();
if (process.stderr.isTTY) process.stderr.write("\r\x1b[2K");
process.stdout.write(`${output}\n`);
