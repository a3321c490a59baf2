import { blameNobody } from "../engine/abort.ts";
import type { FinalRound } from "../engine/stage.ts";
import { concat, equalBytes, splitEqual, splitFixed } from "../math/bytes.ts";
import { decodePoint, POINT_LENGTH } from "../math/point.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import { abortIfBanned } from "./ban.ts";
import { Presignature } from "./presignature.ts";
import type { AwaitConfirmations } from "./state.ts";

type Message = { readonly viewHash: Uint8Array; readonly noncePoints: Uint8Array };

/**
 * R4 → output: everybody holds the same openings and the same R (docs/protocol/presign.md steps F.1–F.2).
 * @param deliver makes the session's output of the confirmed batch
 */
export function round4<Output>(
  deliver: (batch: readonly Presignature[]) => Output,
): FinalRound<AwaitConfirmations, Message, Output> {
  return {
    decode: ({ broadcast }, { terms }) => decodeConfirmation(broadcast, terms.count),
    run({ terms, viewHash, batch, secrets }, inbox) {
      const banned = abortIfBanned(terms);
      if (banned) return { kind: "abort", abort: banned };
      // F.1 Presignatures that not all confirm are burnt: they could never be used by this signing set.
      const noncePoints = concat(...batch.map((made) => made.terms.noncePoint));
      const isAgreed = [...inbox.values()].every(
        (message) => equalBytes(message.viewHash, viewHash) && equalBytes(message.noncePoints, noncePoints),
      );
      if (!isAgreed) return { kind: "abort", abort: blameNobody("echoMismatch") };
      const confirmed = batch.map((made) => new Presignature(made.terms, made.shares, terms.share));
      return { kind: "finish", output: deliver(confirmed), keeps: secrets };
    },
  };
}

function decodeConfirmation(broadcast: Uint8Array, count: number): Message | undefined {
  const fields = splitFixed(broadcast, [HASH_LENGTH, count * POINT_LENGTH]);
  const points = fields && splitEqual(fields[1], count, POINT_LENGTH);
  if (!fields || !points?.every((point) => decodePoint(point) !== undefined)) return undefined;
  return { viewHash: fields[0], noncePoints: fields[1] };
}
