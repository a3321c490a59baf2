import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryHub } from "@synod/network";
import { decisionRegistryAbi, synodActions } from "@synod/sdk";
import { eventually as askAgain } from "@synod/testing/eventually";
import type { Hex } from "viem";
import { expect } from "vitest";
import type { Committer } from "../../src/committer.ts";
import type { DecisionReport } from "../../src/http/report.ts";
import type { Rehearsal } from "../../src/rehearsal.ts";
import { reorganise, startAnvil } from "../devnet/anvil.ts";
import {
  chainClient,
  deployRegistries,
  PAYEE,
  payment,
  proposeCommittee,
  registerAgent,
  submit,
  type TestAgent,
} from "../devnet/scene.ts";
import { askMember, type LocalMember, type LocalNetwork, prepareMember, startMember } from "./local-committee.ts";

/** Depth of finality on this chain, in blocks, and so of the deepest reorganisation that may come. */
export const FINALITY_DEPTH = 64;

/** A socket wakes the members; they ask by themselves only where it has nothing to tell. */
const POLL_MS = 400;
/** Between two questions to the members about what only they can know. */
const PROBE_MS = 75;
/** Blocks come much faster here than on a chain: no attempt may be over before the mathematics is. */
const ATTEMPT_BLOCKS = 5_000;
/** Mining more in one call takes longer than the client waits for an answer. */
const BLOCKS_AT_ONCE = 100;
const NAMES = ["ann", "ben", "cid"] as const;
const RULES = { version: 1, rules: [{ name: "all payments", when: { targets: PAYEE }, reply: true }] };

/** Part of what a member's `/status` says. */
export type MemberStatus = {
  readonly chain: { readonly head?: string; readonly finality: string };
  readonly alarms: readonly { readonly alarm: string }[];
};

/** A decision's digest that a member claimed, right before its first signing message. */
export type Claim = { readonly decisionId: Hex; readonly headBlock: Promise<bigint> };

type EventName = "DecisionApproved" | "DecisionExecuted";

/** Asks until there is an answer; no block comes by itself on this chain. */
export function eventually<Answer>(probe: () => Promise<Answer | undefined>): Promise<Answer> {
  return askAgain(probe, PROBE_MS);
}

/**
 * A committee of three, two of whom sign, on a real node whose blocks come when a transaction or the test makes them.
 * Its members are real committers in this process. `open` starts everything, `close` ends it.
 */
export class CommitteeOnAnvil {
  readonly network: LocalNetwork;
  readonly claims: Claim[] = [];
  /** Newest block before the agent was registered. */
  blockBeforeAgent = 0n;
  readonly #root: string;
  readonly #running = new Map<string, Committer>();
  #agent: TestAgent | undefined;

  private constructor(network: LocalNetwork, root: string) {
    this.network = network;
    this.#root = root;
  }

  /** Starts the node and the members, generates the committee's key and registers an agent, all of it final. */
  static async open(): Promise<CommitteeOnAnvil> {
    const chain = await startAnvil();
    const network = { chain, contracts: await deployRegistries(chain), hub: new MemoryHub({ delivery: "automatic" }) };
    const committee = new CommitteeOnAnvil(network, mkdtempSync(join(tmpdir(), "synod-on-anvil-")));
    await committee.#establish();
    return committee;
  }

