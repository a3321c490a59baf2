/** A file of the project cannot be parsed; the message begins with its name. */
export class UnparsableError extends Error {
  override readonly name = "UnparsableError";
  readonly code = "unparsable";

  constructor(file: string, reason: string) {
    super(`${file}: ${reason}`);
  }
}
