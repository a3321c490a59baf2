import { createClient, http, keccak256, stringToHex } from "viem";
import { beforeAll, describe, expect, it } from "vitest";
import { synodActions } from "../../src/index.ts";
import { localKey, pointOf } from "../devnet/local-committee.ts";
import { actAs, inSeconds, policy, roles, type Scene, setScene, termsFor } from "../devnet/scene.ts";

let scene: Scene;
beforeAll(async () => {
  scene = await setScene(30n);
});

const UNKNOWN_ID = `0x${"00".repeat(32)}` as const;
const SALT = keccak256(stringToHex("another"));

describe("getCommittee", () => {
  it("reads the active epoch with its members and the group key they confirmed", async () => {
    const committee = await actAs(scene, "stranger").getCommittee({ committeeId: scene.committee.id });
    expect(committee).toMatchObject({ id: scene.committee.id, latestEpoch: 1n, activeEpoch: 1n });
    expect(committee.proposer).toBe(roles.registrant.address);
    expect(committee.epoch).toMatchObject({ epoch: 1n, status: "Active", minSigners: 2, quorum: 2, isKeyNew: true });
    expect(committee.epoch.confirmedBy).toEqual([0, 1, 2]);
    expect(committee.epoch.group).toMatchObject({
      address: scene.committee.group.address,
      publicKey: pointOf(scene.committee.group),
    });
    expect(committee.epoch.members).toEqual(
      scene.committee.members.map((member, memberIndex) => ({
        memberIndex,
        publicKey: pointOf(member),
        address: member.address,
        endpoint: "/ip4/127.0.0.1/tcp/1",
      })),
    );
  });

  it("reads the newest epoch while none is active", async () => {
    const client = actAs(scene, "registrant");
    const members = ["a", "b"].map((name) => ({ publicKey: pointOf(localKey(name)), endpoint: "/dns/x/tcp/1" }));
    const { committeeId } = await client.proposeCommittee({ salt: SALT, members, minSigners: 2, quorum: 2 });
    const committee = await client.getCommittee({ committeeId });
    expect(committee.activeEpoch).toBeUndefined();
    expect(committee.epoch).toMatchObject({ epoch: 1n, status: "Proposed", group: undefined, confirmedBy: [] });
  });

  it("says that an id is unknown, and that an epoch is none", async () => {
    const client = actAs(scene, "stranger");
    await expect(client.getCommittee({ committeeId: UNKNOWN_ID })).rejects.toMatchObject({ code: "UNKNOWN_ID" });
    const { epoch } = await client.getCommittee({ committeeId: scene.committee.id, epoch: 9n });
    expect(epoch).toMatchObject({ epoch: 9n, status: "None", members: [] });
  });
});

describe("proposeCommittee", () => {
  it("is refused with a quorum that two results could both reach", async () => {
    const members = ["a", "b", "c", "d"].map((name) => ({ publicKey: pointOf(localKey(name)), endpoint: "" }));
    const proposal = actAs(scene, "registrant").proposeCommittee({ salt: SALT, members, minSigners: 2, quorum: 2 });
    await expect(proposal).rejects.toMatchObject({
      code: "CONTRACT_REVERTED",
      revert: { name: "CommitteeQuorumInvalid", args: [2, 4n] },
      message: expect.stringContaining("choose a quorum"),
    });
  });
});

describe("getAgent", () => {
  it("reads the terms, the sequence and the registrant", async () => {
    const agent = await actAs(scene, "stranger").getAgent({ agentId: scene.agentId });
    expect(agent).toMatchObject({
      ...termsFor(scene.committee.id, 30n),
      id: scene.agentId,
      vault: scene.vault,
      registrant: roles.registrant.address,
      sequence: 0n,
      pausedUntil: undefined,
    });
  });

  it("says that an id is unknown", async () => {
    const read = actAs(scene, "stranger").getAgent({ agentId: UNKNOWN_ID });
    await expect(read).rejects.toMatchObject({ code: "UNKNOWN_ID" });
  });
});

describe("registerAgent", () => {
  it("is refused with a vault that was deployed for another agent", async () => {
    const terms = { ...termsFor(scene.committee.id, 30n), vault: scene.vault };
    const registration = actAs(scene, "registrant").registerAgent({ salt: SALT, terms });
    await expect(registration).rejects.toMatchObject({ revert: { name: "DecisionVaultMismatch" } });
  });
});

describe("pauseAgent and unpauseAgent", () => {
  it("is the guardian's alone, for 14 days at most, and can be ended before its time", async () => {
    const { agentId } = scene;
    const until = await inSeconds(3_600n);
    const stranger = actAs(scene, "stranger").pauseAgent({ agentId, until });
    await expect(stranger).rejects.toMatchObject({ revert: { name: "DecisionNotGuardian" } });
    const guardian = actAs(scene, "guardian");
    const tooLong = guardian.pauseAgent({ agentId, until: await inSeconds(15n * 86_400n) });
    await expect(tooLong).rejects.toMatchObject({ revert: { name: "DecisionPauseInvalid" } });
    await guardian.pauseAgent({ agentId, until });
    expect((await guardian.getAgent({ agentId })).pausedUntil).toBe(until);
    await guardian.unpauseAgent({ agentId });
    expect((await guardian.getAgent({ agentId })).pausedUntil).toBeLessThan(until);
    const nothing = guardian.unpauseAgent({ agentId });
    await expect(nothing).rejects.toMatchObject({ revert: { name: "DecisionAgentNotPaused" } });
  });
});

describe("getVault", () => {
  it("reads the policy and what was spent", async () => {
    const vault = await actAs(scene, "stranger").getVault({ vault: scene.vault });
    expect(vault.agentId).toBe(scene.agentId);
    expect(vault.decisionRegistry).toBe(scene.committee.contracts.decisionRegistry);
    expect(vault.policy.assets).toEqual(policy.assets);
    expect(vault.spending).toEqual([{ ...policy.assets[0], spentInWindow: 0n }]);
  });

  it("says that there is no vault at an address", async () => {
    const read = actAs(scene, "stranger").getVault({ vault: roles.stranger.address });
    await expect(read).rejects.toMatchObject({ code: "CONTRACT_MISSING" });
  });
});

describe("an unreachable chain", () => {
  it("is named with its URL", async () => {
    const client = createClient({ transport: http("http://127.0.0.1:9", { retryCount: 0 }) }).extend(
      synodActions(scene.committee.contracts),
    );
    await expect(client.getAgent({ agentId: scene.agentId })).rejects.toMatchObject({
      code: "RPC_UNREACHABLE",
      message: expect.stringContaining("http://127.0.0.1:9"),
    });
  });
});
