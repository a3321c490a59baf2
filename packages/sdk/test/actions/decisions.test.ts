import { ANY_SEQUENCE } from "@synod/core";
import { keccak256, parseEther, stringToHex } from "viem";
import { beforeAll, describe, expect, it } from "vitest";
import { SynodSdkError } from "../../src/index.ts";
import { synodClient } from "../devnet/deploy.ts";
import { authorize, localKey, resolve } from "../devnet/local-committee.ts";
import { actAs, inSeconds, payee, payment, roles, type Scene, setScene } from "../devnet/scene.ts";

let scene: Scene;
beforeAll(async () => {
  scene = await setScene();
});

const UNKNOWN_ID = `0x${"00".repeat(32)}` as const;

async function submit(wei = 1n) {
  const client = actAs(scene, "submitter");
  const action = payment(scene, wei);
  const submitted = await client.submitDecision({ agentId: scene.agentId, action, deadline: await inSeconds(3_600n) });
  return { client, action, ...submitted };
}

async function approved(wei: bigint) {
  const submitted = await submit(wei);
  const pending = await submitted.client.getDecision(submitted);
  await resolve(scene.committee, pending, true);
  return { ...submitted, signature: await authorize(scene.committee, pending, scene.vault) };
}

describe("submitDecision", () => {
  it("records a decision that reads back with all its facts", async () => {
    const { client, decisionId, epoch, gasUsed } = await submit();
    const decision = await client.getDecision({ decisionId });
    expect(decision).toMatchObject({
      id: decisionId,
      state: "Pending",
      agentId: scene.agentId,
      committeeId: scene.committee.id,
      epoch: 1n,
      submitter: roles.submitter.address,
      expectedSequence: ANY_SEQUENCE,
      predecessor: undefined,
      result: undefined,
      readyAt: undefined,
      executedAt: undefined,
    });
    expect(epoch).toBe(1n);
    expect(gasUsed).toBeGreaterThan(21_000n);
  });

  it("makes another decision each time, because the salt is random", async () => {
    const [first, second] = [await submit(), await submit()];
    expect(first.decisionId).not.toBe(second.decisionId);
  });

  it("refuses the same salt again, by name and with what to do", async () => {
    const client = actAs(scene, "submitter");
    const parameters = {
      agentId: scene.agentId,
      action: payment(scene, 5n),
      deadline: await inSeconds(3_600n),
      salt: keccak256(stringToHex("once")),
    };
    await client.submitDecision(parameters);
    await expect(client.submitDecision(parameters)).rejects.toMatchObject({
      code: "CONTRACT_REVERTED",
      revert: { kind: "named", name: "DecisionAlreadyExists" },
      message: expect.stringContaining("another salt"),
    });
  });

  it("binds a decision to a history and to another's execution", async () => {
    const { client, action, decisionId: predecessor } = await submit();
    const { sequence, stateRoot } = await client.getAgent(scene);
    const parameters = { agentId: scene.agentId, action, deadline: await inSeconds(3_600n) };
    const binding = { expectedSequence: sequence, expectedStateRoot: stateRoot, predecessor };
    const { decisionId } = await client.submitDecision({ ...parameters, ...binding });
    const decision = await client.getDecision({ decisionId });
    expect(decision).toMatchObject({ predecessor, expectedSequence: sequence });
    await expect(resolve(scene.committee, decision, true)).rejects.toThrow("DecisionPredecessorNotExecuted");
    const [submitted] = await client.listDecisions({ decisionId });
    expect(submitted).toMatchObject(binding);
    const elsewhere = client.submitDecision({ ...parameters, expectedStateRoot: keccak256("0x01") });
    await expect(elsewhere).rejects.toMatchObject({ revert: { name: "DecisionStateRootMismatch" } });
  });

  it("refuses an action for another vault with both addresses", async () => {
    const action = { ...payment(scene, 1n), vault: payee };
    const deadline = await inSeconds(3_600n);
    const submitted = actAs(scene, "submitter").submitDecision({ agentId: scene.agentId, action, deadline });
    await expect(submitted).rejects.toMatchObject({ revert: { name: "DecisionWrongVault" } });
  });

  it("says that an account without native coin cannot pay", async () => {
    const client = synodClient(scene.committee.contracts, localKey("pauper"));
    const deadline = await inSeconds(3_600n);
    const submitted = client.submitDecision({ agentId: scene.agentId, action: payment(scene, 1n), deadline });
    await expect(submitted).rejects.toMatchObject({ code: "FUNDS_INSUFFICIENT" });
  });

  it("asks for an account when the client has none", async () => {
    const client = synodClient(scene.committee.contracts);
    const deadline = await inSeconds(3_600n);
    const submitted = client.submitDecision({ agentId: scene.agentId, action: payment(scene, 1n), deadline });
    await expect(submitted).rejects.toMatchObject({ code: "ACCOUNT_MISSING" });
  });
});

