import type { Outgoing } from "../../src/engine/stage.ts";
import { decodeFrame } from "../../src/envelope/frame.ts";
import type { PartyIndex, Started } from "../../src/index.ts";
import { must } from "../harness/committee.ts";
import { tamperOpening } from "../harness/tamper.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { type ArenaReport, runArena } from "./arena.ts";
import { copyOutgoing, type PartyRecord, type RoundRng, recordOpening } from "./replay.ts";
import type { Target, Topology } from "./scene.ts";

/** An undisturbed session. */
export type Recording = {
  /** What a party sent in each round. */
  readonly sent: ReadonlyMap<PartyIndex, ReadonlyMap<number, Outgoing>>;
  /** What its rounds made of what it received. */
  readonly records: ReadonlyMap<PartyIndex, PartyRecord>;
};

/** Label of the session that values of an earlier one are taken from. */
export const EARLIER_SESSION = "earlier session";

/** What the party put into the session id. */
export function nonceOf({ records }: Recording, party: PartyIndex): Uint8Array {
  const [first] = must([...records.values()][0]);
  return must(first?.tools.nonces.get(party), "nonce");
}

const recordings = new Map<string, Recording>();

/** The random sources of one party's rounds, the same ones for the same label. */
export function roundRng(target: Target<unknown>, topology: Topology, label: string, party: PartyIndex): RoundRng {
  return (round) => seededRng(`${TEST_SEED}/faults/${target.name}/${topology.name}/${label}/${party}/round ${round}`);
}

/**
 * An undisturbed session: where mutations take the values of other parties and of earlier sessions from, and what a
 * party whom no fault has reached yet says.
 */
export function recordingOf(target: Target<unknown>, topology: Topology, label: string): Recording {
  const key = `${target.name}/${topology.name}/${label}`;
  const recording = recordings.get(key) ?? recordSession(target, topology, label);
  recordings.set(key, recording);
  return recording;
}

function recordSession(target: Target<unknown>, topology: Topology, label: string): Recording {
  const scene = target.open(topology, label);
  const sent = new Map(topology.parties.map((party) => [party, new Map<number, Outgoing>()]));
  const records = new Map<PartyIndex, PartyRecord>();
  const starts = new Map<PartyIndex, Started<unknown>>();
  for (const party of topology.parties) {
    const record: PartyRecord[number][] = [];
    records.set(party, record);
    const note = (outgoing: Outgoing, round: number): Outgoing => {
      must(sent.get(party)).set(round, copyOutgoing(outgoing));
      return outgoing;
    };
    const rngOf = roundRng(target, topology, label, party);
    starts.set(
      party,
      scene.start(party, (opening) => tamperOpening(recordOpening(opening, record, rngOf), note)),
    );
  }
  const report = runArena(starts, {
    bad: topology.bad,
    rngOf: scene.committee.rngOf,
    pick: () => 0,
    route: (parcel) => {
      recordFrame(sent, parcel.frame);
      return [{ frame: parcel.frame, when: "now" }];
    },
  });
  assertDone(report);
  for (const frame of report.honestFrames) recordFrame(sent, frame);
  return { sent, records };
}

function assertDone({ endings }: ArenaReport<unknown>): void {
  for (const [party, ending] of endings) {
    if (ending.kind !== "done") throw new TypeError(`undisturbed party ${party} ended with ${ending.abort.code}`);
  }
}

/** A target whose sessions cannot be tampered with from inside is recorded from its frames. */
function recordFrame(sent: ReadonlyMap<PartyIndex, Map<number, Outgoing>>, frame: Uint8Array): void {
  const { broadcast, signed } = must(decodeFrame(frame), "frame");
  const { from, round } = signed.envelope;
  const rounds = [...sent].find(([party]) => party === from)?.[1];
  if (rounds && !rounds.has(round)) rounds.set(round, { broadcast, direct: new Map() });
}
