/**
 * Why a committer refuses to start. Settings and secrets are the operator's to correct (exit code 2); the rest is the
 * environment's (exit code 3). The codes are listed in docs/operations.
 */
export type StartFailureCode =
  | "usage"
  | "settingsUnreadable"
  | "settingsInvalid"
  | "rulesInvalid"
  | "finalityUnknown"
  | "passphraseMissing"
  | "passphraseWrong"
  | "identityMissing"
  | "keystoreDamaged"
  | "rpcUnreachable"
  | "chainIdMismatch"
  | "contractMissing"
  | "portTaken"
  | "dataDirLocked"
  | "dataDirUnusable"
  | "auditBroken"
  | "epochNotActive"
  | "notMember"
  | "backupInvalid"
  | "backupForeign"
  | "backupOutdated"
  | "shareKept"
  | "fileExists"
  | "fileUnwritable";

const EXIT_CODES: Readonly<Record<StartFailureCode, 2 | 3>> = {
  usage: 2,
  settingsUnreadable: 2,
  settingsInvalid: 2,
  rulesInvalid: 2,
  finalityUnknown: 2,
  passphraseMissing: 2,
  passphraseWrong: 2,
  identityMissing: 2,
  keystoreDamaged: 2,
  rpcUnreachable: 3,
  chainIdMismatch: 3,
  contractMissing: 3,
  portTaken: 3,
  dataDirLocked: 3,
  dataDirUnusable: 3,
  auditBroken: 2,
  epochNotActive: 2,
  notMember: 2,
  backupInvalid: 2,
  backupForeign: 2,
  backupOutdated: 2,
  shareKept: 2,
  fileExists: 2,
  fileUnwritable: 3,
};

/** Exit code when the data folder fails while the committer runs: the environment's turn. */
export const EXIT_STORE = 3;

/** Exit code of a failure that no operator can correct: a bug. */
export const EXIT_BUG = 70;

/**
 * A committer could not start. `message` is one line for a person: what is wrong, with the value, and what to do.
 * It never holds a secret.
 */
export class StartError extends Error {
  override readonly name = "StartError";
  readonly code: StartFailureCode;

  constructor(code: StartFailureCode, message: string, options?: ErrorOptions) {
    super(message.replaceAll(/\s*\n\s*/g, " "), options);
    this.code = code;
  }

  /** 2: the operator's input is wrong. 3: the environment is not ready. */
  get exitCode(): 2 | 3 {
    return EXIT_CODES[this.code];
  }
}

/** viem puts the provider's own words into `details`, and hints and request dumps around them into `message`. */
function wordsOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const short =
    "shortMessage" in thrown && typeof thrown.shortMessage === "string" ? thrown.shortMessage : thrown.message;
  const details = "details" in thrown && typeof thrown.details === "string" ? thrown.details : "";
  return details === "" || short.includes(details) ? short : `${short} (${details})`;
}

/**
 * The text with every URL cut down to scheme, host and port. Providers put their keys into all other parts of it.
 */
export function withoutUrlSecrets(text: string): string {
  return text.replaceAll(/\b(?:https?|wss?):\/\/[^\s"'<>)]+/gi, (found) => {
    const url = URL.parse(found);
    return url === null ? "(URL)" : `${url.protocol}//${url.host}`;
  });
}

/** The message of whatever was thrown, on one line, at most `limit` characters long, URLs without their secrets. */
export function messageOf(thrown: unknown, limit = 300): string {
  const line = withoutUrlSecrets(wordsOf(thrown).replaceAll(/\s*\n\s*/g, " "));
  return line.length > limit ? `${line.slice(0, limit)}…` : line;
}
