import { type KeyShare, type PartyIndex, pairId, partnerStatus, type RenewalOutput } from "../../src/index.ts";
import { openRenewal } from "../../src/renewal/start.ts";
import { partnersIn, type RenewalRoles, renewalSizes } from "../../src/renewal/terms.ts";
import { must } from "../harness/committee.ts";
import { type RenewalSetup, runRenewal, startRenewalAs } from "../harness/renewal.ts";
import { runPresign, runSigning } from "../harness/sessions.ts";
import type { Ending } from "./arena.ts";
import { HARMLESS, pairwise, poisoned } from "./expectation.ts";
import { field, type Layout, layout } from "./field.ts";
import { expectSignatures } from "./outcome.ts";
import {
  freshCommittee,
  honestOf,
  ownShares,
  type Scene,
  shareSecrets,
  type Target,
  type Topology,
  topology,
} from "./scene.ts";
import { setupFields } from "./setup-fields.ts";

type Endings = ReadonlyMap<PartyIndex, Ending<RenewalOutput>>;

/** New pair state under the same key: the bad party renews, or helps another to, or all but one are bad. */
export const renewalTarget: Target<RenewalOutput> = {
  name: "renewal",
  rounds: 5,
  hasHello: true,
  layouts: renewalLayouts,
  sizes: (of) => renewalSizes(rolesOf(of)),
  topologies: [
    { ...topology(2, 3, [1, 2, 3], [1]), name: "bad-renews" },
    { ...topology(2, 3, [1, 2, 3], [2]), name: "bad-helps" },
    topology(3, 3, [1, 2, 3], [1, 2]),
  ],
  open: openRenewalScene,
};

/** Party 1 renews; in the committee where it is bad with another, the honest party 3. */
function rolesOf({ parties, bad }: Topology): RenewalRoles {
  return { participants: parties, renewing: parties.filter((party) => party === (bad.length > 1 ? 3 : 1)) };
}

/** Payloads of a renewal (docs/protocol/renewal.md, table of messages). */
function renewalLayouts(of: Topology, from: PartyIndex, to: PartyIndex): readonly Layout[] {
  const roles = rolesOf(of);
  const partners = partnersIn(roles, from);
  const isPair = partners.includes(to);
  const SETUP = pairwise("pairSetup");
  const trees = isPair ? setupFields(3, from, to) : [];
  // What is swapped with the half is a hash of the trees, if any go this way.
  const onSwap = trees.length > 0 ? { on: { swapped: SETUP } } : {};
  const half = isPair ? [field("zeroHalf", "bytes", 32, poisoned("keySumMismatch"), onSwap)] : [];
  // Only the partner knows the id; but two ids that are swapped are both wrong.
  const ids = partners.map((partner) =>
    field(`id${partner}`, "hash", 32, partner === to ? SETUP : HARMLESS, isPair ? { on: { swapped: SETUP } } : {}),
  );
  return [
    layout(1, "broadcast", []),
    layout(2, "direct", isPair ? setupFields(1, from, to) : []),
    layout(3, "direct", isPair ? setupFields(2, from, to) : []),
    layout(4, "direct", [...half, ...trees]),
    layout(5, "broadcast", ids),
  ];
}

function openRenewalScene(of: Topology, label: string): Scene<RenewalOutput> {
  const shares = ownShares(of);
  const committee = freshCommittee(of, `renewal ${label}`);
  const setup = { committee, shares, ...rolesOf(of) };
  const before = honestOf(of).flatMap((party) => shareSecrets(must(shares.get(party))));
  const known = pairIds(of, shares);
  return {
    committee,
    judges: committee,
    start: (party, wrap) => startRenewalAs(setup, party, (terms) => wrap(openRenewal(terms))),
    secrets: () => [...before, ...honestOf(of).flatMap((party) => shareSecrets(must(shares.get(party))))],
    use: (endings, aimed) => signWithAll(of, setup, endings, aimed),
    inspect: (endings) => inspectPairs(of, setup, endings, known),
    next: () => renewAgain(of, setup),
  };
}

type PairIds = ReadonlyMap<string, string>;

/** Ids of all pairs as each honest party has them. */
function pairIds(of: Topology, shares: ReadonlyMap<PartyIndex, KeyShare>): PairIds {
  const pairs = honestOf(of).flatMap((party) =>
    of.parties.filter((other) => other !== party).map((other) => [party, other] as const),
  );
  return new Map(
    pairs.map(([party, other]) => [`${party} ${other}`, must(pairId(must(shares.get(party)), other)).join()]),
  );
}

/** A renewal that ends well changes the pairs of the renewing, and only those; one that does not changes none. */
function inspectPairs(of: Topology, setup: RenewalSetup, endings: Endings, before: PairIds): void {
  const after = pairIds(of, setup.shares);
  for (const party of honestOf(of)) {
    const isDone = must(endings.get(party)).kind === "done";
    const partners = partnersIn(setup, party);
    for (const other of of.parties.filter((candidate) => candidate !== party)) {
      const key = `${party} ${other}`;
      const isChanged = before.get(key) !== after.get(key);
      if (isChanged !== (isDone && partners.includes(other))) throw new TypeError(`pair ${key}: changed ${isChanged}`);
      const isAgreed = after.get(key) === after.get(`${other} ${party}`);
      const areDone = isDone && endings.get(other)?.kind === "done" && !of.bad.includes(other);
      if (areDone && !isAgreed) throw new TypeError(`the honest parties ${key} renewed different pairs`);
      if (partnerStatus(must(setup.shares.get(party)), other) !== "ready") throw new TypeError(`pair ${key} is lost`);
    }
  }
}

/** Signs over a renewed pair of the first bad party, with as many honest parties as it takes. */
function signWithAll(
  of: Topology,
  setup: RenewalSetup,
  endings: Endings,
  aimed: readonly PartyIndex[],
): string | undefined {
  if ([...endings.values()].some(({ kind }) => kind !== "done")) return undefined;
  const [first] = of.bad;
  const partners = partnersIn(setup, must(first)).filter((party) => !of.bad.includes(party));
  const order = new Set([
    must(first),
    ...partners.filter((party) => aimed.includes(party)),
    ...partners,
    ...of.parties,
  ]);
  return sign(of, setup, [...order].slice(0, of.minSigners), of.bad);
}

function sign(
  { bad }: Topology,
  { committee, shares }: RenewalSetup,
  parties: readonly PartyIndex[],
  cheaters: readonly PartyIndex[],
): string | undefined {
  const signers = [...parties].sort((a, b) => a - b);
  const presigned = runPresign({ committee, shares, signers }, new Map(), { cheaters });
  if (presigned.outputs.size < signers.length) return [...presigned.aborts.values()][0]?.code;
  const signed = runSigning(committee, presigned.outputs, (input) => input, { cheaters: bad });
  expectSignatures(committee, must([...shares.values()][0]).record.groupKey, [...signed.outputs.values()]);
  return signed.outputs.size === signers.length ? undefined : [...signed.aborts.values()][0]?.code;
}

/** Another renewal repairs whatever this one left, and then everybody signs. */
function renewAgain(of: Topology, setup: RenewalSetup): void {
  const { outputs } = runRenewal({ ...setup, attempt: 1n });
  if (outputs.size !== of.parties.length) throw new TypeError("the next renewal did not succeed");
  const code = sign(of, setup, of.parties.slice(0, of.minSigners), []);
  if (code !== undefined) throw new TypeError(`signing after the next renewal ended with ${code}`);
}
