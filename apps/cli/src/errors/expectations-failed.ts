import { CliError } from "./cli-error.ts";

/**
 * A run on a devnet found something else than it expected. The devnet's folder stays, with the committers' logs.
 * @param failed each as "what: what was found"
 */
export function expectationsFailed(failed: readonly string[], folder: string): CliError {
  return new CliError({
    code: "EXPECTATION_FAILED",
    what: `${failed.length} expectations did not hold: ${failed.join("; ")}`,
    where: folder,
    remedy: "read the committers' logs there",
  });
}
