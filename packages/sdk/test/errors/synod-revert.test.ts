import { encodeErrorResult, parseAbi, stringToHex } from "viem";
import { describe, expect, it } from "vitest";
import { remedyOf } from "../../src/errors/revert-remedies.ts";
import {
  agentVaultAbi,
  committeeRegistryAbi,
  decisionRegistryAbi,
  decodeSynodRevert,
  showRevert,
} from "../../src/index.ts";

const DECISION_ID = `0x${"ab".repeat(32)}` as const;

describe("decodeSynodRevert", () => {
  it.each([
    [
      "the vault",
      encodeErrorResult({ abi: agentVaultAbi, errorName: "VaultDecisionNotReady", args: [DECISION_ID, 3] }),
      "VaultDecisionNotReady",
      [DECISION_ID, 3],
    ],
    [
      "the decision registry",
      encodeErrorResult({ abi: decisionRegistryAbi, errorName: "DecisionUnknown", args: [DECISION_ID] }),
      "DecisionUnknown",
      [DECISION_ID],
    ],
    [
      "the committee registry",
      encodeErrorResult({ abi: committeeRegistryAbi, errorName: "CommitteeQuorumNotReached", args: [2n, 3] }),
      "CommitteeQuorumNotReached",
      [2n, 3],
    ],
  ])("names an error of %s with its arguments", (_contract, data, name, args) => {
    expect(decodeSynodRevert(data)).toEqual({ kind: "named", name, args, data });
  });

  it("shows a named error as it stands in the contract", () => {
    const data = encodeErrorResult({
      abi: committeeRegistryAbi,
      errorName: "CommitteeQuorumNotReached",
      args: [2n, 3],
    });
    expect(showRevert(decodeSynodRevert(data))).toBe("CommitteeQuorumNotReached(2, 3)");
  });

  it.each([
    ["no data", "0x", "no reason given"],
    ["data shorter than a selector", "0x010203", "no reason given"],
    ["a foreign error", "0xdeadbeef", "unknown error 0xdeadbeef"],
    ["a cut-off error", "0x08c379a0", "unknown error 0x08c379a0"],
    [
      "a plain reason",
      encodeErrorResult({ abi: parseAbi(["error Error(string)"]), args: ["paused"] }),
      "Error(paused)",
    ],
    ["a panic", encodeErrorResult({ abi: parseAbi(["error Panic(uint256)"]), args: [17n] }), "Panic(17)"],
  ] as const)("gives the reason of %s", (_name, data, reason) => {
    expect(decodeSynodRevert(data)).toEqual({ kind: "unknown", reason, data });
  });

  it("never throws on arbitrary bytes", () => {
    for (let length = 0; length < 200; length += 7) {
      expect(decodeSynodRevert(stringToHex("x".repeat(length))).kind).toBe("unknown");
    }
  });
});

describe("remedyOf", () => {
  const names = [...committeeRegistryAbi, ...decisionRegistryAbi, ...agentVaultAbi]
    .filter((item) => item.type === "error")
    .map((item) => item.name);

  it.each(names)("says what to do about %s", (name) => {
    expect(remedyOf({ kind: "named", name, args: [], data: "0x" })).toMatch(/^\S.*\S$/);
  });
});
