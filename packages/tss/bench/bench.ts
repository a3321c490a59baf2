/*
 * Costs of the threshold library on this machine.
 *
 *   node packages/tss/bench/bench.ts          a table
 *   node packages/tss/bench/bench.ts --json   the same figures for a program
 *
 * CPU time, medians. V is one signature verification of the curve library in the same run: figures in V compare
 * between machines.
 */
import { randomBytes } from "node:crypto";
import { curveCost, envelopeCost, pairSetupCost } from "./primitives.ts";
import { type ProtocolCost, protocolCosts } from "./protocols.ts";

const rng = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

function measure() {
  const curve = curveCost(rng);
  const envelope = envelopeCost(rng);
  const pairSetup = pairSetupCost(rng, 5);
  const committees = [
    protocolCosts(2, 3, { keygen: 3, presign: 15 }, rng),
    protocolCosts(3, 5, { keygen: 1, presign: 9 }, rng),
  ];
  return { node: process.version, curve, envelope, pairSetup, committees };
}

type Figures = ReturnType<typeof measure>;

/** Authentication inside a protocol, per party: one signature per round, one verification per message received. */
function authenticationMs({ envelope }: Figures, cost: ProtocolCost): number {
  return cost.rounds * (envelope.signMs + (cost.parties - 1) * envelope.verifyMs);
}

function protocolLine(figures: Figures, name: string, cost: ProtocolCost): string {
  const { verifyMs } = figures.curve;
  const authentication = authenticationMs(figures, cost);
  return [
    name.padEnd(16),
    `${cost.rounds}`.padStart(6),
    cost.cpuMsPerParty.toFixed(1).padStart(12),
    (cost.cpuMsPerParty / verifyMs).toFixed(1).padStart(9),
    authentication.toFixed(1).padStart(12),
    cost.cpuMsTotal.toFixed(1).padStart(10),
    `${cost.bytesPerParty}`.padStart(12),
  ].join(" ");
}

function table(figures: Figures): string {
  const { curve, envelope, pairSetup, committees } = figures;
  const lines = [
    `node ${figures.node}`,
    `curve       base multiply ${curve.baseMultiplyMs.toFixed(3)} ms, multiply ${curve.multiplyMs.toFixed(3)} ms, verify (V) ${curve.verifyMs.toFixed(3)} ms`,
    `envelope    digest ${envelope.digestMs.toFixed(3)} ms, sign ${envelope.signMs.toFixed(3)} ms, verify ${envelope.verifyMs.toFixed(3)} ms`,
    `pair setup  one direction: Alice ${pairSetup.aliceMs.toFixed(0)} ms, ${pairSetup.aliceBytes} B; Bob ${pairSetup.bobMs.toFixed(0)} ms, ${pairSetup.bobBytes} B`,
  ];
  for (const committee of committees) {
    lines.push(
      "",
      `${committee.minSigners} of ${committee.size}`.padEnd(16) +
        " rounds  ms per party         V  envelope ms   ms total  bytes/party",
      protocolLine(figures, "key generation", committee.keygen),
      protocolLine(figures, "presign", committee.presign),
      protocolLine(figures, "sign", committee.sign),
    );
  }
  return `${lines.join("\n")}\n`;
}

const figures = measure();
process.stdout.write(process.argv.includes("--json") ? `${JSON.stringify(figures, null, 2)}\n` : table(figures));
