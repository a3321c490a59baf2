import type { Evidence } from "../evidence/evidence.ts";
import { concat, equalBytes, u8, u16 } from "../math/bytes.ts";
import { OneTime } from "../math/one-time.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { Rng } from "../math/rng.ts";
import { H } from "../transcript/hash.ts";
import { type AbortReason, blameNobody, blamePublicly } from "./abort.ts";
import { discardSecrets, failSession } from "./fail.ts";
import { HELLO_LENGTH } from "./hello.ts";
import { postRound } from "./post.ts";
import { destroyOnThrow, destroySecrets, type SecretPart } from "./secret-part.ts";
import { type Session, type Slot, type Slots, type Started, slotOf } from "./session.ts";
import type { Incoming, Outgoing, RoundTools, Stage, StageResult } from "./stage.ts";

/**
 * Runs the current round, whose messages are all there: echo check, then the protocol's own step
 * (docs/protocol/envelope.md steps 7 and 8).
 */
export function runRound<Output>(session: Session<Output>, rng: Rng): Started<Output> {
  const strangers = session.context.others.filter((party) => !hasOurView(session, party));
  if (strangers.length > 0) return failSession(session, blameNobody("viewMismatch"), viewEvidence(session));
  const stage = session.stage.take();
  const result = destroyOnThrow(stage.secrets, () => stage.run(collectInbox(session), roundTools(session, rng)));
  destroySecrets(stage.secrets, keptSecrets(result));
  return conclude(session, result, rng);
}

/** Evidence to exchange when two parties accepted different envelopes in the round before the current one. */
export function viewEvidence(session: Session<unknown>): readonly Evidence[] {
  const slots = session.slots.get(Math.max(1, session.round - 1)) ?? new Map<PartyIndex, Slot>();
  const ascending = [...slots].sort(([a], [b]) => a - b);
  return [{ kind: "view", terms: session.context.agreed, accepted: ascending.map(([, slot]) => slot.message.signed) }];
}

function conclude<Output>(session: Session<Output>, result: StageResult<Output>, rng: Rng): Started<Output> {
  switch (result.kind) {
    case "malformed":
      return failSession(session, malformed(session, result.senders));
    case "abort":
      return failSession(session, result.abort);
    case "advance":
      return advance(session, result.outgoing, result.stage, rng);
    case "finish":
      discardSecrets(session);
      return {
        session: { ...session, status: "finished", slots: withoutDirect(session) },
        effects: [{ kind: "done", output: result.output }],
      };
  }
}

function advance<Output>(
  session: Session<Output>,
  outgoing: Outgoing,
  stage: Stage<Output>,
  rng: Rng,
): Started<Output> {
  const view = viewOf(session);
  const mark = { round: session.round + 1, prevView: view, agreement: session.agreement };
  const posted = destroyOnThrow(stage.secrets, () =>
    postRound(session.context, withoutDirect(session), mark, outgoing, rng),
  );
  const next: Session<Output> = {
    ...session,
    round: mark.round,
    stage: new OneTime(stage),
    slots: posted.slots,
    views: [...session.views, view],
  };
  return { session: next, effects: posted.effects };
}

/** H('envelope/view', handle, round, party ‖ digest of each accepted envelope, ascending). */
function viewOf(session: Session<unknown>): Uint8Array {
  const digests = [...session.context.parties.keys()].map((party) => {
    const slot = slotOf(session.slots, session.round, party);
    return concat(u16(party), slot?.digest ?? new Uint8Array(0));
  });
  return H("envelope/view", session.context.handle, u8(session.round), ...digests);
}

function hasOurView(session: Session<unknown>, party: PartyIndex): boolean {
  const envelope = slotOf(session.slots, session.round, party)?.message.signed.envelope;
  const view = session.views[session.round - 1];
  return envelope !== undefined && view !== undefined && equalBytes(envelope.prevView, view);
}

function collectInbox(session: Session<unknown>): ReadonlyMap<PartyIndex, Incoming> {
  const inbox = new Map<PartyIndex, Incoming>();
  const skip = session.round === 1 && session.hello !== undefined ? HELLO_LENGTH : 0;
  for (const party of session.context.others) {
    const slot = slotOf(session.slots, session.round, party);
    if (slot === undefined) continue;
    const broadcast = slot.message.broadcast.subarray(skip);
    inbox.set(party, { broadcast, direct: slot.direct?.payload ?? new Uint8Array(0) });
  }
  return inbox;
}

function roundTools(session: Session<unknown>, rng: Rng): RoundTools {
  const { agreement, context } = session;
  return { sid: agreement?.sid ?? context.handle, nonces: agreement?.nonces ?? new Map(), rng };
}

/** Direct payloads are not needed after their round; the signed envelopes and broadcasts stay as evidence. */
function withoutDirect(session: Session<unknown>): Slots {
  const senders = session.slots.get(session.round) ?? new Map<PartyIndex, Slot>();
  const kept = [...senders].map(([party, slot]): [PartyIndex, Slot] => {
    slot.direct?.payload.fill(0);
    return [party, { ...slot, direct: undefined }];
  });
  return new Map(session.slots).set(session.round, new Map(kept));
}

function keptSecrets(result: StageResult<unknown>): readonly SecretPart[] {
  switch (result.kind) {
    case "advance":
      return result.stage.secrets;
    case "finish":
      return result.keeps;
    case "abort":
    case "malformed":
      return [];
  }
}

/** Which part of the message is at fault only its decoder knows, so the evidence opens the direct payload if it has one. */
function malformed({ round }: Session<unknown>, senders: readonly PartyIndex[]): AbortReason {
  return blamePublicly("malformedMessage", senders, { rounds: [round], opensDirect: true });
}
