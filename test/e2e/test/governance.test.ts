import { type DecisionProposal, toSynodSdkError } from "@synod/sdk";
import { erc20Abi, parseUnits } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientOf, type DevnetClient, tokenPayment } from "../harness/client.ts";
import { type Deployment, first } from "../harness/deployment.ts";
import { type Devnet, startDevnet } from "../harness/devnet.ts";
import {
  conclude,
  foundGovernance,
  type Governance,
  untilProposal,
  untilUnlocked,
  vote,
} from "../harness/governance.ts";

let devnet: Devnet;
let deployment: Deployment;
let voter: DevnetClient;
let governance: Governance;

beforeAll(async () => {
  devnet = await startDevnet(["--committers", "4", "--min-signers", "3", "--quorum", "3"]);
  deployment = devnet.deployment;
  voter = clientOf(deployment);
  governance = await foundGovernance(voter, deployment);
});

afterAll(async () => {
  await devnet?.stop();
});

async function propose(amount: string): Promise<DecisionProposal> {
  const action = { ...tokenPayment(deployment, amount), vault: governance.vault };
  const { timestamp } = await voter.getBlock();
  const { governor, agentId } = governance;
  const description = `Pay ${amount} TEST`;
  return voter.proposeDecision({ governor, agentId, action, deadline: timestamp + 600n, description });
}

async function payeeTokens(): Promise<bigint> {
  const args = [deployment.accounts.payee?.address ?? "0x"] as const;
  return voter.readContract({
    address: first(deployment.tokens).address,
    abi: erc20Abi,
    functionName: "balanceOf",
    args,
  });
}

/** Name of the contract's error with which something was refused. */
async function refusalOf(refused: Promise<unknown>): Promise<string | undefined> {
  const error = await refused.then(
    () => undefined,
    (reason: unknown) => toSynodSdkError(reason),
  );
  return error?.revert?.kind === "named" ? error.revert.name : undefined;
}

describe("an agent whose submitter are voters", () => {
  it("has a carried proposal attested, signed and executed by the committers", async () => {
    const before = await payeeTokens();
    const proposal = await propose("5");
    await untilProposal(voter, governance, proposal, "Active");
    await vote(voter, governance, proposal, 1);
    await untilProposal(voter, governance, proposal, "Succeeded");
    await conclude(voter, governance, proposal, "queue");
    await untilUnlocked(voter, governance, proposal);
    await conclude(voter, governance, proposal, "execute");
    const { decisionId } = proposal;
    const decision = await voter.waitForDecision({ decisionId, timeoutMs: 60_000 });
    expect(decision.state).toBe("Executed");
    expect(decision.result?.attesters.length).toBeGreaterThanOrEqual(3);
    expect((await payeeTokens()) - before).toBe(parseUnits("5", 18));
    const [own] = await voter.listDecisions({ agentId: governance.agentId });
    expect(own?.id).toBe(decisionId);
  });

  it("is not asked by a defeated proposal, nor by a copy of it that somebody sends", async () => {
    const before = await payeeTokens();
    const proposal = await propose("6");
    await untilProposal(voter, governance, proposal, "Active");
    await vote(voter, governance, proposal, 0);
    await untilProposal(voter, governance, proposal, "Defeated");
    expect(await refusalOf(conclude(voter, governance, proposal, "queue"))).toBe("GovernorUnexpectedProposalState");
    await expect(voter.getDecision(proposal)).rejects.toMatchObject({ code: "UNKNOWN_ID" });
    const copy = voter.call({ account: voter.account, to: proposal.targets[0], data: proposal.calldatas[0] });
    expect(await refusalOf(copy)).toBe("DecisionSubmitterNotAllowed");
    expect(await payeeTokens()).toBe(before);
  });
});
