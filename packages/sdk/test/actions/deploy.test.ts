import { encodeDeployData, getCreate2Address, keccak256, parseEther, stringToHex } from "viem";
import { beforeAll, describe, expect, inject, it } from "vitest";
import {
  agentVaultAbi,
  DEPLOYMENT_PROXY,
  deployDeterministic,
  deployProxy,
  deployRegistries,
  registryCreations,
  vaultCreation,
} from "../../src/index.ts";
import { account, artifact, chainClient, registryCodes, synodClient } from "../devnet/deploy.ts";
import { policy, roles } from "../devnet/scene.ts";

const AGENT_ID = keccak256(stringToHex("an agent that nobody has registered yet"));
/** Creation code of a contract whose code is one STOP. */
const STOP = "0x60016000f3" as const;

const client = () => chainClient(account(0));
const codeAt = (address: `0x${string}`) => client().getCode({ address });

let emptyChain = inject("emptyChain");

/** A chain that never had the proxy: the one that all files share, as it began. Each file builds its own scene. */
async function resetChain(): Promise<void> {
  await client().revert({ id: emptyChain });
  emptyChain = await client().snapshot();
}

describe("deployProxy", () => {
  beforeAll(resetChain);

  it("pays the signer, and puts the published code where it stands on every chain", async () => {
    expect(await deployProxy(client())).toMatchObject({ blockNumber: expect.any(BigInt) });
    expect(await codeAt(DEPLOYMENT_PROXY.address)).toBe(DEPLOYMENT_PROXY.runtimeCode);
    expect(await client().getBalance({ address: DEPLOYMENT_PROXY.signer })).toBeLessThan(parseEther("0.01"));
  });

  it("sends nothing where the proxy stands already", async () => {
    const nonce = await client().getTransactionCount({ address: account(0).address });
    expect(await deployProxy(client())).toBeUndefined();
    expect(await client().getTransactionCount({ address: account(0).address })).toBe(nonce);
  });

  it("pays only what the signer lacks", async () => {
    await resetChain();
    await client().setBalance({ address: DEPLOYMENT_PROXY.signer, value: DEPLOYMENT_PROXY.cost });
    const nonce = await client().getTransactionCount({ address: account(0).address });
    await deployProxy(client());
    expect(await client().getTransactionCount({ address: account(0).address })).toBe(nonce);
  });
});

describe("deployDeterministic", () => {
  const salt = keccak256(stringToHex("deployDeterministic"));

  it("says that the chain has no proxy", async () => {
    await resetChain();
    await expect(deployDeterministic(client(), { salt, creationCode: STOP })).rejects.toMatchObject({
      code: "CONTRACT_MISSING",
      message: expect.stringContaining("deployProxy"),
    });
    await deployProxy(client());
  });

  it("deploys where EIP-1014 says, and only once, whoever asks", async () => {
    const first = await deployDeterministic(client(), { salt, creationCode: STOP });
    const expected = getCreate2Address({ from: DEPLOYMENT_PROXY.address, salt, bytecode: STOP });
    expect(first).toMatchObject({ address: expected, transaction: { blockNumber: expect.any(BigInt) } });
    expect(await codeAt(expected)).toBe("0x00");
    const again = await deployDeterministic(chainClient(account(3)), { salt, creationCode: STOP });
    expect(again).toEqual({ address: expected, transaction: undefined });
  });
});

describe("deployRegistries", () => {
  it("puts both registries at the addresses that follow from their code, the second knowing the first and the policy engine", async () => {
    const codes = registryCodes();
    const creations = registryCreations(codes);
    const deployed = await deployRegistries(client(), { codes });
    expect(deployed.committeeRegistry.address).toBe(creations.committeeRegistry.address);
    expect(deployed.decisionRegistry.address).toBe(creations.decisionRegistry.address);
    const known = await client().readContract({
      address: deployed.decisionRegistry.address,
      abi: artifact("DecisionRegistry.sol", "DecisionRegistry").abi,
      functionName: "committeeRegistry",
    });
    expect(known).toBe(deployed.committeeRegistry.address);
    expect(deployed.policyEngine.address).toBe(creations.policyEngine.address);
    const engine = await client().readContract({
      address: deployed.decisionRegistry.address,
      abi: artifact("DecisionRegistry.sol", "DecisionRegistry").abi,
      functionName: "policyEngine",
    });
    expect(engine).toBe(deployed.policyEngine.address);
  });
});

describe("deployVault", () => {
  const { bytecode } = artifact("AgentVault.sol", "AgentVault");
  const place = async () => {
    const { committeeRegistry, decisionRegistry } = await deployRegistries(client(), { codes: registryCodes() });
    return { committeeRegistry: committeeRegistry.address, decisionRegistry: decisionRegistry.address };
  };

  it("deploys under the agent's id, at the foretold address, once", async () => {
    const contracts = await place();
    const parts = { agentId: AGENT_ID, policy, bytecode };
    const { vault, transaction } = await synodClient(contracts, roles.registrant).deployVault(parts);
    const args = [contracts.decisionRegistry, AGENT_ID, policy] as const;
    const creationCode = encodeDeployData({ abi: agentVaultAbi, bytecode, args });
    expect(vault).toBe(getCreate2Address({ from: DEPLOYMENT_PROXY.address, salt: AGENT_ID, bytecode: creationCode }));
    expect(vault).toBe(vaultCreation({ ...parts, ...contracts }).address);
    expect(transaction?.blockNumber).toBeGreaterThan(0n);
    const again = await synodClient(contracts, roles.stranger).deployVault(parts);
    expect(again).toEqual({ vault, transaction: undefined });
  });

  it("stands elsewhere with another policy", async () => {
    const parts = { ...(await place()), agentId: AGENT_ID, bytecode };
    const other = { ...policy, assets: policy.assets.map((rule) => ({ ...rule, maxPerTransaction: 1n })) };
    expect(vaultCreation({ ...parts, policy: other }).address).not.toBe(vaultCreation({ ...parts, policy }).address);
  });

  it("tells the constructor's reason, which the proxy swallows", async () => {
    const contracts = await place();
    const twice = { ...policy, calls: [...policy.calls, ...policy.calls] };
    const deployment = synodClient(contracts, roles.registrant).deployVault({
      agentId: AGENT_ID,
      policy: twice,
      bytecode,
    });
    await expect(deployment).rejects.toMatchObject({
      code: "CONTRACT_REVERTED",
      revert: { name: "VaultRuleRepeated" },
    });
  });
});
