import { connect } from "node:net";
import { printSeed, seededRng } from "@synod/testing";
import { eventually } from "@synod/testing/eventually";
import { bytesToHex, concatBytes, type Hex, hexToBytes, zeroHash } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientOf, type DevnetClient, executions, submit, tokenPayment } from "../harness/client.ts";
import { answers, isAlive, reportOf } from "../harness/committer.ts";
import { type Committee, type Deployment, first, type Member } from "../harness/deployment.ts";
import { type Devnet, startDevnet } from "../harness/devnet.ts";
import { HostileFrames } from "../harness/hostile-frames.ts";
import { type Impostor, identityOf, impersonate, untilConnected } from "../harness/impostor.ts";
import { MemberProcesses } from "../harness/member-processes.ts";

const FRAMES = 2_000;
const ATTESTATION = {
  Attestation: [
    { name: "decisionId", type: "bytes32" },
    { name: "committeeId", type: "bytes32" },
    { name: "epoch", type: "uint64" },
    { name: "reply", type: "bool" },
    { name: "resultHash", type: "bytes32" },
  ],
} as const;

let devnet: Devnet;
let deployment: Deployment;
let committee: Committee;
let client: DevnetClient;
let traitor: Member;
let honest: readonly Member[];
const processes = new MemberProcesses();

beforeAll(async () => {
  devnet = await startDevnet(["--committers", "4", "--min-signers", "3", "--quorum", "3"]);
  deployment = devnet.deployment;
  committee = first(deployment.committees);
  client = clientOf(deployment);
  [traitor, ...honest] = [...committee.members].reverse() as [Member, ...Member[]];
  await processes.kill(traitor);
});

afterAll(async () => {
  await processes.close();
  await devnet?.stop();
});

async function metric(member: Member, name: string): Promise<number> {
  const text = await (await fetch(`${member.httpUrl}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line.startsWith(name) && !line.startsWith("#"));
  return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

async function expectUnharmed(): Promise<void> {
  for (const member of honest) {
    expect(isAlive(member.pid)).toBe(true);
    expect(await answers(`${member.httpUrl}/healthz`)).toBe(true);
    expect(await metric(member, "synod_bans_total")).toBe(0);
  }
}

/** A member's true attestation of a reply that nobody else gave. */
async function lie(impostor: Impostor, secret: Uint8Array, decisionId: Hex): Promise<void> {
  const { chainId, decisionRegistry } = deployment;
  const signature = await privateKeyToAccount(bytesToHex(secret)).signTypedData({
    domain: { name: "Synod DecisionRegistry", version: "1", chainId, verifyingContract: decisionRegistry },
    types: ATTESTATION,
    primaryType: "Attestation",
    message: {
      decisionId,
      committeeId: committee.id,
      epoch: BigInt(committee.epoch),
      reply: false,
      resultHash: zeroHash,
    },
  });
  const frame = concatBytes([Uint8Array.of(2), hexToBytes(decisionId), new Uint8Array(33), hexToBytes(signature)]);
  for (const peer of impostor.others) impostor.transport.send(peer, frame);
}

describe("a member that turned", () => {
  it("sends thousands of strange frames: nobody signs, crashes or bans, and decisions go on", async () => {
    const rng = seededRng(printSeed("hostile-peer frames"));
    const impostor = await impersonate(committee, traitor, identityOf(traitor));
    const heard: Uint8Array[] = [];
    impostor.transport.onFrame((_from, frame) => void heard.push(frame));
    try {
      await untilConnected(impostor);
      await eventually(async () => (heard.length > 0 ? true : undefined));
      const frames = new HostileFrames(rng, heard);
      const blocked = await submit(client, deployment, tokenPayment(deployment, "2000"));
      const open = await submit(client, deployment, tokenPayment(deployment, "1"));
      for (let i = 0; i < FRAMES; i++) {
        const peer = impostor.others[i % impostor.others.length];
        if (peer !== undefined) impostor.transport.send(peer, frames.next(i % 2 === 0 ? blocked : open).frame);
      }
      expect((await client.waitForDecision({ decisionId: open, timeoutMs: 120_000 })).state).toBe("Executed");
      expect(await executions(client, deployment, open)).toBe(1);
      // Above the cap: approved by the lobe, so only the committers' own check stands between it and a signature.
      expect(await executions(client, deployment, blocked)).toBe(0);
      for (const member of honest) expect((await reportOf(member, blocked))?.signers).toEqual([]);
      expect(await metric(first(honest), "synod_frames_ignored_total")).toBeGreaterThan(0);
      await expectUnharmed();
    } finally {
      await impostor.transport.close();
    }
  });

  it("attests the contrary: the quorum's reply stands", async () => {
    const secret = identityOf(traitor);
    const impostor = await impersonate(committee, traitor, secret);
    try {
      await untilConnected(impostor);
      const decisionId = await submit(client, deployment, tokenPayment(deployment, "1"));
      await lie(impostor, secret, decisionId);
      const decision = await client.waitForDecision({ decisionId, timeoutMs: 120_000 });
      expect(decision.state).toBe("Executed");
      expect(decision.result?.attesters).not.toContain(traitor.memberIndex);
      await expectUnharmed();
    } finally {
      await impostor.transport.close();
    }
  });
});

describe("a stranger", () => {
  it("with a key that no registry names gets no connection", async () => {
    const rng = seededRng(printSeed("hostile-peer stranger"));
    const impostor = await impersonate(committee, traitor, rng(32), "/ip4/127.0.0.1/tcp/0");
    try {
      const start = await client.getBlockNumber();
      await eventually(async () => ((await client.getBlockNumber()) >= start + 5n ? true : undefined));
      expect(impostor.transport.connected().size).toBe(0);
      await expectUnharmed();
    } finally {
      await impostor.transport.close();
    }
  });

  it("with garbage on the raw port does no harm", async () => {
    const rng = seededRng(printSeed("hostile-peer garbage"));
    for (const member of honest) {
      const socket = connect(Number(member.endpoint.split("/").at(-1)), "127.0.0.1");
      socket.on("error", () => undefined);
      socket.end(Buffer.from(rng(65_536)));
      await new Promise((resolve) => socket.once("close", resolve));
    }
    await expectUnharmed();
  });
});

describe("afterwards", () => {
  it("the member itself comes back and everybody agrees again", async () => {
    await processes.restart(traitor);
    const decisionId = await submit(client, deployment, tokenPayment(deployment, "1"));
    expect((await client.waitForDecision({ decisionId, timeoutMs: 120_000 })).state).toBe("Executed");
    await eventually(async () => {
      const report = await reportOf(traitor, decisionId);
      return report?.state.toLowerCase() === "executed" ? report : undefined;
    });
  });
});
