import type { OpenedDirect, SignedMessage } from "../envelope/message.ts";
import type { Evidence, MessageFault, MessagesEvidence } from "../evidence/evidence.ts";
import { wipe } from "../math/bytes.ts";
import type { AbortReason } from "./abort.ts";
import { destroySecrets } from "./secret-part.ts";
import { type Session, type Started, silentParties, slotOf } from "./session.ts";

/** Ends a session: destroys its secrets and returns the abort as its last effect. */
export function failSession<Output>(
  session: Session<Output>,
  reason: AbortReason,
  evidence: readonly Evidence[] = publicEvidence(session, reason),
): Started<Output> {
  discardSecrets(session);
  discardDirect(session, evidence);
  const { code, severity, culprits, blame } = reason;
  const abort = { code, severity, culprits, blame, round: session.round, silent: silentParties(session), evidence };
  return { session: { ...session, status: "aborted" }, effects: [{ kind: "abort", abort }] };
}

/** Destroys what a session still holds: the state of its stage, its ephemeral key and its channel keys. */
export function discardSecrets(session: Session<unknown>): void {
  if (!session.stage.isConsumed) destroySecrets(session.stage.take().secrets);
  session.hello?.ephemeral.wipe();
  for (const { outgoing, incoming } of session.agreement?.channels.values() ?? []) {
    outgoing.wipe();
    incoming.wipe();
  }
}

/** Zeroes the direct payloads received, but for those that the evidence opens. */
function discardDirect(session: Session<unknown>, evidence: readonly Evidence[]): void {
  const opened = evidence.map((item) => (item.kind === "messages" ? item.direct?.payload : undefined));
  for (const senders of session.slots.values()) {
    for (const { direct } of senders.values()) {
      if (direct !== undefined && !opened.includes(direct.payload)) wipe(direct.payload);
    }
  }
}

/**
 * Evidence of what `party` signed in the given rounds. The nonces are part of it when they are needed to show that a
 * message of round 1, which comes before the session id, belongs to a later one.
 */
export function messagesEvidence(
  session: Session<unknown>,
  fault: MessageFault,
  messages: readonly SignedMessage[],
  extra: { readonly direct?: OpenedDirect | undefined; readonly openings?: readonly Uint8Array[] | undefined } = {},
): MessagesEvidence {
  const spansAgreement = messages.length > 1 && messages[0]?.signed.envelope.round === 1;
  const nonces = spansAgreement ? [...(session.agreement?.nonces.values() ?? [])] : [];
  const { direct, openings = [] } = extra;
  return { kind: "messages", fault, terms: session.context.agreed, messages, direct, nonces, openings };
}

function publicEvidence(session: Session<unknown>, { proof, culprits }: AbortReason): readonly Evidence[] {
  if (proof === undefined) return [];
  const { fault, rounds, openings } = proof;
  return culprits.map((party) => {
    const messages = rounds.flatMap((round) => slotOf(session.slots, round, party)?.message ?? []);
    const direct = proof.opensDirect === true ? slotOf(session.slots, rounds.at(-1) ?? 0, party)?.direct : undefined;
    return messagesEvidence(session, fault, messages, { direct, openings });
  });
}
