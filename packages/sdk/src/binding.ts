import { ANY_SEQUENCE, type Binding, NO_HASH } from "@synod/core";
import type { Hex } from "viem";

/** What a submitter takes for granted; the registry refuses the decision when it is not so. */
export type BindingParameters = {
  /** The agent's sequence it is made for: another result that lands first makes it Stale. Default: bound to none. */
  readonly expectedSequence?: bigint | undefined;
  /** The agent's state root it is made for, checked at submission: another history refuses it. Default: not asked. */
  readonly expectedStateRoot?: Hex | undefined;
  /** Decision of the same agent that must be executed before this one can be approved. Default: none. */
  readonly predecessor?: Hex | undefined;
};

/** The binding as the registry takes it. */
export function toBinding({ expectedSequence, expectedStateRoot, predecessor }: BindingParameters): Binding {
  return {
    expectedSequence: expectedSequence ?? ANY_SEQUENCE,
    expectedStateRoot: expectedStateRoot ?? NO_HASH,
    predecessor: predecessor ?? NO_HASH,
  };
}
