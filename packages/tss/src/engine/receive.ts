import type { OpenedDirect } from "../envelope/message.ts";
import { opensLeaf } from "../envelope/message.ts";
import { LEAF_LENGTH } from "../envelope/payload.ts";
import type { EquivocationEvidence } from "../evidence/evidence.ts";
import { equalBytes, wipe } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { Rng } from "../math/rng.ts";
import { blameNobody, blameWithEvidence } from "./abort.ts";
import { admitFrame } from "./admit.ts";
import { failSession, messagesEvidence } from "./fail.ts";
import { agree, HELLO_LENGTH } from "./hello.ts";
import { runRound, viewEvidence } from "./round-run.ts";
import {
  type Agreement,
  type Effect,
  type Hello,
  type IgnoredReason,
  type Session,
  type Slot,
  type Started,
  silentParties,
  slotOf,
  withoutSlot,
  withSlot,
} from "./session.ts";

/**
 * Gives one received frame to a session: buffers it and runs every round whose messages are complete.
 * @param from the party that the transport authenticated; a frame signed by anybody else is ignored
 * @param frame bytes as received; not changed
 * @returns the next session and everything to be sent, also when the last effect is an abort
 * @throws TssError `stateConsumed` or `secretWiped` if `session` is not the newest value of its run, `secretWiped` also
 * if the identity key was wiped meanwhile; `brokenRng`. A key share wiped meanwhile is an abort, `keyShareWiped`.
 */
export function receive<Output>(
  session: Session<Output>,
  from: PartyIndex,
  frame: Uint8Array,
  rng: Rng,
): Started<Output> {
  const admission = admitFrame(session, from, frame);
  switch (admission.kind) {
    case "ignored":
      return { session, effects: [{ kind: "ignored", from, reason: admission.reason }] };
    case "equivocation": {
      const evidence: EquivocationEvidence = {
        kind: "equivocation",
        terms: session.context.agreed,
        first: admission.first.message.signed,
        second: admission.second.message.signed,
      };
      return failSession(session, blameWithEvidence("equivocation", [from]), [evidence]);
    }
    case "malformed":
      return failMalformed(session, from, admission.slot);
    case "admitted": {
      const slots = withSlot(session.slots, admission.round, from, admission.slot);
      return chain(openSlot({ ...session, slots }, admission.round, from), (next) => progress(next, rng));
    }
  }
}

/**
 * Ends a session whose deadline has passed. Names who was silent, blames nobody.
 * @returns the session unchanged and no effect if it is over already
 */
export function expire<Output>(session: Session<Output>): Started<Output> {
  if (session.status !== "running") return { session, effects: [] };
  return failSession(session, blameNobody("expired"));
}

/** Continues with the session of `first` and keeps its effects in front. */
function chain<Output>(first: Started<Output>, next: (session: Session<Output>) => Started<Output>): Started<Output> {
  const second = next(first.session);
  return { session: second.session, effects: [...first.effects, ...second.effects] };
}

function progress<Output>(session: Session<Output>, rng: Rng): Started<Output> {
  if (session.status !== "running" || silentParties(session).length > 0) return { session, effects: [] };
  if (session.hello !== undefined && session.agreement === undefined) {
    return chain(reachAgreement(session, session.hello), (next) => progress(next, rng));
  }
  return chain(runRound(session, rng), (next) => progress(next, rng));
}

/** After the last first message: the session id, the channels, and what had come early. */
function reachAgreement<Output>(session: Session<Output>, hello: Hello): Started<Output> {
  const hellos = new Map<PartyIndex, Uint8Array>();
  for (const party of session.context.others) {
    const broadcast = slotOf(session.slots, 1, party)?.message.broadcast;
    if (broadcast) hellos.set(party, broadcast.subarray(0, HELLO_LENGTH));
  }
  const agreed = agree(session.context, hello, hellos);
  if (agreed.kind === "abort") return failSession(session, agreed.abort);
  hello.ephemeral.wipe();
  return openEarly({ ...session, agreement: agreed.agreement });
}

function openEarly<Output>(session: Session<Output>): Started<Output> {
  let started: Started<Output> = { session, effects: [] };
  for (const [round, senders] of session.slots) {
    for (const party of senders.keys()) started = chain(started, (next) => openSlot(next, round, party));
  }
  return started;
}

/**
 * Checks the session id of a message and decrypts its direct payload, once the session knows how. A first message, which
 * the id is made of, carries the handle instead.
 */
function openSlot<Output>(session: Session<Output>, round: number, from: PartyIndex): Started<Output> {
  const slot = slotOf(session.slots, round, from);
  const { agreement } = session;
  if (session.status !== "running" || slot === undefined || agreement === undefined || round === 1) {
    return { session, effects: [] };
  }
  // Same session, other nonces: an equivocation in round 1 or a peer in another attempt. Nobody can tell yet.
  if (!equalBytes(slot.message.signed.envelope.sid, agreement.sid)) {
    return failSession(session, blameNobody("viewMismatch"), viewEvidence({ ...session, round: 2 }));
  }
  const directBytes = session.sizes[round - 1]?.directBytes?.(from, session.context.self);
  if (directBytes === undefined) return { session, effects: [] };
  const direct = decryptDirect(session, agreement, slot, round, from);
  if (direct === undefined) {
    return { session: { ...session, slots: withoutSlot(session.slots, round, from) }, effects: [undecryptable(from)] };
  }
  if (direct.payload.length !== directBytes) {
    return failMalformed(session, from, { ...slot, direct });
  }
  const opened: Slot = { ...slot, sealed: new Uint8Array(0), direct };
  return { session: { ...session, slots: withSlot(session.slots, round, from, opened) }, effects: [] };
}

/** The direct payload if it decrypts and is what the sender signed; the ciphertext itself carries no signature. */
function decryptDirect(
  session: Session<unknown>,
  agreement: Agreement,
  slot: Slot,
  round: number,
  from: PartyIndex,
): OpenedDirect | undefined {
  const plaintext = agreement.channels.get(from)?.incoming.open(round, slot.digest, slot.sealed);
  if (plaintext === undefined) return undefined;
  const recipients = [...session.context.parties.keys()].filter((party) => party !== from);
  const opened = {
    leaf: recipients.indexOf(session.context.self),
    salt: plaintext.slice(0, LEAF_LENGTH),
    payload: plaintext.slice(LEAF_LENGTH),
  };
  wipe(plaintext);
  return opensLeaf(slot.message, opened) ? opened : undefined;
}

function undecryptable(from: PartyIndex): Effect<never> {
  const reason: IgnoredReason = "undecryptable";
  return { kind: "ignored", from, reason };
}

function failMalformed<Output>(session: Session<Output>, from: PartyIndex, slot: Slot): Started<Output> {
  const evidence = messagesEvidence(session, "malformedMessage", [slot.message], { direct: slot.direct });
  return failSession(session, blameWithEvidence("malformedMessage", [from]), [evidence]);
}
