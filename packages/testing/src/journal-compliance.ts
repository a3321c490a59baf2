import type { Journal } from "@synod/core";
import { expect } from "vitest";
import type { ComplianceCase } from "./compliance-case.ts";
import { registerCompliance } from "./compliance-case.ts";

/** The events the suite appends. `value` is whatever the codec under test must keep, or must refuse. */
export interface SampleEvent {
  readonly index: number;
  readonly value: unknown;
}

/** What the suite needs of an implementation. */
export interface JournalHarness {
  /** A journal with nothing in it. */
  open(): Journal<SampleEvent>;
  /** The journal of the last `open` or `reopen`, as a restarted process would find it. */
  reopen(): Journal<SampleEvent>;
}

function samples(count: number, from = 0): readonly SampleEvent[] {
  return Array.from({ length: count }, (_, offset) => ({ index: from + offset, value: `event ${from + offset}` }));
}

/** The promises of the journal port. */
export const journalCases: readonly ComplianceCase<JournalHarness>[] = [
  {
    name: "is empty at first",
    run: (harness) => {
      expect([...harness.open().read()]).toEqual([]);
    },
  },
  {
    name: "gives back all events, oldest first, as often as asked",
    run: (harness) => {
      const journal = harness.open();
      journal.append(samples(300));
      journal.append(samples(300, 300));
      expect([...journal.read()]).toEqual(samples(600));
      expect([...journal.read()]).toEqual(samples(600));
    },
  },
  {
    name: "keeps bigints, bytes, nesting and odd keys as they were",
    run: (harness) => {
      const value = {
        wei: -(2n ** 255n),
        zero: 0n,
        bytes: new Uint8Array([0, 255, 10]),
        list: [[], [1n, null, true], "$bigint", "line\nbreak\u2028"],
        $bigint: "7",
        $$bytes: { $bytes: "00" },
      };
      const journal = harness.open();
      journal.append([{ index: 1, value }]);
      expect([...journal.read()]).toStrictEqual([{ index: 1, value }]);
    },
  },
  {
    name: "keeps what it was given when the caller changes it later",
    run: (harness) => {
      const journal = harness.open();
      const value = { bytes: new Uint8Array([1, 2, 3]) };
      journal.append([{ index: 1, value }]);
      value.bytes.fill(0);
      expect([...journal.read()]).toStrictEqual([{ index: 1, value: { bytes: new Uint8Array([1, 2, 3]) } }]);
    },
  },
  {
    name: "writes nothing for an empty list",
    run: (harness) => {
      const journal = harness.open();
      journal.append([]);
      expect([...journal.read()]).toEqual([]);
    },
  },
  {
    name: "writes none of a list of which one event cannot be written",
    run: (harness) => {
      const journal = harness.open();
      journal.append(samples(1));
      expect(() => journal.append([...samples(2, 1), { index: 3, value: () => 0 }])).toThrow();
      expect([...journal.read()]).toEqual(samples(1));
      journal.append(samples(1, 1));
      expect([...journal.read()]).toEqual(samples(2));
    },
  },
  {
    name: "is found as it was left when it is opened again",
    run: (harness) => {
      harness.open().append(samples(3));
      const second = harness.reopen();
      second.append(samples(2, 3));
      expect([...second.read()]).toEqual(samples(5));
      expect([...harness.reopen().read()]).toEqual(samples(5));
    },
  },
  {
    name: "can be appended to while it is read",
    run: (harness) => {
      const journal = harness.open();
      journal.append(samples(2));
      const seen: number[] = [];
      for (const { index } of journal.read()) {
        seen.push(index);
        if (index === 0) journal.append(samples(1, 2));
      }
      expect(seen.slice(0, 2)).toEqual([0, 1]);
      expect([...journal.read()]).toEqual(samples(3));
    },
  },
];

/** Runs the journal's promises against one implementation. */
export function journalCompliance(name: string, harness: () => JournalHarness): void {
  registerCompliance(`journal port: ${name}`, journalCases, harness);
}
