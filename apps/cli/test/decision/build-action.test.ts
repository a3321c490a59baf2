import { decodeFunctionData, erc20Abi, parseEther, parseUnits } from "viem";
import { describe, expect, it } from "vitest";
import { buildAction } from "../../src/decision/build-action.ts";
import type { DecisionDraft } from "../../src/decision/decision-file.ts";
import { exampleDeployment } from "../deployment/example-deployment.ts";

const agent = exampleDeployment.agents[0] ?? { id: "0x", vault: "0x", name: "" };
const token = exampleDeployment.tokens[0]?.address ?? "0x";
const NATIVE = "0x0000000000000000000000000000000000000000";
const STRANGER = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

function build(draft: Omit<DecisionDraft, "name">) {
  return buildAction({ name: "test", ...draft }, agent, exampleDeployment);
}

describe("buildAction", () => {
  it("reads names, symbols and decimals, for the agent's vault and the deployment's chain", () => {
    const action = build({
      calls: [
        { to: "submitter", value: "0.5" },
        { token: "TEST", to: STRANGER, amount: "2.25" },
      ],
    });
    expect(action).toMatchObject({ chainId: 31_337n, vault: agent.vault, gasFloor: 0n });
    const { submitter } = exampleDeployment.accounts;
    expect(action.calls[0]).toEqual({ target: submitter?.address, value: parseEther("0.5"), data: "0x" });
    expect(action.calls[1]).toMatchObject({ target: token, value: 0n });
    expect(decodeFunctionData({ abi: erc20Abi, data: action.calls[1]?.data ?? "0x" })).toMatchObject({
      functionName: "transfer",
      args: [STRANGER, parseUnits("2.25", 18)],
    });
  });

  it("bounds each asset by the sum of its transfers", () => {
    const { bounds } = build({
      calls: [
        { token: "TEST", to: STRANGER, amount: "1" },
        { to: STRANGER, value: "0.1" },
        { token: "TEST", to: "submitter", amount: "2" },
      ],
    });
    expect(bounds).toEqual([
      { asset: token, maxOut: parseEther("3"), minIn: 0n },
      { asset: NATIVE, maxOut: parseEther("0.1"), minIn: 0n },
    ]);
  });

  it("takes the bounds that are given instead, and sets none for calls it cannot read", () => {
    const raw = { target: STRANGER, data: "0x01020304" };
    expect(build({ calls: [raw] }).bounds).toEqual([]);
    const given = build({ calls: [raw], bounds: [{ asset: "native", maxOut: "1", minIn: "0.5" }], gasFloor: 9 });
    expect(given.bounds).toEqual([{ asset: NATIVE, maxOut: parseEther("1"), minIn: parseEther("0.5") }]);
    expect(given.gasFloor).toBe(9n);
  });

  it.each([
    ["an unknown account", { calls: [{ to: "nobody", value: "1" }] }, "nobody"],
    ["a wrong checksum", { calls: [{ to: STRANGER.replace("C", "c"), value: "1" }] }, "0x3c44"],
    ["an unknown token", { calls: [{ token: "NONE", to: STRANGER, amount: "1" }] }, "NONE"],
    ["coins finer than a wei", { calls: [{ to: STRANGER, value: "0.1000000000000000001" }] }, "18 decimals"],
    [
      "tokens finer than their unit",
      { calls: [{ token: "TEST", to: STRANGER, amount: `0.${"0".repeat(18)}9` }] },
      "18",
    ],
    ["half a byte of data", { calls: [{ target: STRANGER, data: "0x1" }] }, "0x1"],
    ["a name that objects have by themselves", { calls: [{ to: "constructor", value: "1" }] }, "constructor"],
  ])("refuses %s", (_name, draft, part) => {
    expect(() => build(draft)).toThrow(
      expect.objectContaining({
        report: expect.objectContaining({ code: "ARGUMENT_INVALID", what: expect.stringContaining(part) }),
      }),
    );
  });
});
