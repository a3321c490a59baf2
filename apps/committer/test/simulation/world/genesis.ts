import { agentId as computeAgentId, committeeId as computeCommitteeId, membersHash, type Policy } from "@synod/core";
import type { AgentTerms } from "@synod/sdk";
import { committeeRegistryAbi, decisionRegistryAbi } from "@synod/sdk";
import {
  type Address,
  encodeFunctionData,
  type Hex,
  keccak256,
  parseEther,
  stringToHex,
  zeroAddress,
  zeroHash,
} from "viem";
import { newVault } from "../chain/policies.ts";
import { VirtualChain } from "../chain/virtual-chain.ts";
import type { Machine } from "./machine.ts";
import {
  BLOCK_SECONDS,
  type CommitteeShape,
  FINALITY_BLOCKS,
  FOUNDER,
  GUARDIAN,
  limitedPolicy,
  namedAddress,
  PLACES,
  POLICY,
  USER,
  USUAL_FEE,
} from "./terms.ts";
import { World, type WorldImage } from "./world.ts";

const SEED = "genesis";
const LIMIT_MS = 600_000;

/** Seconds of the second agent's veto window; the others have none. */
export const VETO_WINDOW = 12n;

const DAY = 86_400n;
/** Seconds until the vault of the third agent executes anything. */
const OPENS_AFTER = 40n;

type AgentDraft = { readonly name: string; readonly vetoWindow: bigint; readonly policy: Policy };

function newChain(): VirtualChain {
  const terms = {
    ...PLACES,
    blockSeconds: BLOCK_SECONDS,
    finalityBlocks: FINALITY_BLOCKS,
    isStalled: false,
    baseFee: USUAL_FEE,
  };
  const rich = [FOUNDER, USER, GUARDIAN];
  return VirtualChain.create(terms, new Map(rich.map((address) => [address, parseEther("1000000")])));
}

function propose(world: World, { minSigners, quorum }: CommitteeShape): Hex {
  const members = world.machines.map(({ publicKey }) => ({ ...publicKey, endpoint: "/ip4/127.0.0.1/tcp/1" }));
  const args = [zeroHash, members, minSigners, quorum] as const;
  const data = encodeFunctionData({ abi: committeeRegistryAbi, functionName: "proposeCommittee", args });
  world.post(FOUNDER, PLACES.committeeRegistry, data);
  const place = { chainId: PLACES.chainId, registry: PLACES.committeeRegistry };
  const content = { proposer: FOUNDER, salt: zeroHash, membersHash: membersHash(members), minSigners, quorum };
  return computeCommitteeId(place, content);
}

function isActiveFor({ process }: Machine): boolean {
  return process?.stores?.memory.book.entries().some(({ facts }) => facts?.status === "active") === true;
}

/** Opens soon after the worlds begin that come out of this one, for half a day. */
function hoursFrom(time: bigint): { readonly from: number; readonly until: number } {
  const from = Number((time + OPENS_AFTER) % DAY);
  return { from, until: (from + Number(DAY) / 2) % Number(DAY) };
}

/** An agent of the committee, with a vault that holds 1,000 coins. */
function registerAgent(world: World, committeeId: Hex, { name, vetoWindow, policy }: AgentDraft) {
  const salt = keccak256(stringToHex(`agent ${name}`));
  const vault: Address = namedAddress(`vault ${name}`);
  const terms: AgentTerms = {
    definitionHash: keccak256(stringToHex("definition")),
    lobeUri: "synod:simulation",
    committeeId,
    guardian: GUARDIAN,
    submitter: zeroAddress,
    vetoWindow,
    vault,
  };
  const place = { chainId: PLACES.chainId, registry: PLACES.decisionRegistry };
  const content = {
    ...terms,
    registrant: FOUNDER,
    salt,
    committeeId: committeeId as Parameters<typeof computeAgentId>[1]["committeeId"],
  };
  const agentId = computeAgentId(place, content);
  world.chain.amend((state) => {
    state.setVault(vault, newVault(vault, agentId, policy, world.chain.head.time));
    state.setAccount(vault, { balance: parseEther("1000"), nonce: 0 });
  });
  const data = encodeFunctionData({ abi: decisionRegistryAbi, functionName: "registerAgent", args: [salt, terms] });
  world.post(FOUNDER, PLACES.decisionRegistry, data);
  return { agentId, vault };
}

/**
 * Brings a committee to life: its members generate a key with each other, confirm it, prove that it signs and activate
 * their epoch, all with the real code, and three agents are registered. What comes out is where simulations begin.
 */
export async function createImage(shape: CommitteeShape): Promise<WorldImage> {
  const chain = newChain();
  const lobe = () => ({ kind: "noAnswer", reason: "nothing is decided yet" }) as const;
  const world = new World({ seed: SEED, atMs: 0, chain, members: shape.members, lobe });
  chain.amend((state) => {
    for (const { address } of world.machines) state.setAccount(address, { balance: parseEther("100"), nonce: 0 });
  });
  world.start();
  const committeeId = propose(world, shape);
  const isActive = await world.run(LIMIT_MS, () => world.machines.every(isActiveFor));
  if (!isActive) throw new RangeError(`no committee after ${LIMIT_MS} virtual ms:\n${world.trace.last().join("\n")}`);
  const limited = limitedPolicy(hoursFrom(chain.head.time));
  const drafts: readonly AgentDraft[] = [
    { name: "plain", vetoWindow: 0n, policy: POLICY },
    { name: "guarded", vetoWindow: VETO_WINDOW, policy: POLICY },
    { name: "limited", vetoWindow: 0n, policy: limited },
  ];
  const agents = drafts.map((draft) => registerAgent(world, committeeId, draft));
  const isRegistered = () => agents.every(({ agentId }) => chain.finalised.state.agents.has(agentId));
  await world.run(LIMIT_MS, isRegistered);
  const disks = world.machines.map(({ disk }) => disk.image());
  return { atMs: world.time.nowMs, chain, disks, agents };
}
