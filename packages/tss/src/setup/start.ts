import type { PartyIndex } from "../math/party-index.ts";
import type { Rng } from "../math/rng.ts";
import { aliceStartSetup, bobStartSetup } from "../primitives/pair-setup.ts";
import { pairSessionId } from "../transcript/pair-session-id.ts";
import { isFirstAlice } from "./roles.ts";
import { type AwaitBaseOts, messagesOf, type PartnerOf } from "./state.ts";
import { emptyTranscript } from "./transcript.ts";

/**
 * Message 1 of the pair setup with every partner: base OTs of the first direction (docs/protocol/pair-setup.md steps 1
 * and 2).
 * @param sid fresh id of the session the setups belong to, 32 bytes, the same for all its parties
 * @returns the state, and one message of {@link setupBytes} bytes to each partner
 * @throws TssError `invalidSessionId`
 */
export function startSetups(
  sid: Uint8Array,
  self: PartyIndex,
  others: readonly PartyIndex[],
  rng: Rng,
): { readonly state: AwaitBaseOts; readonly direct: ReadonlyMap<PartyIndex, Uint8Array> } {
  const partners = new Map(others.map((other) => [other, startSetup(sid, self, other, rng)]));
  const secrets = [...partners.values()].map((partner) => (partner.role === "alice" ? partner.alice : partner.bob));
  return { state: { sid: sid.slice(), self, partners, secrets }, direct: messagesOf(partners) };
}

function startSetup(sid: Uint8Array, self: PartyIndex, other: PartyIndex, rng: Rng): PartnerOf<AwaitBaseOts> {
  const transcript = emptyTranscript(sid, self, other);
  if (isFirstAlice(self, other)) {
    const { state: alice, message: sent } = aliceStartSetup(pairSessionId(sid, self, other), rng);
    return { role: "alice", alice, sent, transcript };
  }
  const { state: bob, message: sent } = bobStartSetup(pairSessionId(sid, other, self), rng);
  return { role: "bob", bob, sent, transcript };
}
