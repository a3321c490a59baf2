import type { Opening } from "../../src/engine/open.ts";
import {
  type KeyShare,
  type PartyIndex,
  type Presignature,
  startPresign,
  TssError,
  usablePartners,
} from "../../src/index.ts";
import { exposeKeyShare } from "../../src/keyshare/key-share.ts";
import { openPresign } from "../../src/presign/start.ts";
import { presignSizes, SINGLE_PRESIGNATURE } from "../../src/presign/terms.ts";
import { must } from "../harness/committee.ts";
import { type PresignSetup, presignInput, runPresign, runSigning, startPresignAs } from "../harness/sessions.ts";
import { tamperOpening } from "../harness/tamper.ts";
import type { Ending } from "./arena.ts";
import { PRESIGN_LAYOUTS } from "./layouts.ts";
import { expectSignatures } from "./outcome.ts";
import {
  freshCommittee,
  honestOf,
  openingSecrets,
  type Scene,
  shareSecrets,
  type Target,
  type Topology,
  topology,
  unburntShares,
} from "./scene.ts";

type Endings = ReadonlyMap<PartyIndex, Ending<Presignature>>;

/** Presigning among t signers of a larger committee. */
export const presignTarget: Target<Presignature> = {
  name: "presign",
  rounds: 4,
  hasHello: true,
  layouts: () => PRESIGN_LAYOUTS,
  sizes: () => presignSizes(SINGLE_PRESIGNATURE),
  topologies: [topology(2, 3, [1, 3], [1]), topology(3, 4, [1, 2, 3], [1]), topology(3, 4, [1, 2, 3], [1, 2])],
  open: openPresignScene,
};

function openPresignScene(of: Topology, label: string): Scene<Presignature> {
  const shares = unburntShares(of);
  const committee = freshCommittee(of, `presign ${label}`);
  const setup: PresignSetup = { committee, shares, signers: of.parties, purpose: label };
  const seen: Uint8Array[] = honestOf(of).flatMap((party) => shareSecrets(must(shares.get(party))));
  return {
    committee,
    judges: committee,
    start: (party, tamper) =>
      startPresignAs(setup, party, (...args) => {
        const opening: Opening<Presignature> = openPresign(...args);
        if (!of.bad.includes(party)) seen.push(...openingSecrets(opening));
        return tamperOpening(opening, tamper);
      }),
    secrets: () => seen,
    use: (endings) => signWithAll(of, setup, endings),
    inspect: (endings) => inspectBurns(of, shares, endings),
    next: (endings) => presignAgain(of, setup, endings),
  };
}

/** Signs with the presignatures if everybody has one. */
function signWithAll(of: Topology, { committee }: PresignSetup, endings: Endings): string | undefined {
  const outputs = new Map<PartyIndex, Presignature>();
  for (const [party, ending] of endings) if (ending.kind === "done") outputs.set(party, ending.output);
  if (outputs.size < of.parties.length) return undefined;
  const report = runSigning(committee, outputs, (input) => input, { cheaters: of.bad });
  expectSignatures(committee, must(outputs.get(must(of.parties[0]))).terms.groupKey, [...report.outputs.values()]);
  return report.outputs.size === of.parties.length ? undefined : [...report.aborts.values()][0]?.code;
}

/** A pair is burnt exactly if an honest party banned, and never between two honest parties. */
function inspectBurns(of: Topology, shares: ReadonlyMap<PartyIndex, KeyShare>, endings: Endings): void {
  for (const party of honestOf(of)) {
    const ending = must(endings.get(party));
    const banned = ending.kind === "abort" && ending.abort.severity === "ban" ? ending.abort.culprits : [];
    const share = must(shares.get(party));
    const burnt = [...share.record.parties.keys()].filter(
      (other) => other !== party && !usablePartners(share).has(other),
    );
    if (burnt.join() !== [...banned].sort((a, b) => a - b).join()) {
      throw new TypeError(`party ${party} burnt its pairs with [${burnt}], and banned [${banned}]`);
    }
    exposeKeyShare(share);
  }
}

function presignAgain(of: Topology, setup: PresignSetup, endings: Endings): void {
  const honest = honestOf(of);
  const banning = honest.filter((party) => isBan(must(endings.get(party))));
  for (const party of banning) expectRefusal(setup, party);
  const signers = banning.length === 0 ? of.parties : membersWithoutBad(of, setup);
  if (signers === undefined) return;
  const again = { ...setup, signers, purpose: `${setup.purpose} again` };
  const report = runPresign(again);
  if (report.outputs.size !== signers.length) throw new TypeError("the next presigning did not succeed");
  const signed = runSigning(setup.committee, report.outputs);
  if (signed.outputs.size !== signers.length) throw new TypeError("the next signing did not succeed");
  const { groupKey } = must([...report.outputs.values()][0]).terms;
  expectSignatures(setup.committee, groupKey, [...signed.outputs.values()]);
}

function isBan(ending: Ending<Presignature>): boolean {
  return ending.kind === "abort" && ending.abort.severity === "ban";
}

function membersWithoutBad(of: Topology, { committee }: PresignSetup): readonly PartyIndex[] | undefined {
  const left = committee.members.filter((party) => !of.bad.includes(party));
  return left.length < of.minSigners ? undefined : left.slice(0, of.minSigners);
}

function expectRefusal(setup: PresignSetup, party: PartyIndex): void {
  try {
    startPresign({ ...presignInput(setup, party), attempt: 1n }, setup.committee.rngOf(party));
  } catch (error) {
    if (error instanceof TssError && error.code === "bannedParty") return;
    throw error;
  }
  throw new TypeError(`party ${party} presigns with a party that it banned`);
}
