import { concat } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { Rng } from "../math/rng.ts";
import { aliceStartSetup, bobStartSetup } from "../primitives/pair-setup.ts";
import { pairSessionId } from "../transcript/pair-session-id.ts";
import { type AwaitBaseOts, messagesOf } from "./state.ts";
import { emptyTranscript } from "./transcript.ts";

/**
 * Message 1 of the pair setup with every partner (docs/protocol/pair-setup.md): base OTs.
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
  const partners: AwaitBaseOts["partners"] = new Map(
    others.map((other) => {
      const alice = aliceStartSetup(pairSessionId(sid, self, other), rng);
      const bob = bobStartSetup(pairSessionId(sid, other, self), rng);
      const sent = concat(alice.message, bob.message);
      return [other, { alice: alice.state, bob: bob.state, sent, transcript: emptyTranscript(sid, self, other) }];
    }),
  );
  const secrets = [...partners.values()].flatMap(({ alice, bob }) => [alice, bob]);
  return { state: { self, partners, secrets }, direct: messagesOf(partners) };
}
