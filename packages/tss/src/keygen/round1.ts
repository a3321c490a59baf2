import { blameNobody } from "../engine/abort.ts";
import { hasDuplicate } from "../engine/hello.ts";
import type { Inbox, Round, RoundTools, Step } from "../engine/stage.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { startSetups } from "../setup/start.ts";
import { H, HASH_LENGTH } from "../transcript/hash.ts";
import { keygenSessionId } from "./outcome.ts";
import type { AwaitCommitments, AwaitEcho } from "./state.ts";

/** R1 → R2: everybody's commitment is there (docs/protocol/dkg.md steps R2.1–R2.4). */
export const round1: Round<AwaitCommitments, Uint8Array, AwaitEcho> = {
  decode: ({ broadcast }) => (broadcast.length === HASH_LENGTH ? broadcast.slice() : undefined),
  run(state, inbox, tools) {
    const coms = collect(state, inbox);
    // R2.1 A copied commitment would let its sender open it after the owner did.
    if (hasDuplicate([...coms.values()])) {
      return { kind: "abort", abort: blameNobody("commitmentReused") };
    }
    return echo(state, coms, tools);
  },
};

function collect(state: AwaitCommitments, inbox: Inbox<Uint8Array>): ReadonlyMap<PartyIndex, Uint8Array> {
  return new Map([...state.terms.parties.keys()].map((party) => [party, inbox.get(party) ?? state.own.com]));
}

/** R2.2–R2.4 The session id, the echo, and the first message of the pair setups. */
function echo(state: AwaitCommitments, coms: ReadonlyMap<PartyIndex, Uint8Array>, tools: RoundTools): Step<AwaitEcho> {
  const { terms, own } = state;
  const dsid = keygenSessionId(tools.sid, terms.parties.size, terms.minSigners);
  const e1 = H("dkg/e1", dsid, ...coms.values());
  const { state: setups, direct } = startSetups(dsid, terms.self, terms.others, tools.rng);
  const secrets = [...state.secrets, ...setups.secrets];
  const next: AwaitEcho = { terms, own, dsid, nonces: tools.nonces, coms, e1, setups, secrets };
  return { kind: "advance", next, outgoing: { broadcast: e1, direct } };
}
