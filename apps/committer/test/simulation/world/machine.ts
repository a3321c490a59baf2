import type { PeerId } from "@synod/core";
import { StorageError } from "@synod/storage";
import { type IdentityKey, identityKeyFromBytes } from "@synod/tss";
import { type Address, hexToBytes, keccak256, slice, stringToHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { messageOf } from "../../../src/failure.ts";
import { identityOf } from "../../../src/identity.ts";
import type { CommitterEvent } from "../../../src/journal/events.ts";
import type { LobeAnswer, LobeQuestion } from "../../../src/lobes/lobe.ts";
import type { Settings } from "../../../src/settings.ts";
import type { VirtualChain } from "../chain/virtual-chain.ts";
import { type Chance, chanceOf } from "../chance.ts";
import { type DurableWrite, type Ending, ProcessEnded, VirtualDisk, type WriteFault } from "../disk/virtual-disk.ts";
import type { VirtualNetwork } from "../network/virtual-network.ts";
import type { VirtualTime } from "../time.ts";
import type { Trace } from "../trace.ts";
import { CommitterProcess, type ProcessTerms } from "./committer-process.ts";
import type { ProviderTerms } from "./node-provider.ts";

/** How long a process that ended stays away, in milliseconds, unless something keeps it away longer. */
const RESTART_MS = [500, 4_000] as const;

/** What is seen of every machine. */
export type Witness = {
  /** Events are durable. */
  onRecorded(machine: Machine, events: readonly CommitterEvent[]): void;
  onPresignature(machine: Machine, id: string): void;
  /** A process goes; what it knew is in its stores. */
  onEnding(machine: Machine, process: CommitterProcess): void;
  onAlarm(machine: Machine, alarm: string): void;
  /** Something that must never happen. */
  onViolation(what: string): void;
};

/** What a machine stands in. */
export type Surroundings = {
  readonly seed: string;
  readonly time: VirtualTime;
  readonly chain: VirtualChain;
  readonly network: VirtualNetwork;
  readonly trace: Trace;
  readonly witness: Witness;
  readonly settings: Settings;
  readonly lobe: (machine: Machine, question: LobeQuestion) => LobeAnswer;
};

/** Everything on a disk, for a machine to begin with. */
export type DiskImage = ReturnType<VirtualDisk["image"]>;

/** One operator's machine: an identity, a disk, a node to ask, and a process that may come and go. */
export class Machine {
  readonly name: string;
  readonly index: number;
  readonly secret: Uint8Array;
  readonly identityKey: IdentityKey;
  readonly peer: PeerId;
  readonly address: Address;
  readonly publicKey: { readonly x: `0x${string}`; readonly y: `0x${string}` };
  readonly disk: VirtualDisk;
  readonly surroundings: Surroundings;
  readonly provider: ProviderTerms = { delayMs: [1, 20], failure: 0, lagBlocks: 0 };
  /** Whether the node announces new blocks; it is asked on a timer all the same. */
  isAnnounced = true;
  /** The next durable writes that go wrong, by how many writes from now. */
  faultOf: (write: DurableWrite) => WriteFault | undefined = () => undefined;
  #process: CommitterProcess | undefined;
  #lives = 0;
  #startedAtMs = 0;
  #keptAway = false;
  readonly #chance: Chance;
  /** A write failed and the process has not ended yet because of it. */
  #failed: StorageError | undefined;
  /** Every error of its stores: one may be thrown again by whatever runs beside the first that met it. */
  readonly #failures = new WeakSet<StorageError>();

  constructor(index: number, surroundings: Surroundings, image?: DiskImage) {
    this.index = index;
    this.name = `m${index}`;
    this.surroundings = surroundings;
    this.secret = hexToBytes(keccak256(stringToHex(`simulated identity ${index}`)));
    this.identityKey = identityKeyFromBytes(this.secret);
    const { peer, address } = identityOf(this.secret);
    this.peer = peer;
    this.address = address;
    const { publicKey } = privateKeyToAccount(keccak256(stringToHex(`simulated identity ${index}`)));
    this.publicKey = { x: slice(publicKey, 1, 33), y: slice(publicKey, 33, 65) };
    this.#chance = chanceOf(surroundings.seed, this.name);
    this.disk = new VirtualDisk(
      {
        isAlive: () => this.#process?.lane.isOpen === true,
        faultOf: (write) => this.faultOf(write),
        onKilled: (ending) => this.crash(ending),
        onFailed: (error) => {
          this.#failed = error;
          this.#failures.add(error);
          surroundings.trace.add(this.name, `write fails: ${error.message}`);
        },
      },
      image,
    );
  }

  /** The process that runs now. */
  get process(): CommitterProcess | undefined {
    return this.#process;
  }

  /** How many processes there were. */
  get lives(): number {
    return this.#lives;
  }

  /** When the newest process began, in virtual milliseconds. */
  get startedAtMs(): number {
    return this.#startedAtMs;
  }

  /** Starts a process, unless one runs. */
  start(): void {
    if (this.#process !== undefined) return;
    this.#lives += 1;
    this.#startedAtMs = this.surroundings.time.nowMs;
    this.#failed = undefined;
    this.surroundings.trace.add(this.name, `starts, life ${this.#lives}`);
    const process = new CommitterProcess(this.#terms());
    this.#process = process;
    process.start();
  }

  /** Ends the process in the middle of whatever it does. */
  crash(ending: Ending): void {
    const process = this.#process;
    if (process === undefined) return;
    const { trace, network, witness } = this.surroundings;
    trace.add(this.name, `ends by ${ending}`);
    process.lane.close();
    this.#process = undefined;
    this.disk.goDown(ending, this.#chance.between(0, 200));
    network.detach(this.peer);
    witness.onEnding(this, process);
    if (!this.#keptAway) this.#restartLater();
  }

  /** Ends the process and lets no other start until {@link letBack}. */
  keepAway(ending: Ending): void {
    this.#keptAway = true;
    this.crash(ending);
  }

  /** Ends {@link keepAway}. */
  letBack(): void {
    this.#keptAway = false;
    this.start();
  }

  /** Something was thrown that nobody caught: the process ends, as Node's does. */
  onUncaught(cause: unknown): void {
    if (cause instanceof ProcessEnded) return;
    if (this.owns(cause)) {
      this.#failed = undefined;
      this.crash("process");
      return;
    }
    this.surroundings.witness.onViolation(`${this.name}: uncaught ${messageOf(cause)}`);
    this.crash("process");
  }

  /** Whether a rejection that nobody handled is this machine's. */
  owns(cause: unknown): boolean {
    return cause instanceof StorageError && this.#failures.has(cause);
  }

  /** A process that goes on although its store has failed works from what may not be there after a restart. */
  checkFailure(): void {
    if (this.#failed === undefined || this.#process === undefined) return;
    this.surroundings.witness.onViolation(`${this.name}: went on after a store failure`);
    this.#failed = undefined;
  }

  #terms(): ProcessTerms {
    const { surroundings, secret, identityKey, disk, provider, name } = this;
    const { chain, time, settings, network, witness, trace, lobe, seed } = surroundings;
    return {
      ...{ settings, secret, identityKey, disk, provider, chain, time },
      chance: chanceOf(seed, `${name}/${this.#lives}`),
      attach: (guard) => network.attach(this.peer, guard),
      lobe: (question) => lobe(this, question),
      onRecorded: (events) => witness.onRecorded(this, events),
      onPresignature: (id) => witness.onPresignature(this, id),
      onAlarm: (alarm) => witness.onAlarm(this, alarm),
      onLog: (line) => trace.add(name, line),
      onUncaught: (cause) => this.onUncaught(cause),
    };
  }

  #restartLater(): void {
    this.surroundings.time.after(this.#chance.between(...RESTART_MS), () => {
      if (!this.#keptAway) this.start();
    });
  }
}
