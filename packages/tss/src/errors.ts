/**
 * Why a call into this library was refused: a mistake of the caller or a broken invariant, never the content of a
 * peer's message (that is a returned failure value).
 */
export type TssErrorCode =
  | "invalidLength"
  | "invalidSessionId"
  | "invalidPartyIndex"
  | "duplicateIndex"
  | "unknownIndex"
  | "scalarOutOfRange"
  | "identityPoint"
  | "integerOutOfRange"
  | "emptyInput"
  | "brokenRng"
  | "secretWiped"
  | "stateConsumed"
  | "invalidIdentityKey"
  | "invalidParties"
  | "invalidDomain"
  | "bannedParty"
  | "invalidKeyShare"
  | "keyShareMismatch"
  | "invalidBackup"
  | "backupOutdated"
  | "missingPair"
  | "sealCounterReused"
  | "invalidPublicKey"
  | "hardenedIndex"
  | "noChildKey"
  | "unknownIntent"
  | "intentMismatch"
  | "backendInUse"
  | "wrongBackend"
  | "switchUnproven";

/** The one error type this library throws. `code` is stable; `message` is for a person. */
export class TssError extends Error {
  override readonly name = "TssError";
  readonly code: TssErrorCode;

  /**
   * @param code stable reason, see {@link TssErrorCode}
   * @param message what went wrong, with the offending value unless it is secret
   */
  constructor(code: TssErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
