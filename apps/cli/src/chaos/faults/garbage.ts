import type { Fault } from "../fault.ts";
import { misbehave } from "../misbehave.ts";
import { isNamedSilent, judgeSilence } from "../silence.ts";

/** One committer sends noise where its part of a signature should be. What nobody signed is no message at all. */
export const garbage: Fault = {
  name: "garbage",
  summary: "one committer sends noise for its part of a signature",
  expected: "signed by others; noise counts as silence, no ban",
  inject: (stage) => misbehave(stage, "garbage", isNamedSilent),
  judge: judgeSilence,
};
