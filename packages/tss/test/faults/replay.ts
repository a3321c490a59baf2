import type { Opening } from "../../src/engine/open.ts";
import { destroySecrets } from "../../src/engine/secret-part.ts";
import type { Inbox, Incoming, Outgoing, RoundTools, Stage, StageResult } from "../../src/engine/stage.ts";
import type { PartyIndex, Rng } from "../../src/index.ts";
import { must } from "../harness/committee.ts";

/*
 * A session whose random sources are those of a recorded one does the same work again until a fault reaches it. So a
 * party's rounds run only when their result is needed: while everything that arrives is what arrived in the recording,
 * the answers come from it. The first message that differs, or the end, makes the party run all its rounds so far on
 * what it has received, and the round in question on what has come now. Whoever a fault reaches runs the library's code
 * on it; what does not run is the repetition of the same rounds on the same bytes. The engine always runs.
 */

/** One round of the recorded session: what arrived and what was sent then; undefined after the last round. */
type Step = {
  readonly inbox: Inbox<Incoming>;
  readonly tools: Pick<RoundTools, "sid" | "nonces">;
  readonly reply: Outgoing | undefined;
};

/** The rounds of one party in the recorded session, in order. */
export type PartyRecord = readonly Step[];

/** The random source of a party in each round, from 1: its own, so that a round draws the same whether others ran. */
export type RoundRng = (round: number) => Rng;

/** Runs the opening as it is and notes every round in `record`. */
export function recordOpening<Output>(opening: Opening<Output>, record: Step[], rngOf: RoundRng): Opening<Output> {
  if (opening.kind === "abort") return opening;
  return { ...opening, stage: recordStage(opening.stage, record, rngOf) };
}

function recordStage<Output>(stage: Stage<Output>, record: Step[], rngOf: RoundRng): Stage<Output> {
  return {
    secrets: stage.secrets,
    run(inbox, { sid, nonces }) {
      const received = copyInbox(inbox);
      const result = stage.run(inbox, { sid, nonces, rng: rngOf(record.length + 1) });
      const reply = result.kind === "advance" ? copyOutgoing(result.outgoing) : undefined;
      record.push({ inbox: received, tools: { sid, nonces }, reply });
      return result.kind === "advance" ? { ...result, stage: recordStage(result.stage, record, rngOf) } : result;
    },
  };
}

/** The opening with rounds that run only when their result is not in the record, or is the output. */
export function replayOpening<Output>(opening: Opening<Output>, record: PartyRecord, rngOf: RoundRng): Opening<Output> {
  if (opening.kind === "abort") return opening;
  return { ...opening, stage: recordedStage(opening.stage, record, rngOf, 0) };
}

/** The stage after `done` rounds that went as recorded and did not run. */
function recordedStage<Output>(
  first: Stage<Output>,
  record: PartyRecord,
  rngOf: RoundRng,
  done: number,
): Stage<Output> {
  return {
    secrets: first.secrets,
    run(inbox, tools) {
      const step = record[done];
      if (step?.reply !== undefined && isSameStep(step, inbox, tools)) {
        const stage = recordedStage(first, record, rngOf, done + 1);
        return { kind: "advance", outgoing: copyOutgoing(step.reply), stage };
      }
      const stage = record.slice(0, done).reduce((before, past, i) => catchUp(before, past, rngOf(i + 1)), first);
      return runFrom(stage, rngOf, done, inbox, tools);
    },
  };
}

/** Runs one round of the record. What it sends must be what it sent then. */
function catchUp<Output>(stage: Stage<Output>, { inbox, tools, reply }: Step, rng: Rng): Stage<Output> {
  const result = stage.run(copyInbox(inbox), { ...tools, rng });
  if (result.kind !== "advance") throw new TypeError(`a recorded round ends with ${result.kind} when run again`);
  if (!isSameOutgoing(result.outgoing, must(reply))) throw new TypeError("a recorded round sends something else");
  destroySecrets(stage.secrets, result.stage.secrets);
  return result.stage;
}

/** From here on every round runs. */
function runFrom<Output>(
  stage: Stage<Output>,
  rngOf: RoundRng,
  done: number,
  inbox: Inbox<Incoming>,
  tools: RoundTools,
): StageResult<Output> {
  const result = stage.run(inbox, { ...tools, rng: rngOf(done + 1) });
  if (result.kind !== "advance") return result;
  const { secrets } = result.stage;
  const next = result.stage;
  return {
    ...result,
    stage: { secrets, run: (messages, own) => runFrom(next, rngOf, done + 1, messages, own) },
  };
}

function isSameStep(step: Step, inbox: Inbox<Incoming>, { sid, nonces }: RoundTools): boolean {
  const isSame = (party: PartyIndex, { broadcast, direct }: Incoming): boolean => {
    const then = step.inbox.get(party);
    return then !== undefined && isEqual(then.broadcast, broadcast) && isEqual(then.direct, direct);
  };
  return (
    isEqual(step.tools.sid, sid) &&
    isEqualMap(step.tools.nonces, nonces) &&
    step.inbox.size === inbox.size &&
    [...inbox].every(([party, message]) => isSame(party, message))
  );
}

function isSameOutgoing(a: Outgoing, b: Outgoing): boolean {
  return isEqual(a.broadcast, b.broadcast) && isEqualMap(a.direct, b.direct);
}

function isEqualMap(a: ReadonlyMap<PartyIndex, Uint8Array>, b: ReadonlyMap<PartyIndex, Uint8Array>): boolean {
  return a.size === b.size && [...a].every(([party, bytes]) => isEqual(bytes, must(b.get(party))));
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function copyInbox(inbox: Inbox<Incoming>): Inbox<Incoming> {
  return new Map(
    [...inbox].map(([party, { broadcast, direct }]) => [
      party,
      { broadcast: broadcast.slice(), direct: direct.slice() },
    ]),
  );
}

/** A copy: the engine zeroes what it sends. */
export function copyOutgoing({ broadcast, direct }: Outgoing): Outgoing {
  return { broadcast: broadcast.slice(), direct: new Map([...direct].map(([to, bytes]) => [to, bytes.slice()])) };
}
