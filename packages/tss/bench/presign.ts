/*
 * Costs of presigning and of the online phase, the protocol apart from its envelopes.
 *
 *   node packages/tss/bench/presign.ts          a table
 *   node packages/tss/bench/presign.ts --json   the same figures for a program
 *
 * CPU time per party, medians, in V: one signature verification of the curve library in the same run. Key shares come
 * from a dealer, so nothing of key generation is measured.
 */
import { randomBytes } from "node:crypto";
import {
  type PartyIndex,
  type Presignature,
  type Rng,
  startPresign,
  startPresignBatch,
  startSigning,
} from "../src/index.ts";
import { takePresignature } from "../src/presign/presignature.ts";
import { openPresign, openPresignBatch } from "../src/presign/start.ts";
import { createPresignTerms, type PresignShape } from "../src/presign/terms.ts";
import { openSigning, signingTerms } from "../src/sign/start.ts";
import { createCommittee, must } from "../test/harness/committee.ts";
import { dealKeyShares } from "../test/harness/dealer.ts";
import { presignInput, signingInput } from "../test/harness/sessions.ts";
import { drive } from "./drive.ts";
import { median } from "./measure.ts";
import { curveCost } from "./primitives.ts";
import { runRounds } from "./rounds.ts";

const rng: Rng = (length) => new Uint8Array(randomBytes(length));

/** Runs before the counted ones: they pay for compilation and tables. */
const WARM_UP = 4;

type Setting = ReturnType<typeof createSetting>;
type Presignatures = ReadonlyMap<PartyIndex, Presignature>;

function createSetting(minSigners: number, size: number) {
  const committee = createCommittee(minSigners, size, "bench");
  return { committee, shares: dealKeyShares(committee), signers: committee.members.slice(0, minSigners) };
}

function presignRounds({ shares, signers }: Setting) {
  const sid = rng(32);
  const nonces = new Map(signers.map((party) => [party, rng(32)]));
  const openings = signers.map((party) => {
    const terms = createPresignTerms(must(shares.get(party)), signers, new Set());
    return [party, () => openPresign(terms, sid, must(nonces.get(party)), rng)] as const;
  });
  return runRounds(new Map(openings), { sid, nonces, rng });
}

function presignSession(setting: Setting, number: number) {
  const starts = setting.signers.map((party) => {
    const input = presignInput({ ...setting, purpose: `run ${number}` }, party);
    return [party, { start: (own: Rng) => startPresign(input, own), rng }] as const;
  });
  return drive(new Map(starts));
}

/** CPU milliseconds per party and presignature of one batch session, and of its rounds alone. */
function batchCosts({ committee, shares, signers }: Setting, shape: PresignShape, run: number) {
  const sid = rng(32);
  const nonces = new Map(signers.map((party) => [party, rng(32)]));
  const openings = signers.map((party) => {
    const terms = createPresignTerms(must(shares.get(party)), signers, new Set(), shape);
    return [party, () => openPresignBatch(terms, sid, must(nonces.get(party)), rng)] as const;
  });
  const rounds = runRounds(new Map(openings), { sid, nonces, rng });
  const starts = signers.map((party) => {
    const input = presignInput({ committee, shares, signers, purpose: `batch ${run}` }, party);
    return [party, { start: (own: Rng) => startPresignBatch({ ...input, ...shape }, own), rng }] as const;
  });
  const session = drive(new Map(starts));
  const each = (costs: readonly number[]) => costs.map((ms) => ms / shape.count);
  return { protocol: each(totals(rounds.cpuMs)), total: each([...session.cpuMs.values()]) };
}

/** In V per party and presignature. */
function measureBatch(shape: PresignShape, runs: number, verifyMs: number) {
  const setting = createSetting(2, 3);
  const samples = Array.from({ length: runs + 1 }, (_, run) => batchCosts(setting, shape, run)).slice(1);
  return {
    ...shape,
    protocol: perParty(
      samples.flatMap(({ protocol }) => protocol),
      verifyMs,
    ),
    total: perParty(
      samples.flatMap(({ total }) => total),
      verifyMs,
    ),
  };
}

