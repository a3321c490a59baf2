import type { Account, Chain, Client, Transport } from "viem";

/** A viem client that can read. Every action takes one as its first argument. */
export type ReadClient = Client<Transport, Chain | undefined, Account | undefined>;

/** Addresses of the two registries that a deployment consists of. */
export type SynodContracts = {
  readonly committeeRegistry: `0x${string}`;
  readonly decisionRegistry: `0x${string}`;
};
