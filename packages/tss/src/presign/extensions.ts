import type { SecretPart } from "../engine/secret-part.ts";
import type { Step } from "../engine/stage.ts";
import { exposeKeyShare, pairId } from "../keyshare/key-share.ts";
import { concat, u8 } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { Rng } from "../math/rng.ts";
import { Secret } from "../math/secret.ts";
import type { BobPair } from "../primitives/pair.ts";
import { bobStartVole, type VoleSession } from "../primitives/vole.ts";
import { type Gadget, gadget } from "../primitives/vole-rows.ts";
import { pairSessionId } from "../transcript/pair-session-id.ts";
import { abortIfBanned } from "./ban.ts";
import { firstRoundDigest, indexedId } from "./hashes.ts";
import { hedgedRng } from "./hedged-rng.ts";
import type { Agreed, AwaitExtensions, BobSide, Pairs } from "./state.ts";
import type { PresignTerms } from "./terms.ts";

/** What the extensions start from. */
export type ExtensionStart = {
  readonly agreed: Agreed;
  readonly ephemeral: Pairs | undefined;
  readonly secrets: readonly SecretPart[];
};

/** R2.2–R2.3 As Bob towards each other party: choices and the extension messages, one for each presignature. */
export function startExtensions({ agreed, ephemeral, secrets }: ExtensionStart, rng: Rng): Step<AwaitExtensions> {
  const { terms, sid, nonces, coms } = agreed;
  const banned = abortIfBanned(terms);
  if (banned) return { kind: "abort", abort: banned };
  const hedged = hedgedRng(terms.share, [u8(2), sid], rng);
  const dig = firstRoundDigest(sid, nonces, coms);
  const g = gadget(sid);
  const bob = new Map<PartyIndex, readonly BobSide[]>();
  const direct = new Map<PartyIndex, Uint8Array>();
  for (const [other, pair] of pairsWith(terms, ephemeral)) {
    const started = indices(terms).map((index) =>
      startAsBob(pair.bob, voleSession(agreed, g, { alice: other, bob: terms.self, index }), hedged),
    );
    bob.set(
      other,
      started.map(({ side }) => side),
    );
    const id = pairId(terms.share, other) ?? new Uint8Array(0);
    direct.set(other, concat(...started.map(({ message }) => message), id));
  }
  const made = [...bob.values()].flatMap((sides) => sides.flatMap(({ vole, chi }) => [vole, chi]));
  const next = { agreed, dig, gadget: g, ephemeral, bob, secrets: [...secrets, ...made] };
  return { kind: "advance", next, outgoing: { broadcast: dig, direct } };
}

function startAsBob(pair: BobPair, session: VoleSession, rng: Rng) {
  const { state, chi, message } = bobStartVole(pair, session, rng);
  return { side: { vole: state, chi: new Secret(chi) }, message };
}

/** 0..B-1. */
export function indices({ count }: PresignTerms): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** The pair state with every other signer: that of the session, or else the share's. */
export function pairsWith({ share, others }: PresignTerms, ephemeral: Pairs | undefined): Pairs {
  const pairs = ephemeral ?? exposeKeyShare(share).pairs;
  return new Map([...pairs].filter(([party]) => others.includes(party)));
}

/** Of one ordered pair, for one presignature of the batch. */
export function voleSession(
  { sid }: Agreed,
  g: Gadget,
  { alice, bob, index }: { readonly alice: PartyIndex; readonly bob: PartyIndex; readonly index: number },
): VoleSession {
  return { sid: pairSessionId(indexedId(sid, index), alice, bob), gadget: g };
}
