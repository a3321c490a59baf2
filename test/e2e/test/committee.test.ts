import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AuditEntry, type AuditRecord, sealAudit } from "@synod/core";
import { agentVaultAbi } from "@synod/sdk";
import { eventually } from "@synod/testing/eventually";
import { decodeFunctionData, recoverAddress } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientOf, executions, submit, tokenPayment } from "../harness/client.ts";
import { reportOf } from "../harness/committer.ts";
import { type Deployment, first } from "../harness/deployment.ts";
import { type Devnet, startDevnet } from "../harness/devnet.ts";
import { filesBelow, secretsIn, secretsInMemory } from "../harness/process-memory.ts";
import { synod } from "../harness/program.ts";
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

    const [log] = await client.getContractEvents({
      address: vault,
      abi: agentVaultAbi,
      eventName: "ActionExecuted",
      args: { decisionId },
      fromBlock: 0n,
    });
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

describe("the audit logs of a committee", () => {
  it("agree with the chain and hold every signature that was used", async () => {
    const { code, output } = await audit(...logsOf());
    expect([code, output]).toEqual([0, expect.stringMatching(/complete: \d+ executed decisions/)]);
  });

  it("do not agree once one of them was rewritten, hashes and all", async () => {
    const [log = "", ...others] = logsOf();
    const entries = readAudit(log).map(({ entry }) => entry);
    const rewritten = entries.map((entry) =>
      entry.fact === "ResultObserved" ? { ...entry, details: { ...entry.details, reply: "false" } } : entry,
    );
    expect(await auditOf(rewritten, others)).toEqual([1, expect.stringContaining("tells the result false")]);
  });

  it("are not complete once a signature was left out of two of them", async () => {
    const [log = "", other = "", ...others] = logsOf();
    const silent = readAudit(log).flatMap(({ entry }) => (entry.fact === "SignatureProduced" ? [] : [entry]));
    expect(await auditOf(silent, [...others])).toEqual([1, expect.stringContaining("2 of the logs hold")]);
    expect((await auditOf(silent, [other, ...others]))[0]).toBe(0);
  });
});

function logsOf(): readonly string[] {
  return first(deployment.committees).members.map(({ dataDir }) => join(dataDir, "audit.jsonl"));
}

function readAudit(file: string): readonly AuditRecord[] {
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as AuditRecord);
}

/** Writes a log with these entries, as whole as a committer would, and verifies it together with others. */
async function auditOf(entries: readonly AuditEntry[], others: readonly string[]): Promise<readonly [unknown, string]> {
  const chain: AuditRecord[] = [];
  for (const entry of entries) chain.push(sealAudit(entry, chain.at(-1)).record);
  const folder = mkdtempSync(join(tmpdir(), "synod-audit-"));
  const file = join(folder, "audit.jsonl");
  writeFileSync(file, chain.map((record) => `${JSON.stringify(record)}\n`).join(""));
  const { code, output } = await audit(file, ...others);
  rmSync(folder, { recursive: true });
  return [code, output];
}

async function audit(...files: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  const program = synod(["audit", "verify", ...files, "--complete", "--deployment", devnet.deploymentFile]);
  const { code } = await program.exited;
  return { code, output: program.stdout.text + program.stderr.text };
}

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
