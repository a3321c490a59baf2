import { blameNobody } from "../engine/abort.ts";
import type { FinalRound, RoundState } from "../engine/stage.ts";
import { createReader } from "../math/reader.ts";
import { combine, type GroupSignature, type PartialSignature } from "./combine.ts";
import type { Rerandomised } from "./rerandomise.ts";

/** Waiting for the other signers' partial signatures. Nothing in it is secret any more. */
export type AwaitPartials = RoundState & { readonly rerandomised: Rerandomised; readonly own: PartialSignature };

/** All partial signatures are there (docs/protocol/online.md steps 6–8). */
export const round1: FinalRound<AwaitPartials, PartialSignature, GroupSignature> = {
  decode({ broadcast }) {
    const reader = createReader(broadcast);
    const u = reader.scalar();
    const w = reader.scalar();
    return u === undefined || w === undefined || !reader.isComplete() ? undefined : { u, w };
  },
  run({ rerandomised, own }, inbox) {
    const signature = combine(rerandomised, [own, ...inbox.values()]);
    // A wrong ψ in presigning shows only here, so no name can be given: the next attempt uses another signing set.
    if (signature === undefined) return { kind: "abort", abort: blameNobody("invalidSignature") };
    return { kind: "finish", output: signature, keeps: [] };
  },
};
