import { type AbortReason, blameNobody } from "../engine/abort.ts";
import { hasDuplicate } from "../engine/hello.ts";
import type { Inbox, Round, RoundTools } from "../engine/stage.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import { startExtensions } from "./extensions.ts";
import type { Agreed, AwaitCommitments, AwaitExtensions } from "./state.ts";

/** A commitment is 32 bytes. */
export const decodeCommitment: Round<AwaitCommitments, Uint8Array, never>["decode"] = ({ broadcast }) =>
  broadcast.length === HASH_LENGTH ? broadcast.slice() : undefined;

/** R2.1 Everybody's commitment, or the abort if two are equal: a copied one could be opened after its owner's. */
export function agreeOnCommitments(
  { terms, own }: AwaitCommitments,
  inbox: Inbox<Uint8Array>,
  { sid, nonces }: RoundTools,
): { readonly kind: "agreed"; readonly agreed: Agreed } | { readonly kind: "abort"; readonly abort: AbortReason } {
  const coms = new Map([...terms.signers.keys()].map((party) => [party, inbox.get(party) ?? own.com]));
  if (hasDuplicate([...coms.values()])) return { kind: "abort", abort: blameNobody("commitmentReused") };
  return { kind: "agreed", agreed: { terms, own, sid, nonces, coms } };
}

/** R1 → R2 with the share's pairs: everybody's commitment is there (docs/protocol/presign.md steps R2.1–R2.3). */
export const round1: Round<AwaitCommitments, Uint8Array, AwaitExtensions> = {
  decode: decodeCommitment,
  run(state, inbox, tools) {
    const result = agreeOnCommitments(state, inbox, tools);
    if (result.kind === "abort") return result;
    return startExtensions({ agreed: result.agreed, ephemeral: undefined, secrets: state.secrets }, tools.rng);
  },
};
