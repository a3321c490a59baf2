import { createHash } from "node:crypto";
import { decisionRegistryAbi } from "@synod/sdk";
import { type Address, encodeFunctionData, type Hex } from "viem";
import type { LobeAnswer, LobeQuestion } from "../../../src/lobes/lobe.ts";
import type { Message } from "../chain/contracts.ts";
import type { PoolEntry } from "../chain/pool.ts";
import type { VirtualChain } from "../chain/virtual-chain.ts";
import { type Chance, chanceOf } from "../chance.ts";
import { ProcessEnded } from "../disk/virtual-disk.ts";
import { type SentFrame, VirtualNetwork } from "../network/virtual-network.ts";
import { VirtualTime } from "../time.ts";
import { Trace } from "../trace.ts";
import { type DiskImage, Machine } from "./machine.ts";
import { Oracle } from "./oracle.ts";
import { pointBackend } from "./point-backend.ts";
import { settled, takingRejections } from "./rejections.ts";
import { BLOCK_SECONDS, FEE_CAP, GUARDIAN, PLACES, type PoolSize, settingsFor, USER } from "./terms.ts";

const BLOCK_MS = Number(BLOCK_SECONDS) * 1_000;
const ANNOUNCE_MS = [5, 150] as const;
const PAUSE_SECONDS = 40n;
const OUTSIDER_TIP = 2_000_000_000n;

/** A committee as it stands when everything about it is final: the chain, and what each member has on its disk. */
export type WorldImage = {
  readonly atMs: number;
  readonly chain: VirtualChain;
  readonly disks: readonly DiskImage[];
  readonly agents: readonly { readonly agentId: Hex; readonly vault: Address }[];
};

/** What a world begins with. */
export type WorldOptions = {
  readonly seed: string;
  readonly atMs: number;
  readonly chain: VirtualChain;
  readonly members: number;
  readonly disks?: readonly DiskImage[];
  /** Presignatures that may wait for each signing set; absent: none. */
  readonly pool?: PoolSize;
  /** Whether heads of audit logs are co-signed; absent: not. */
  readonly hasHeads?: boolean;
  readonly lobe: (machine: Machine, question: LobeQuestion) => LobeAnswer;
  /** Is shown every line of the trace. */
  readonly onLine?: (line: string) => void;
  /** Is shown every frame that is sent. */
  readonly onFrame?: (sent: SentFrame) => void;
};

/** A whole committee, its chain and its network, in one process and in virtual time. */
export class World {
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly chain: VirtualChain;
  readonly network: VirtualNetwork;
  readonly machines: readonly Machine[];
  readonly oracle: Oracle;
  readonly chance: Chance;
  /** What each decision pays, by id. */
  readonly amounts = new Map<Hex, bigint>();
  /** Which waiting transactions a block takes. */
  isIncluded: (entry: PoolEntry) => boolean = () => true;
  #posted = 0;

  constructor({ seed, atMs, chain, members, disks, lobe, pool = 0, hasHeads = false, onLine, onFrame }: WorldOptions) {
    this.time = new VirtualTime(atMs);
    this.trace = new Trace(() => this.time.nowMs, onLine);
    this.chain = chain;
    this.chance = chanceOf(seed, "world");
    this.oracle = new Oracle(chain);
    this.network = new VirtualNetwork(
      this.time,
      chanceOf(seed, "network"),
      { delayMs: [1, 60], loss: 0, duplication: 0 },
      {
        onSend: (sent) => {
          const sender = this.machines.find(({ peer }) => peer === sent.from);
          const receiver = this.machines.find(({ peer }) => peer === sent.to);
          if (sender === undefined) return;
          const digest = createHash("sha256").update(sent.frame).digest("hex").slice(0, 8);
          this.trace.add(sender.name, `sends ${sent.frame[0]}/${digest} to ${receiver?.name}`);
          this.oracle.onFrame(sender, sent);
          onFrame?.(sent);
        },
        onPeerChange: (of, { peer, connected }) => {
          const [self, other] = [of, peer].map((id) => this.machines.find((machine) => machine.peer === id)?.name);
          this.trace.add(`${self}`, `${connected ? "reaches" : "loses"} ${other}`);
        },
      },
    );
    const { time, trace, network } = this;
    const settings = settingsFor({ pool, hasHeads });
    const surroundings = { seed, time, chain, network, trace, witness: this.oracle, settings, lobe };
    this.machines = Array.from({ length: members }, (_, index) => new Machine(index, surroundings, disks?.[index]));
  }

