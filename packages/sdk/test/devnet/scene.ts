import { type Action, composePolicy, type Policy, type PolicyDraft, ZERO_ADDRESS } from "@synod/core";
import { type Address, type Hex, keccak256, parseEther, stringToHex } from "viem";
import { sendTransaction } from "viem/actions";
import { hardhat } from "viem/chains";
import type { AgentTerms } from "../../src/index.ts";
import { account, artifact, chainClient, deployFreshRegistries, synodClient } from "./deploy.ts";
import { activateLocalCommittee, type LocalCommittee } from "./local-committee.ts";

/** Who does what in the tests. */
export const roles = { registrant: account(0), submitter: account(1), guardian: account(2), stranger: account(4) };

/** Whom the vault may pay. */
export const payee: Address = "0x00000000000000000000000000000000000a11ce";

/** A registered agent with a funded vault, and the local committee that decides for it. */
export type Scene = { readonly committee: LocalCommittee; readonly agentId: Hex; readonly vault: Address };

/** Lets the vault send at most 1 coin at once to the payee, and 5 in an hour. */
export const policyDraft: PolicyDraft = {
  calls: [{ target: payee, selector: "0x00000000" }],
  assets: [
    {
      asset: ZERO_ADDRESS,
      maxPerTransaction: parseEther("1"),
      maxPerWindow: parseEther("5"),
      windowSeconds: 3_600n,
    },
  ],
};

/** The policy of that. */
export const policy: Policy = composePolicy(policyDraft);

/** The terms of the test agent, without its vault. */
export function termsFor(committeeId: Hex, vetoWindow: bigint): Omit<AgentTerms, "vault"> {
  return {
    definitionHash: keccak256(stringToHex("definition")),
    lobeUri: "synod:test",
    committeeId,
    guardian: roles.guardian.address,
    submitter: ZERO_ADDRESS,
    vetoWindow,
  };
}

/** Deploys everything, with three members, quorum 2 and a funded vault, whose policy may have more rules. */
export async function setScene(
  vetoWindow = 0n,
  rules: PolicyDraft["calls"] = [],
  more: Partial<PolicyDraft> = {},
): Promise<Scene> {
  const contracts = await deployFreshRegistries();
  const committee = await activateLocalCommittee(contracts, 3, 2);
  const client = synodClient(contracts, roles.registrant);
  const salt = keccak256(stringToHex("agent"));
  const terms = termsFor(committee.id, vetoWindow);
  const agentId = await client.computeAgentId({ registrant: roles.registrant.address, salt, terms });
  const { bytecode } = artifact("AgentVault.sol", "AgentVault");
  const calls = [...policyDraft.calls, ...rules];
  const { vault } = await client.deployVault({
    agentId,
    policy: composePolicy({ ...policyDraft, ...more, calls }),
    bytecode,
  });
  await client.registerAgent({ salt, terms: { ...terms, vault } });
  const funding = { account: roles.registrant, to: vault, value: parseEther("10"), chain: hardhat };
  const hash = await sendTransaction(chainClient(), funding);
  await chainClient().waitForTransactionReceipt({ hash });
  return { committee, agentId, vault };
}

/** An action that pays `wei` of native coin to the payee. */
export function payment(scene: Scene, wei: bigint): Action {
  return {
    chainId: BigInt(hardhat.id),
    vault: scene.vault,
    calls: [{ target: payee, value: wei, data: "0x" }],
    bounds: [],
    gasFloor: 0n,
    noNewAllowances: false,
    allowances: [],
    codePins: [],
  };
}

/** Chain time of the newest block plus some seconds. */
export async function inSeconds(seconds: bigint): Promise<bigint> {
  return (await chainClient().getBlock()).timestamp + seconds;
}

/** A client of the scene's registries that sends from one role. */
export function actAs(scene: Scene, role: keyof typeof roles) {
  return synodClient(scene.committee.contracts, roles[role]);
}
