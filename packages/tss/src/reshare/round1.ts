import { blameNobody } from "../engine/abort.ts";
import { hasDuplicate } from "../engine/hello.ts";
import type { Inbox, Round } from "../engine/stage.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { startSetups } from "../setup/start.ts";
import { H } from "../transcript/hash.ts";
import { reshareSessionId } from "./hashes.ts";
import { addressAll, partnersOf } from "./layout.ts";
import type { AwaitCommitments, AwaitEcho } from "./state.ts";

/** R1 → R2: every dealer's commitment is there (docs/protocol/reshare.md steps R2.1–R2.4). */
export const round1: Round<AwaitCommitments, Uint8Array, AwaitEcho> = {
  decode: ({ broadcast }) => broadcast.slice(),
  run(state, inbox, tools) {
    const { terms, own } = state;
    const coms = collect(state, inbox);
    // R2.1 A copied commitment would let its sender open it after the owner did.
    if (hasDuplicate([...coms.values()])) return { kind: "abort", abort: blameNobody("commitmentReused") };
    const dsid = reshareSessionId(tools.sid, terms.previous, terms.receivers.size, terms.minSigners);
    const e1 = H("dkg/e1", dsid, ...coms.values());
    const { state: setups, direct } = startSetups(dsid, terms.self, partnersOf(terms), tools.rng);
    const secrets = [...state.secrets, ...setups.secrets];
    const next: AwaitEcho = { terms, own, dsid, nonces: tools.nonces, coms, e1, setups, secrets };
    return { kind: "advance", next, outgoing: { broadcast: e1, direct: addressAll(terms, (to) => [direct.get(to)]) } };
  },
};

function collect({ terms, own }: AwaitCommitments, inbox: Inbox<Uint8Array>): ReadonlyMap<PartyIndex, Uint8Array> {
  const coms = new Map<PartyIndex, Uint8Array>();
  for (const seat of terms.dealers.keys()) {
    const com = seat === terms.self ? own?.com : inbox.get(seat);
    if (com !== undefined) coms.set(seat, com);
  }
  return coms;
}
