import type { Address, Hex } from "viem";
import { encodeFunctionData, parseAbi, slice, toFunctionSelector } from "viem/utils";
import { describe, expect, it } from "vitest";
import {
  type Call,
  evaluatePolicy,
  explainViolation,
  type PolicySnapshot,
  typedDataSelector,
  ZERO_ADDRESS,
} from "../../src/index.ts";
import {
  APPROVE,
  account,
  anAction,
  aPolicy,
  aSnapshot,
  calldata,
  INCREASE_ALLOWANCE,
  PAYEE,
  TOKEN,
  TRANSFER,
  TRANSFER_FROM,
  VAULT,
  word,
} from "../builders.ts";

const call = (target: Address, data: Hex, value = 0n): Call => ({ target, value, data });
const transfer = (amount: bigint, token = TOKEN) => call(token, calldata(TRANSFER, PAYEE, amount));
const pay = (amount: bigint) => call(PAYEE, "0x", amount);

function judge(calls: readonly Call[], snapshot: PolicySnapshot = aSnapshot(), reserved = new Map<Address, bigint>()) {
  return evaluatePolicy({ action: anAction({ calls }), policyHash: snapshot.policyHash, reserved }, snapshot);
}

function codes(calls: readonly Call[], snapshot?: PolicySnapshot): readonly string[] {
  const verdict = judge(calls, snapshot);
  return verdict.kind === "deny" ? verdict.violations.map(({ code }) => code) : [];
}

const allowing = (selector: Hex, target = TOKEN) => aSnapshot(aPolicy({ calls: [{ target, selector }] }));

const approvalsAbi = parseAbi([
  "function approveTypedData(AppDomain domain, string contentsType, bytes contents, uint64 expiry)",
  "struct AppDomain { bytes1 fields; string name; string version; uint256 chainId; address verifyingContract; bytes32 salt; }",
]);

/** Calldata by which a decision has its vault approve typed data of an application. */
function approveTypedData(app: Address, contentsType: string): Hex {
  const salt = `0x${"00".repeat(32)}` as const;
  const domain = { fields: "0x08", name: "", version: "", chainId: 0n, verifyingContract: app, salt } as const;
  return encodeFunctionData({ abi: approvalsAbi, args: [domain, contentsType, "0x", 0n] });
}

