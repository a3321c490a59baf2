/** Ends the command with the exit code of a child process that has already said why on stderr. Nothing is printed. */
export class ChildExit extends Error {
  override readonly name = "ChildExit";
  readonly exitCode: number;

  /** @param exitCode what the child ended with, 0 … 255 */
  constructor(exitCode: number) {
    super(`a child process ended with ${exitCode}`);
    this.exitCode = exitCode;
  }
}
