import type { Evidence } from "../envelope/evidence.ts";
import type { SignedMessage } from "../envelope/message.ts";
import { wipe } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
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
  const abort = { ...reason, round: session.round, silent: silentParties(session), evidence };
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

/** Everything that `party` signed in this session up to the current round. */
export function signedMessages(session: Session<unknown>, party: PartyIndex): readonly SignedMessage[] {
  const rounds = Array.from({ length: session.round }, (_, i) => i + 1);
  return rounds.flatMap((round) => slotOf(session.slots, round, party)?.message ?? []);
}

function publicEvidence(session: Session<unknown>, reason: AbortReason): readonly Evidence[] {
  if (reason.blame !== "public") return [];
  return reason.culprits.map((party) => ({ kind: "messages", messages: signedMessages(session, party) }));
}
