import {
  epochKey,
  epochProposalDigest,
  memberOrder,
  membersHash,
  toDecisionId,
  toEpoch,
  toMemberIndex,
} from "@synod/core";
import { committeeRegistryAbi } from "@synod/sdk";
import { decodeFunctionData, type Hex, zeroAddress } from "viem";
import { expect, test } from "vitest";
import type { Intent } from "../../src/chain/account.ts";
import type { CeremonyContext, Succession } from "../../src/committee/context.ts";
import { EpochBook, type EpochEntry, type LatestEpoch } from "../../src/committee/epoch-book.ts";
import { EpochProposer } from "../../src/committee/epoch-proposer.ts";
import { identityOf } from "../../src/identity.ts";
import type { ListedMember } from "../../src/journal/events.ts";
import { decodeFrame, type PeerFrame } from "../../src/sessions/frame.ts";
import { testSecret } from "../support/data-folder.ts";
import { testNotices } from "../support/notices.ts";
import { ACTIVE_FACTS, SAMPLE_EPOCH, sampleIdentity } from "../support/sample-epoch.ts";

const { committeeId, quorum, minSigners } = SAMPLE_EPOCH;
const ACTIVE = toEpoch(1n);
const KEY = epochKey(committeeId, ACTIVE);
const [SELF, PEER] = [sampleIdentity("self"), sampleIdentity("peer")];
const PLACE = { chainId: 31_337n, committeeRegistry: zeroAddress };
const STRANGER: ListedMember = { x: `0x${"0a".repeat(32)}`, y: `0x${"0b".repeat(32)}`, endpoint: "stranger" };
const NONE: Succession = { refreshAfterSeconds: 0n, replaceAfterBlocks: 0n, standbys: [] };
const LATEST: LatestEpoch = { epoch: 1n, membersHash: SAMPLE_EPOCH.membersHash, isUnfinished: false };

type World = {
  readonly succession?: Partial<Succession>;
  readonly latest?: LatestEpoch | undefined;
  readonly isBanned?: boolean;
  readonly isAsked?: boolean;
};

/** This member and two others, of whom the third is nobody that is here; the active epoch began at time 1,000. */
function proposerIn({ succession, latest = LATEST, isBanned = false, isAsked = false }: World) {
  const book = new EpochBook();
  const third: ListedMember = { x: `0x${"0c".repeat(32)}`, y: `0x${"0d".repeat(32)}`, endpoint: "third" };
  const members = [...SAMPLE_EPOCH.members, third];
  book.apply({ ...SAMPLE_EPOCH, members });
  book.setFacts(KEY, { ...ACTIVE_FACTS, activatedAt: 1_000n });
  book.setLatest(KEY, latest);
  const entry = () => book.get(KEY) as EpochEntry & { readonly facts: typeof ACTIVE_FACTS };
  const thirdPeer = entry().members[2]?.peer ?? "0x";
  const at = { number: 40n, time: 1_000n };
  const connected = new Set<Hex>(entry().members.map(({ peer }) => peer));
  const sent: (PeerFrame | undefined)[] = [];
  const relayed: { key: string; intent: Intent }[] = [];
  const asked = new Set(isAsked ? [ACTIVE] : []);
  const context = {
    ...testNotices(),
    ...PLACE,
    submitStaggerBlocks: 3n,
    succession: { ...NONE, ...succession },
    refreshRequests: { stands: ({ epoch }: EpochEntry) => asked.has(epoch), settle: () => undefined },
    identity: SELF,
    banned: () => new Map(isBanned ? [[thirdPeer, "cotCheck"]] : []),
    moment: () => ({ head: at, finalised: at }),
    transport: {
      connected: () => connected,
      send: (_to: Hex, frame: Uint8Array) => void sent.push(decodeFrame(frame)),
    },
    outbox: { relay: async (key: string, intent: Intent) => void relayed.push({ key, intent }) },
    wake: () => undefined,
  };
  const proposer = new EpochProposer(context as unknown as CeremonyContext, entry());
  const step = async () => {
    proposer.step(entry());
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.resolve();
  };
  const lose = () => connected.delete(thirdPeer);
  return { proposer, entry, members, at, sent, relayed, step, lose };
}

/** The peer's approval of an epoch with these members. */
function approval(members: readonly ListedMember[], changes: { epoch?: bigint; approving?: bigint } = {}) {
  const { epoch = 2n, approving = 1n } = changes;
  const terms = { committeeId, epoch: toEpoch(epoch), membersHash: membersHash(members), minSigners, quorum };
  const message = { ...terms, approvingEpoch: toEpoch(approving) };
  return PEER.sign({ kind: "epochProposal", place: PLACE, message });
}

/** What may be wrong with an approval. */
type Change = {
  readonly members?: readonly ListedMember[];
  readonly epoch?: bigint;
  readonly approving?: bigint;
  readonly from?: "third" | "stranger";
};

