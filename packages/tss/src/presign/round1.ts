import { blameNobody, blamePairwise } from "../engine/abort.ts";
import { hasDuplicate } from "../engine/hello.ts";
import type { Round, RoundTools, Step } from "../engine/stage.ts";
import { exposeKeyShare } from "../keyshare/key-share.ts";
import { u8 } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { Secret } from "../math/secret.ts";
import { bobStartVole } from "../primitives/vole.ts";
import { gadget } from "../primitives/vole-rows.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import { pairSessionId } from "../transcript/pair-session-id.ts";
import { firstRoundDigest } from "./hashes.ts";
import { hedgedRng } from "./hedged-rng.ts";
import type { AwaitCommitments, AwaitExtensions, BobSide } from "./state.ts";

/** R1 → R2: everybody's commitment is there (docs/protocol/presign.md steps R2.1–R2.3). */
export const round1: Round<AwaitCommitments, Uint8Array, AwaitExtensions> = {
  decode: ({ broadcast }) => (broadcast.length === HASH_LENGTH ? broadcast.slice() : undefined),
  run(state, inbox, tools) {
    const parties = [...state.terms.signers.keys()];
    const coms = new Map(parties.map((party) => [party, inbox.get(party) ?? state.own.com]));
    // R2.1 A copied commitment would let its sender open it after the owner did.
    if (hasDuplicate([...coms.values()])) {
      return { kind: "abort", abort: blameNobody("commitmentReused") };
    }
    return startExtensions(state, coms, tools);
  },
};

/** R2.2–R2.3 As Bob towards each other party: choices and the extension message. */
function startExtensions(
  state: AwaitCommitments,
  coms: ReadonlyMap<PartyIndex, Uint8Array>,
  { sid, nonces, rng }: RoundTools,
): Step<AwaitExtensions> {
  const { terms, own } = state;
  const { pairs } = exposeKeyShare(terms.share);
  const hedged = hedgedRng(terms.share, [u8(2), sid], rng);
  const dig = firstRoundDigest(sid, nonces, coms);
  const g = gadget(sid);
  const bob = new Map<PartyIndex, BobSide>();
  const direct = new Map<PartyIndex, Uint8Array>();
  for (const other of terms.others) {
    const pair = pairs.get(other);
    if (pair === undefined) return { kind: "abort", abort: blamePairwise("pairBurnt", [other]) };
    const started = bobStartVole(pair.bob, { sid: pairSessionId(sid, other, terms.self), gadget: g }, hedged);
    bob.set(other, { vole: started.state, chi: new Secret(started.chi) });
    direct.set(other, started.message);
  }
  const secrets = [...state.secrets, ...[...bob.values()].flatMap(({ vole, chi }) => [vole, chi])];
  const next: AwaitExtensions = { terms, own, sid, nonces, coms, dig, gadget: g, bob, secrets };
  return { kind: "advance", next, outgoing: { broadcast: dig, direct } };
}