describe("getDecision", () => {
  it("says that an id is unknown", async () => {
    const read = actAs(scene, "submitter").getDecision({ decisionId: UNKNOWN_ID });
    await expect(read).rejects.toThrow(SynodSdkError);
    await expect(read).rejects.toMatchObject({ code: "UNKNOWN_ID", revert: { name: "DecisionUnknown" } });
  });

  it("reads an earlier state at an earlier block", async () => {
    const { client, decisionId, blockNumber } = await submit();
    await client.cancelDecision({ decisionId });
    expect((await client.getDecision({ decisionId })).state).toBe("Cancelled");
    expect((await client.getDecision({ decisionId, blockNumber })).state).toBe("Pending");
  });

  it("tells who attested a result", async () => {
    const { client, decisionId } = await approved(7n);
    const decision = await client.getDecision({ decisionId });
    expect(decision.state).toBe("Ready");
    expect(decision.result).toMatchObject({ reply: true, attesters: [0, 1] });
    expect(decision.readyAt).toBe(decision.result?.resolvedAt);
  });
});

describe("cancelDecision", () => {
  it("is refused to anyone but the submitter", async () => {
    const { decisionId } = await submit();
    await expect(actAs(scene, "stranger").cancelDecision({ decisionId })).rejects.toMatchObject({
      revert: { name: "DecisionNotSubmitter", args: [roles.stranger.address, roles.submitter.address] },
    });
  });

  it("is refused after a result", async () => {
    const { client, decisionId } = await approved(8n);
    await expect(client.cancelDecision({ decisionId })).rejects.toMatchObject({
      revert: { name: "DecisionUnexpectedState" },
    });
  });
});

describe("executeDecision", () => {
  it("pays what was approved, once", async () => {
    const { client, decisionId, action, signature } = await approved(parseEther("0.25"));
    const before = await client.getBalance({ address: payee });
    await client.executeDecision({ vault: scene.vault, decisionId, action, signature });
    expect(await client.getBalance({ address: payee })).toBe(before + parseEther("0.25"));
    expect((await client.getDecision({ decisionId })).state).toBe("Executed");
    const replay = client.executeDecision({ vault: scene.vault, decisionId, action, signature });
    await expect(replay).rejects.toMatchObject({ revert: { name: "VaultDecisionNotReady" } });
  });

  it("is refused above the cap even with the group key's signature", async () => {
    const { client, decisionId, action, signature } = await approved(parseEther("2"));
    const execution = client.executeDecision({ vault: scene.vault, decisionId, action, signature });
    await expect(execution).rejects.toMatchObject({
      code: "CONTRACT_REVERTED",
      revert: { name: "VaultTransactionCapExceeded" },
    });
  });
});

describe("listDecisions", () => {
  it("finds one decision with its whole payload", async () => {
    const { client, decisionId, action, blockNumber, transactionHash } = await submit(123n);
    const found = await client.listDecisions({ decisionId });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ id: decisionId, agentId: scene.agentId, blockNumber, transactionHash });
    expect(found[0]?.action.calls).toEqual([{ ...action.calls[0], target: expect.stringMatching(/a11ce$/i) }]);
  });

  it("lists an agent's decisions in order, page by page, each once", async () => {
    const first = await submit();
    const second = await submit();
    const { client } = second;
    const whole = await client.listDecisions({ agentId: scene.agentId });
    const paged = await client.listDecisions({ agentId: scene.agentId, blocksPerPage: 1n });
    expect(paged).toEqual(whole);
    expect(whole.slice(-2).map(({ id }) => id)).toEqual([first.decisionId, second.decisionId]);
  });

  it("keeps to the given blocks and to the given agent", async () => {
    const { client, blockNumber, decisionId } = await submit();
    const range = { fromBlock: blockNumber, toBlock: blockNumber };
    expect((await client.listDecisions(range)).map(({ id }) => id)).toEqual([decisionId]);
    expect(await client.listDecisions({ ...range, agentId: UNKNOWN_ID })).toEqual([]);
    expect(await client.listDecisions({ fromBlock: blockNumber + 1n })).toEqual([]);
  });
});