describe("evaluatePolicy: which calls", () => {
  it("allows what the rules name and says what it costs", () => {
    expect(judge([transfer(5n), pay(50n)])).toMatchObject({
      kind: "allow",
      charges: [
        { asset: TOKEN, amount: 5n },
        { asset: ZERO_ADDRESS, amount: 50n },
      ],
      asOfBlock: 10n,
    });
  });

  it("denies everything when the policy is empty", () => {
    const empty = aSnapshot(aPolicy({ calls: [], assets: [] }));
    expect(codes([transfer(1n)], empty)).toEqual(["CALL_NOT_ALLOWED", "ASSET_NOT_ALLOWED"]);
    expect(codes([pay(1n)], empty)).toEqual(["CALL_NOT_ALLOWED", "ASSET_NOT_ALLOWED"]);
    expect(codes([pay(0n)], empty)).toEqual(["CALL_NOT_ALLOWED"]);
  });

  it("matches target and selector together", () => {
    expect(codes([call(PAYEE, calldata(TRANSFER, PAYEE, 0n))])).toContain("CALL_NOT_ALLOWED");
    expect(codes([call(TOKEN, "0x")])).toEqual(["CALL_NOT_ALLOWED"]);
    expect(codes([call(TOKEN, "0x12345678")])).toEqual(["CALL_NOT_ALLOWED"]);
  });

  it("compares addresses and selectors whatever their case", () => {
    const snapshot = aSnapshot(
      aPolicy({ calls: [{ target: TOKEN.toLowerCase() as Address, selector: "0xA9059CBB" }] }),
    );
    expect(codes([transfer(1n)], snapshot)).toEqual([]);
  });

  it.each(["0x01", "0x0102", "0x010203", "0x00000000", "0x0000000000"] as const)("denies data %s", (data) => {
    const everySelector = aSnapshot(
      aPolicy({
        calls: [
          { target: TOKEN, selector: "0x00000000" },
          { target: TOKEN, selector: "0x01020300" },
        ],
      }),
    );
    expect(codes([call(TOKEN, data)], everySelector)).toEqual(["CALLDATA_MALFORMED"]);
  });

  it("denies calls of the vault itself, also with a rule for it", () => {
    const selfRule = aSnapshot(aPolicy({ calls: [{ target: VAULT, selector: "0x12345678" }] }));
    expect(codes([call(VAULT, "0x12345678")], selfRule)).toEqual(["CALL_NOT_ALLOWED"]);
    expect(codes([call(VAULT, "0x01")], selfRule)).toEqual(["CALLDATA_MALFORMED"]);
  });

  it.each(["revokeTypedData(bytes32)", "schedulePolicy(bytes)", "cancelPolicy()"])(
    "lets a decision call %s of its vault without a rule",
    (name) => {
      const data = `${toFunctionSelector(name)}${"00".repeat(64)}` as const;
      expect(codes([call(VAULT, data)])).toEqual([]);
      expect(codes([call(TOKEN, data)])).toEqual(["CALL_NOT_ALLOWED"]);
      expect(codes([call(VAULT, data, 1n)])).toEqual(["CALL_NOT_ALLOWED"]);
    },
  );

  it("lets the vault approve typed data only of an application and a type that a rule names", () => {
    const approval = call(VAULT, approveTypedData(TOKEN, "Order(uint256 id)"));
    const selector = typedDataSelector("Order(uint256 id)");
    expect(codes([approval], allowing(selector))).toEqual([]);
    expect(codes([approval], allowing(selector, PAYEE))).toEqual(["CALL_NOT_ALLOWED"]);
    expect(codes([approval], allowing(typedDataSelector("Order(uint256 no)")))).toEqual(["CALL_NOT_ALLOWED"]);
    expect(judge([approval])).toMatchObject({ violations: [{ target: TOKEN, selector, call: 0 }] });
  });

  it("denies an approval of typed data that it cannot read, also with the rule", () => {
    const approval = approveTypedData(TOKEN, "Order(uint256 id)");
    const rule = allowing(typedDataSelector("Order(uint256 id)"));
    expect(codes([call(VAULT, slice(approval, 0, 100))], rule)).toEqual(["CALLDATA_MALFORMED"]);
    expect(codes([call(VAULT, slice(approval, 0, 4))], rule)).toEqual(["CALLDATA_MALFORMED"]);
  });

  it.each([
    "permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)",
    "approve(address,address,uint160,uint48)",
    "approveAndCall(address,uint256)",
    "approveAndCall(address,uint256,bytes)",
    "increaseApproval(address,uint256)",
    "authorizeOperator(address)",
    "setOperator(address,bool)",
    "approve(address,uint256,uint256)",
  ])("denies %s, also with a rule for it", (signature) => {
    const selector = toFunctionSelector(signature);
    expect(codes([call(TOKEN, calldata(selector, 1n, 2n))], allowing(selector))).toEqual(["CALL_NOT_ALLOWED"]);
  });
});

describe("evaluatePolicy: what counts as spending", () => {
  const chargesOf = (data: Hex) => judge([call(TOKEN, data)]).charges;

  it.each([
    ["transfer", calldata(TRANSFER, PAYEE, 5n)],
    ["approve", calldata(APPROVE, PAYEE, 5n)],
    ["increaseAllowance", calldata(INCREASE_ALLOWANCE, PAYEE, 5n)],
    ["transferFrom the vault", calldata(TRANSFER_FROM, VAULT, PAYEE, 5n)],
    ["transfer with bytes after it", `${calldata(TRANSFER, PAYEE, 5n)}ff`],
    [
      "transferFrom with dirty upper bits",
      `${TRANSFER_FROM}ffffffffffffffffffffffff${calldata(TRANSFER_FROM, VAULT, PAYEE, 5n).slice(34)}`,
    ],
  ] as const)("%s is charged", (_name, data) => {
    expect(chargesOf(data)).toEqual([{ asset: TOKEN, amount: 5n }]);
  });

  it("pulling from somebody else costs nothing but names the asset", () => {
    const pull = calldata(TRANSFER_FROM, PAYEE, VAULT, 500n);
    expect(chargesOf(pull)).toEqual([{ asset: TOKEN, amount: 0n }]);
    expect(codes([call(TOKEN, pull)], allowing(TRANSFER_FROM))).toEqual([]);
    const withoutAsset = aSnapshot(aPolicy({ calls: [{ target: TOKEN, selector: TRANSFER_FROM }], assets: [] }));
    expect(codes([call(TOKEN, pull)], withoutAsset)).toEqual(["ASSET_NOT_ALLOWED"]);
  });

  it.each([
    [TRANSFER, 67],
    [APPROVE, 67],
    [INCREASE_ALLOWANCE, 67],
    [TRANSFER_FROM, 99],
    [TRANSFER, 4],
  ] as const)("%s with %i bytes is too short for its arguments", (selector, bytes) => {
    const data: Hex = `${selector}${"00".repeat(bytes - 4)}`;
    expect(codes([call(TOKEN, data)], allowing(selector))).toEqual(["CALLDATA_MALFORMED"]);
  });

  it("value sent with a token call is charged in the native coin", () => {
    const both = call(TOKEN, calldata(TRANSFER, PAYEE, 5n), 7n);
    expect(judge([both]).charges).toEqual([
      { asset: ZERO_ADDRESS, amount: 7n },
      { asset: TOKEN, amount: 5n },
    ]);
  });
});

