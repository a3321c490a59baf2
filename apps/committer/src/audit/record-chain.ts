import { AUDIT_START, type AuditHead, type AuditRecord, auditEntryOf, type JournalEvent, sealAudit } from "@synod/core";
import type { Hex } from "viem";
import { HashColumn } from "./hash-column.ts";

/** The chain of hashes over a log's records. Of each record 64 bytes stay in memory: its own hash and its entry's. */
export class RecordChain {
  readonly #entries = new HashColumn();
  readonly #records = new HashColumn();
  #last: AuditRecord | undefined;

  /** The records of events, each added to the chain when it is taken. */
  *extend(events: Iterable<JournalEvent>): Iterable<AuditRecord> {
    for (const event of events) {
      const entry = auditEntryOf(event);
      if (entry === undefined) continue;
      const { record, entryHash } = sealAudit(entry, this.#last);
      this.#last = record;
      this.#entries.push(entryHash);
      this.#records.push(record.hash);
      yield record;
    }
  }

  /** Length and hash of the chain. */
  get head(): AuditHead {
    return this.headAt(this.#records.length) ?? { length: 0, hash: AUDIT_START };
  }

  /** The head that the chain had at a length; `undefined` when it is not that long yet. */
  headAt(length: number): AuditHead | undefined {
    if (length === 0) return { length, hash: AUDIT_START };
    const [hash] = this.#records.slice(length - 1, length);
    return hash === undefined ? undefined : { length, hash };
  }

  /** Hashes of the entries from position `from` up to, and without, position `to`: what leads from head to head. */
  entryHashes(from: number, to: number): readonly Hex[] {
    return this.#entries.slice(from, to);
  }
}
