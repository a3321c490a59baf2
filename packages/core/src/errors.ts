/** Every way core can fail by exception, with what belongs to it. Expected failures are returned values instead. */
export type CoreFailure =
  /** Invalid argument: an id, epoch or index outside of its range. */
  | { readonly code: "INVALID_ID"; readonly name: string; readonly value: string; readonly wanted: string }
  /** Invalid argument: a file or message from outside does not have the documented shape. */
  | { readonly code: "INPUT_INVALID"; readonly path: string; readonly value: string; readonly wanted: string }
  /** Invalid stored data: a journal entry that this version does not know. */
  | { readonly code: "JOURNAL_EVENT_INVALID"; readonly kind: string; readonly reason: string };

/** The codes alone. */
export type CoreErrorCode = CoreFailure["code"];

function describe(failure: CoreFailure): string {
  switch (failure.code) {
    case "INVALID_ID":
      return `${failure.value} is not a valid ${failure.name}: give ${failure.wanted}`;
    case "INPUT_INVALID":
      return `${failure.path} is ${failure.value}: give ${failure.wanted}`;
    case "JOURNAL_EVENT_INVALID":
      return `journal event ${failure.kind} cannot be read: ${failure.reason}; was it written by a newer version?`;
  }
}

/** The one error class of core. Match on `code` or `failure`; the message is for people. */
export class CoreError extends Error {
  readonly failure: CoreFailure;

  constructor(failure: CoreFailure) {
    super(describe(failure));
    this.name = "CoreError";
    this.failure = failure;
  }

  /** The failure's code. */
  get code(): CoreErrorCode {
    return this.failure.code;
  }
}
