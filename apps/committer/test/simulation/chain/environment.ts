import type { Abi, Address, Hex } from "viem";
import { encodeAbiParameters, encodeEventTopics } from "viem";
import type { ChainState, EmittedLog } from "./state.ts";

/** Where the contracts of a modelled chain are. */
export type Places = {
  readonly chainId: bigint;
  readonly committeeRegistry: Address;
  readonly decisionRegistry: Address;
};

/** What a contract sees while it runs: it may change `state` and add to `logs`, which are thrown away if it reverts. */
export type Environment = Places & {
  readonly state: ChainState;
  readonly logs: EmittedLog[];
  readonly sender: Address;
  /** Time of the block, in seconds. */
  readonly time: bigint;
};

/** Emits an event of a contract. `args` in the order of the event's inputs. */
export function emit(env: Environment, address: Address, abi: Abi, eventName: string, args: readonly unknown[]): void {
  const event = abi.find((item) => item.type === "event" && item.name === eventName);
  if (event?.type !== "event") return;
  const named = Object.fromEntries(event.inputs.map((input, index) => [input.name ?? "", args[index]]));
  const topics = encodeEventTopics({ abi: [event], args: named }) as Hex[];
  const plain = event.inputs.flatMap((input, index) => (input.indexed === true ? [] : [{ input, value: args[index] }]));
  const data = encodeAbiParameters(
    plain.map(({ input }) => input),
    plain.map(({ value }) => value),
  );
  env.logs.push({ address, topics, data });
}
