import type { Presignatures } from "@synod/core";
import { toMemberIndex } from "@synod/core";
import { expect } from "vitest";
import type { ComplianceCase } from "./compliance-case.ts";
import { registerCompliance } from "./compliance-case.ts";

/** What the suite needs of an implementation. */
export interface PresignaturesHarness {
  /** A pool with nothing in it. */
  open(): Presignatures<{ readonly label: string }>;
}

const FIRST = `0x${"01".repeat(32)}` as const;
const SECOND = `0x${"02".repeat(32)}` as const;
const SIGNERS = [toMemberIndex(0), toMemberIndex(2)];

/** The promises of the presignature pool's port. */
export const presignaturesCases: readonly ComplianceCase<PresignaturesHarness>[] = [
  {
    name: "hands out the very object that was put, once",
    run: (harness) => {
      const pool = harness.open();
      const presignature = { label: "first" };
      pool.put(FIRST, SIGNERS, presignature);
      expect(pool.take(FIRST)).toBe(presignature);
      expect(pool.take(FIRST)).toBeUndefined();
    },
  },
  {
    name: "gives nothing for an id that was never put, and leaves the others",
    run: (harness) => {
      const pool = harness.open();
      pool.put(FIRST, SIGNERS, { label: "first" });
      expect(pool.take(SECOND)).toBeUndefined();
      expect(pool.take(FIRST)).toEqual({ label: "first" });
    },
  },
  {
    name: "refuses a second presignature under one id and keeps the first",
    run: (harness) => {
      const pool = harness.open();
      pool.put(FIRST, SIGNERS, { label: "first" });
      expect(() => pool.put(FIRST, SIGNERS, { label: "second" })).toThrow();
      expect(pool.take(FIRST)).toEqual({ label: "first" });
    },
  },
  {
    name: "burns all at once",
    run: (harness) => {
      const pool = harness.open();
      pool.put(FIRST, SIGNERS, { label: "first" });
      pool.put(SECOND, SIGNERS, { label: "second" });
      pool.purge();
      expect(pool.take(FIRST)).toBeUndefined();
      expect(pool.take(SECOND)).toBeUndefined();
    },
  },
];

/** Runs the pool's promises against one implementation. */
export function presignaturesCompliance(name: string, harness: () => PresignaturesHarness): void {
  registerCompliance(`presignatures port: ${name}`, presignaturesCases, harness);
}
