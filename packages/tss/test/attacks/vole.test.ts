import { describe, it } from "vitest";
import { TEST_SEED } from "../seeded-rng.ts";
import { expectFault } from "./fault.ts";

/** One field of the VOLE and its consistency points each, with the check that catches it in test/faults/layouts.ts. */
const FIELDS = ["a", "eta", "mu", "gammaU", "gammaV"] as const;

describe(`attacks on the VOLE (seed ${TEST_SEED})`, () => {
  it.each(FIELDS)(
    "V-11 RVOLE cheating: %s changed is caught by its own check, with a ban",
    { timeout: 240_000 },
    (field) => {
      const mutation = field.startsWith("gamma") ? "random" : "flip";
      for (let variant = 0; variant < 4; variant++)
        expectFault(`presign/2of3-1bad/r3/direct.${field}.${mutation}/all#${variant}`);
      expectFault(`presign/3of4-2bad/r3/direct.${field}.other/all#0`);
    },
  );

  it.each(["R", "pk"])(
    "V-11 RVOLE cheating: another %s than the one multiplied is caught",
    { timeout: 240_000 },
    (field) => {
      expectFault(`presign/2of3-1bad/r3/broadcast.${field}.random/all#0`);
      expectFault(`presign/3of4-1bad/r3/broadcast.${field}.negated/all#0`);
      expectFault(`presign/3of4-1bad/r3/broadcast.${field}.other/one#0`);
    },
  );
});
