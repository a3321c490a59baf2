import { createClient, webSocket } from "viem";
import { hardhat } from "viem/chains";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { type DecisionState, synodActions } from "../../src/index.ts";
import { resolve } from "../devnet/local-committee.ts";
import { actAs, inSeconds, payment, type Scene, setScene } from "../devnet/scene.ts";

let scene: Scene;
beforeAll(async () => {
  scene = await setScene(60n);
});

let payments = 0n;

/** Submits a payment of an amount that was not used before: a rejected payload cools down. */
async function submit() {
  payments += 1n;
  const client = actAs(scene, "submitter");
  const deadline = await inSeconds(600n);
  const { decisionId } = await client.submitDecision({
    agentId: scene.agentId,
    action: payment(scene, payments),
    deadline,
  });
  return { client, decisionId, decision: await client.getDecision({ decisionId }) };
}

describe("waitForDecision", () => {
  it("resolves when the committee has answered, and tells every state on the way", async () => {
    const { client, decisionId, decision } = await submit();
    const states: DecisionState[] = [];
    const waiting = client.waitForDecision({
      decisionId,
      until: "resolved",
      onState: ({ state }) => {
        states.push(state);
        if (state === "Pending") void resolve(scene.committee, decision, true);
      },
    });
    expect(await waiting).toMatchObject({ state: "Approved", result: { reply: true } });
    expect(states).toEqual(["Pending", "Approved"]);
  });

  it("waits on through open states until the decision is final", async () => {
    const { client, decisionId, decision } = await submit();
    await resolve(scene.committee, decision, true);
    const waiting = client.waitForDecision({
      decisionId,
      onState: ({ state }) => {
        if (state === "Approved") void actAs(scene, "guardian").vetoDecision({ decisionId });
      },
    });
    expect(await waiting).toMatchObject({ state: "Vetoed", vetoedAt: expect.any(BigInt) });
  });

  it("returns at once when the decision is final already", async () => {
    const { client, decisionId } = await submit();
    await client.cancelDecision({ decisionId });
    expect(await client.waitForDecision({ decisionId })).toMatchObject({ state: "Cancelled" });
  });

  it("sees a state that comes by time alone", async () => {
    const { client, decisionId } = await submit();
    const waiting = client.waitForDecision({
      decisionId,
      onState: ({ state }) => {
        if (state === "Pending") void client.increaseTime({ seconds: 700 }).then(() => client.mine({ blocks: 1 }));
      },
    });
    expect(await waiting).toMatchObject({ state: "Expired" });
  });

  it("works by subscription over a WebSocket", async () => {
    const { decisionId, decision } = await submit();
    const socketClient = createClient({
      chain: hardhat,
      transport: webSocket(`ws://${inject("chainAuthority")}`),
    }).extend(synodActions(scene.committee.contracts));
    const waiting = socketClient.waitForDecision({
      decisionId,
      onState: ({ state }) => {
        if (state === "Pending") void resolve(scene.committee, decision, false).then(() => nextBlock());
      },
    });
    expect(await waiting).toMatchObject({ state: "Rejected", result: { reply: false } });
    const { socket } = await socketClient.transport.getRpcClient();
    socket.close();
  });

  it("stops at its time limit and names the state", async () => {
    const { client, decisionId } = await submit();
    await expect(client.waitForDecision({ decisionId, timeoutMs: 100 })).rejects.toMatchObject({
      code: "WAIT_TIMED_OUT",
      message: expect.stringContaining("Pending after 100 ms"),
    });
  });

  it("stops when told so, before and during the waiting", async () => {
    const { client, decisionId } = await submit();
    const aborted = client.waitForDecision({ decisionId, signal: AbortSignal.abort() });
    await expect(aborted).rejects.toMatchObject({ code: "WAIT_ABORTED" });
    const controller = new AbortController();
    const waiting = client.waitForDecision({
      decisionId,
      signal: controller.signal,
      onState: () => controller.abort(),
    });
    await expect(waiting).rejects.toMatchObject({ code: "WAIT_ABORTED" });
  });

  it("does not wait for a decision that does not exist", async () => {
    const { client } = await submit();
    const waiting = client.waitForDecision({ decisionId: `0x${"00".repeat(32)}` });
    await expect(waiting).rejects.toMatchObject({ code: "UNKNOWN_ID" });
  });
});

/** One more block: a subscription that was set up after the last one needs another to fire. */
async function nextBlock(): Promise<void> {
  await actAs(scene, "stranger").mine({ blocks: 1 });
}
