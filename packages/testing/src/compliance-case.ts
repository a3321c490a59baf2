import { describe, it } from "vitest";

/** One promise of a port, as a check that any implementation must pass. */
export interface ComplianceCase<Harness> {
  /** The promise, as a sentence. */
  readonly name: string;
  /** Rejects or throws when the promise does not hold. */
  readonly run: (harness: Harness) => void | Promise<void>;
}

/**
 * Registers a suite with vitest, one test per case, each with a harness of its own.
 * Side effects: declares a `describe` block.
 */
export function registerCompliance<Harness>(
  name: string,
  cases: readonly ComplianceCase<Harness>[],
  harness: () => Harness,
): void {
  describe(name, () => {
    for (const { name: promise, run } of cases) {
      it(promise, async () => {
        await run(harness());
      });
    }
  });
}

/** The `code` of the error `action` throws; `undefined` when it throws none, or one without a code. */
export function thrownCode(action: () => unknown): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : undefined;
  }
}

/** The `failure` of the typed error `action` throws: its code with what belongs to it; `undefined` when none is thrown. */
export function thrownFailure(action: () => unknown): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof Error && "failure" in error ? error.failure : undefined;
  }
}
