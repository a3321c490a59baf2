/** Every way storage can fail, with what belongs to it. */
export type StorageFailure =
  /** Environment: another process holds the folder. Retryable once that process has ended. */
  | { readonly code: "STORE_LOCKED"; readonly directory: string }
  /** Environment: the folder is open to other users. */
  | { readonly code: "STORE_FOLDER_MODE"; readonly directory: string; readonly mode: number }
  /** Invalid stored data: written by a later version. */
  | { readonly code: "STORE_NEWER"; readonly found: number; readonly known: number }
  /** Invalid stored data: a database of another application. */
  | { readonly code: "STORE_FOREIGN"; readonly path: string }
  /** Invalid stored data: the database's own check found damage. */
  | { readonly code: "STORE_DAMAGED"; readonly path: string; readonly finding: string }
  /** Environment: the database does not promise that a commit survives a power loss. */
  | { readonly code: "STORE_UNSYNCED"; readonly path: string; readonly setting: string; readonly value: string }
  /** Environment: the disk is full, failing or read-only. Retryable after repair. */
  | { readonly code: "STORE_IO"; readonly action: string; readonly reason: string }
  /** Bug of the caller: used after `close`. */
  | { readonly code: "STORE_CLOSED" }
  /** Invalid stored data: one row is damaged, missing or not understood. */
  | {
      readonly code: "ROW_DAMAGED";
      readonly table: "journal" | "sign_claims";
      readonly row: string;
      readonly why: string;
    }
  /** Invalid argument: a value the row codec has no form for. */
  | { readonly code: "VALUE_UNSUPPORTED"; readonly path: string; readonly type: string }
  /** Invalid stored data: a text the row codec did not write. */
  | { readonly code: "TEXT_MALFORMED"; readonly why: string }
  /** Invalid argument: a claim that is not hex of 32 bytes or an epoch out of range. */
  | { readonly code: "CLAIM_INVALID"; readonly field: "decisionId" | "epoch" | "digest"; readonly value: string }
  /** Invalid argument: an id that was already used. */
  /** Invalid argument: no passphrase, no start. */
  | { readonly code: "PASSPHRASE_EMPTY" }
  /** The passphrase does not open this undamaged file. */
  | { readonly code: "PASSPHRASE_WRONG"; readonly name: string }
  /** Invalid argument: a name that is not a plain lower-case file name. */
  | { readonly code: "KEY_NAME_INVALID"; readonly name: string }
  /** Invalid argument: empty, or longer than a key file may hold. */
  | { readonly code: "KEY_LENGTH"; readonly name: string; readonly bytes: number; readonly maxBytes: number }
  /** Environment: others can read the folder. */
  | { readonly code: "KEY_FOLDER_MODE"; readonly directory: string; readonly mode: number }
  /** Environment: others can read the file, or it is not a plain file. */
  | { readonly code: "KEY_FILE_MODE"; readonly name: string; readonly mode: number }
  | { readonly code: "KEY_MISSING"; readonly name: string }
  /** The name is taken; nothing was written. */
  | { readonly code: "KEY_EXISTS"; readonly name: string }
  /** Invalid stored data: not a key file of this product. */
  | { readonly code: "KEY_FOREIGN"; readonly name: string }
  | { readonly code: "KEY_OLDER"; readonly name: string; readonly found: number; readonly known: number }
  | { readonly code: "KEY_NEWER"; readonly name: string; readonly found: number; readonly known: number }
  | { readonly code: "KEY_TRUNCATED"; readonly name: string; readonly bytes: number }
  /** Invalid stored data: the file's checksum does not hold. */
  | { readonly code: "KEY_DAMAGED"; readonly name: string }
  /** Invalid stored data: made with another scrypt cost than this version demands. */
  | { readonly code: "KEY_COST"; readonly name: string; readonly found: number; readonly wanted: number }
  /** The file holds a secret of another name, key, epoch, party or version. */
  | { readonly code: "KEY_MISMATCH"; readonly name: string };

