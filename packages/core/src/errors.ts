/** Every way core can fail by exception, with what belongs to it. Expected failures are returned values instead. */
export type CoreFailure =
  /** Invalid argument: an id, epoch or index outside of its range. */
  { readonly code: "INVALID_ID"; readonly name: string; readonly value: string; readonly wanted: string };

/** The codes alone. */
export type CoreErrorCode = CoreFailure["code"];

function describe(failure: CoreFailure): string {
  switch (failure.code) {
    case "INVALID_ID":
      return `${failure.value} is not a valid ${failure.name}: give ${failure.wanted}`;
  }
}

/** The one error class of core. Match on `failure.code`; the message is for people. */
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
