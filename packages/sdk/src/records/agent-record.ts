import type { Address, Hex } from "viem";

/** What an agent is; fixed at registration. */
export type AgentTerms = {
  /** Hash of the agent's definition. */
  readonly definitionHash: Hex;
  /** Where the agent's lobe is described. */
  readonly lobeUri: string;
  readonly committeeId: Hex;
  /** Account that may veto inside the veto window and pause executions; the zero address for none. */
  readonly guardian: Address;
  /** Only account that may submit decisions; the zero address lets anyone. */
  readonly submitter: Address;
  /** Seconds between approval and readiness. */
  readonly vetoWindow: bigint;
  /** Vault that executes the agent's decisions. */
  readonly vault: Address;
};

/** All facts the registry stores about one agent. */
export type AgentRecord = AgentTerms & {
  readonly id: Hex;
  readonly registrant: Address;
  /** Chain time of the registration, in seconds. */
  readonly registeredAt: bigint;
  /** How many canonical results the agent has. */
  readonly sequence: bigint;
  /** Hash chain over all canonical results. */
  readonly stateRoot: Hex;
  /** First second after the last pause of its executions, by chain time; undefined if there was none. */
  readonly pausedUntil: bigint | undefined;
};