describe("evaluatePolicy: caps", () => {
  it("holds the cap of one execution over all its calls", () => {
    expect(codes([transfer(10n)])).toEqual([]);
    expect(codes([transfer(11n)])).toEqual(["OVER_TRANSACTION_CAP"]);
    expect(codes([transfer(6n), transfer(5n)])).toEqual(["OVER_TRANSACTION_CAP"]);
    expect(codes([pay(60n), pay(41n)])).toEqual(["OVER_TRANSACTION_CAP"]);
  });

  it("holds the cap of the window with what was spent and what is reserved", () => {
    const spent = (amount: bigint) =>
      aSnapshot(aPolicy(), { spentInWindow: new Map([[TOKEN.toLowerCase() as Address, amount]]) });
    const reserved = (amount: bigint) => new Map([[TOKEN.toLowerCase() as Address, amount]]);
    expect(judge([transfer(10n)], spent(10n)).kind).toBe("allow");
    expect(codes([transfer(10n)], spent(11n))).toEqual(["OVER_WINDOW_CAP"]);
    expect(judge([transfer(10n)], spent(5n), reserved(5n)).kind).toBe("allow");
    expect(judge([transfer(10n)], spent(5n), reserved(6n))).toMatchObject({
      kind: "deny",
      violations: [{ code: "OVER_WINDOW_CAP", amount: 10n, spent: 5n, reserved: 6n, cap: 20n, windowSeconds: 3_600n }],
    });
  });

  it("counts a window in units when its cap has more than 80 bits, rounded up", () => {
    const within = (maxPerWindow: bigint, spent: bigint) =>
      aSnapshot(
        aPolicy({
          calls: [{ target: TOKEN, selector: TRANSFER }],
          assets: [{ asset: TOKEN, maxPerTransaction: 10n, maxPerWindow, windowSeconds: 3_600n }],
        }),
        { spentInWindow: new Map([[TOKEN.toLowerCase() as Address, spent]]) },
      );
    expect(codes([transfer(5n)], within(2n ** 80n - 1n, 2n ** 80n - 6n))).toEqual([]);
    expect(codes([transfer(6n)], within(2n ** 80n - 1n, 2n ** 80n - 6n))).toEqual(["OVER_WINDOW_CAP"]);
    expect(codes([transfer(8n)], within(2n ** 83n, 2n ** 83n - 16n))).toEqual([]);
    expect(codes([transfer(8n)], within(2n ** 83n, 2n ** 83n - 8n))).toEqual(["OVER_WINDOW_CAP"]);
    expect(codes([transfer(1n)], within(2n ** 83n, 2n ** 83n - 16n))).toEqual([]);
  });

  it("lets nothing spend nothing of an exhausted asset", () => {
    const full = aSnapshot(aPolicy(), { spentInWindow: new Map([[TOKEN.toLowerCase() as Address, 99n]]) });
    expect(codes([transfer(0n)], full)).toEqual([]);
  });

  it("denies an asset without a rule", () => {
    const other = account("other token");
    const snapshot = aSnapshot(aPolicy({ calls: [{ target: other, selector: TRANSFER }] }));
    expect(codes([transfer(1n, other)], snapshot)).toEqual(["ASSET_NOT_ALLOWED"]);
  });
});

