import type { AuditHead, AuditRecord, JournalEvent } from "@synod/core";
import type { Hex } from "viem";
import type { AuditFile } from "./audit-file.ts";
import { JournalledLines } from "./journalled-lines.ts";
import { RecordChain } from "./record-chain.ts";

function* linesOf(records: Iterable<AuditRecord>): Iterable<string> {
  for (const record of records) yield JSON.stringify(record);
}

/** The hash-chained record of every durable fact, one JSON line each, for people and for `verifyAudit`. */
export class AuditLog {
  readonly #lines: JournalledLines;
  readonly #chain: RecordChain;

  private constructor(lines: JournalledLines, chain: RecordChain) {
    this.#lines = lines;
    this.#chain = chain;
  }

  /**
   * Compares the file with the journal, record by record, and completes it.
   * @throws StartError `auditBroken` with the first line that is not what the journal says
   */
  static open(file: AuditFile, journal: Iterable<JournalEvent>): AuditLog {
    const chain = new RecordChain();
    return new AuditLog(JournalledLines.open(file, linesOf(chain.extend(journal))), chain);
  }

  /** Length and hash of the chain: what others keep to notice a cut-off end. */
  get head(): AuditHead {
    return this.#chain.head;
  }

  /** The head that the log had at a length; `undefined` when it is not that long. */
  headAt(length: number): AuditHead | undefined {
    return this.#chain.headAt(length);
  }

  /** What leads from the head at length `from` to the one at length `to`; see `extendAuditHead`. */
  entryHashes(from: number, to: number): readonly Hex[] {
    return this.#chain.entryHashes(from, to);
  }

  /**
   * Adds the facts of events that are in the journal already.
   * Errors: `StorageError` `STORE_IO`; the next start completes the file.
   */
  append(events: readonly JournalEvent[]): void {
    this.#lines.append([...linesOf(this.#chain.extend(events))]);
  }
}
