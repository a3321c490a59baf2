import { type AgreedTerms, encodeParties } from "../engine/context.ts";
import { CONFIRMATION_LENGTH } from "../keygen/confirmation.ts";
import { buildRecord, combineChainCode, keygenSessionId } from "../keygen/outcome.ts";
import { keygenSizes } from "../keygen/terms.ts";
import { equalBytes } from "../math/bytes.ts";
import { POINT_LENGTH } from "../math/point.ts";
import { PROOF_LENGTH } from "../math/schnorr.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import type { Dealing, DealtKey } from "./dealing.ts";
import { bytesField, pointsField, scalarsField } from "./layout.ts";
import { directStarting, HELLO, proofFields, type RoundLayout } from "./round-layout.ts";

/** A key generation as its handle binds it (docs/protocol/dkg.md); undefined if the binding is none of one. */
export function keygenDealing(terms: AgreedTerms): Dealing | undefined {
  const minSigners = thresholdOf(terms);
  if (minSigners === undefined) return undefined;
  const { domain, parties } = terms;
  const members = [...parties.keys()];
  return {
    minSigners,
    dealers: members,
    receivers: members,
    openingFields: [minSigners * POINT_LENGTH, HASH_LENGTH, HASH_LENGTH],
    layouts: keygenLayouts(minSigners),
    sessionId: (sid) => keygenSessionId(sid, parties.size, minSigners),
    record: ({ dsid, e2, groupKey, shares, chainCodeParts }: DealtKey) => {
      const chainCode = combineChainCode(dsid, chainCodeParts);
      return buildRecord({ domain, minSigners, parties }, { groupKey, shares, chainCode, e2 });
    },
    anchorOf: undefined,
    chainCodeHash: undefined,
  };
}

/** t(2) ‖ all parties. */
function thresholdOf({ binding, parties }: AgreedTerms): number | undefined {
  const t = 256 * (binding[0] ?? 0) + (binding[1] ?? 0);
  const isBinding = equalBytes(binding.slice(2), encodeParties(parties));
  return isBinding && t >= 2 && t <= parties.size ? t : undefined;
}

/** The table of messages. Payloads of the pair setup are bytes: only their recipient can judge them. */
function keygenLayouts(t: number): readonly RoundLayout[] {
  const sizes = keygenSizes(t);
  const opening = [pointsField(t), bytesField(2 * HASH_LENGTH), ...proofFields(t)];
  return [
    { broadcast: () => [...HELLO, bytesField(HASH_LENGTH)], direct: undefined },
    { broadcast: () => [bytesField(HASH_LENGTH)], direct: directStarting(sizes[1]) },
    { broadcast: () => opening, direct: directStarting(sizes[2]) },
    { broadcast: () => [bytesField(HASH_LENGTH)], direct: directStarting(sizes[3], () => [scalarsField(1)]) },
    { broadcast: () => [...proofFields(1), bytesField(CONFIRMATION_LENGTH - PROOF_LENGTH)], direct: undefined },
  ];
}
