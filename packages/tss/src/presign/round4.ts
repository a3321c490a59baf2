import { blameNobody, blamePairwise } from "../engine/abort.ts";
import type { FinalRound } from "../engine/stage.ts";
import { equalBytes, splitFixed } from "../math/bytes.ts";
import { decodePoint, POINT_LENGTH } from "../math/point.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import { burntPartners } from "./ban.ts";
import { Presignature } from "./presignature.ts";
import type { AwaitConfirmations } from "./state.ts";

type Message = { readonly viewHash: Uint8Array; readonly noncePoint: Uint8Array };

/** R4 → output: everybody holds the same openings and the same R (docs/protocol/presign.md steps F.1–F.2). */
export const round4: FinalRound<AwaitConfirmations, Message, Presignature> = {
  decode({ broadcast }) {
    const fields = splitFixed(broadcast, [HASH_LENGTH, POINT_LENGTH]);
    if (fields === undefined || decodePoint(fields[1]) === undefined) return undefined;
    return { viewHash: fields[0], noncePoint: fields[1] };
  },
  run(state, inbox) {
    const { terms, viewHash, presignature, shares } = state;
    const burnt = burntPartners(terms);
    if (burnt.length > 0) return { kind: "abort", abort: blamePairwise("pairBurnt", burnt) };
    // F.1 A presignature that not all confirm is burnt: it could never be used by this signing set.
    const isAgreed = [...inbox.values()].every(
      (message) => equalBytes(message.viewHash, viewHash) && equalBytes(message.noncePoint, presignature.noncePoint),
    );
    if (!isAgreed) return { kind: "abort", abort: blameNobody("echoMismatch") };
    return { kind: "finish", output: new Presignature(presignature, shares), keeps: state.secrets };
  },
};
