import type { Outgoing } from "../../src/engine/stage.ts";
import { decodeFrame } from "../../src/envelope/frame.ts";
import type { PartyIndex, Started } from "../../src/index.ts";
import { must } from "../harness/committee.ts";
import { type ArenaReport, runArena } from "./arena.ts";
import type { Target, Topology } from "./scene.ts";

/** What a party sent in each round of an undisturbed session. */
export type Recording = ReadonlyMap<PartyIndex, ReadonlyMap<number, Outgoing>>;

const recordings = new Map<string, Recording>();

/** An undisturbed session: where mutations take the values of other parties and of earlier sessions from. */
export function recordingOf(target: Target<unknown>, topology: Topology, label: string): Recording {
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