  /** Ends members and node and removes their files. */
  async close(): Promise<void> {
    await this.stop(NAMES);
    await this.network.chain.stop();
    rmSync(this.#root, { recursive: true, force: true });
  }

  /** Starts members, with other settings of the chain than usual if any are given. */
  async start(names: readonly string[], chain: object = {}): Promise<void> {
    for (const name of names) {
      this.#running.set(name, await startMember(this.network, this.#memberOf(name, chain), this.#noting));
    }
  }

  /** Stops members. */
  async stop(names: readonly string[]): Promise<void> {
    for (const name of names) {
      await this.#running.get(name)?.close();
      this.#running.delete(name);
    }
  }

  /** Stops and starts all members. */
  async restart(chain?: object): Promise<void> {
    await this.stop(NAMES);
    await this.start(NAMES, chain);
  }

  /** The members' names but the first's: too many to go for the others to sign. */
  get others(): readonly string[] {
    return NAMES.slice(1);
  }

  /** What every running member answers at a path. */
  ask(path: string): Promise<readonly { readonly status: number; readonly body: never }[]> {
    return Promise.all([...this.#running.values()].map((member) => askMember(member, path)));
  }

  /** The status of every running member. */
  async statuses(): Promise<readonly MemberStatus[]> {
    return (await this.ask("/status")).map(({ body }): MemberStatus => body);
  }

  /** What every running member says of a decision; `undefined` where it knows none. */
  async reports(decisionId: Hex): Promise<readonly (DecisionReport | undefined)[]> {
    const asked = await this.ask(`/decisions/${decisionId}`);
    return asked.map(({ status, body }): DecisionReport | undefined => (status === 200 ? body : undefined));
  }

  /** The claims of one decision's digest so far. */
  claimsOf(decisionId: Hex): readonly Claim[] {
    return this.claims.filter((claim) => claim.decisionId === decisionId);
  }

  /** Mines blocks, and waits until every member has seen the last. */
  async advance(blocks: number): Promise<void> {
    await this.mine(blocks);
    await this.settle();
  }

  /** Mines blocks. */
  async mine(blocks: number): Promise<void> {
    for (let left = blocks; left > 0; left -= BLOCKS_AT_ONCE) {
      await chainClient(this.network.chain).mine({ blocks: Math.min(left, BLOCKS_AT_ONCE) });
    }
  }

  /** Waits until every running member has seen the head. */
  async settle(): Promise<void> {
    const head = await chainClient(this.network.chain).getBlockNumber();
    await eventually(async () => {
      const all = await this.statuses();
      return all.every(({ chain }) => BigInt(chain.head ?? 0) >= head) ? true : undefined;
    });
  }

  /** Replaces the newest blocks; the transactions in them are gone. */
  async reorganise(depth: number): Promise<void> {
    await reorganise(this.network.chain, depth);
    await this.settle();
  }

  /** Runs `work` while transactions wait in the pool: no block comes but those that the test makes. */
  async withoutTransactions(work: () => Promise<void>): Promise<void> {
    const client = chainClient(this.network.chain);
    await client.setAutomine(false);
    await work();
    await client.setAutomine(true);
  }

  /** Mines until a block is `depth` deep, itself counted, unless it is deeper. */
  async bury(block: bigint, depth: number): Promise<void> {
    await this.advance(Math.max(depth - (await this.#depthOf(block)), 0));
  }

  /** Waits for an event of a decision and replaces `depth` blocks, or as many as it takes: it is gone then. */
  async takeBack(eventName: EventName, decisionId: Hex, depth: number): Promise<void> {
    const block = await this.happens(eventName, decisionId);
    await this.withoutTransactions(async () => {
      await this.bury(block, depth);
      await this.reorganise(Math.max(depth, await this.#depthOf(block)));
      expect(await this.blockOf(eventName, decisionId)).toBeUndefined();
    });
  }

  /** Block of a decision's event on the present chain; `undefined` when there is none, and never more than one. */
  async blockOf(eventName: EventName, decisionId: Hex): Promise<bigint | undefined> {
    const events = await chainClient(this.network.chain).getContractEvents({
      address: this.network.contracts.decisionRegistry,
      abi: decisionRegistryAbi,
      eventName,
      args: { decisionId },
      fromBlock: 0n,
      strict: true,
    });
    expect(events.length).toBeLessThanOrEqual(1);
    return events[0]?.blockNumber;
  }

  /** Mines, `step` blocks at a time, until an event of a decision is in a block, which it then is hardly deeper. */
  happens(eventName: EventName, decisionId: Hex, step = 1): Promise<bigint> {
    return eventually(async () => {
      const block = await this.blockOf(eventName, decisionId);
      if (block === undefined) await this.advance(step);
      return block;
    });
  }

  /** What the payee has, in wei. */
  paid(): Promise<bigint> {
    return chainClient(this.network.chain).getBalance({ address: PAYEE });
  }

  /** Submits a payment, in wei. */
  submitPayment(wei: bigint): Promise<Hex> {
    if (this.#agent === undefined) throw new TypeError("the agent is not registered yet");
    const { agentId, vault } = this.#agent;
    return submit(this.network.chain, this.network.contracts, agentId, payment(vault, wei));
  }

  /** Lets a payment run its course: executed once, and only ever claimed when its approval was final. */
  async expectRunsItsCourse(decisionId: Hex, paidBefore: bigint, wei: bigint): Promise<void> {
    const step = FINALITY_DEPTH / 8;
    await this.happens("DecisionExecuted", decisionId, step);
    await eventually(async () => {
      await this.advance(step);
      const all = await this.reports(decisionId);
      return all.every((report) => report?.state === "executed") ? true : undefined;
    });
    const approved = await this.happens("DecisionApproved", decisionId, step);
    const claims = this.claimsOf(decisionId);
    expect(claims.length).toBeGreaterThanOrEqual(2);
    for (const { headBlock } of claims) {
      expect((await headBlock) - approved).toBeGreaterThanOrEqual(BigInt(FINALITY_DEPTH));
    }
    expect(await this.paid()).toBe(paidBefore + wei);
    const alarms = (await this.statuses()).flatMap((status) => status.alarms.map(({ alarm }) => alarm));
    // A provider that lied is named for a while. Nothing else may be the matter.
    expect(alarms.filter((alarm) => alarm !== "rpcDisagreement")).toEqual([]);
  }

  /** Nothing is killed: the claims are only noted. */
  readonly #noting: Rehearsal = {
    reached: (point, decisionId) => {
      if (point !== "after-claim") return;
      this.claims.push({ decisionId, headBlock: chainClient(this.network.chain).getBlockNumber() });
    },
  };

  #memberOf(name: string, chain: object): LocalMember {
    const finality = { kind: "depth", depthBlocks: FINALITY_DEPTH };
    const { httpUrl, webSocketUrl } = this.network.chain;
    return {
      name,
      folder: join(this.#root, name),
      lobes: [{ kind: "rules", file: join(this.#root, "rules.json") }],
      settings: {
        chain: { id: 31_337, providers: [{ httpUrl, webSocketUrl }], pollIntervalMs: POLL_MS, finality, ...chain },
        attemptBlocks: ATTEMPT_BLOCKS,
        // A pool as small as can be: filling larger ones would cost more than all the rest.
        presignatures: { low: 0, high: 1 },
      },
    };
  }

  async #depthOf(block: bigint): Promise<number> {
    return Number((await chainClient(this.network.chain).getBlockNumber()) - block) + 1;
  }

  async #establish(): Promise<void> {
    const { chain, contracts } = this.network;
    writeFileSync(join(this.#root, "rules.json"), JSON.stringify(RULES));
    for (const name of NAMES) await prepareMember(this.network, this.#memberOf(name, {}));
    await this.start(NAMES);
    const members = NAMES.map((name) => ({ name, endpoint: "/ip4/127.0.0.1/tcp/1" }));
    const committeeId = await proposeCommittee(chain, contracts, members, { minSigners: 2, quorum: 2 });
    const client = chainClient(chain).extend(synodActions(contracts));
    await eventually(async () => {
      await this.advance(4);
      return (await client.getCommittee({ committeeId })).activeEpoch === 1n ? true : undefined;
    });
    this.blockBeforeAgent = await client.getBlockNumber();
    this.#agent = await registerAgent(chain, contracts, committeeId);
    await this.advance(FINALITY_DEPTH);
  }
}
