import { blameNobody } from "../engine/abort.ts";
import type { Stage } from "../engine/stage.ts";
import { isHeld, type KeyShare } from "../keyshare/key-share.ts";

/**
 * The same stage and all that follow it, each of which stops with `keyShareWiped` once the share is gone. A session
 * outlives no share that it computes with, and the end of an epoch is nobody's fault.
 */
export function whileHeld<Output>(share: KeyShare, stage: Stage<Output>): Stage<Output> {
  return {
    secrets: stage.secrets,
    run(inbox, tools) {
      if (!isHeld(share)) return { kind: "abort", abort: blameNobody("keyShareWiped") };
      const result = stage.run(inbox, tools);
      return result.kind === "advance" ? { ...result, stage: whileHeld(share, result.stage) } : result;
    },
  };
}
