import { type Action, UNBOUND } from "@synod/core";
import { decodeFunctionData, encodeAbiParameters, keccak256, parseAbiParameters, stringToHex } from "viem";
import { describe, expect, it } from "vitest";
import { decisionRegistryAbi, encodeDecisionProposal } from "../../src/index.ts";

const parameters = {
  decisionRegistry: "0x1000000000000000000000000000000000000001",
  submitter: "0x2000000000000000000000000000000000000002",
  agentId: keccak256(stringToHex("agent")),
  action: {
    chainId: 1n,
    vault: "0x3000000000000000000000000000000000000003",
    calls: [{ target: "0x4000000000000000000000000000000000000004", value: 5n, data: "0x" }],
    bounds: [],
    gasFloor: 0n,
    noNewAllowances: true,
    allowances: [],
    codePins: [],
  } satisfies Action,
  deadline: 1_800_000_000n,
  salt: keccak256(stringToHex("salt")),
  description: "Pay the auditors",
} as const;

describe("encodeDecisionProposal", () => {
  it("is one call without value: submit, with exactly what was asked", () => {
    const [expectedStateRoot, predecessor] = [keccak256(stringToHex("root")), keccak256(stringToHex("before"))];
    const binding = { expectedSequence: 7n, expectedStateRoot, predecessor };
    const { targets, values, calldatas } = encodeDecisionProposal({ ...parameters, ...binding });
    expect(targets).toEqual([parameters.decisionRegistry]);
    expect(values).toEqual([0n]);
    const { functionName, args } = decodeFunctionData({ abi: decisionRegistryAbi, data: calldatas[0] });
    expect(functionName).toBe("submit");
    const { agentId, action, deadline, salt } = parameters;
    expect(args).toEqual([agentId, action, deadline, binding, salt]);
  });

  it("is bound to nothing unless told", () => {
    expect(encodeDecisionProposal(parameters)).toEqual(encodeDecisionProposal({ ...parameters, ...UNBOUND }));
  });

  it("foretells the governor's id of the proposal", () => {
    const { calldatas, descriptionHash, proposalId } = encodeDecisionProposal(parameters);
    const encoded = encodeAbiParameters(parseAbiParameters("address[], uint256[], bytes[], bytes32"), [
      [parameters.decisionRegistry],
      [0n],
      calldatas,
      keccak256(stringToHex("Pay the auditors")),
    ]);
    expect(proposalId).toBe(BigInt(keccak256(encoded)));
    expect(descriptionHash).toBe(keccak256(stringToHex("Pay the auditors")));
  });

  it("names another decision for another submitter", () => {
    const other = encodeDecisionProposal({ ...parameters, submitter: parameters.decisionRegistry });
    expect(other.decisionId).not.toBe(encodeDecisionProposal(parameters).decisionId);
    expect(other.proposalId).toBe(encodeDecisionProposal(parameters).proposalId);
  });

  it("refuses an agent id that is none", () => {
    expect(() => encodeDecisionProposal({ ...parameters, agentId: "0x12" })).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code: "INVALID_ID" }) }),
    );
  });
});