  /** Starts every machine, and the chain. */
  start(): void {
    for (const machine of this.machines) machine.start();
    this.time.after(BLOCK_MS, () => this.#onBlockTime());
  }

  /**
   * Lets the world go on until `isOver`, at most until a virtual time.
   * Errors: `Violation`, at the first broken rule; whatever the simulation itself does wrong.
   * @returns whether it was over in time
   */
  async run(untilMs: number, isOver: () => boolean): Promise<boolean> {
    await pointBackend();
    return takingRejections(
      (cause) => this.#onRejection(cause),
      async () => {
        while (this.time.nowMs < untilMs && !isOver()) {
          if (!this.time.next()) break;
          await settled();
          for (const machine of this.machines) machine.checkFailure();
          this.oracle.check();
        }
        return isOver();
      },
    );
  }

  /** Posts a transaction of somebody who is no committer. */
  post(sender: Address, to: Address, data: Hex): void {
    const { state } = this.chain.head;
    const waiting = this.chain.pool.entries().filter((entry) => entry.sender === sender).length;
    const nonce = state.account(sender).nonce + waiting;
    const message: Message = { to, data, value: 0n };
    this.#posted += 1;
    const hash: Hex = `0x${createHash("sha256").update(`${sender}/${nonce}/${data}/${this.#posted}`).digest("hex")}`;
    const entry = { hash, sender, nonce, message, gas: 100_000n, maxFeePerGas: FEE_CAP * 4n, tip: OUTSIDER_TIP };
    const refusal = this.chain.pool.offer(entry, state);
    this.trace.add("outsider", `posts ${data.slice(0, 10)} as ${hash.slice(0, 10)} ${refusal ?? ""}`);
  }

  /** The submitter takes a decision back, if it still can. */
  cancel(decisionId: Hex): void {
    const data = encodeFunctionData({ abi: decisionRegistryAbi, functionName: "cancel", args: [decisionId] });
    this.post(USER, PLACES.decisionRegistry, data);
  }

  /** The guardian vetoes a decision, if it still can. */
  veto(decisionId: Hex): void {
    const data = encodeFunctionData({ abi: decisionRegistryAbi, functionName: "veto", args: [decisionId] });
    this.post(GUARDIAN, PLACES.decisionRegistry, data);
  }

  /** The guardian lets nothing of an agent be executed for a while, if it still can. */
  pause(agentId: Hex): void {
    const until = this.chain.head.time + PAUSE_SECONDS;
    const data = encodeFunctionData({ abi: decisionRegistryAbi, functionName: "pause", args: [agentId, until] });
    this.post(GUARDIAN, PLACES.decisionRegistry, data);
  }

  /** Replaces the newest blocks, as far as finality allows. */
  reorganise(depth: number): void {
    const replaced = this.chain.reorganise(depth, (entry) => this.chance.hits(0.8) && this.isIncluded(entry));
    this.trace.add("chain", `replaces ${replaced} blocks, head ${this.chain.head.number} ${this.chain.head.hash}`);
    this.#onNewHead();
  }

  #onBlockTime(): void {
    const { number, hash, transactions } = this.chain.mine(this.isIncluded);
    const names = transactions.map(({ entry, errorName }) => `${entry.hash.slice(0, 10)}${errorName ?? ""}`);
    this.trace.add("chain", `block ${number} ${hash.slice(0, 10)} final ${this.chain.finalised.number} [${names}]`);
    this.#onNewHead();
    this.time.after(BLOCK_MS, () => this.#onBlockTime());
  }

  #onNewHead(): void {
    this.oracle.checkPayments(this.amounts);
    for (const machine of this.machines)
      if (machine.isAnnounced) this.time.after(this.chance.between(...ANNOUNCE_MS), () => machine.process?.announce());
  }

  #onRejection(cause: unknown): void {
    if (cause instanceof ProcessEnded) return;
    const owner = this.machines.find((machine) => machine.owns(cause));
    if (owner !== undefined) owner.onUncaught(cause);
    else this.oracle.onViolation(`rejected and not handled: ${cause instanceof Error ? cause.stack : cause}`);
  }
}
