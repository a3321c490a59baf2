import type { Hex } from "viem";

/** One durable fact of the audit log. Digests and ids only, never a share. */
export interface AuditEntry {
  /** Name of the fact, for example `SignClaimed`. */
  readonly fact: string;
  /** Details as text, each key once. */
  readonly details: Readonly<Record<string, string>>;
}

/** An entry with its place in the chain. */
export interface AuditRecord {
  /** Position, from 0. */
  readonly index: number;
  /** Hash of the record before; 32 zero bytes for the first. */
  readonly previousHash: Hex;
  readonly entry: AuditEntry;
  /** Hash over index, previous hash and entry. */
  readonly hash: Hex;
}
