import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { ClaimOutcome, SignClaim, SignClaims } from "@synod/core";
import { checksum, isSameBytes } from "./checksum.ts";
import { assertClaim, isDigest } from "./claim.ts";
import type { Database } from "./database.ts";
import { StorageError } from "./storage-error.ts";

/**
 * The durable claims. The write is one statement that inserts or does nothing; the schema's triggers refuse any update
 * or delete. So whichever digest was first stays, and reading it afterwards cannot race with anything.
 */
export class SqliteSignClaims implements SignClaims {
  readonly #database: Database;
  readonly #insert: StatementSync;
  readonly #select: StatementSync;

  /**
   * Checks every claim that is stored: a damaged one could make a claimed decision look free.
   * Errors: `ROW_DAMAGED` with the decision and epoch.
   */
  constructor(database: Database) {
    const { connection } = database;
    assertAllSound(connection);
    this.#database = database;
    this.#insert = connection.prepare(
      "INSERT INTO sign_claims (decision_id, epoch, digest, checksum) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
    );
    this.#select = connection.prepare("SELECT digest FROM sign_claims WHERE decision_id = ? AND epoch = ?");
  }

  /** See the port. Errors: `CLAIM_INVALID`, `STORE_IO`, `STORE_CLOSED`, `ROW_DAMAGED`. */
  claim(claim: SignClaim): ClaimOutcome {
    assertClaim(claim);
    const { decisionId, digest } = claim;
    const epoch = String(claim.epoch);
    return this.#database.transaction(() => {
      const sum = checksum(decisionId, epoch, digest);
      const { changes } = this.#insert.run(decisionId, epoch, digest, sum);
      if (changes === 1) return { kind: "claimed" };
      const existing = this.#select.get(decisionId, epoch)?.digest;
      if (typeof existing !== "string" || !isDigest(existing)) throw damaged(decisionId, epoch);
      return existing === digest ? { kind: "repeated" } : { kind: "conflict", existing };
    });
  }
}

function assertAllSound(connection: DatabaseSync): void {
  const rows = connection.prepare("SELECT decision_id, epoch, digest, checksum FROM sign_claims").iterate();
  for (const row of rows) {
    const parts = [String(row.decision_id), String(row.epoch), String(row.digest)] as const;
    if (!isSameBytes(row.checksum, checksum(...parts))) throw damaged(parts[0], parts[1]);
  }
}

function damaged(decisionId: string, epoch: string): StorageError {
  const row = `${decisionId} epoch ${epoch}`;
  return new StorageError({ code: "ROW_DAMAGED", table: "sign_claims", row, why: "does not match its checksum" });
}
