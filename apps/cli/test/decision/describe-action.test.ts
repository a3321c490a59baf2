import type { Action, Call } from "@synod/core";
import { encodeFunctionData, erc20Abi, parseEther, parseUnits } from "viem";
import { describe, expect, it } from "vitest";
import { describeAction, describeCall, formatAmount } from "../../src/decision/describe-action.ts";

const TOKEN = { symbol: "TEST", address: "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65", decimals: 6 } as const;
const PAYEE = "0x90F79bf6EB2c4f870365E785982E1f101E93b906";
const OTHER = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

function call(part: Partial<Call>): Call {
  return { target: PAYEE, value: 0n, data: "0x", ...part };
}

describe("describeCall", () => {
  const transfer = encodeFunctionData({
    abi: erc20Abi,
    functionName: "transfer",
    args: [PAYEE, parseUnits("1.5", 6)],
  });

  it.each([
    ["native coin", call({ value: parseEther("0.5") }), `send 0.5 native coin to ${PAYEE}`],
    [
      "a token it knows",
      call({ target: TOKEN.address, data: transfer }),
      `transfer 1.5 TEST (token ${TOKEN.address}) to ${PAYEE}`,
    ],
    [
      "a token it does not know",
      call({ target: OTHER, data: transfer }),
      `transfer 1500000 base units of token ${OTHER} to ${PAYEE}`,
    ],
    [
      "an allowance",
      call({
        target: TOKEN.address,
        data: encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [OTHER, 1n] }),
      }),
      `allow ${OTHER} to spend 0.000001 TEST (token ${TOKEN.address})`,
    ],
    [
      "a transfer on behalf of another",
      call({
        target: TOKEN.address,
        data: encodeFunctionData({ abi: erc20Abi, functionName: "transferFrom", args: [OTHER, PAYEE, 1_000_000n] }),
      }),
      `transfer 1 TEST (token ${TOKEN.address}) from ${OTHER} to ${PAYEE}`,
    ],
    [
      "native coin beside a call",
      call({ value: 1n, data: "0xdeadbeef00" }),
      `call ${PAYEE}, selector 0xdeadbeef (not decoded), 5 bytes of data, with 0.000000000000000001 native coin`,
    ],
    [
      "data without a selector",
      call({ data: "0x0102" }),
      `call ${PAYEE}, 2 bytes of data (0x0102), too short for a selector`,
    ],
  ])("tells %s", (_name, described, line) => {
    expect(describeCall(described, [TOKEN])).toBe(line);
  });

  it("does not decode a transfer with bytes behind it, because it is more than it seems", () => {
    const longer = `${transfer}00` as const;
    expect(describeCall(call({ target: TOKEN.address, data: longer }), [TOKEN])).toBe(
      `call ${TOKEN.address}, selector 0xa9059cbb (not decoded), 69 bytes of data`,
    );
  });
});

describe("describeAction", () => {
  it("tells the vault, every call in order, the bounds and the gas floor", () => {
    const action: Action = {
      chainId: 31_337n,
      vault: OTHER,
      calls: [call({ value: 1n }), call({ data: "0x01020304" })],
      bounds: [{ asset: TOKEN.address, maxOut: 5n, minIn: 1_000_000n }],
      gasFloor: 50_000n,
      noNewAllowances: true,
      allowances: [{ token: TOKEN.address, spender: PAYEE }],
      codePins: [{ account: PAYEE, codeHash: "0xc0de" }],
    };
    const lines = describeAction(action, [TOKEN]);
    expect(lines[0]).toBe(`vault    ${OTHER} on chain 31337`);
    expect(lines[1]).toMatch(/^call 1 .*send/);
    expect(lines[2]).toMatch(/^call 2 .*0x01020304/);
    expect(lines[3]).toContain("at most 0.000005 TEST");
    expect(lines[3]).toContain("at least 1 TEST");
    expect(lines[4]).toContain("no allowance");
    expect(lines[5]).toContain(`allowance of ${PAYEE} on ${TOKEN.address}`);
    expect(lines[6]).toContain(`code of ${PAYEE} is 0xc0de`);
    expect(lines[7]).toContain("50000");
    expect(lines).toHaveLength(8);
  });
});

describe("formatAmount", () => {
  it("calls the zero address native coin", () => {
    const native = "0x0000000000000000000000000000000000000000";
    expect(formatAmount(parseEther("2"), native, [])).toBe("2 native coin");
  });
});
