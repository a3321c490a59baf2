import { inspect } from "node:util";
import { encodeEvidence, type PartyIndex, verifyEvidence } from "../../src/index.ts";
import { seededRng } from "../seeded-rng.ts";
import type { ArenaReport, Ending } from "./arena.ts";
import { type Expectation, SILENCE } from "./expectation.ts";
import { BYSTANDER } from "./expected.ts";
import type { FaultCase } from "./fault-case.ts";
import { below } from "./mutation.ts";
import type { Plan } from "./plan.ts";
import { honestOf, type Scene, type Topology } from "./scene.ts";
import { leaksIn, leaksInPrint } from "./secret-scan.ts";

/** The next session costs more than the case before it, so it follows one case in so many. */
const NEXT_EVERY = 16;

/** Checks a run against its plan and against what must hold in every run; throws if it does not. */
export function checkReport(
  fault: FaultCase,
  plan: Plan,
  scene: Scene<unknown>,
  report: ArenaReport<unknown>,
  id: string,
): void {
  const { topology } = fault;
  const honest = honestOf(topology);
  for (const party of honest) {
    const ending = report.endings.get(party);
    if (ending === undefined || report.sessions.get(party)?.status === "running") {
      throw new TypeError(`party ${party} never ends`);
    }
    checkBlame(ending, plan, topology, party);
    checkEvidence(ending, scene);
    const expectations = expectationsOf(fault, plan, report, party);
    if (!expectations.some((expected) => matches(expected, ending))) {
      throw new TypeError(`party ${party} ended with ${describeEnding(ending)}, not ${inspect(expectations)}`);
    }
  }
  scene.inspect(report.endings);
  checkSecrets(scene, report, fault.variant % 8 === 0);
  checkUse(plan, scene, report);
  if (below(seededRng(`${id}/next`), NEXT_EVERY) === 0) scene.next(report.endings);
}

/**
 * What the plan says, and silence where others were stopped: whoever would end well waits in vain for an honest party
 * that the fault has ended, and everybody for a bad one whose own code refused what its accomplice broadcast.
 */
function expectationsOf(
  fault: FaultCase,
  { expectations }: Plan,
  { endings }: ArenaReport<unknown>,
  party: PartyIndex,
): readonly Expectation[] {
  const own = expectations.get(party);
  if (own === undefined) return BYSTANDER;
  const wasStopped = [...expectations.keys()].some((other) => other !== party && endings.get(other)?.kind === "abort");
  if (wasStopped && own.some(endsWell)) return [...own, ...BYSTANDER];
  return isAccompliceStopped(fault, endings, party) ? [...own, SILENCE] : own;
}

function isAccompliceStopped(
  { fault, topology: { bad } }: FaultCase,
  endings: ReadonlyMap<PartyIndex, Ending<unknown>>,
  party: PartyIndex,
): boolean {
  const ending = endings.get(party);
  if (fault.kind !== "payload" || fault.part !== "broadcast" || bad.length < 2 || ending?.kind !== "abort")
    return false;
  return ending.abort.silent.every((silent) => bad.includes(silent) && endings.get(silent)?.kind === "abort");
}

function endsWell(expected: Expectation): boolean {
  return expected.kind === "anyOf" ? expected.of.some(endsWell) : HAPPY.includes(expected.kind);
}

const HAPPY: readonly Expectation["kind"][] = ["harmless", "poisoned"];

/** An honest party names bad ones only, and of these only such as cheated it; all blame has a name, and a ban is pairwise. */
function checkBlame(ending: Ending<unknown>, { cheaters }: Plan, { bad }: Topology, party: PartyIndex): void {
  if (ending.kind === "done") return;
  const { culprits, blame, code, severity } = ending.abort;
  const wronged = culprits.filter((culprit) => !bad.includes(culprit));
  if (wronged.length > 0) throw new TypeError(`party ${party} blames honest ${wronged} for ${code}`);
  const innocent = culprits.filter((culprit) => !(cheaters.get(party) ?? []).includes(culprit));
  if (innocent.length > 0) throw new TypeError(`party ${party} blames ${innocent}, who did nothing to it, for ${code}`);
  if ((blame === "nobody") !== (culprits.length === 0)) throw new TypeError(`${code}: ${blame} with [${culprits}]`);
  if (severity === "ban" && blame !== "pairwise") throw new TypeError(`${code} bans with ${blame} blame`);
}

/** Public blame comes with evidence that convinces anybody who knows the committee, of the culprits and nobody else. */
function checkEvidence(ending: Ending<unknown>, { judges }: Scene<unknown>): void {
  if (ending.kind === "done" || ending.abort.blame !== "public") return;
  const { evidence, culprits, code } = ending.abort;
  const named = evidence
    .map((piece) => verifyEvidence(piece, judges))
    .map((verdict) => {
      if (verdict.kind === "unproven") throw new TypeError(`the evidence of ${code} proves nothing: ${verdict.reason}`);
      return verdict.culprit;
    });
  if (named.join() !== culprits.join()) throw new TypeError(`${code} names [${culprits}], its evidence [${named}]`);
}

function matches(expected: Expectation, ending: Ending<unknown>): boolean {
  if (expected.kind === "anyOf") return expected.of.some((option) => matches(option, ending));
  if (expected.kind === "harmless" || expected.kind === "poisoned") return ending.kind === "done";
  if (ending.kind === "done") return false;
  const { code, severity, blame, silent } = ending.abort;
  if (expected.kind === "silence") return code === "expired" && silent.length > 0;
  return code === expected.code && severity === expected.severity && blame === expected.blame;
}

function describeEnding(ending: Ending<unknown>): string {
  if (ending.kind === "done") return "an output";
  const { code, severity, blame, culprits } = ending.abort;
  return `${code} (${severity}, ${blame} [${culprits}])`;
}

/** If every party has its output, using it must go as the fault's row says. */
function checkUse({ expectations }: Plan, scene: Scene<unknown>, report: ArenaReport<unknown>): void {
  const isWell = [...report.endings.values()].every(({ kind }) => kind === "done");
  const code = scene.use(report.endings, [...expectations.keys()]);
  if (!isWell) return;
  const allowed: readonly (string | undefined)[] = [...expectations.values()]
    .flat()
    .map((expected) => (expected.kind === "poisoned" ? expected.code : undefined));
  if (!allowed.includes(code)) throw new TypeError(`using the output ended with ${code}, not ${allowed}`);
}

/**
 * No secret of an honest party is in a frame that it sent or in evidence that it would show around, nor, if asked, in
 * anything that can be printed.
 */
function checkSecrets(scene: Scene<unknown>, report: ArenaReport<unknown>, isPrinted: boolean): void {
  const secrets = scene.secrets();
  if (leaksIn(report.honestFrames, secrets)) throw new TypeError("a secret is in a frame");
  const evidence = [...report.endings.values()].flatMap((ending) =>
    ending.kind === "abort" ? ending.abort.evidence.map(encodeEvidence) : [],
  );
  if (leaksIn(evidence, secrets)) throw new TypeError("a secret is in evidence");
  if (isPrinted && leaksInPrint([report.endings, report.sessions], secrets)) {
    throw new TypeError("a secret can be printed");
  }
}
