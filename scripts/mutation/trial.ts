// One test and the mutants it is to judge, in one process.
import { activate } from "./observe.ts";
import type { Entry, Job, Verdict } from "./protocol.ts";

/** Ends the repetitions of a test that are left over. */
export class NothingLeft extends Error {}

/** Tries the mutants of one test, one after another, and after each that fails whether the test still passes. */
export class Trial {
  /** At most so many runs: without a mutant, then each mutant and a run without it. */
  readonly runs: number;
  readonly #test: string;
  readonly #write: (entry: Entry) => void;
  readonly #jobs: Job[];
  #current: Job | undefined;
  #suspect: Job | undefined;
  #isFirst = true;

  /** @param write called with the start and the end of every mutant's run */
  constructor(test: string, jobs: readonly Job[], write: (entry: Entry) => void) {
    this.#test = test;
    this.#write = write;
    this.#jobs = [...jobs];
    this.runs = 1 + 2 * jobs.length;
  }

  /** Before a run: activates what it is about. Throws `NothingLeft` when every mutant is judged. */
  begin(): void {
    const isControl = this.#isFirst || this.#suspect !== undefined;
    this.#current = isControl ? undefined : this.#jobs.shift();
    if (this.#current === undefined) {
      if (!isControl) throw new NothingLeft();
      return;
    }
    const { mutant, limitMs } = this.#current;
    this.#write({ kind: "begin", test: this.#test, mutant, at: Date.now(), limitMs });
    activate(mutant);
  }

  /** After a run. */
  end(passed: boolean): void {
    activate(0);
    if (this.#current !== undefined) this.#endMutant(this.#current, passed);
    else if (this.#isFirst || this.#suspect !== undefined) this.#endControl(passed);
  }

  #endMutant(job: Job, passed: boolean): void {
    this.#current = undefined;
    if (passed) this.#conclude(job, "survived");
    else this.#suspect = job;
  }

  #endControl(passed: boolean): void {
    this.#isFirst = false;
    if (this.#suspect !== undefined) this.#conclude(this.#suspect, passed ? "killed" : "undecided");
    this.#suspect = undefined;
    if (passed) return;
    for (const job of this.#jobs.splice(0)) this.#conclude(job, "undecided");
  }

  #conclude({ mutant }: Job, verdict: Verdict): void {
    this.#write({ kind: "verdict", test: this.#test, mutant, verdict });
  }
}
