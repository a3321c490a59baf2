import { beforeAll, describe, expect, it } from "vitest";
import { governorAbi } from "../../src/index.ts";
import { chainClient } from "../devnet/deploy.ts";
import { carry, type GovernedScene, setGovernedScene, VETO_WINDOW, votingTimes } from "../devnet/governed-scene.ts";
import { actAs, inSeconds, payment, roles } from "../devnet/scene.ts";

let scene: GovernedScene;
beforeAll(async () => {
  scene = await setGovernedScene();
});

const { votingDelay, votingPeriod, timelockDelay } = votingTimes;
/** Seconds from a proposal to the earliest deadline its decision may have. */
const EARLIEST = BigInt(votingDelay + votingPeriod) + timelockDelay + VETO_WINDOW;

async function propose(description: string, deadline?: bigint) {
  return actAs(scene, "submitter").proposeDecision({
    governor: scene.governor,
    agentId: scene.agentId,
    action: payment(scene, 1n),
    deadline: deadline ?? (await inSeconds(100_000n)),
    description,
  });
}

describe("proposeDecision", () => {
  it("makes a proposal that, once carried, submits the decision it foretold", async () => {
    const client = actAs(scene, "submitter");
    const proposal = await propose("pay one wei");
    const state = { address: scene.governor, abi: governorAbi, functionName: "state" } as const;
    expect(await chainClient().readContract({ ...state, args: [proposal.proposalId] })).toBe(0);
    const { decisionId } = proposal;
    await expect(client.getDecision({ decisionId })).rejects.toMatchObject({ code: "UNKNOWN_ID" });
    await carry(scene, proposal);
    const decision = await client.getDecision({ decisionId });
    expect(decision).toMatchObject({ state: "Pending", submitter: scene.timelock, agentId: scene.agentId });
  });

  it("takes no deadline that passes before the proposal can be executed", async () => {
    const tooSoon = propose("too soon", await inSeconds(EARLIEST));
    await expect(tooSoon).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: expect.stringContaining("choose a later deadline"),
    });
    const proposal = await propose("just in time", await inSeconds(EARLIEST + 10n));
    expect(proposal.proposalId).toBeGreaterThan(0n);
  });

  it("names the submitter when the agent has another one", async () => {
    const proposal = actAs(scene, "submitter").proposeDecision({
      governor: scene.governor,
      agentId: scene.openAgentId,
      action: payment(scene, 1n),
      deadline: await inSeconds(100_000n),
      description: "another agent",
    });
    await expect(proposal).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: expect.stringContaining(scene.timelock),
    });
  });

  it("names the governor's refusal of a proposer without votes", async () => {
    const proposal = actAs(scene, "stranger").proposeDecision({
      governor: scene.governor,
      agentId: scene.agentId,
      action: payment(scene, 1n),
      deadline: await inSeconds(100_000n),
      description: "without votes",
    });
    await expect(proposal).rejects.toMatchObject({
      code: "CONTRACT_REVERTED",
      revert: { name: "GovernorInsufficientProposerVotes", args: [roles.stranger.address, 0n, 1n] },
    });
  });
});