/** The codes alone. */
export type StorageErrorCode = StorageFailure["code"];

type FailureOf<Code extends StorageErrorCode> = Extract<StorageFailure, { code: Code }>;
type Describers = { readonly [Code in StorageErrorCode]: (failure: FailureOf<Code>) => string };

const octal = (mode: number) => `0${(mode & 0o7777).toString(8)}`;

const describers: Describers = {
  STORE_LOCKED: (f) => `${f.directory} is in use by another process: stop that one first`,
  STORE_FOLDER_MODE: (f) => `${f.directory} has mode ${octal(f.mode)}: give it to this user alone with chmod 700`,
  STORE_NEWER: (f) => `the database has schema ${f.found}, this version knows ${f.known}: run the newer version`,
  STORE_FOREIGN: (f) => `${f.path} is a database of another application: choose another data folder`,
  STORE_DAMAGED: (f) => `${f.path} is damaged (${f.finding}): restore it from a backup`,
  STORE_UNSYNCED: (f) => `${f.path} cannot be written durably (${f.setting} is ${f.value}): use a local disk`,
  STORE_IO: (f) => `could not ${f.action}: ${f.reason}`,
  STORE_CLOSED: () => "the store was used after it was closed",
  ROW_DAMAGED: (f) => `row ${f.row} of ${f.table} ${f.why}: restore the database from a backup`,
  VALUE_UNSUPPORTED: (f) => `the value at ${f.path} is ${f.type}, which has no stored form`,
  TEXT_MALFORMED: (f) => `the stored text ${f.why}`,
  CLAIM_INVALID: (f) => `${f.value} is not a valid ${f.field} of a claim`,
  PASSPHRASE_EMPTY: () => "the keystore's passphrase is empty: set one",
  PASSPHRASE_WRONG: (f) => `the passphrase does not open key file ${f.name}`,
  KEY_NAME_INVALID: (f) => `${JSON.stringify(f.name)} is no key name: use a-z, 0-9 and -, at most 128 characters`,
  KEY_LENGTH: (f) => `the secret for ${f.name} has ${f.bytes} bytes: give 1 to ${f.maxBytes}`,
  KEY_FOLDER_MODE: (f) => `key folder ${f.directory} has mode ${octal(f.mode)}: give it to this user alone, chmod 700`,
  KEY_FILE_MODE: (f) => `key file ${f.name} has mode ${octal(f.mode)}: it must be a plain file of this user, chmod 600`,
  KEY_MISSING: (f) => `there is no key file ${f.name}`,
  KEY_EXISTS: (f) => `key file ${f.name} exists and was left as it is`,
  KEY_FOREIGN: (f) => `${f.name} is not a key file of this product`,
  KEY_OLDER: (f) => `key file ${f.name} has version ${f.found}, this version reads only ${f.known}`,
  KEY_NEWER: (f) => `key file ${f.name} has version ${f.found}, this version knows ${f.known}: run the newer version`,
  KEY_TRUNCATED: (f) => `key file ${f.name} ends after ${f.bytes} bytes: restore it from a backup`,
  KEY_DAMAGED: (f) => `key file ${f.name} is damaged: restore it from a backup`,
  KEY_COST: (f) => `key file ${f.name} has scrypt cost 2^${f.found}, 2^${f.wanted} is demanded`,
  KEY_MISMATCH: (f) => `key file ${f.name} holds the secret of another key, epoch, party or version`,
};

function describe<Code extends StorageErrorCode>(failure: FailureOf<Code> & { readonly code: Code }): string {
  return describers[failure.code](failure);
}

/** The one error class of storage. Match on `code`; the message is for people and never holds a secret. */
export class StorageError extends Error {
  readonly failure: StorageFailure;

  constructor(failure: StorageFailure, options?: ErrorOptions) {
    super(describe(failure), options);
    this.name = "StorageError";
    this.failure = failure;
  }

  /** The failure's code. */
  get code(): StorageErrorCode {
    return this.failure.code;
  }
}