describe("evaluatePolicy: which policy", () => {
  it("denies when the vault's policy is not the one of the decision", () => {
    const snapshot = aSnapshot();
    const verdict = evaluatePolicy({ action: anAction(), policyHash: word("old"), reserved: new Map() }, snapshot);
    expect(verdict).toMatchObject({ kind: "deny", violations: [{ code: "POLICY_CHANGED", expected: word("old") }] });
  });

  it("denies when the rules do not hash to the hash the vault reports", () => {
    expect(codes([transfer(1n)], aSnapshot(aPolicy(), { policyHash: word("lie") }))).toEqual(["POLICY_HASH_MISMATCH"]);
  });

  it("denies when the snapshot is of another vault", () => {
    expect(codes([transfer(1n)], aSnapshot(aPolicy(), { vault: account("other vault") }))).toEqual(["FOREIGN_VAULT"]);
  });

  it("names every violation of every call, not the first", () => {
    expect(codes([call(TOKEN, "0x01"), call(VAULT, "0x12345678"), transfer(30n), pay(200n)])).toEqual([
      "CALLDATA_MALFORMED",
      "CALL_NOT_ALLOWED",
      "OVER_TRANSACTION_CAP",
      "OVER_TRANSACTION_CAP",
      "OVER_WINDOW_CAP",
      "OVER_WINDOW_CAP",
    ]);
  });
});

describe("explainViolation", () => {
  it("says amounts and caps to people", () => {
    const snapshot = aSnapshot(aPolicy(), { spentInWindow: new Map([[ZERO_ADDRESS, 60n]]) });
    const verdict = judge([pay(120n), call(TOKEN, "0x12345678")], snapshot, new Map([[ZERO_ADDRESS, 3n]]));
    const sentences = verdict.kind === "deny" ? verdict.violations.map(explainViolation) : [];
    expect(sentences).toEqual([
      `call 1: no rule allows 0x12345678 on ${TOKEN}`,
      "native coin: 120 asked, at most 100 in one execution",
      "native coin: 120 asked with 60 spent and 3 reserved for other decisions, at most 150 in 3600 seconds",
    ]);
  });

  it.each([
    [{ code: "POLICY_CHANGED", expected: "0xaa", actual: "0xbb" }, "under policy 0xaa, the vault has 0xbb"],
    [
      { code: "POLICY_HASH_MISMATCH", reported: "0xaa", computed: "0xbb" },
      "reports policy 0xaa, its rules hash to 0xbb",
    ],
    [{ code: "FOREIGN_VAULT", vault: VAULT, snapshotOf: TOKEN }, `for vault ${VAULT}, the policy is of vault ${TOKEN}`],
    [{ code: "OUTSIDE_HOURS", second: 5, from: 6, until: 7 }, "second 5 of the day is not within 6 … 7"],
    [
      { code: "CALLDATA_MALFORMED", call: 2, target: TOKEN, bytes: 3 },
      `call 2: 3 bytes of data are no call of ${TOKEN}`,
    ],
    [
      { code: "RECIPIENT_NOT_ALLOWED", call: 2, rule: 1, recipient: PAYEE },
      `call 2: call rule 1 does not list ${PAYEE} as a recipient`,
    ],
    [
      { code: "CONDITION_FAILED", call: 2, condition: 3, target: TOKEN, word: 8n, operand: 7n },
      "call 2: 8 fails condition 3, whose operand is 7",
    ],
    [
      { code: "INIT_CODE_NOT_ALLOWED", call: 2, rule: 1, deployer: PAYEE, initCodeHash: "0xaa" },
      `call 2: call rule 1 does not list init code 0xaa for ${PAYEE}`,
    ],
    [
      { code: "ASSET_NOT_ALLOWED", call: 2, asset: TOKEN, amount: 4n },
      `call 2: no rule lets token ${TOKEN} leave the vault; 4 asked`,
    ],
    [{ code: "OPERATOR_NOT_ALLOWED", call: 2, asset: TOKEN }, `no rule says that token ${TOKEN} is unlimited`],
    [{ code: "OVER_RATE", executions: 3n, most: 2, spanSeconds: 60n }, "3 executions in 60 seconds, at most 2"],
  ] as const)("has a sentence for %o", (violation, part) => {
    expect(explainViolation(violation)).toContain(part);
  });
});
