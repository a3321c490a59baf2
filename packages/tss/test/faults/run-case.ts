import { inspect } from "node:util";
import type { Outgoing } from "../../src/engine/stage.ts";
import type { Envelope } from "../../src/envelope/envelope.ts";
import { decodeFrame, encodeFrame } from "../../src/envelope/frame.ts";
import type { PartyIndex, Rng, Started } from "../../src/index.ts";
import { encodePoint, multiplyBase } from "../../src/math/point.ts";
import { decodeScalar, encodeScalar, ORDER, randomScalar } from "../../src/math/scalar.ts";
import { must } from "../harness/committee.ts";
import { shuffledBy } from "../harness/pump.ts";
import { flip, overwrite, type Tamper } from "../harness/tamper.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { type ArenaReport, type Delivery, type Ending, type Parcel, type Route, runArena } from "./arena.ts";
import type { Expectation } from "./expectation.ts";
import { BYSTANDER, expectFrameFault, expectPayload } from "./expected.ts";
import { caseId, type FaultCase } from "./fault-case.ts";
import { forge, type Loot, loot } from "./forge.ts";
import { below, MUTATIONS, type Sources, swapFields } from "./mutation.ts";
import { honestOf, type Scene, type Target, type Topology, UNCHANGED } from "./scene.ts";

/** What a party sent in each round of an undisturbed session. */
type Recording = ReadonlyMap<PartyIndex, ReadonlyMap<number, Outgoing>>;

const recordings = new Map<string, Recording>();

/** How many sets of session randomness there are; a recording of each is kept. */
const SESSIONS = 4;

/** An undisturbed session: where mutations take the values of other parties and of earlier sessions from. */
function recordingOf(target: Target<unknown>, topology: Topology, label: string): Recording {
  const key = `${target.name}/${topology.name}/${label}`;
  const known = recordings.get(key);
  if (known !== undefined) return known;
  const scene = target.open(topology, label);
  const recording = new Map<PartyIndex, Map<number, Outgoing>>();
  const starts = new Map<PartyIndex, Started<unknown>>();
  for (const party of topology.parties) {
    const rounds = new Map<number, Outgoing>();
    recording.set(party, rounds);
    starts.set(
      party,
      scene.start(party, (outgoing, round) => record(rounds, outgoing, round)),
    );
  }
  const report = runArena(starts, {
    bad: topology.bad,
    rngOf: scene.committee.rngOf,
    pick: () => 0,
    route: (parcel) => {
      // A target whose sessions cannot be tampered with from inside is recorded from its frames.
      const { broadcast } = must(decodeFrame(parcel.frame), "frame");
      const rounds = must(recording.get(parcel.from));
      if (!rounds.has(parcel.round)) rounds.set(parcel.round, { broadcast, direct: new Map() });
      return [{ frame: parcel.frame, when: "now" }];
    },
  });
  for (const [party, ending] of report.endings) {
    if (ending.kind !== "done") throw new TypeError(`undisturbed party ${party} ended with ${ending.abort.code}`);
  }
  recordFrames(recording, report);
  recordings.set(key, recording);
  return recording;
}

function record(rounds: Map<number, Outgoing>, outgoing: Outgoing, round: number): Outgoing {
  const direct = new Map([...outgoing.direct].map(([to, bytes]) => [to, bytes.slice()]));
  rounds.set(round, { broadcast: outgoing.broadcast.slice(), direct });
  return outgoing;
}

function recordFrames(recording: ReadonlyMap<PartyIndex, Map<number, Outgoing>>, report: ArenaReport<unknown>): void {
  for (const frame of report.honestFrames) {
    const { broadcast, signed } = must(decodeFrame(frame), "frame");
    const rounds = [...recording].find(([party]) => party === signed.envelope.from)?.[1];
    if (rounds && !rounds.has(signed.envelope.round))
      rounds.set(signed.envelope.round, { broadcast, direct: new Map() });
  }
}

/** What became of a case: `unchanged` if the mutation happens to give the same bytes, so that there was no fault. */
export type Verdict = { readonly id: string; readonly kind: "passed" | "unchanged" };

