import { type Call, composePolicy, schedulePolicyCall } from "@synod/sdk";
import { eventually } from "@synod/testing/eventually";
import { type Address, createTestClient, erc20Abi, type Hex, http, parseUnits, toFunctionSelector } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { actionOf, transferOf } from "../harness/actions.ts";
import { registerAgent } from "../harness/agent.ts";
import { mintTokens } from "../harness/artifacts.ts";
import { clientOf, type DevnetClient, executionBlocks, executions, submit, tokenPayment } from "../harness/client.ts";
import { reportOf, untilAllRefuse } from "../harness/committer.ts";
import { type Deployment, first, membersOf } from "../harness/deployment.ts";
import { type Devnet, startDevnet } from "../harness/devnet.ts";
import { synod } from "../harness/program.ts";

const DAY = 86_400n;
let devnet: Devnet;
let deployment: Deployment;
let submitter: DevnetClient;
let guardian: DevnetClient;

beforeAll(async () => {
  devnet = await startDevnet(["--committers", "4", "--min-signers", "3", "--quorum", "3"]);
  deployment = devnet.deployment;
  submitter = clientOf(deployment);
  guardian = clientOf(deployment, "guardian");
});

afterAll(async () => {
  await devnet?.stop();
});

async function tokensOf(account: Address): Promise<bigint> {
  const { address } = first(deployment.tokens);
  return submitter.readContract({ address, abi: erc20Abi, functionName: "balanceOf", args: [account] });
}

/** Waits until every committer has attested a decision, so that only something else can hold it up. */
async function untilAttested(decisionId: Hex): Promise<void> {
  await eventually(async () => {
    const reports = await Promise.all(membersOf(deployment).map((member) => reportOf(member, decisionId)));
    return reports.every((report) => (report?.attesters.length ?? 0) >= 3) ? true : undefined;
  });
}

/** What `synod status` prints. */
async function status(...decisionId: readonly Hex[]): Promise<string> {
  const program = synod(["status", ...decisionId, "--deployment", devnet.deploymentFile]);
  expect((await program.exited).code).toBe(0);
  return program.stdout.text;
}

/** Waits until the committers have seen so many more blocks, in each of which they could have acted. */
async function pass(blocks: bigint): Promise<void> {
  const until = (await submitter.getBlockNumber({ cacheTime: 0 })) + blocks;
  await eventually(async () => ((await submitter.getBlockNumber({ cacheTime: 0 })) >= until ? true : undefined));
}

function inSeconds(seconds: bigint): Promise<bigint> {
  return submitter.getBlock().then(({ timestamp }) => timestamp + seconds);
}

describe("a committee that approves", () => {
  it("executes a decision only after the one that it follows", async () => {
    await guardian.pauseAgent({ agentId: first(deployment.agents).id, until: await inSeconds(600n) });
    const before = await submit(submitter, deployment, tokenPayment(deployment, "1"));
    const { decisionId: after } = await submitter.submitDecision({
      agentId: first(deployment.agents).id,
      action: tokenPayment(deployment, "2"),
      deadline: await inSeconds(600n),
      predecessor: before,
    });
    await submitter.waitForDecision({ decisionId: before, until: "resolved" });
    await untilAttested(after);
    await pass(3n);
    expect((await submitter.getDecision({ decisionId: after })).state).toBe("Pending");
    expect(await executions(submitter, deployment, before)).toBe(0);
    expect(await status()).toMatch(/until \d{4}-\d\d-\d\dT/);
    expect(await status(before)).toContain("the agent executes nothing until");

    await guardian.unpauseAgent({ agentId: first(deployment.agents).id });
    await submitter.waitForDecision({ decisionId: after, timeoutMs: 60_000 });
    const [earlier] = await executionBlocks(submitter, deployment, before);
    const [later] = await executionBlocks(submitter, deployment, after);
    expect(earlier).toBeDefined();
    expect(later).toBeGreaterThan(earlier ?? 0n);
  });

  // The devnet's policy: 1,000 tokens at once and 5,000 in an hour. Five of these fit, six do not.
  it("cannot spend more than the window's cap, however many decisions are approved at once", async () => {
    const payee = deployment.accounts.payee?.address ?? "0x";
    const before = await tokensOf(payee);
    const deadline = await inSeconds(600n);
    const agentId = first(deployment.agents).id;
    const ids: Hex[] = [];
    for (let i = 0; i < 6; i++) {
      const action = tokenPayment(deployment, "950");
      ids.push((await submitter.submitDecision({ agentId, action, deadline })).decisionId);
    }
    const states = () =>
      Promise.all(ids.map(async (decisionId) => (await submitter.getDecision({ decisionId })).state));
    await eventually(async () =>
      (await states()).filter((state) => state === "Executed").length >= 5 ? true : undefined,
    );
    await Promise.all(ids.map(untilAttested));
    await pass(3n);
    expect((await states()).filter((state) => state === "Executed")).toHaveLength(5);
    expect((await tokensOf(payee)) - before).toBe(parseUnits("4750", 18));
  });
});

describe("a committee that changes its agent's policy", () => {
  // The devnet's lobe approves of policies that its submitter asks for.
  it("is bound by the old policy until the delay is over, and by the new one from then on", async () => {
    const token = first(deployment.tokens).address;
    const calls = [{ target: token, selector: toFunctionSelector("transfer(address,uint256)") }];
    const capped = (cap: bigint) =>
      composePolicy({
        calls,
        assets: [{ asset: token, maxPerTransaction: cap, maxPerWindow: cap, windowSeconds: 3_600n }],
        changeDelay: DAY,
      });
    const deployer = clientOf(deployment, "deployer");
    const agent = await registerAgent(deployer, deployment, { name: "capped", policy: capped(100n) });
    await mintTokens(deployer, token, agent.vault, 10_000n);
    const payee = deployment.accounts.payee?.address ?? "0x";
    const ask = async (call: Call): Promise<Hex> => {
      const deadline = await inSeconds(600n);
      const action = actionOf(deployment, agent.vault, call);
      return (await submitter.submitDecision({ agentId: agent.id, action, deadline })).decisionId;
    };
    const decide = async (call: Call) => submitter.waitForDecision({ decisionId: await ask(call) });

    expect((await decide(schedulePolicyCall(agent.vault, capped(1_000n)))).state).toBe("Executed");
    await expect(submitter.applyPolicy({ vault: agent.vault })).rejects.toMatchObject({
      revert: { kind: "named", name: "VaultPolicyTooEarly" },
    });
    const refused = await untilAllRefuse(deployment, await ask(transferOf(deployment, payee, 500n)));
    expect(refused).toEqual(Array(4).fill(expect.stringContaining("500 asked, at most 100 in one execution")));
    expect(await tokensOf(agent.vault)).toBe(10_000n);

    const time = createTestClient({ mode: "hardhat", transport: http(deployment.rpcUrl) });
    await time.increaseTime({ seconds: Number(DAY) });
    await time.mine({ blocks: 1 });
    await submitter.applyPolicy({ vault: agent.vault });
    expect((await decide(transferOf(deployment, payee, 500n))).state).toBe("Executed");
    expect(await tokensOf(agent.vault)).toBe(9_500n);
  });
});
