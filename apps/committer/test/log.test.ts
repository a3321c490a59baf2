import { expect, test } from "vitest";
import { allowedFields, createLog } from "../src/log.ts";

const CANARY = "canary-3f9c-secret";

function capture() {
  const lines: string[] = [];
  return { lines, log: createLog("debug", { write: (line) => void lines.push(line) }) };
}

test("a secret in an unknown field, a nested object or an error never reaches the log", () => {
  const { lines, log } = capture();
  const careless = {
    share: CANARY,
    reason: { nested: CANARY },
    err: new TypeError(CANARY),
    peer: new TextEncoder().encode(CANARY),
  };
  log.error("a careless line", JSON.parse("{}"));
  log.error("a careless line", careless as object);
  expect(lines).toHaveLength(2);
  expect(lines.join("")).not.toContain(CANARY);
});

test("allowed plain fields are kept, long text is cut", () => {
  const { lines, log } = capture();
  log.info("decision observed", { decisionId: "0xd1", epoch: 7n, reply: true, reason: "x".repeat(1_000) });
  const line = JSON.parse(lines[0] ?? "");
  expect(line).toMatchObject({ msg: "decision observed", decisionId: "0xd1", epoch: "7", reply: true });
  expect(line.reason).toHaveLength(301);
});

test("levels below the chosen one are silent", () => {
  const lines: string[] = [];
  createLog("warn", { write: (line) => void lines.push(line) }).info("quiet");
  expect(lines).toEqual([]);
});

test("bytes, objects and functions are not values", () => {
  expect(allowedFields({ reason: Uint8Array.of(1), peer: {}, round: () => 1, count: 3 })).toEqual({ count: 3 });
});
