import { parseJournalEvent } from "@synod/core";
import { MemoryJournal } from "@synod/storage";
import { expect, test } from "vitest";
import { settleHalt, watchHalt } from "../src/halt.ts";
import { createCommitterCodec } from "../src/journal/codec.ts";
import type { CommitterEvent } from "../src/journal/events.ts";
import { Memory } from "../src/memory.ts";
import { sampleDecision } from "./support/sample-decision.ts";

function scene(events: readonly CommitterEvent[]) {
  const journal = new MemoryJournal(createCommitterCodec(parseJournalEvent));
  journal.append(events);
  const raised: string[] = [];
  const warned: string[] = [];
  const memory = Memory.replay(journal);
  const context = {
    memory,
    alarms: { raise: (alarm: string, reason: string) => void raised.push(`${alarm}: ${reason}`) },
    log: { warn: (message: string) => void warned.push(message) },
  };
  return { context, memory, journal, raised, warned };
}

const HALTED = { kind: "SigningHalted", reason: "a finalised block changed" } as const;

test("a halt outlives a restart and stands as an alarm until an operator says why it is over", () => {
  const { context, memory, journal, raised } = scene([HALTED]);
  settleHalt(context, undefined);
  expect(raised).toEqual(["signingHalted: a finalised block changed"]);
  expect(memory.state.halt).toEqual({ reason: "a finalised block changed" });
  settleHalt(context, "compared with two other providers");
  expect(memory.state.halt).toBeUndefined();
  expect([...journal.read()]).toEqual([HALTED, { kind: "SigningResumed", note: "compared with two other providers" }]);
  expect(Memory.replay(journal).state.halt).toBeUndefined();
});

test("without a halt a note does nothing", () => {
  const { context, journal, raised, warned } = scene([]);
  settleHalt(context, "just in case");
  settleHalt(context, undefined);
  expect([...journal.read()]).toEqual([]);
  expect([raised, warned]).toEqual([[], []]);
});

test("a halt is an alarm as soon as it is recorded, also one that a contradiction brings about", () => {
  const { context, memory, raised } = scene([]);
  memory.onDurable(watchHalt(() => memory.state.halt, context.alarms));
  const decision = sampleDecision();
  const block = { number: 5n, hash: `0x${"f1".repeat(32)}` } as const;
  memory.record([
    { kind: "DecisionObserved", decision, block, logIndex: 0 },
    { kind: "DecisionFinalised", decisionId: decision.id, block },
  ]);
  expect(raised).toEqual([]);
  memory.record([{ kind: "EndingObserved", decisionId: decision.id, ending: "executed", block }]);
  expect(raised).toEqual([`signingHalted: decision ${decision.id} was executed without an approval`]);
});
