import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Journal, type JournalEvent, parseJournalEvent, type SignClaims } from "@synod/core";
import {
  type Database,
  type KeystorePlace,
  openDatabase,
  openKeystore,
  SqliteJournal,
  SqliteSignClaims,
  StorageError,
} from "@synod/storage";
import { type AuditFile, auditFile } from "./audit/audit-file.ts";
import { AuditLog } from "./audit/audit-log.ts";
import { type EvidenceStore, evidenceStore } from "./audit/evidence-store.ts";
import { openHeadFile } from "./audit/head-book.ts";
import { StartError } from "./failure.ts";
import type { Identity } from "./identity.ts";
import { IDENTITY_NAME, identityOf, loadIdentitySecret } from "./identity.ts";
import { createCommitterCodec, isDaemonEvent } from "./journal/codec.ts";
import type { CommitterEvent } from "./journal/events.ts";
import { Memory } from "./memory.ts";

/** What is on disk, opened. */
export type Stores = {
  readonly database: Database;
  readonly claims: SignClaims;
  readonly memory: Memory;
  readonly audit: AuditLog;
  readonly evidence: EvidenceStore;
};

function* decisionEvents(events: Iterable<CommitterEvent>): Iterable<JournalEvent> {
  for (const event of events) if (!isDaemonEvent(event)) yield event;
}

/** Where the audit log stands, and the signed heads of it and of the other members' logs. */
export type AuditFiles = { readonly log: AuditFile; readonly heads: AuditFile };

/**
 * Replays a journal, and compares the audit log and the signed heads with it, which follow it from then on.
 * @throws StartError `auditBroken`; StorageError what the journal throws
 */
export function remember(journal: Journal<CommitterEvent>, files: AuditFiles): Pick<Stores, "memory" | "audit"> {
  const memory = Memory.replay(journal);
  const audit = AuditLog.open(files.log, decisionEvents(journal.read()));
  memory.onDurable((events) => audit.append([...decisionEvents(events)]));
  memory.onDurable(openHeadFile(files.heads, journal.read()));
  return { memory, audit };
}

function startFailure(cause: unknown): unknown {
  if (!(cause instanceof StorageError)) return cause;
  const code = cause.code === "STORE_LOCKED" ? "dataDirLocked" : "dataDirUnusable";
  return new StartError(code, `dataDir: ${cause.message}`, { cause });
}

/**
 * Opens database and journal in the data folder, replays the journal and compares the audit log with it.
 * @throws StartError `dataDirLocked` when another process holds the folder, `auditBroken`, `dataDirUnusable` for
 * anything else.
 */
export function openStores(dataDir: string): Stores {
  let database: Database | undefined;
  try {
    database = openDatabase({ directory: dataDir });
    const journal = new SqliteJournal<CommitterEvent>(database, createCommitterCodec(parseJournalEvent));
    const claims = new SqliteSignClaims(database);
    const file = (name: string) => auditFile(join(dataDir, name));
    const remembered = remember(journal, { log: file("audit.jsonl"), heads: file("audit-heads.jsonl") });
    return { database, claims, ...remembered, evidence: evidenceStore(join(dataDir, "evidence")) };
  } catch (cause) {
    database?.close();
    throw startFailure(cause);
  }
}

/** What the identity key gives to this thread. */
export type OpenedIdentity = {
  readonly identity: Identity;
  /** 32 bytes for the transport; the caller wipes them. */
  readonly secret: Uint8Array;
};

/**
 * Opens the identity key. Nothing is made where it is not there.
 * @param scryptCost see `SealingOptions.unsafeTestScryptCost`
 * @throws StartError `identityMissing`, `passphraseWrong`, `keystoreDamaged`
 */
export function openIdentity(place: KeystorePlace, passphrase: Uint8Array, scryptCost?: number): OpenedIdentity {
  requireFolder(place);
  const cost = scryptCost === undefined ? {} : { unsafeTestScryptCost: scryptCost };
  try {
    const keystore = openKeystore(place, { passphrase, ...cost });
    try {
      const secret = loadIdentitySecret(keystore);
      return { identity: identityOf(secret), secret };
    } finally {
      keystore.close();
    }
  } catch (cause) {
    if (cause instanceof StorageError) throw new StartError("keystoreDamaged", cause.message, { cause });
    throw cause;
  }
}

/** A folder that is absent would be made by opening it. */
function requireFolder(place: KeystorePlace): void {
  if (place.kind !== "files" || existsSync(place.directory)) return;
  const file = join(place.directory, IDENTITY_NAME);
  throw new StartError(
    "identityMissing",
    `dataDir: there is no key folder ${place.directory}; create the identity key ${file} first, or correct dataDir`,
  );
}
