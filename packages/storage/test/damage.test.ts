import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sampleClaim, thrownCode, thrownFailure } from "@synod/testing";
import { describe, expect, it } from "vitest";
import { SqliteJournal } from "../src/index.ts";
import { ReopenableStore } from "./open-store.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const DROP_TRIGGERS = `
  DROP TRIGGER journal_keeps_rows; DROP TRIGGER journal_keeps_bodies;
  DROP TRIGGER claims_keep_rows; DROP TRIGGER claims_keep_digests;`;

function storeWith(damage: string): ReopenableStore {
  const store = new ReopenableStore(temporaryFolder());
  store.journal().append([1, 2, 3].map((index) => ({ index, value: `event ${index}` })));
  store.claims().claim(sampleClaim(1, 1n, 0xa1));
  store.close();
  const connection = new DatabaseSync(join(store.directory, "committer.db"));
  connection.exec(DROP_TRIGGERS + damage);
  connection.close();
  return store;
}

const DAMAGED = "does not match its checksum";
const MISSING = "is missing";
const journalRow = (row: string, why: string) => ({ code: "ROW_DAMAGED", table: "journal", row, why });

describe("a damaged journal", () => {
  it.each([
    ["a changed letter", "UPDATE journal SET body = replace(body, 'event 2', 'event 7')", "2", DAMAGED],
    ["a changed checksum", "UPDATE journal SET checksum = zeroblob(32) WHERE sequence = 3", "3", DAMAGED],
    ["a row that is gone", "DELETE FROM journal WHERE sequence = 2", "2", MISSING],
    ["a first row that is gone", "DELETE FROM journal WHERE sequence = 1", "1", MISSING],
    [
      "two rows that changed places",
      "UPDATE journal SET sequence = 9 WHERE sequence = 1; UPDATE journal SET sequence = 1 WHERE sequence = 2;" +
        "UPDATE journal SET sequence = 2 WHERE sequence = 9;",
      "1",
      DAMAGED,
    ],
  ])("with %s names the row", (_, damage, row, why) => {
    const journal = storeWith(damage).journal();
    expect(thrownFailure(() => [...journal.read()])).toMatchObject(journalRow(row, why));
  });

  it("gives the rows before the damage", () => {
    const journal = storeWith("UPDATE journal SET body = '' WHERE sequence = 3").journal();
    const rows = journal.read()[Symbol.iterator]();
    expect([rows.next().value?.index, rows.next().value?.index]).toEqual([1, 2]);
    expect(thrownFailure(() => rows.next())).toMatchObject(journalRow("3", DAMAGED));
  });
});

describe("a journal row its reader does not know", () => {
  it("is named, with what the reader said", () => {
    const store = new ReopenableStore(temporaryFolder());
    store.journal().append([{ index: 1, value: 1 }]);
    const strict = new SqliteJournal<never>(store.reopen(), {
      encode: String,
      decode: () => {
        throw new TypeError("unknown kind");
      },
    });
    expect(thrownFailure(() => [...strict.read()])).toMatchObject(journalRow("1", "is not understood (unknown kind)"));
  });
});

describe("damaged claims", () => {
  it.each([
    ["another decision", "UPDATE sign_claims SET decision_id = replace(decision_id, '01', '02')"],
    ["another epoch", "UPDATE sign_claims SET epoch = '2'"],
    ["another digest", "UPDATE sign_claims SET digest = replace(digest, 'a1', 'a2')"],
    ["another checksum", "UPDATE sign_claims SET checksum = zeroblob(32)"],
  ])("with %s are refused at start", (_, damage) => {
    expect(thrownCode(() => storeWith(damage).claims())).toBe("ROW_DAMAGED");
  });
});

describe("the schema", () => {
  it.each([
    ["a journal row changed", "UPDATE journal SET body = 'x'"],
    ["a journal row deleted", "DELETE FROM journal"],
    ["a claim changed", "UPDATE sign_claims SET digest = 'x'"],
    ["a claim deleted", "DELETE FROM sign_claims"],
  ])("never lets %s", (_, statement) => {
    const store = new ReopenableStore(temporaryFolder());
    store.journal().append([{ index: 1, value: 1 }]);
    store.claims().claim(sampleClaim(1, 1n, 0xa1));
    const { connection } = store.reopen();
    expect(() => connection.exec(statement)).toThrow(/never/);
  });

  it("is closed to readers once the store is closed", () => {
    const store = new ReopenableStore(temporaryFolder());
    const journal = store.journal();
    store.close();
    expect(thrownCode(() => [...journal.read()])).toBe("STORE_CLOSED");
    expect(thrownCode(() => journal.append([{ index: 1, value: 1 }]))).toBe("STORE_CLOSED");
  });
});
