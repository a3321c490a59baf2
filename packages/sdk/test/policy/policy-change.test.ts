import { encodePolicy } from "@synod/core";
import { keccak256 } from "viem";
import { beforeAll, describe, expect, it } from "vitest";
import { cancelPolicyCall, composePolicy, type PolicyDraft, schedulePolicyCall } from "../../src/index.ts";
import { chainClient } from "../devnet/deploy.ts";
import { authorize, resolve } from "../devnet/local-committee.ts";
import { actAs, inSeconds, payment, policyDraft, type Scene, setScene } from "../devnet/scene.ts";

const DAY = 86_400n;
const draft: PolicyDraft = { ...policyDraft, changeDelay: DAY };

let scene: Scene;
beforeAll(async () => {
  scene = await setScene(0n, [], { changeDelay: DAY });
});

/** Brings an action through submission, approval and execution. */
async function decide(calls: ReturnType<typeof payment>["calls"]): Promise<void> {
  const client = actAs(scene, "submitter");
  const action = { ...payment(scene, 0n), calls };
  const { decisionId } = await client.submitDecision({
    agentId: scene.agentId,
    action,
    deadline: await inSeconds(3_600n),
  });
  await resolve(scene.committee, await client.getDecision({ decisionId }), true);
  const decision = await client.getDecision({ decisionId });
  const signature = await authorize(scene.committee, decision, scene.vault);
  await client.executeDecision({ vault: scene.vault, decisionId, action, signature });
}

async function pass(seconds: bigint): Promise<void> {
  await chainClient().increaseTime({ seconds: Number(seconds) });
  await chainClient().mine({ blocks: 1 });
}

describe("a change of the policy", () => {
  const next = composePolicy({ ...draft, rate: { most: 5, seconds: DAY } });

  it("waits for its delay, and is put into force by anyone", async () => {
    const client = actAs(scene, "stranger");
    await decide([schedulePolicyCall(scene.vault, next)]);
    const before = await client.getVault({ vault: scene.vault });
    expect(encodePolicy(before.policy)).toBe(encodePolicy(composePolicy(draft)));
    expect(before.waiting?.effectiveAt).toBeGreaterThan(0n);
    const early = client.applyPolicy({ vault: scene.vault });
    await expect(early).rejects.toMatchObject({ revert: { name: "VaultPolicyTooEarly" } });
    await pass(DAY);
    await client.applyPolicy({ vault: scene.vault });
    const after = await client.getVault({ vault: scene.vault });
    expect(encodePolicy(after.policy)).toBe(encodePolicy(next));
    expect(after.policyHash).toBe(keccak256(encodePolicy(next)));
    expect(after).not.toHaveProperty("waiting");
  });

  it("is given up by a decision", async () => {
    const client = actAs(scene, "stranger");
    await decide([schedulePolicyCall(scene.vault, composePolicy(draft))]);
    await decide([cancelPolicyCall(scene.vault)]);
    const late = client.applyPolicy({ vault: scene.vault });
    await expect(late).rejects.toMatchObject({ revert: { name: "VaultPolicyNotScheduled" } });
  });
});