/** The payloads that a case changes, worked out from the recording before anything runs. */
type Plan = {
  readonly changes: ReadonlyMap<PartyIndex, (payload: Uint8Array, to: PartyIndex) => Uint8Array>;
  readonly expectations: readonly Expectation[];
  readonly isUnchanged: boolean;
};

/**
 * Runs one fault and checks every invariant.
 * @throws Error that starts with the case's id if one does not hold
 */
export function runCase(fault: FaultCase): Verdict {
  const id = caseId(fault);
  try {
    return { id, kind: checkCase(fault, id) };
  } catch (error) {
    throw new Error(`${id}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function checkCase(fault: FaultCase, id: string): Verdict["kind"] {
  const { target, topology, variant } = fault;
  const label = `session ${variant % SESSIONS}`;
  const plan = planOf(fault, label, id);
  if (plan.isUnchanged) return "unchanged";
  const scene = target.open(topology, label);
  const rng = seededRng(`${TEST_SEED}/${id}/order`);
  const looted = new Map<PartyIndex, Loot>();
  const starts = new Map<PartyIndex, Started<unknown>>();
  for (const party of topology.parties) {
    const started = scene.start(party, topology.bad.includes(party) ? tamperOf(fault, plan, party) : UNCHANGED);
    starts.set(party, started);
    looted.set(party, loot(started.session));
  }
  const report = runArena(starts, {
    bad: topology.bad,
    rngOf: scene.committee.rngOf,
    pick: variant % 2 === 0 ? () => 0 : shuffledBy(rng),
    route: routeOf(fault, plan, looted, id, label),
  });
  checkReport(fault, plan, scene, report, id);
  return "passed";
}

function planOf(fault: FaultCase, label: string, id: string): Plan {
  const { target, topology, round } = fault;
  if (fault.fault.kind !== "payload") {
    return { changes: new Map(), expectations: expectFrameFault(fault), isUnchanged: false };
  }
  const recording = recordingOf(target, topology, label);
  const earlier = recordingOf(target, topology, "earlier session");
  const changes = new Map<PartyIndex, (payload: Uint8Array, to: PartyIndex) => Uint8Array>();
  const expectations: Expectation[] = [];
  const sent = new Set<string>();
  let isUnchanged = true;
  for (const party of topology.bad) {
    const change = (payload: Uint8Array, to: PartyIndex): Uint8Array =>
      mutate(fault, payload, sourcesFor(fault, recording, earlier, party, to, id));
    changes.set(party, change);
    for (const to of reached(fault)) {
      const original = payloadOf(recording, fault, party, round, to);
      const mutated = change(original.slice(), to);
      isUnchanged &&= Buffer.from(original).equals(Buffer.from(mutated));
      expectations.push(...expectPayload(fault, original, mutated));
      sent.add(`${to} ${mutated.join()}`);
    }
  }
  const { onEqual } = fault.fault.field;
  const isRepeated = sent.size < topology.bad.length * reached(fault).length;
  return { changes, expectations: onEqual && isRepeated ? [onEqual] : expectations, isUnchanged };
}

function reached({ topology, reach }: FaultCase): readonly PartyIndex[] {
  return reach === "all" ? honestOf(topology) : honestOf(topology).slice(0, 1);
}

function payloadOf(
  recording: Recording,
  { fault }: FaultCase,
  from: PartyIndex,
  round: number,
  to: PartyIndex,
): Uint8Array {
  const outgoing = must(recording.get(from)?.get(round), `round ${round} of party ${from}`);
  if (fault.kind === "payload" && fault.layout.part === "direct") return must(outgoing.direct.get(to));
  return outgoing.broadcast;
}

function sourcesFor(
  fault: FaultCase,
  recording: Recording,
  earlier: Recording,
  party: PartyIndex,
  to: PartyIndex,
  id: string,
): Sources {
  const { round, topology, target } = fault;
  const honest = must(honestOf(topology)[0]);
  const isDirect = fault.fault.kind === "payload" && fault.fault.layout.part === "direct";
  const otherRound = round === target.rounds ? Math.max(1, round - 1) : round + 1;
  const recipients = topology.parties.filter((other) => other !== party);
  const neighbour = recipients.find((other) => other !== to) ?? to;
  return {
    rng: seededRng(`${TEST_SEED}/${id}/${party}/${isDirect ? to : "all"}`),
    other: payloadOf(recording, fault, honest, round, isDirect ? party : to),
    earlier: payloadOf(earlier, fault, party, round, to),
    otherRound: must(recording.get(party)?.get(otherRound)).broadcast,
    otherRecipient: payloadOf(recording, fault, party, round, neighbour),
  };
}

function mutate({ fault }: FaultCase, payload: Uint8Array, sources: Sources): Uint8Array {
  if (fault.kind !== "payload") return payload;
  const { field, layout, mutation } = fault;
  if (mutation === "swapped") return swapFields(payload, field, layout.fields);
  return MUTATIONS[mutation](payload, field, sources);
}

/** Changes what all recipients get before it is signed, and direct payloads to one. */
function tamperOf(fault: FaultCase, { changes }: Plan, party: PartyIndex): Tamper {
  const change = changes.get(party);
  if (change === undefined || fault.fault.kind !== "payload") return UNCHANGED;
  const { part } = fault.fault.layout;
  return (outgoing, round) => {
    if (round !== fault.round) return outgoing;
    if (part === "broadcast") {
      return fault.reach === "all" ? { ...outgoing, broadcast: change(outgoing.broadcast, party) } : outgoing;
    }
    const reachedParties = fault.reach === "all" ? [...outgoing.direct.keys()] : reached(fault);
    const direct = [...outgoing.direct].map(([to, bytes]): [PartyIndex, Uint8Array] => [
      to,
      reachedParties.includes(to) ? change(bytes, to) : bytes,
    ]);
    return { ...outgoing, direct: new Map(direct) };
  };
}

/** What the network and a bad party's own frames make of the fault. */
function routeOf(
  fault: FaultCase,
  plan: Plan,
  looted: ReadonlyMap<PartyIndex, Loot>,
  id: string,
  label: string,
): Route<unknown> {
  const targets = reached(fault);
  return (parcel) => {
    const rng = seededRng(`${TEST_SEED}/${id}/${parcel.from}/${parcel.to}`);
    if (parcel.round !== fault.round || !targets.includes(parcel.to)) return asIs(parcel);
    const own = must(looted.get(parcel.from));
    switch (fault.fault.kind) {
      case "payload":
        return routePayload(fault, plan, parcel, own);
      case "envelope":
        return [{ frame: envelopeFault(fault.fault.name, parcel, own, fault, rng), when: "now" }];
      case "transport":
        return transportFault(fault, fault.fault.name, parcel, own, rng);
      case "hello":
        return [{ frame: helloFault(fault, fault.fault.name, parcel, own, rng, label), when: "now" }];
    }
  };
}

function asIs({ frame }: Parcel<unknown>): readonly Delivery[] {
  return [{ frame, when: "now" }];
}

/** A broadcast to one recipient only, or of a protocol of one round, is changed after its own session made it. */
function routePayload(fault: FaultCase, { changes }: Plan, parcel: Parcel<unknown>, own: Loot): readonly Delivery[] {
  const { reach, target } = fault;
  const isBroadcast = fault.fault.kind === "payload" && fault.fault.layout.part === "broadcast";
  if (!isBroadcast || (reach === "all" && target.hasHello)) return asIs(parcel);
  const change = must(changes.get(parcel.from));
  const skip = target.hasHello && parcel.round === 1 ? 65 : 0;
  const frame = forge(parcel, own, ({ broadcast }) => ({
    broadcast: new Uint8Array([...broadcast.subarray(0, skip), ...change(broadcast.slice(skip), parcel.to)]),
  }));
  return [{ frame, when: "now" }];
}

function envelopeFault(
  name: string,
  parcel: Parcel<unknown>,
  own: Loot,
  { topology }: FaultCase,
  rng: Rng,
): Uint8Array {
  if (name === "signature") return withSignature(parcel.frame, (signature) => flip(signature, below(rng, 64)));
  if (name === "signature-high-s") return withSignature(parcel.frame, negateS);
  const honest = must(honestOf(topology).find((party) => party !== parcel.to) ?? parcel.to);
  return forge(parcel, own, ({ signed: { envelope } }) => ({ envelope: envelopeChange(name, envelope, honest, rng) }));
}

function envelopeChange(name: string, envelope: Envelope, honest: PartyIndex, rng: Rng): Partial<Envelope> {
  const { domain } = envelope;
  const changes: Readonly<Record<string, Partial<Envelope>>> = {
    chainId: { domain: { ...domain, chainId: domain.chainId + 1n } },
    verifyingContract: { domain: { ...domain, verifyingContract: rng(20) } },
    keyId: { domain: { ...domain, keyId: rng(32) } },
    epoch: { domain: { ...domain, epoch: domain.epoch + 1n } },
    phase: { phase: (envelope.phase % 3) + 1 },
    session: { session: rng(32) },
    sid: { sid: rng(32) },
    "sid-zero": { sid: new Uint8Array(32) },
    "round-zero": { round: 0 },
    "round-unknown": { round: 200 },
    "round-earlier": { round: Math.max(0, envelope.round - 1) },
    "from-zero": { from: 0 },
    "from-honest": { from: honest },
    "from-unknown": { from: 77 },
    "to-recipient": { to: honest },
    prevView: { prevView: rng(32) },
    "prevView-zero": { prevView: new Uint8Array(32) },
    payloadHash: { payloadHash: rng(32) },
  };
  return must(changes[name], name);
}

function withSignature(bytes: Uint8Array, change: (signature: Uint8Array) => Uint8Array): Uint8Array {
  const frame = must(decodeFrame(bytes), "frame");
  const { envelope, signature } = frame.signed;
  return encodeFrame({ ...frame, signed: { envelope, signature: change(signature) } });
}

function negateS(signature: Uint8Array): Uint8Array {
  const s = must(decodeScalar(signature.subarray(32)), "s");
  return overwrite(signature, 32, encodeScalar(ORDER - s));
}

function transportFault(
  { target, round }: FaultCase,
  name: string,
  parcel: Parcel<unknown>,
  own: Loot,
  rng: Rng,
): readonly Delivery[] {
  const { frame } = parcel;
  const now = (bytes: Uint8Array): Delivery => ({ frame: bytes, when: "now" });
  const garbled = (): Uint8Array => flip(frame, below(rng, frame.length));
  switch (name) {
    case "dropped":
      return [];
    case "duplicated":
      return [now(frame), now(frame), { frame, when: "idle" }, { frame, when: "tooLate" }];
    case "late":
      return [{ frame, when: "idle" }];
    case "early":
      return [{ frame, when: round < target.rounds ? "afterNext" : "idle" }];
    case "too-late":
      return [{ frame, when: "tooLate" }];
    case "garbled":
      return [now(garbled())];
    case "garbled-then-good":
      return [now(garbled()), now(frame)];
    case "cut-short":
      return [now(frame.slice(0, below(rng, frame.length)))];
    case "stretched":
      return [now(new Uint8Array([...frame, ...rng(1 + below(rng, 300))]))];
    default: {
      const second = forge(parcel, own, () => ({ envelope: { prevView: rng(32) } }));
      return [now(frame), now(second)];
    }
  }
}

function helloFault(
  { target, topology }: FaultCase,
  name: string,
  parcel: Parcel<unknown>,
  own: Loot,
  rng: Rng,
  label: string,
): Uint8Array {
  const honest = must(honestOf(topology)[0]);
  return forge(parcel, own, ({ broadcast }) => {
    const changes: Readonly<Record<string, () => Uint8Array>> = {
      "nonce-flip": () => flip(broadcast, below(rng, 32)),
      "nonce-other": () => overwrite(broadcast, 0, target.open(topology, label).committee.rngOf(honest)(32)),
      "nonce-earlier": () =>
        overwrite(broadcast, 0, target.open(topology, "earlier session").committee.rngOf(parcel.from)(32)),
      "ephemeral-random": () => overwrite(broadcast, 32, encodePoint(multiplyBase(randomScalar(rng)))),
      "ephemeral-invalid": () => overwrite(broadcast, 32, new Uint8Array(33)),
    };
    return { broadcast: must(changes[name], name)() };
  });
}

function checkReport(
  fault: FaultCase,
  plan: Plan,
  scene: Scene<unknown>,
  report: ArenaReport<unknown>,
  id: string,
): void {
  const { topology } = fault;
  const honest = honestOf(topology);
  const aimed = reached(fault);
  for (const party of honest) {
    const ending = report.endings.get(party);
    if (ending === undefined || report.sessions.get(party)?.status === "running") {
      throw new TypeError(`party ${party} never ends`);
    }
    checkBlame(ending, topology, party);
    const expectations = aimed.includes(party) ? plan.expectations : BYSTANDER;
    if (!expectations.some((expected) => matches(expected, ending))) {
      throw new TypeError(`party ${party} ended with ${describeEnding(ending)}, not ${inspect(expectations)}`);
    }
  }
  scene.inspect(report.endings);
  checkSecrets(scene, report, fault.variant % 8 === 0);
  checkUse(plan, aimed, scene, report);
  if (below(seededRng(`${id}/next`), 8) === 0) scene.next(report.endings);
}

/** An honest party names bad ones only, all blame has a name, and a ban is pairwise. */
function checkBlame(ending: Ending<unknown>, { bad }: Topology, party: PartyIndex): void {
  if (ending.kind === "done") return;
  const { culprits, blame, code, severity } = ending.abort;
  const wronged = culprits.filter((culprit) => !bad.includes(culprit));
  if (wronged.length > 0) throw new TypeError(`party ${party} blames honest ${wronged} for ${code}`);
  if ((blame === "nobody") !== (culprits.length === 0)) throw new TypeError(`${code}: ${blame} with [${culprits}]`);
  if (severity === "ban" && blame !== "pairwise") throw new TypeError(`${code} bans with ${blame} blame`);
}

function matches(expected: Expectation, ending: Ending<unknown>): boolean {
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
function checkUse(
  { expectations }: Plan,
  aimed: readonly PartyIndex[],
  scene: Scene<unknown>,
  report: ArenaReport<unknown>,
): void {
  const isWell = [...report.endings.values()].every(({ kind }) => kind === "done");
  const code = scene.use(report.endings);
  if (!isWell || aimed.length === 0) return;
  const allowed: readonly (string | undefined)[] = expectations.map((expected) =>
    expected.kind === "poisoned" ? expected.code : undefined,
  );
  if (!allowed.includes(code)) throw new TypeError(`using the output ended with ${code}, not ${allowed}`);
}

/** No secret of an honest party is in a frame that it sent, nor, if asked, in anything that can be printed. */
function checkSecrets(scene: Scene<unknown>, report: ArenaReport<unknown>, isPrinted: boolean): void {
  const secrets = scene.secrets().map((secret) => Buffer.from(secret));
  for (const frame of report.honestFrames) {
    const bytes = Buffer.from(frame);
    if (secrets.some((secret) => bytes.includes(secret))) throw new TypeError("a secret is in a frame");
  }
  if (!isPrinted) return;
  const printed = inspect([report.endings, report.sessions], { depth: 8, maxArrayLength: 64 }).replace(/\s|,/g, "");
  for (const secret of secrets) {
    const decimal = BigInt(`0x${secret.toString("hex")}`).toString();
    const listed = inspect(new Uint8Array(secret), { maxArrayLength: 64 }).replace(/\s|,/g, "").slice(14, -1);
    if ([secret.toString("hex"), decimal, listed].some((text) => printed.includes(text))) {
      throw new TypeError("a secret can be printed");
    }
  }
}
