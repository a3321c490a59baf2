import type { Fault } from "../fault.ts";
import { misbehave } from "../misbehave.ts";
import { isNamedSilent, judgeSilence } from "../silence.ts";

/** One committer attests and presigns, and never sends its part of a signature. */
export const withhold: Fault = {
  name: "withhold",
  summary: "one committer attests, and never sends its part of a signature",
  expected: "signed by others; it is named silent, not banned",
  inject: (stage) => misbehave(stage, "withhold", isNamedSilent),
  judge: judgeSilence,
};
