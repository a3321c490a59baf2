import type { PartyIndex } from "../../src/index.ts";
import { must } from "../harness/committee.ts";
import type { Tamper } from "../harness/tamper.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import type { Expectation } from "./expectation.ts";
import { expectFrameFault, expectPayload } from "./expected.ts";
import type { FaultCase, PayloadFault } from "./fault-case.ts";
import type { Field, Layout } from "./field.ts";
import { MUTATIONS, type Sources, swapFields } from "./mutation.ts";
import { EARLIER_SESSION, type Recording, recordingOf } from "./recording.ts";
import { honestOf } from "./scene.ts";

/** The payload of one party to one recipient, changed. */
export type Change = (payload: Uint8Array, to: PartyIndex) => Uint8Array;

/** What a case changes and what must come of it, worked out from a recording before anything runs. */
export type Plan = {
  /** By bad party. */
  readonly changes: ReadonlyMap<PartyIndex, Change>;
  /** By honest party that receives a changed payload or frame: one of these must come of it. */
  readonly expectations: ReadonlyMap<PartyIndex, readonly Expectation[]>;
  /** By honest party: the bad ones whose payload or frame to it is changed. Nobody else may be named. */
  readonly cheaters: ReadonlyMap<PartyIndex, readonly PartyIndex[]>;
};

/** Where the values of one case come from. */
type Origin = { readonly id: string; readonly recording: Recording; readonly earlier: Recording };

/** The honest parties that a fault may reach. */
export function reached({ topology, reach }: FaultCase): readonly PartyIndex[] {
  return reach === "all" ? honestOf(topology) : honestOf(topology).slice(0, 1);
}

/** Plans a case; nothing is expected of anybody if the mutation happens to change nothing. */
export function planOf(faultCase: FaultCase, label: string, id: string): Plan {
  const { target, topology, fault } = faultCase;
  if (fault.kind !== "payload") {
    const expectations = new Map(
      reached(faultCase).map((to) => [to, topology.bad.flatMap((from) => expectFrameFault(faultCase, from, to))]),
    );
    const cheaters = new Map(reached(faultCase).map((to) => [to, topology.bad]));
    return { changes: new Map(), expectations, cheaters };
  }
  const origin = {
    id,
    recording: recordingOf(target, topology, label),
    earlier: recordingOf(target, topology, EARLIER_SESSION),
  };
  return planPayload(faultCase, fault, origin);
}

function planPayload(faultCase: FaultCase, fault: PayloadFault, origin: Origin): Plan {
  const { topology } = faultCase;
  const changes = new Map<PartyIndex, Change>();
  const expectations = new Map<PartyIndex, readonly Expectation[]>();
  const cheaters = new Map<PartyIndex, readonly PartyIndex[]>();
  const sent: string[] = [];
  for (const from of topology.bad) {
    const change: Change = (payload, to) => mutate(faultCase, fault, payload, { from, to }, origin);
    changes.set(from, change);
    for (const to of reached(faultCase)) {
      const original = payloadOf(origin.recording, faultCase, from, to);
      const mutated = change(original.slice(), to);
      if (Buffer.compare(original, mutated) === 0) continue;
      const found = must(findField(faultCase, fault, from, to));
      // Of a wrong length it is refused before it is compared with anybody's.
      if (mutated.length === original.length) sent.push(`${to} ${Buffer.from(mutated).toString("latin1")}`);
      const expected = expectPayload(faultCase, fault, found, { original, mutated });
      expectations.set(to, [...(expectations.get(to) ?? []), ...expected]);
      cheaters.set(to, [...(cheaters.get(to) ?? []), from]);
    }
  }
  const { onEqual } = fault.field;
  const isRepeated = new Set(sent).size < sent.length;
  if (onEqual && isRepeated) for (const to of expectations.keys()) expectations.set(to, [onEqual]);
  return { changes, expectations, cheaters };
}

