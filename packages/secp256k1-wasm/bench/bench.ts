/*
 * Key generation, presigning and signing 2 of 3 with one backend, per party, envelopes included.
 *
 *   node packages/secp256k1-wasm/bench/bench.ts [runs]             WebAssembly
 *   node packages/secp256k1-wasm/bench/bench.ts [runs] --library   the curve library
 *
 * CPU time; V is one signature verification of the curve library around the same run.
 */
import { secp256k1 } from "@noble/curves/secp256k1.js";
import * as tss from "@synod/tss";
import { loadWasmBackend } from "../src/index.ts";
import { wholeRun } from "../test/whole-run.ts";

const CALLS = 10;
const RUNS = Number(process.argv[2] ?? 5);

const secret = secp256k1.utils.randomSecretKey();
const digest = new Uint8Array(32).fill(7);
const signature = secp256k1.sign(digest, secret, { prehash: false });
const publicKey = secp256k1.getPublicKey(secret);

function verifyMs(): number {
  const before = process.cpuUsage();
  for (let i = 0; i < CALLS; i++) secp256k1.verify(signature, digest, publicKey, { prehash: false });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / CALLS;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

if (!process.argv.includes("--library")) tss.usePointBackend(await loadWasmBackend());
verifyMs();
// The first run pays for compilation.
wholeRun(tss, "warm up");
const runs = Array.from({ length: RUNS }, (_, i) => {
  const before = verifyMs();
  const { cpuMs } = wholeRun(tss, `run ${i}`);
  const V = (before + verifyMs()) / 2;
  return { keygen: cpuMs.keygen / V, presign: cpuMs.presign / V, sign: cpuMs.sign / V };
});
for (const phase of ["keygen", "presign", "sign"] as const) {
  process.stdout.write(
    `${phase.padEnd(10)} ${median(runs.map((run) => run[phase]))
      .toFixed(1)
      .padStart(8)} V per party\n`,
  );
}
