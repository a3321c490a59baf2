import { randomBytes } from "node:crypto";

/**
 * The seed of one test file: `SYNOD_TEST_SEED` when it is set, else a new one. Printed either way, so that a failing
 * run can be repeated.
 * Side effects: one line on standard output.
 */
export function printSeed(name: string): string {
  const given = process.env.SYNOD_TEST_SEED;
  const seed = given === undefined || given === "" ? randomBytes(8).toString("hex") : given;
  process.stdout.write(`seed of ${name}: SYNOD_TEST_SEED=${seed}\n`);
  return seed;
}
