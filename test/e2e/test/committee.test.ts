import { readFileSync } from "node:fs";
import { agentVaultAbi } from "@synod/sdk";
import { decodeFunctionData, recoverAddress } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientOf, executions, submit, tokenPayment } from "../harness/client.ts";
import { reportOf } from "../harness/committer.ts";
import { type Deployment, first } from "../harness/deployment.ts";
import { type Devnet, startDevnet } from "../harness/devnet.ts";
import { eventually } from "../harness/eventually.ts";
import { filesBelow, secretsIn, secretsInMemory } from "../harness/process-memory.ts";
import { readShare } from "../harness/stored-share.ts";

let devnet: Devnet;
let deployment: Deployment;

beforeAll(async () => {
  devnet = await startDevnet(["--committers", "4", "--min-signers", "3", "--quorum", "3"]);
  deployment = devnet.deployment;
});

afterAll(async () => {
  await devnet?.stop();
});

describe("a committee of four processes", () => {
  it("executes an approved decision once, with a signature that recovers to the group key", async () => {
    const client = clientOf(deployment);
    const committee = first(deployment.committees);
    const { vault } = first(deployment.agents);
    const decisionId = await submit(client, deployment, tokenPayment(deployment, "5"));
    const decision = await client.waitForDecision({ decisionId, timeoutMs: 60_000 });
    expect(decision.state).toBe("Executed");
    expect(await executions(client, deployment, decisionId)).toBe(1);

    const [log] = await client.getContractEvents({ address: vault, abi: agentVaultAbi, fromBlock: 0n });
    const transaction = await client.getTransaction({ hash: log?.transactionHash ?? "0x" });
    const { args } = decodeFunctionData({ abi: agentVaultAbi, data: transaction.input });
    const hash = await client.readContract({
      address: vault,
      abi: agentVaultAbi,
      functionName: "authorizationDigest",
      args: [decisionId],
    });
    const signature = args?.at(-1);
    expect(typeof signature).toBe("string");
    const recovered = await recoverAddress({ hash, signature: signature as `0x${string}` });
    expect(recovered.toLowerCase()).toBe(committee.groupAddress.toLowerCase());
  });

  it("tells the same story from every committer", async () => {
    const client = clientOf(deployment);
    const committee = first(deployment.committees);
    const decisionId = await submit(client, deployment, tokenPayment(deployment, "6"));
    await client.waitForDecision({ decisionId, timeoutMs: 60_000 });
    for (const member of committee.members) {
      const report = await eventually(async () => {
        const seen = await reportOf(member, decisionId);
        return seen?.state.toLowerCase() === "executed" ? seen : undefined;
      });
      expect(report.attesters.length).toBeGreaterThanOrEqual(committee.quorum);
    }
  });
});

describe("shares stay apart", () => {
  it("no process has another member's share in its memory, and no file holds any share in the clear", () => {
    const committee = first(deployment.committees);
    const secrets = committee.members.map((member) => readShare(deployment, committee, member).secret);
    expect(new Set(secrets.map((secret) => Buffer.from(secret).toString("hex"))).size).toBe(secrets.length);
    for (const member of committee.members) {
      // Finding its own share shows that the search can see a share at all.
      expect([...secretsInMemory(member.pid, secrets)]).toEqual([member.memberIndex]);
      for (const file of filesBelow(member.dataDir)) expect(secretsIn(readFileSync(file), secrets)).toEqual([]);
    }
  });
});