/** Lets enough blocks pass for every member's turn. */
async function untilPosted({ at, step }: Pick<ReturnType<typeof proposerIn>, "at" | "step">): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) {
    await step();
    at.number += 3n;
  }
}

test("shares that are old are refreshed: approved, announced each block, posted with a quorum's approvals", async () => {
  const world = proposerIn({ succession: { refreshAfterSeconds: 500n } });
  const { proposer, entry, at, sent, relayed, step, members } = world;
  at.time = 1_499n;
  await step();
  expect([sent, proposer.wantsSuccessor(entry())]).toEqual([[], false]);
  at.time = 1_500n;
  await step();
  await step();
  expect(sent.map((frame) => frame?.kind)).toEqual(["approval", "approval"]);
  await untilPosted(world);
  expect(relayed).toEqual([]);
  const signature = await approval(members);
  await proposer.onApproval(entry(), PEER.peer, signature);
  await untilPosted(world);
  expect(new Set(relayed.map(({ key }) => key)).size).toBe(1);
  const { functionName, args } = decodeFunctionData({
    abi: committeeRegistryAbi,
    data: relayed[0]?.intent.data ?? "0x",
  });
  const own = sent[0]?.kind === "approval" ? sent[0].signature : undefined;
  const approvals = [
    { memberIndex: 0, signature: own },
    { memberIndex: 1, signature },
  ];
  expect([functionName, args]).toEqual(["proposeEpoch", [committeeId, members, minSigners, quorum, approvals]]);
});

test("shares are refreshed when the operator asks, however young they are", async () => {
  const { sent, step } = proposerIn({ isAsked: true });
  await step();
  expect(sent).toHaveLength(2);
});

test("a quorum is posted in the members' turns, not by all at once", async () => {
  const { proposer, entry, at, relayed, step, members } = proposerIn({ isAsked: true });
  await step();
  await proposer.onApproval(entry(), PEER.peer, await approval(members));
  const message = { committeeId, epoch: toEpoch(2n), membersHash: membersHash(members), minSigners, quorum };
  const digest = epochProposalDigest(PLACE, { ...message, approvingEpoch: ACTIVE });
  const place = memberOrder(toDecisionId(digest), "execute", 3).indexOf(toMemberIndex(0));
  expect(place).toBeGreaterThan(0);
  while (relayed.length === 0) {
    await step();
    if (relayed.length === 0) at.number += 1n;
  }
  expect(at.number).toBe(40n + 3n * BigInt(place));
});

test.each([
  ["is for other members", { members: [STRANGER] }],
  ["is for another epoch", { epoch: 3n }],
  ["was given in another epoch", { approving: 2n }],
  ["is sent by another than who signed it", { from: "third" }],
  ["is sent by a stranger", { from: "stranger" }],
] as const)("an approval that %s does not count", async (_why, changes: Change) => {
  const { members, from = "peer", ...terms } = changes;
  const world = proposerIn({ isAsked: true });
  const { proposer, entry, relayed, step } = world;
  await step();
  const senders = {
    peer: PEER.peer,
    third: entry().members[2]?.peer ?? "0x",
    stranger: identityOf(testSecret("stranger")).peer,
  };
  await proposer.onApproval(entry(), senders[from], await approval(members ?? world.members, terms));
  await proposer.onApproval(entry(), PEER.peer, `0x${"00".repeat(65)}`);
  await untilPosted(world);
  expect(relayed).toEqual([]);
});

test.each([
  ["a member is away", { isAway: true }],
  ["a member is banned", { isBanned: true }],
  ["an epoch is on its way", { latest: { ...LATEST, epoch: 2n, isUnfinished: true } }],
  ["none is asked for", { isAsked: false }],
] as const)("there is no refresh while %s", async (_why, changes) => {
  const { isAway, ...world } = { isAway: false, isAsked: true, ...changes };
  const { step, lose, sent } = proposerIn(world);
  if (isAway) lose();
  await step();
  expect(sent).toEqual([]);
});

test("standbys are proposed in the place of members that are lost, by the same way", async () => {
  const world = proposerIn({ succession: { replaceAfterBlocks: 10n, standbys: [STRANGER] } });
  const { proposer, entry, at, sent, relayed, step, members, lose } = world;
  lose();
  await step();
  at.number += 10n;
  expect([sent, proposer.wantsSuccessor(entry())]).toEqual([[], true]);
  await step();
  expect(sent).toHaveLength(2);
  await proposer.onApproval(entry(), PEER.peer, await approval([...members.slice(0, 2), STRANGER]));
  await untilPosted(world);
  expect(relayed.length).toBeGreaterThan(0);
});

test("an epoch that came to nothing is followed by another number", async () => {
  const world = proposerIn({ isAsked: true, latest: { ...LATEST, epoch: 2n } });
  const { proposer, entry, members, relayed, step } = world;
  await step();
  await proposer.onApproval(entry(), PEER.peer, await approval(members, { epoch: 3n }));
  await untilPosted(world);
  expect(relayed.length).toBeGreaterThan(0);
});
