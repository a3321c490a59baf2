import type { CommitteeCosts } from "./committee-costs.ts";
import type { Goal } from "./goals.ts";
import { BATCH } from "./phases.ts";
import type { PhaseCost } from "./summary.ts";

const HEADER =
  "phase            rounds  V per party  protocol  envelope       ms   total V  bytes/party  per counterparty  median of";

function line(cost: PhaseCost): string {
  const again = cost.runs - cost.wholeRuns;
  const origin = `${cost.runs} runs${again === 0 ? "" : `, ${again} of them of one party`}`;
  return [
    cost.phase.padEnd(16),
    cost.rounds.toFixed(0).padStart(7),
    cost.perPartyV.toFixed(2).padStart(13),
    cost.protocolV.toFixed(2).padStart(10),
    cost.envelopeV.toFixed(2).padStart(10),
    cost.perPartyMs.toFixed(1).padStart(9),
    cost.totalV.toFixed(1).padStart(10),
    cost.bytesPerParty.toFixed(0).padStart(13),
    cost.bytesPerCounterparty.toFixed(0).padStart(18),
    `  ${origin}`,
  ].join("");
}

function steps(cost: PhaseCost): string {
  return `  ${cost.phase}: ${cost.protocolStepsV.map((v) => v.toFixed(2)).join("  ")}`;
}

/** One committee's phases for people. */
export function committeeTable(costs: CommitteeCosts): string {
  return [
    "",
    `${costs.minSigners} of ${costs.size}, a key share at rest ${costs.shareBytesPerCounterparty.toFixed(0)} bytes per counterparty`,
    HEADER,
    ...costs.phases.map(line),
    `batch presign: one of ${BATCH} presignatures made in one session`,
    "protocol by step, V: what is done before the first message, then on the messages of each round",
    ...costs.phases.map(steps),
  ].join("\n");
}

/** Phases that belong to no committee. */
export function phaseTable(title: string, costs: readonly PhaseCost[]): string {
  return ["", title, HEADER, ...costs.map(line)].join("\n");
}

/** The goals for people. */
export function goalTable(goals: readonly Goal[]): string {
  const rows = goals.map(({ goal, measured, isMet }) => `${isMet ? "met   " : "MISSED"}  ${goal}: ${measured}`);
  return ["", "goals", ...rows].join("\n");
}
