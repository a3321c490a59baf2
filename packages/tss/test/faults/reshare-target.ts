import {
  identityKeyFromBytes,
  type KeyShare,
  type PartyIndex,
  partyIndex,
  type ReshareOutput,
} from "../../src/index.ts";
import { reshareSizes } from "../../src/reshare/layout.ts";
import { openReshare } from "../../src/reshare/start.ts";
import { createReshareTerms, type ReshareTerms } from "../../src/reshare/terms.ts";
import { must } from "../harness/committee.ts";
import {
  type Handover,
  reshareInput,
  runReshare,
  runTestPresign,
  runTestSigning,
  seatsOf,
  startReshareAs,
  succeed,
} from "../harness/reshare.ts";
import { runPresign } from "../harness/sessions.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import type { Ending } from "./arena.ts";
import { type Expectation, nobody, poisoned, provable } from "./expectation.ts";
import { type FieldSpec, field, type Layout, layout } from "./field.ts";
import { COMMITMENT } from "./layouts.ts";
import {
  assertIntact,
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
import { coefficientFields, confirmationFields, proofFields, setupFields } from "./setup-fields.ts";

type Endings = ReadonlyMap<PartyIndex, Ending<ReshareOutput>>;

const base = { rounds: 5, hasHello: true, layouts: reshareLayouts, open: openReshareScene } as const;

/** New shares for the same members. */
export const refreshTarget: Target<ReshareOutput> = {
  ...base,
  name: "refresh",
  sizes: (of) => reshareSizes(termsOf(of)),
  topologies: [
    topology(2, 2, [1, 2], [1]),
    { ...topology(2, 2, [1, 2], [2]), name: "2of2-last-bad" },
    topology(3, 3, [1, 2, 3], [1, 2]),
  ],
};

/**
 * bad-…: 2 of 3 hands over to 2 of 2: seat 1 deals and receives, seat 2 has lost its share and only receives, seat 3
 * only deals. grows: 2 of 2 to 3 of 3 with a newcomer in seat 3. shrinks: 3 of 3 to 2 of 2, where seat 3 leaves.
 */
export const reshareTarget: Target<ReshareOutput> = {
  ...base,
  name: "reshare",
  sizes: (of) => reshareSizes(termsOf(of)),
  topologies: [
    { ...topology(2, 3, [1, 2, 3], [1]), name: "bad-stays" },
    { ...topology(2, 3, [1, 2, 3], [2]), name: "bad-joins" },
    { ...topology(2, 3, [1, 2, 3], [3]), name: "bad-leaves" },
    { ...topology(2, 2, [1, 2, 3], [2, 3]), name: "grows" },
    { ...topology(3, 3, [1, 2, 3], [1, 3]), name: "shrinks" },
  ],
};

/** Who deals, who stays (old indices), how many join and how many of the new members sign. */
type Change = {
  readonly dealers: readonly number[];
  readonly stay: readonly number[];
  readonly joining: number;
  readonly minSigners: number;
};

const TO_TWO: Change = { dealers: [1, 3], stay: [1, 2], joining: 0, minSigners: 2 };

const CHANGES: Readonly<Record<string, Change>> = {
  "bad-stays": TO_TWO,
  "bad-joins": TO_TWO,
  "bad-leaves": TO_TWO,
  grows: { dealers: [1, 2], stay: [1, 2], joining: 1, minSigners: 3 },
  shrinks: { dealers: [1, 2, 3], stay: [1, 2], joining: 0, minSigners: 2 },
};

/** Same members if the name does not say otherwise. */
function handoverOf(of: Topology, label: string): Handover {
  const old = freshCommittee(of, `reshare ${label}`);
  const all = old.members.map(Number);
  const unchanged: Change = { dealers: all, stay: all, joining: 0, minSigners: of.minSigners };
  const { dealers, stay, joining, minSigners } = CHANGES[of.name] ?? unchanged;
  const newcomers = Array.from({ length: joining }, (_, i) =>
    identityKeyFromBytes(seededRng(`${TEST_SEED}/faults/newcomer ${i}`)(32)),
  );
  const owners = stay.map((index) => old.identityOf(partyIndex(index)));
  const next = succeed(old, minSigners, [...owners, ...newcomers]);
  const sources = new Map(
    of.parties.map((seat) => [seat, seededRng(`${TEST_SEED}/faults/${of.name}/${label}/seat ${seat}`)]),
  );
  return {
    old,
    next: { ...next, rngOf: (seat) => must(sources.get(seat)) },
    shares: unburntShares(of),
    dealers: dealers.map(partyIndex),
  };
}

const known = new Map<string, ReshareTerms>();

/** Terms of the first seat: for the roles and lengths, which are everybody's. */
function termsOf(of: Topology): ReshareTerms {
  const terms = known.get(of.name) ?? createReshareTerms(reshareInput(handoverOf(of, "terms"), must(of.parties[0])));
  known.set(of.name, terms);
  return terms;
}

/** Payloads of a reshare, by role (docs/protocol/reshare.md, table of messages). */
function reshareLayouts(of: Topology, from: PartyIndex, to: PartyIndex): readonly Layout[] {
  const { dealers, receivers, minSigners } = termsOf(of);
  const [isDealer, isMember, toMember] = [dealers.has(from), receivers.has(from), receivers.has(to)];
  const ECHO = nobody("echoMismatch");
  const between = isMember && toMember;
  const dealt = isDealer && toMember;
  return [
    layout(1, "broadcast", isDealer ? [COMMITMENT] : []),
    layout(2, "broadcast", [field("e1", "hash", 32, ECHO)]),
    layout(2, "direct", between ? setupFields(1, from, to) : []),
    layout(3, "broadcast", isDealer ? openingFields(minSigners) : []),
    layout(3, "direct", [
      ...(dealt ? [field("chainCode", "bytes", 32, provable("chainCodeMismatch"))] : []),
      ...(between ? setupFields(2, from, to, dealt ? provable("chainCodeMismatch") : undefined) : []),
    ]),
    layout(4, "broadcast", [field("e2", "hash", 32, ECHO)]),
    layout(4, "direct", [
      ...(dealt ? [field("share", "scalar", 32, provable("feldmanShare"))] : []),
      ...(between ? zeroAndReturn(from, to, dealt ? provable("feldmanShare") : undefined) : []),
    ]),
    layout(5, "broadcast", isMember ? confirmationFields() : [field("record", "hash", 32, provable("recordMismatch"))]),
  ];
}

function openingFields(minSigners: number): readonly FieldSpec[] {
  return [
    ...coefficientFields(minSigners),
    field("salt", "bytes", 32, provable("commitmentOpening")),
    ...proofFields(minSigners),
  ];
}

/** The half of the zero seed and the last message of the pair setup; `swapped`: what swapping with the share leads to. */
function zeroAndReturn(from: PartyIndex, to: PartyIndex, swapped: Expectation | undefined): readonly FieldSpec[] {
  const trees = setupFields(3, from, to, swapped);
  const withTrees = trees.find(({ name }) => name.endsWith("leafSum"))?.onChange;
  const onSwap = swapped ?? withTrees;
  return [
    field("zeroHalf", "bytes", 32, poisoned("keySumMismatch"), { on: onSwap ? { swapped: onSwap } : {} }),
    ...trees,
  ];
}

function openReshareScene(of: Topology, label: string): Scene<ReshareOutput> {
  const handover = handoverOf(of, label);
  const { next, old, shares } = handover;
  const judges = { domain: next.domain, parties: seatsOf(handover).parties };
  const dealt: Uint8Array[] = [];
  return {
    committee: next,
    judges,
    start: (seat, wrap) =>
      startReshareAs(handover, seat, (terms, handle, nonce) => {
        const opening = openReshare(terms, handle, nonce, next.rngOf(seat));
        // The coefficients. Evidence of a malformed message of R3 opens the chain code in it (docs/protocol/evidence.md).
        if (!of.bad.includes(seat)) dealt.push(...openingSecrets(opening).slice(0, next.minSigners));
        return wrap(opening);
      }),
    secrets: () => [...dealt, ...honestShares(of, handover).flatMap(shareSecrets)],
    use: (endings) => testShares(of, handover, endings),
    inspect: (endings) => {
      const records = [...endings.values()].flatMap((ending) =>
        ending.kind === "done" ? [ending.output.recordHash.join()] : [],
      );
      if (new Set(records).size > 1) throw new TypeError("two parties ended with different records");
      assertIntact(of, shares);
    },
    next: () => {
      const signers = old.members.slice(0, old.minSigners);
      const presigned = runPresign({ committee: old, shares, signers });
      if (presigned.outputs.size !== signers.length) throw new TypeError("the old shares do not presign any more");
      reshareAgain(of, label);
    },
  };
}

const again = new Set<string>();

/** The old shares are as before, so the next reshare is the same whatever failed: once is enough. */
function reshareAgain(of: Topology, label: string): void {
  const key = `${of.name}/${label}`;
  if (again.has(key)) return;
  const { outputs } = runReshare(handoverOf(of, `${label} again`));
  if (outputs.size !== of.parties.length) throw new TypeError("the next reshare did not succeed");
  again.add(key);
}

/** The shares that honest seats deal. */
function honestShares(of: Topology, handover: Handover): readonly KeyShare[] {
  const { dealers } = seatsOf(handover);
  const indices = honestOf(of).flatMap((seat) => dealers.get(seat) ?? []);
  return indices.map((index) => must(handover.shares.get(index)));
}

/** The test signature of the new epoch by the first bad new member and as many honest ones as it takes. */
function testShares(of: Topology, { next }: Handover, endings: Endings): string | undefined {
  const done = [...endings].flatMap(([seat, ending]) =>
    ending.kind === "done" ? [[seat, ending.output] as const] : [],
  );
  if (done.length < of.parties.length) return undefined;
  const pending = new Map(done.flatMap(([seat, { share }]) => (share === undefined ? [] : [[seat, share] as const])));
  const order = [...of.bad.slice(0, 1), ...honestOf(of), ...of.bad.slice(1)].filter((seat) => pending.has(seat));
  const signers = order.slice(0, next.minSigners).sort((a, b) => a - b);
  const presigned = runTestPresign(next, pending, signers);
  if (presigned.outputs.size < signers.length) return [...presigned.aborts.values()][0]?.code;
  const signed = runTestSigning(next, presigned.outputs);
  return signed.outputs.size === signers.length ? undefined : [...signed.aborts.values()][0]?.code;
}
