import { type Call, composePolicy } from "@synod/sdk";
import { type Address, encodeFunctionData, erc20Abi, type Hex, keccak256, parseAbi, stringToHex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { actionOf } from "../harness/actions.ts";
import { type Agent, registerAgent } from "../harness/agent.ts";
import { deploy, mintTokens, readArtifact, send } from "../harness/artifacts.ts";
import { clientOf, type DevnetClient } from "../harness/client.ts";
import { untilAllRefuse } from "../harness/committer.ts";
import { type Deployment, first } from "../harness/deployment.ts";
import { type Devnet, startDevnet } from "../harness/devnet.ts";
import { approveAllOf } from "../harness/lobe.ts";
import type { Program } from "../harness/program.ts";
import { newSafe, safeCall, setOwner } from "../harness/safe.ts";

const EXEC_TRANSACTION: Hex = "0x6a761202";
const RATE_ROLE = keccak256(stringToHex("RATE_ROLE"));
const FEE = keccak256(stringToHex("fee"));
const ratesAbi = parseAbi([
  "function setRate(uint256)",
  "function rate() view returns (uint256)",
  "function grantRole(bytes32, address)",
]);
const parametersAbi = parseAbi([
  "function set(bytes32, uint256)",
  "function valueOf(bytes32) view returns (uint256)",
  "function owner() view returns (address)",
  "function acceptOwnership()",
  "function transferOwnership(address)",
]);

let devnet: Devnet;
let deployment: Deployment;
let programs: readonly Program[] = [];
let deployer: DevnetClient;
let agent: Agent;
let safe: Address;
let rates: Address;
let parameters: Address;

/** Deploys what gives the agent's vault a role, and an agent whose policy names the uses of these roles. */
async function found(): Promise<void> {
  safe = await newSafe(deployer);
  rates = await deploy(deployer, readArtifact("test/mocks/Administered.sol/RateBook"));
  parameters = await deploy(deployer, readArtifact("test/mocks/Administered.sol/Parameters"));
  const calls = [
    { target: safe, selector: EXEC_TRANSACTION },
    { target: rates, selector: selectorOf(setRate(1n)) },
    { target: parameters, selector: selectorOf(acceptOwnership()) },
    { target: parameters, selector: selectorOf(setFee(1n)) },
  ];
  agent = await registerAgent(deployer, deployment, {
    name: "holder of roles",
    policy: composePolicy({ calls, assets: [] }),
  });
  await setOwner(deployer, safe, agent.vault);
  const grant = encodeFunctionData({ abi: ratesAbi, functionName: "grantRole", args: [RATE_ROLE, agent.vault] });
  await send(deployer, rates, grant);
  await send(deployer, parameters, transferOwnership(agent.vault).data);
}

beforeAll(async () => {
  devnet = await startDevnet(["--committers", "4", "--min-signers", "3", "--quorum", "3"]);
  deployment = devnet.deployment;
  deployer = clientOf(deployment, "deployer");
  programs = await approveAllOf(deployment, deployer.account.address);
  await found();
});

afterAll(async () => {
  await Promise.all(programs.map((program) => program.stop()));
  await devnet?.stop();
});

function selectorOf({ data }: Call): Hex {
  return `0x${data.slice(2, 10)}`;
}

function setRate(rate: bigint): Call {
  return {
    target: rates,
    value: 0n,
    data: encodeFunctionData({ abi: ratesAbi, functionName: "setRate", args: [rate] }),
  };
}

function acceptOwnership(): Call {
  const data = encodeFunctionData({ abi: parametersAbi, functionName: "acceptOwnership" });
  return { target: parameters, value: 0n, data };
}

function transferOwnership(to: Address): Call {
  const data = encodeFunctionData({ abi: parametersAbi, functionName: "transferOwnership", args: [to] });
  return { target: parameters, value: 0n, data };
}

function setFee(fee: bigint): Call {
  const data = encodeFunctionData({ abi: parametersAbi, functionName: "set", args: [FEE, fee] });
  return { target: parameters, value: 0n, data };
}

async function submit(...calls: readonly Call[]): Promise<Hex> {
  const { timestamp } = await deployer.getBlock();
  const action = actionOf(deployment, agent.vault, ...calls);
  const { decisionId } = await deployer.submitDecision({ agentId: agent.id, action, deadline: timestamp + 600n });
  return decisionId;
}

async function expectExecuted(...calls: readonly Call[]): Promise<void> {
  const decision = await deployer.waitForDecision({ decisionId: await submit(...calls) });
  expect(decision.state).toBe("Executed");
  expect(decision.result?.attesters.length).toBeGreaterThanOrEqual(3);
}

/** Expects every committer to refuse to sign, though each lobe approves, because the policy does not name the call. */
async function expectRefused(call: Call): Promise<void> {
  const decisionId = await submit(call);
  const refusals = await untilAllRefuse(deployment, decisionId);
  expect(refusals).toEqual(Array(4).fill(expect.stringContaining("call 0: no rule allows")));
}

describe("a vault in the roles that other systems give", () => {
  it("as the owner of a Safe has it pay", async () => {
    const token = first(deployment.tokens).address;
    const payee = deployment.accounts.payee?.address ?? "0x";
    await mintTokens(deployer, token, safe, 100n);
    const payment = encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [payee, 40n] });
    await expectExecuted({ target: safe, value: 0n, data: safeCall(agent.vault, token, payment) });
    const left = await deployer.readContract({
      address: token,
      abi: erc20Abi,
      functionName: "balanceOf",
      args: [safe],
    });
    expect(left).toBe(60n);
  });

  it("as the holder of a role uses it, and hands it to nobody", async () => {
    await expectExecuted(setRate(5n));
    expect(await deployer.readContract({ address: rates, abi: ratesAbi, functionName: "rate" })).toBe(5n);
    const args = [RATE_ROLE, deployer.account.address] as const;
    const grant = encodeFunctionData({ abi: ratesAbi, functionName: "grantRole", args });
    await expectRefused({ target: rates, value: 0n, data: grant });
  });

  it("as the owner of a protocol sets its parameters, and gives it away to nobody", async () => {
    await expectExecuted(acceptOwnership(), setFee(30n));
    const read = { address: parameters, abi: parametersAbi } as const;
    expect(await deployer.readContract({ ...read, functionName: "valueOf", args: [FEE] })).toBe(30n);
    await expectRefused(transferOwnership(deployer.account.address));
    expect(await deployer.readContract({ ...read, functionName: "owner" })).toBe(agent.vault);
  });
});