/** The fault's field in what `from` sends `to`: parties differ in their roles, so not everybody sends it. */
function findField(
  { target, topology, round }: FaultCase,
  { part, field }: PayloadFault,
  from: PartyIndex,
  to: PartyIndex,
): { readonly layout: Layout; readonly field: Field } | undefined {
  const layout = target
    .layouts(topology, from, to)
    .find((candidate) => candidate.round === round && candidate.part === part);
  const own = layout?.fields.find(({ name, length }) => name === field.name && length > 0);
  return layout && own && { layout, field: own };
}

function payloadOf(recording: Recording, { fault, round }: FaultCase, from: PartyIndex, to: PartyIndex): Uint8Array {
  const outgoing = must(recording.sent.get(from)?.get(round), `round ${round} of party ${from}`);
  if (fault.kind === "payload" && fault.part === "direct") return must(outgoing.direct.get(to));
  return outgoing.broadcast;
}

function mutate(
  faultCase: FaultCase,
  fault: PayloadFault,
  payload: Uint8Array,
  { from, to }: { readonly from: PartyIndex; readonly to: PartyIndex },
  origin: Origin,
): Uint8Array {
  // The wire does not say who the recipient of a broadcast is; the table does not depend on it either.
  const recipient = from === to ? must(faultCase.topology.parties.find((party) => party !== from)) : to;
  const found = findField(faultCase, fault, from, recipient);
  if (found === undefined) return payload;
  if (fault.mutation === "swapped") return swapFields(payload, found.field, found.layout.fields);
  return MUTATIONS[fault.mutation](payload, found.field, sourcesFor(faultCase, fault, from, recipient, origin));
}

function sourcesFor(
  faultCase: FaultCase,
  { part, field }: PayloadFault,
  from: PartyIndex,
  to: PartyIndex,
  { id, recording, earlier }: Origin,
): Sources {
  const { round, topology, target } = faultCase;
  const own = payloadOf(recording, faultCase, from, to);
  /** The payload of another ordered pair, if its fields lie where this one's do. */
  const borrow = (source: PartyIndex, recipient: PartyIndex): Uint8Array => {
    const payload = payloadOf(recording, faultCase, source, recipient);
    return payload.length === own.length ? payload : own;
  };
  const honest = must(honestOf(topology)[0]);
  const neighbour = topology.parties.find((other) => other !== from && other !== to) ?? to;
  const otherRound = round === target.rounds ? Math.max(1, round - 1) : round + 1;
  const elsewhere = must(recording.sent.get(from)?.get(otherRound)).broadcast;
  const seed = `${TEST_SEED}/${id}/${from}/${part === "direct" ? to : "all"}/${field.name}`;
  return {
    rng: seededRng(seed),
    other: part === "direct" ? borrow(honest, from) : borrow(honest, to),
    earlier: payloadOf(earlier, faultCase, from, to),
    otherRound: elsewhere.length > 0 ? elsewhere : own,
    otherRecipient: borrow(from, neighbour),
  };
}

/** Changes what all recipients get before it is signed, and direct payloads to honest ones; undefined if it sends what it should. */
export function tamperOf(faultCase: FaultCase, { changes }: Plan, party: PartyIndex): Tamper | undefined {
  const change = changes.get(party);
  const { fault, reach } = faultCase;
  if (change === undefined || fault.kind !== "payload") return undefined;
  return (outgoing, round) => {
    if (round !== faultCase.round) return outgoing;
    if (fault.part === "broadcast") {
      return reach === "all" ? { ...outgoing, broadcast: change(outgoing.broadcast, party) } : outgoing;
    }
    const recipients = reached(faultCase);
    const direct = [...outgoing.direct].map(([to, bytes]): [PartyIndex, Uint8Array] => [
      to,
      recipients.includes(to) ? change(bytes, to) : bytes,
    ]);
    return { ...outgoing, direct: new Map(direct) };
  };
}
