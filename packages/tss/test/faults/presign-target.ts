import {
  type KeyShare,
  type PartyIndex,
  type Started,
  startPresign,
  TssError,
  usablePartners,
} from "../../src/index.ts";
import { exposeKeyShare } from "../../src/keyshare/key-share.ts";
import { Presignature } from "../../src/presign/presignature.ts";
import { openPresign, openPresignBatch } from "../../src/presign/start.ts";
import { type PresignShape, presignSizes, SINGLE_PRESIGNATURE } from "../../src/presign/terms.ts";
import { presignaturesAt, startBatchAs } from "../harness/batch-sessions.ts";
import { must } from "../harness/committee.ts";
import { type PresignSetup, presignInput, runPresign, runSigning, startPresignAs } from "../harness/sessions.ts";
import type { Ending } from "./arena.ts";
import { presignLayouts } from "./layouts.ts";
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
  type Wrap,
} from "./scene.ts";

/** One presignature, or a batch. */
type Made = Presignature | readonly Presignature[];

type Endings = ReadonlyMap<PartyIndex, Ending<Made>>;

/** A presigning of a shape among t signers of a committee. */
type Protocol = { readonly of: Topology; readonly shape: PresignShape; readonly setup: PresignSetup };

/** Presigning among t signers of a larger committee. */
export const presignTarget: Target<Made> = presigning("presign", SINGLE_PRESIGNATURE, [
  topology(2, 3, [1, 3], [1]),
  topology(3, 4, [1, 2, 3], [1]),
  topology(3, 4, [1, 2, 3], [1, 2]),
]);

/** Several presignatures in one session. */
export const batchTarget: Target<Made> = presigning("presign-batch", { count: 2, otMode: "epoch" }, [
  topology(2, 3, [1, 3], [1]),
  topology(3, 4, [1, 2, 3], [1, 2]),
]);

/** Pair state of the session alone; either role of its setup is played by the bad party. */
export const ephemeralTarget: Target<Made> = presigning("presign-ephemeral", { count: 2, otMode: "ephemeral" }, [
  topology(2, 3, [1, 3], [1]),
  { ...topology(2, 3, [1, 3], [3]), name: "2of3-last-bad" },
  topology(3, 4, [1, 2, 3], [1, 2]),
]);

function presigning(name: string, shape: PresignShape, topologies: readonly Topology[]): Target<Made> {
  return {
    name,
    rounds: presignSizes(shape).length,
    hasHello: true,
    layouts: (_, from, to) => presignLayouts(shape, from, to),
    sizes: () => presignSizes(shape),
    topologies,
    open: (of, label) => openPresignScene(name, of, shape, label),
  };
}

function openPresignScene(name: string, of: Topology, shape: PresignShape, label: string): Scene<Made> {
  const shares = unburntShares(of);
  const committee = freshCommittee(of, `${name} ${label}`);
  const protocol = { of, shape, setup: { committee, shares, signers: of.parties, purpose: label } };
  const seen: Uint8Array[] = honestOf(of).flatMap((party) => shareSecrets(must(shares.get(party))));
  return {
    committee,
    judges: committee,
    start: (party, wrap) =>
      startMaking(protocol, party, (opening) => {
        if (!of.bad.includes(party)) seen.push(...openingSecrets(opening));
        return wrap(opening);
      }),
    secrets: () => seen,
    use: (endings) => signWithAll(protocol, endings),
    inspect: (endings) => inspectBurns(of, shares, endings),
    next: (endings) => presignAgain(protocol, endings),
  };
}

/** One presignature is made by the session for one, so that both ways into the library are taken. */
function startMaking({ shape, setup }: Protocol, party: PartyIndex, wrap: Wrap): Started<Made> {
  if (shape === SINGLE_PRESIGNATURE) return startPresignAs(setup, party, (...args) => wrap(openPresign(...args)));
  return startBatchAs(setup, shape, party, (...args) => wrap(openPresignBatch(...args)));
}

/** Signs with the presignatures if everybody has them; every one of a batch, whatever became of the others. */
function signWithAll({ of, setup, shape }: Protocol, endings: Endings): string | undefined {
  const outputs = new Map<PartyIndex, readonly Presignature[]>();
  for (const [party, ending] of endings) {
    if (ending.kind === "done")
      outputs.set(party, ending.output instanceof Presignature ? [ending.output] : ending.output);
  }
  if (outputs.size < of.parties.length) return undefined;
  const codes = Array.from({ length: shape.count }, (_, b) => signOnce(of, setup, presignaturesAt(outputs, b)));
  return codes.find((code) => code !== undefined);
}

function signOnce(
  of: Topology,
  { committee }: PresignSetup,
  presignatures: ReadonlyMap<PartyIndex, Presignature>,
): string | undefined {
  const { groupKey } = must(presignatures.get(must(of.parties[0]))).terms;
  const report = runSigning(committee, presignatures, (input) => input, { cheaters: of.bad });
  expectSignatures(committee, groupKey, [...report.outputs.values()]);
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

function presignAgain({ of, setup }: Protocol, endings: Endings): void {
  const honest = honestOf(of);
  const banning = honest.filter((party) => isBan(must(endings.get(party))));
  for (const party of banning) expectRefusal(setup, party);
  // The bad parties may have banned each other, which is their own affair.
  if (banning.length === 0) unburntShares(of);
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

function isBan(ending: Ending<Made>): boolean {
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
