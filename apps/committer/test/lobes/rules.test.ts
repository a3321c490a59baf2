import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Action } from "@synod/core";
import { expect, test } from "vitest";
import { evaluateRules } from "../../src/lobes/rules.ts";
import { loadRules, rulesSchema } from "../../src/lobes/rules-file.ts";
import { FRIEND, STRANGER, SUBMITTER, sampleDecision, TOKEN, transferData, VAULT } from "../support/sample-decision.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const SUBMITTED_AT = 9_000n;

function replyTo(when: object, action: Partial<Action> = {}): boolean {
  const file = rulesSchema.parse({ version: 1, rules: [{ name: "only", when, reply: true }] });
  const sample = sampleDecision();
  const decision = { ...sample, action: { ...sample.action, ...action } };
  const answer = evaluateRules(file, { decision, submittedAt: SUBMITTED_AT });
  return answer.kind === "answer" && answer.reply;
}

const transfer = (amount: bigint, to = FRIEND, target = TOKEN) => ({
  target,
  value: 0n,
  data: transferData(to, amount),
});

test.each([
  ["no condition", {}, true],
  ["the submitter", { submitter: SUBMITTER }, true],
  ["another submitter", { submitter: [STRANGER, FRIEND] }, false],
  ["the target in lower case", { targets: [TOKEN.toLowerCase()] }, true],
  ["another target", { targets: STRANGER }, false],
  ["any target", { anyTarget: [STRANGER, TOKEN] }, true],
  ["any target, absent", { anyTarget: STRANGER }, false],
  ["the selector", { selectors: "0xA9059CBB" }, true],
  ["another selector", { selectors: ["0x12345678"] }, false],
  ["value within", { nativeValueAtMost: "0" }, true],
  ["count within", { callCountAtMost: 1 }, true],
  ["count beyond", { callCountAtMost: 0 }, false],
  ["transfer within", { erc20Transfer: { token: TOKEN, to: FRIEND, amountAtMost: "100" } }, true],
  ["transfer of too much", { erc20Transfer: { token: TOKEN, amountAtMost: "99" } }, false],
  ["transfer to another", { erc20Transfer: { token: TOKEN, to: STRANGER } }, false],
  ["transfer of another token", { erc20Transfer: { token: STRANGER } }, false],
  ["deadline near enough", { deadlineWithinSeconds: 1_000 }, true],
  ["deadline too far", { deadlineWithinSeconds: 999 }, false],
  ["deadline far enough", { deadlineAfterSeconds: 1_000 }, true],
  ["deadline too near", { deadlineAfterSeconds: 1_001 }, false],
])("condition: %s", (_name, when, expected) => {
  expect(replyTo(when)).toBe(expected);
});

test("native value is summed over the batch", () => {
  const calls = [1n, 2n].map((value) => ({ target: STRANGER, value, data: "0x" as const }));
  expect(replyTo({ nativeValueAtMost: "3" }, { calls })).toBe(true);
  expect(replyTo({ nativeValueAtMost: "2" }, { calls })).toBe(false);
});

test("transfers are summed, and every call must be one", () => {
  const when = { erc20Transfer: { token: TOKEN, amountAtMost: "100" } };
  expect(replyTo(when, { calls: [transfer(60n), transfer(40n)] })).toBe(true);
  expect(replyTo(when, { calls: [transfer(60n), transfer(41n)] })).toBe(false);
  expect(replyTo(when, { calls: [transfer(1n), { target: STRANGER, value: 0n, data: "0x" }] })).toBe(false);
  expect(replyTo(when, { calls: [] })).toBe(false);
});

test.each([
  ["trailing byte", { target: TOKEN, value: 0n, data: `${transferData(FRIEND, 1n)}00` as const }],
  ["native value", { target: TOKEN, value: 1n, data: transferData(FRIEND, 1n) }],
  [
    "dirty recipient",
    { target: TOKEN, value: 0n, data: transferData(FRIEND, 1n).replace("cbb0", "cbb1") as `0x${string}` },
  ],
])("a transfer with a %s is no transfer", (_name, call) => {
  expect(replyTo({ erc20Transfer: { token: TOKEN } }, { calls: [call] })).toBe(false);
});

test("the first match wins and the default rejects", () => {
  const file = rulesSchema.parse({
    version: 1,
    rules: [
      { name: "never the stranger", when: { anyTarget: STRANGER }, reply: false },
      { name: "token", when: { targets: [TOKEN, STRANGER] }, reply: true },
    ],
  });
  const ask = (target: typeof TOKEN) => {
    const sample = sampleDecision();
    const decision = { ...sample, action: { ...sample.action, calls: [transfer(1n, FRIEND, target)] } };
    return evaluateRules(file, { decision, submittedAt: SUBMITTED_AT });
  };
  expect(ask(TOKEN)).toEqual({ kind: "answer", reply: true, reason: "rule: token" });
  expect(ask(STRANGER)).toEqual({ kind: "answer", reply: false, reason: "rule: never the stranger" });
  expect(ask(VAULT)).toEqual({ kind: "answer", reply: false, reason: "no rule matches" });
  const silent = { ...file, default: "noAnswer" as const };
  expect(evaluateRules({ ...silent, rules: [] }, { decision: sampleDecision(), submittedAt: 0n }).kind).toBe(
    "noAnswer",
  );
});

test("a bad rule file refuses the start and names the field", () => {
  const file = join(temporaryFolder(), "rules.json");
  writeFileSync(file, JSON.stringify({ version: 1, rules: [{ name: "a", when: { target: TOKEN }, reply: true }] }));
  expect(() => loadRules(file)).toThrow(
    expect.objectContaining({ code: "rulesInvalid", message: expect.stringContaining("rules.0.when") }),
  );
  writeFileSync(file, JSON.stringify({ version: 2, rules: [] }));
  expect(() => loadRules(file)).toThrow(
    expect.objectContaining({ code: "rulesInvalid", message: expect.stringContaining("version: found 2") }),
  );
  expect(() => loadRules(`${file}-absent`)).toThrow(expect.objectContaining({ code: "rulesInvalid" }));
});
