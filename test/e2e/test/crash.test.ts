import { eventually } from "@synod/testing/eventually";
import type { Hex } from "viem";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { clientOf, type DevnetClient, executions, submit, tokenPayment } from "../harness/client.ts";
import { reportOf } from "../harness/committer.ts";
import { type Deployment, first, type Member } from "../harness/deployment.ts";
import { type Devnet, startDevnet } from "../harness/devnet.ts";
import { hasShare, killOnceStored, refreshShares } from "../harness/handover.ts";
import { MemberProcesses } from "../harness/member-processes.ts";
import type { Program } from "../harness/program.ts";

const MOST_TRIES = 12;

let devnet: Devnet;
let deployment: Deployment;
let client: DevnetClient;
const processes = new MemberProcesses();

beforeAll(async () => {
  devnet = await startDevnet(["--committers", "4", "--min-signers", "3", "--quorum", "3"]);
  deployment = devnet.deployment;
  client = clientOf(deployment);
});

afterAll(async () => {
  await processes.close();
  await devnet?.stop();
});

function memberAt(index: number): Member {
  const member = first(deployment.committees).members[index];
  if (member === undefined) throw new TypeError(`the committee has no member ${index}`);
  return member;
}

/** Every decision submitted must end executed, exactly once, whoever died on the way. */
async function expectExecutedOnce(decisionId: Hex): Promise<void> {
  const { state } = await client.waitForDecision({ decisionId, timeoutMs: 90_000 });
  expect(state).toBe("Executed");
  expect(await executions(client, deployment, decisionId)).toBe(1);
}

/** Submits decisions until the rehearsal strikes: not every member signs every decision. */
async function submitUntilDead(program: Program): Promise<readonly Hex[]> {
  const submitted: Hex[] = [];
  let isDead = false;
  void program.exited.then(() => {
    isDead = true;
  });
  while (!isDead && submitted.length < MOST_TRIES) {
    const decisionId = await submit(client, deployment, tokenPayment(deployment, "1"));
    submitted.push(decisionId);
    const ended = client.waitForDecision({ decisionId, timeoutMs: 90_000 });
    await Promise.race([ended, program.exited]);
  }
  expect((await program.exited).signal).toBe("SIGKILL");
  return submitted;
}

describe("a committer killed with -9", () => {
  const moments = ["after-attestation", "after-claim", "after-signature"] as const;

  it.each(moments)("%s: restarts, and every decision is executed exactly once", async (moment) => {
    const member = memberAt(1);
    await processes.kill(member);
    const doomed = await processes.restart(member, { SYNOD_REHEARSE_CRASH: moment });
    const submitted = await submitUntilDead(doomed);
    processes.forget(member);
    await processes.restart(member);
    for (const decisionId of submitted) await expectExecutedOnce(decisionId);
    const last = submitted.at(-1);
    if (last === undefined) throw new TypeError("nothing was submitted");
    await eventually(async () => {
      const report = await reportOf(member, last);
      return report?.state.toLowerCase() === "executed" ? report : undefined;
    });
  });

  it("with its new share just stored: the switch goes on, the key is the same, and it signs", async () => {
    const committee = first(deployment.committees);
    const member = memberAt(2);
    const before = await client.getCommittee({ committeeId: committee.id });
    const epoch = (before.activeEpoch ?? 0n) + 1n;
    const killed = killOnceStored(processes, committee, member, epoch);
    await refreshShares(committee, epoch - 1n);
    await killed;
    await eventually(async () => {
      const { activeEpoch } = await client.getCommittee({ committeeId: committee.id });
      return activeEpoch === epoch && !hasShare(committee, member, epoch - 1n) ? true : undefined;
    });
    expect(hasShare(committee, member, epoch)).toBe(true);
    const after = await client.getCommittee({ committeeId: committee.id });
    expect(after.epoch.group?.publicKey).toEqual(before.epoch.group?.publicKey);
    await expectExecutedOnce(await submit(client, deployment, tokenPayment(deployment, "1")));
  });

  it("two at once: nothing is signed by t - 1, and the queue drains when one returns", async () => {
    const [early, late] = [memberAt(2), memberAt(3)];
    await processes.kill(early);
    await processes.kill(late);
    const decisionId = await submit(client, deployment, tokenPayment(deployment, "1"));
    const start = await client.getBlockNumber();
    await eventually(async () => ((await client.getBlockNumber()) >= start + 8n ? true : undefined));
    expect((await client.getDecision({ decisionId })).state).toBe("Pending");
    expect(await executions(client, deployment, decisionId)).toBe(0);
    await processes.restart(early);
    await expectExecutedOnce(decisionId);
    await processes.restart(late);
  });
});

afterEach(async () => {
  const { members } = first(deployment.committees);
  await eventually(async () => {
    const ready = await Promise.all(members.map(({ httpUrl }) => fetch(`${httpUrl}/readyz`).then(({ ok }) => ok)));
    return ready.every(Boolean) ? true : undefined;
  });
});
