import { EMPTY_STATE, type JournalEvent } from "@synod/core";
import { StorageError } from "@synod/storage";
import { expect, test } from "vitest";
import type { DecisionContext } from "../../src/decisions/context.ts";
import { DecisionDriver } from "../../src/decisions/driver.ts";
import { testNotices } from "../support/notices.ts";
import { sampleDecision } from "../support/sample-decision.ts";

const { id: decisionId } = sampleDecision();
const PARK = { kind: "Park", decisionId, reason: "test" } as const;
const DISK_FULL = new StorageError({ code: "STORE_IO", action: "write", reason: "the disk is full" });

function driverOf(record: (events: readonly JournalEvent[]) => void) {
  const notices = testNotices();
  const context = { ...notices, record, state: () => EMPTY_STATE } as unknown as DecisionContext;
  return { driver: new DecisionDriver(context), lines: notices.lines };
}

test("a store that fails is not survived: nothing is done on facts that are in memory alone", async () => {
  const { driver } = driverOf(() => {
    throw DISK_FULL;
  });
  await expect(driver.carryOut(PARK)).rejects.toBe(DISK_FULL);
});

test("any other failure of a command is logged, and the command comes again", async () => {
  const { driver, lines } = driverOf(() => {
    throw new TypeError("the provider does not answer");
  });
  await driver.carryOut(PARK);
  expect(lines.join()).toContain("command failed, it is tried again");
});

test("what still runs when the stores are closed ends without a word", async () => {
  const { driver, lines } = driverOf(() => {
    throw new StorageError({ code: "STORE_CLOSED" });
  });
  driver.close();
  await driver.carryOut(PARK);
  expect(lines.join()).not.toContain("command failed");
});
