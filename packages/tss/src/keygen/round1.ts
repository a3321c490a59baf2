import { blameNobody } from "../engine/abort.ts";
import { hasDuplicate } from "../engine/hello.ts";
import type { Inbox, Round, RoundTools, Step } from "../engine/stage.ts";
import { concat, u16 } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { Rng } from "../math/rng.ts";
import { aliceStartSetup, bobStartSetup } from "../primitives/pair-setup.ts";
import { H, HASH_LENGTH } from "../transcript/hash.ts";
import { pairSessionId } from "../transcript/pair-session-id.ts";
import type { AwaitCommitments, AwaitEcho, SetupStart } from "./state.ts";

/** R1 → R2: everybody's commitment is there (docs/protocol/dkg.md steps R2.1–R2.4). */
export const round1: Round<AwaitCommitments, Uint8Array, AwaitEcho> = {
  decode: ({ broadcast }) => (broadcast.length === HASH_LENGTH ? broadcast.slice() : undefined),
  run(state, inbox, tools) {
    const coms = collect(state, inbox);
    // R2.1 A copied commitment would let its sender open it after the owner did.
    if (hasDuplicate([...coms.values()])) {
      return { kind: "abort", abort: blameNobody("commitmentReused") };
    }
    return startSetups(state, coms, tools);
  },
};

function collect(state: AwaitCommitments, inbox: Inbox<Uint8Array>): ReadonlyMap<PartyIndex, Uint8Array> {
  return new Map([...state.terms.parties.keys()].map((party) => [party, inbox.get(party) ?? state.own.com]));
}

function startSetups(
  state: AwaitCommitments,
  coms: ReadonlyMap<PartyIndex, Uint8Array>,
  tools: RoundTools,
): Step<AwaitEcho> {
  const { terms, own } = state;
  const dsid = H("dkg/sid", tools.sid, u16(terms.parties.size), u16(terms.minSigners));
  const e1 = H("dkg/e1", dsid, ...coms.values());
  const setups = new Map<PartyIndex, SetupStart>();
  const direct = new Map<PartyIndex, Uint8Array>();
  for (const other of terms.others) {
    const { setup, payload } = startSetup(dsid, terms.self, other, tools.rng);
    setups.set(other, setup);
    direct.set(other, payload);
  }
  const oneTime = [...setups.values()].flatMap(({ alice, bob }) => [alice, bob]);
  const secrets = [...state.secrets, ...oneTime];
  const next: AwaitEcho = { terms, own, dsid, nonces: tools.nonces, coms, e1, setups, secrets };
  return { kind: "advance", next, outgoing: { broadcast: e1, direct } };
}

/** R2.4 Base-OT messages in both roles: as Alice, then as Bob. */
function startSetup(
  dsid: Uint8Array,
  self: PartyIndex,
  other: PartyIndex,
  rng: Rng,
): { readonly setup: SetupStart; readonly payload: Uint8Array } {
  const alice = aliceStartSetup(pairSessionId(dsid, self, other), rng);
  const bob = bobStartSetup(pairSessionId(dsid, other, self), rng);
  const payload = concat(alice.message, bob.message);
  return { setup: { alice: alice.state, bob: bob.state, transcript: [H("dkg/setup", payload)] }, payload };
}
