import { describe, expect, it } from "vitest";
import { ANY_SEQUENCE, CoreError, deadlineAt, parseDecisionFile, toAction, ZERO_ADDRESS } from "../../src/index.ts";
import { AGENT, CHAIN_ID, calldata, PAYEE, TOKEN, TRANSFER, VAULT, word } from "../builders.ts";

const MINIMAL = { agent: AGENT, calls: [{ target: TOKEN, data: "0x12345678" }], deadline: "1h" };

function failureOf(value: unknown) {
  try {
    parseDecisionFile(value);
  } catch (error) {
    if (error instanceof CoreError && error.failure.code === "INPUT_INVALID") return error.failure;
    throw error;
  }
  return undefined;
}

describe("parseDecisionFile", () => {
  it("fills in what a file may leave out", () => {
    expect(parseDecisionFile(MINIMAL)).toEqual({
      agentId: AGENT,
      calls: [{ target: TOKEN, value: 0n, data: "0x12345678" }],
      bounds: [],
      gasFloor: 0n,
      deadline: { kind: "after", seconds: 3_600n },
      expectedSequence: ANY_SEQUENCE,
    });
  });

  it("reads everything a file may say", () => {
    const file = parseDecisionFile({
      ...MINIMAL,
      calls: [
        { target: TOKEN, value: "1", data: "0xABCDEF01" },
        { erc20: { token: TOKEN, transfer: { to: PAYEE, amount: "5" } } },
        { native: { to: PAYEE, amount: 7 } },
      ],
      bounds: [
        { asset: "native", maxOut: "8" },
        { asset: TOKEN, minIn: "2" },
      ],
      gasFloor: "200000",
      deadline: 1_767_225_600,
      sequence: 3,
      salt: word("salt"),
    });
    expect(file.calls).toEqual([
      { target: TOKEN, value: 1n, data: "0xabcdef01" },
      { target: TOKEN, value: 0n, data: calldata(TRANSFER, PAYEE, 5n) },
      { target: PAYEE, value: 7n, data: "0x" },
    ]);
    expect(file.bounds).toEqual([
      { asset: ZERO_ADDRESS, maxOut: 8n, minIn: 0n },
      { asset: TOKEN, maxOut: 0n, minIn: 2n },
    ]);
    expect(file).toMatchObject({ gasFloor: 200_000n, expectedSequence: 3n, salt: word("salt") });
    expect(file.deadline).toEqual({ kind: "at", seconds: 1_767_225_600n });
    expect(toAction(file, { chainId: CHAIN_ID, vault: VAULT })).toEqual({
      chainId: CHAIN_ID,
      vault: VAULT,
      calls: file.calls,
      bounds: file.bounds,
      gasFloor: 200_000n,
    });
  });

  it.each([
    ["30s", 30n],
    ["5m", 300n],
    ["2h", 7_200n],
    ["1d", 86_400n],
  ])("reads %s as a time from now", (deadline, seconds) => {
    const file = parseDecisionFile({ ...MINIMAL, deadline });
    expect(deadlineAt(file.deadline, 1_000n)).toBe(1_000n + seconds);
  });

  it("keeps an absolute deadline whatever the time", () => {
    expect(deadlineAt(parseDecisionFile({ ...MINIMAL, deadline: "1767225600" }).deadline, 5n)).toBe(1_767_225_600n);
  });

  it.each([
    ["decision", [], "an object"],
    ["decision.agent", { ...MINIMAL, agent: "0x12" }, "32 bytes as hex"],
    ["decision.agent", { calls: MINIMAL.calls, deadline: "1h" }, "32 bytes as hex"],
    ["decision.agnet", { ...MINIMAL, agnet: "0x12" }, "only agent, calls"],
    ["decision.calls", { ...MINIMAL, calls: [] }, "at least one call"],
    ["decision.calls", { ...MINIMAL, calls: "none" }, "a list"],
    ["decision.calls.length", { ...MINIMAL, calls: Array(65).fill(MINIMAL.calls[0]) }, "at most 64 items"],
    ["decision.calls[0].target", { ...MINIMAL, calls: [{ target: "0x12" }] }, "an address"],
    [
      "decision.calls[0].target",
      { ...MINIMAL, calls: [{ target: TOKEN.replace(/[a-f]/, "A").replace(/[A-F]/, "a") }] },
      "a right checksum",
    ],
    ["decision.calls[0].data", { ...MINIMAL, calls: [{ target: TOKEN, data: "0x123" }] }, "bytes as hex"],
    [
      "decision.calls[0].data.length",
      { ...MINIMAL, calls: [{ target: TOKEN, data: `0x${"00".repeat(32_769)}` }] },
      "at most 32768 bytes",
    ],
    ["decision.calls[0].value", { ...MINIMAL, calls: [{ target: TOKEN, value: "1.5" }] }, "a whole number"],
    ["decision.calls[0].value", { ...MINIMAL, calls: [{ target: TOKEN, value: -1 }] }, "a whole number"],
    ["decision.calls[0].value", { ...MINIMAL, calls: [{ target: TOKEN, value: (1n << 256n).toString() }] }, "2^256-1"],
    [
      "decision.calls[0].erc20.transfer.to",
      { ...MINIMAL, calls: [{ erc20: { token: TOKEN, transfer: { amount: 1 } } }] },
      "an address",
    ],
    ["decision.calls[0].value", { ...MINIMAL, calls: [{ native: { to: PAYEE, amount: 1 }, value: 2 }] }, "only native"],
    ["decision.bounds[0].asset", { ...MINIMAL, bounds: [{ asset: "gold" }] }, "an address"],
    ["decision.gasFloor", { ...MINIMAL, gasFloor: "many" }, "a whole number"],
    ["decision.deadline", { ...MINIMAL, deadline: "1 week" }, "a time from now"],
    ["decision.deadline", { ...MINIMAL, deadline: undefined }, "a time from now"],
    ["decision.deadline", { ...MINIMAL, deadline: "0h" }, "a time from now"],
    ["decision.sequence", { ...MINIMAL, sequence: "next" }, 'a sequence number or "any"'],
    ["decision.salt", { ...MINIMAL, salt: "0x01" }, "32 bytes"],
  ])("says at %s what to give (%#)", (path, value, wanted) => {
    const failure = failureOf(value);
    expect(failure?.path).toBe(path);
    expect(failure?.wanted).toContain(wanted);
  });

  it("makes a sentence of path, value and advice", () => {
    expect(() => parseDecisionFile({ ...MINIMAL, deadline: 1.5 })).toThrow(
      'decision.deadline is 1.5: give a whole number from 0 to 2^64-1, as decimal text ("1000") or number',
    );
    expect(() => parseDecisionFile({ ...MINIMAL, salt: "x".repeat(200) })).toThrow(/^decision.salt is "x{79}…: give/);
    expect(() => parseDecisionFile({ ...MINIMAL, agent: undefined })).toThrow("decision.agent is missing: give");
  });
});
