/*
 * A process that writes to a store until it is killed, and says after each call that returned what it wrote.
 *
 *   node store-writer.ts <directory> journal            one line `batch <n>` per appended batch of three
 *   node store-writer.ts <directory> claims <digest>    one line `<outcome> <n>` per claim of decision n, 0 … 199
 *
 * It prints `open` once it holds the store, or the code of the error that kept it out.
 */
import { writeSync } from "node:fs";
import { toDecisionId, toEpoch } from "@synod/core";
import type { Database } from "../../src/index.ts";
import { createJsonCodec, openDatabase, SqliteJournal, SqliteSignClaims, StorageError } from "../../src/index.ts";
import { DECISIONS, decisionHex } from "./writer-facts.ts";

/** Written at once and not through a stream: a line that was printed must not be lost with the process. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

function open(directory: string): Database | undefined {
  try {
    return openDatabase({ directory });
  } catch (error) {
    say(error instanceof StorageError ? error.code : String(error));
    return undefined;
  }
}

function writeJournal(database: Database): void {
  const journal = new SqliteJournal(database, createJsonCodec<unknown>({ parse: (value) => value }));
  let batch = [...journal.read()].length / 3;
  for (;;) {
    journal.append([0, 1, 2].map((part) => ({ batch, part })));
    say(`batch ${batch}`);
    batch += 1;
  }
}

/** Stays alive after the last claim, holding the store, until it is killed. */
function writeClaims(database: Database, digest: `0x${string}`): void {
  const claims = new SqliteSignClaims(database);
  for (let decision = 0; decision < DECISIONS; decision += 1) {
    const { kind } = claims.claim({ decisionId: toDecisionId(decisionHex(decision)), epoch: toEpoch(1n), digest });
    say(`${kind} ${decision}`);
  }
  say("done");
  process.stdin.resume();
}

const [, , directory = "", mode, digest = ""] = process.argv;
const database = open(directory);
if (database !== undefined) {
  say("open");
  if (mode === "journal") writeJournal(database);
  else writeClaims(database, `0x${digest}`);
}
