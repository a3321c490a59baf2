import type { FindReadyBlock } from "@synod/core";
import type { Handler } from "../context.ts";

/** Finds the first finalised block at or after the end of the veto window, by bisection over block times. */
export const findReadyBlock: Handler<FindReadyBlock> = async ({ reader, view }, { decisionId, readyAt, fromBlock }) => {
  let low = fromBlock;
  let high = view().finalised.number;
  while (low < high) {
    const middle = (low + high) / 2n;
    const { time } = await reader.block(middle);
    if (time >= readyAt) high = middle;
    else low = middle + 1n;
  }
  return [{ kind: "DecisionReady", decisionId, readyBlock: low }];
};