function signRounds({ committee }: Setting, presignatures: Presignatures) {
  const openings = [...presignatures].map(([party, presignature]) => {
    const terms = signingTerms(signingInput(committee, party, presignature));
    return [party, () => openSigning(terms, takePresignature(presignature))] as const;
  });
  return runRounds(new Map(openings), { sid: rng(32), nonces: new Map(), rng });
}

function signSession({ committee }: Setting, presignatures: Presignatures) {
  const starts = [...presignatures].map(
    ([party, presignature]) =>
      [party, { start: (own: Rng) => startSigning(signingInput(committee, party, presignature), own), rng }] as const,
  );
  return drive(new Map(starts));
}

function perParty(costs: Iterable<number>, verifyMs: number): number {
  return median([...costs]) / verifyMs;
}

function totals(cpuMs: ReadonlyMap<PartyIndex, readonly number[]>): readonly number[] {
  return [...cpuMs.values()].map((rounds) => rounds.reduce((sum, ms) => sum + ms, 0));
}

/** Costs in V of one committee, each the median over parties and runs. */
function committeeCosts(minSigners: number, size: number, runs: number, verifyMs: number) {
  const setting = createSetting(minSigners, size);
  const rounds: number[][] = [];
  const samples = { presignProtocol: [] as number[], presign: [] as number[], sign: [] as number[] };
  const signProtocol: number[] = [];
  for (let run = 0; run < WARM_UP + runs; run++) {
    const [bare, whole] = [presignRounds(setting), presignSession(setting, run)];
    const [online, session] = [signRounds(setting, bare.outputs), signSession(setting, whole.outputs)];
    if (run < WARM_UP) continue;
    rounds.push(...[...bare.cpuMs.values()].map((costs) => [...costs]));
    samples.presignProtocol.push(...totals(bare.cpuMs));
    samples.presign.push(...whole.cpuMs.values());
    signProtocol.push(...totals(online.cpuMs));
    samples.sign.push(...session.cpuMs.values());
  }
  return {
    minSigners,
    size,
    presignProtocol: perParty(samples.presignProtocol, verifyMs),
    presignRounds: [0, 1, 2, 3, 4].map((round) =>
      perParty(
        rounds.map((costs) => costs[round] ?? 0),
        verifyMs,
      ),
    ),
    presign: perParty(samples.presign, verifyMs),
    signProtocol: perParty(signProtocol, verifyMs),
    sign: perParty(samples.sign, verifyMs),
  };
}

type Costs = ReturnType<typeof committeeCosts>;

function measure() {
  const { verifyMs } = curveCost(rng);
  const committees = [committeeCosts(2, 3, 20, verifyMs), committeeCosts(3, 5, 10, verifyMs)];
  const batches = [
    measureBatch({ count: 8, otMode: "epoch" }, 4, verifyMs),
    measureBatch({ count: 16, otMode: "epoch" }, 3, verifyMs),
    measureBatch({ count: 16, otMode: "ephemeral" }, 2, verifyMs),
  ];
  return { node: process.version, verifyMs, committees, batches };
}

function line(name: string, ...figures: readonly number[]): string {
  return name.padEnd(24) + figures.map((figure) => figure.toFixed(2).padStart(8)).join("");
}

function table({ node, verifyMs, committees, batches }: ReturnType<typeof measure>): string {
  const lines = committees.flatMap((costs: Costs) => [
    "",
    `${costs.minSigners} of ${costs.size}, V per party   protocol   total  (rounds)`,
    line("presign", costs.presignProtocol, costs.presign, ...costs.presignRounds),
    line("sign", costs.signProtocol, costs.sign),
  ]);
  lines.push("", "batch of 2 of 3, V per party and presignature");
  for (const { count, otMode, protocol, total } of batches) lines.push(line(`${count} ${otMode}`, protocol, total));
  return `${[`node ${node}, V = ${verifyMs.toFixed(3)} ms`, ...lines].join("\n")}\n`;
}

const figures = measure();
process.stdout.write(process.argv.includes("--json") ? `${JSON.stringify(figures, null, 2)}\n` : table(figures));
