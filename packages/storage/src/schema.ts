/**
 * The schema, one entry per version, each leading from the version before it to its own. An entry that was released
 * is never edited. The triggers make the two promises of the tables hold against any later code: a journal row and a
 * claim are written once.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE schema_version (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    version INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE journal (
    sequence INTEGER PRIMARY KEY,
    body TEXT NOT NULL,
    checksum BLOB NOT NULL
  ) STRICT;
  CREATE TRIGGER journal_keeps_rows BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'a journal row is never deleted'); END;
  CREATE TRIGGER journal_keeps_bodies BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'a journal row is never changed'); END;

  CREATE TABLE sign_claims (
    decision_id TEXT NOT NULL,
    epoch TEXT NOT NULL,
    digest TEXT NOT NULL,
    checksum BLOB NOT NULL,
    PRIMARY KEY (decision_id, epoch)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER claims_keep_rows BEFORE DELETE ON sign_claims
    BEGIN SELECT RAISE(ABORT, 'a claim is never deleted'); END;
  CREATE TRIGGER claims_keep_digests BEFORE UPDATE ON sign_claims
    BEGIN SELECT RAISE(ABORT, 'a claim is never changed'); END;
  `,
];
