import type { VirtualChain } from "../chain/virtual-chain.ts";
import type { Machine } from "../world/machine.ts";
import { FINALITY_BLOCKS, USUAL_FEE } from "../world/terms.ts";
import type { World } from "../world/world.ts";
import type { Fault } from "./plan.ts";

const FINE_WEATHER = { delayMs: [1, 60], loss: 0, duplication: 0 } as const;
const USUAL_COIN = 100_000_000_000_000_000_000n;

/** What faults leave behind that the world itself does not hold. */
export type Moods = { readonly silent: Set<number>; readonly censored: Set<number> };

function setBalance(chain: VirtualChain, { address }: Machine, balance: bigint): void {
  chain.amend((state) => state.setAccount(address, { ...state.account(address), balance }));
}

/** Lets one of the next durable writes of a machine go wrong. */
function breakDisk(machine: Machine, { afterWrites, fault }: Extract<Fault, { kind: "disk" }>): void {
  const at = machine.disk.writes + afterWrites;
  machine.faultOf = ({ index }) => (index === at ? fault : undefined);
}

function keepAway(world: World, machine: Machine, { ending, awayMs }: Extract<Fault, { kind: "crash" }>): void {
  machine.keepAway(ending);
  world.time.after(awayMs, () => machine.letBack());
}

/** Drops what committers wait for. What users lose they send again, which is no business of a committer's. */
function dropSome({ chain, chance, trace, machines }: World): void {
  for (const { hash, sender } of chain.pool.entries()) {
    if (chance.hits(0.3) || !machines.some(({ address }) => address === sender)) continue;
    chain.pool.drop(hash);
    trace.add("chain", `forgets ${hash.slice(0, 10)}`);
  }
}

/** What a fault changes for a while, and how it is undone. */
function lasting(world: World, machine: Machine, moods: Moods, fault: Fault): (() => void) | undefined {
  const { chain, network } = world;
  switch (fault.kind) {
    case "isolate":
      for (const { peer } of world.machines) if (peer !== machine.peer) network.cut(machine.peer, peer);
      return () => network.heal();
    case "cut":
      network.cut(machine.peer, world.machines[fault.other]?.peer ?? machine.peer);
      return () => network.heal();
    case "weather":
      Object.assign(network.terms, { ...fault, delayMs: [1, fault.delayMs] });
      return () => void Object.assign(network.terms, FINE_WEATHER);
    case "providerFails":
      machine.provider.failure = fault.failure;
      return () => {
        machine.provider.failure = 0;
      };
    case "providerLags":
      machine.provider.lagBlocks = fault.blocks;
      return () => {
        machine.provider.lagBlocks = 0;
      };
    case "deaf":
      machine.isAnnounced = false;
      return () => {
        machine.isAnnounced = true;
      };
    case "silentLobe":
      moods.silent.add(machine.index);
      return () => void moods.silent.delete(machine.index);
    case "poor":
      setBalance(chain, machine, 0n);
      return () => setBalance(chain, machine, USUAL_COIN);
    case "censored":
      moods.censored.add(machine.index);
      return () => void moods.censored.delete(machine.index);
    case "slowFinality":
      chain.terms.finalityBlocks = fault.blocks;
      return () => {
        chain.terms.finalityBlocks = FINALITY_BLOCKS;
      };
    case "stall":
      chain.terms.isStalled = true;
      return () => {
        chain.terms.isStalled = false;
      };
    case "gasSpike":
      chain.terms.baseFee = USUAL_FEE * BigInt(fault.times);
      return () => {
        chain.terms.baseFee = USUAL_FEE;
      };
    default:
      return undefined;
  }
}

/** Lets a fault happen now. */
export function strike(world: World, moods: Moods, fault: Fault): void {
  const [first] = world.machines;
  const machine = "machine" in fault ? world.machines[fault.machine] : first;
  if (machine === undefined) return;
  const { atMs: _atMs, ...shown } = fault;
  world.trace.add("fault", JSON.stringify(shown));
  switch (fault.kind) {
    case "crash":
      keepAway(world, machine, fault);
      break;
    case "disk":
      breakDisk(machine, fault);
      break;
    case "reorganisation":
      world.reorganise(fault.depth);
      break;
    case "poolDrops":
      dropSome(world);
      break;
    default: {
      const undo = lasting(world, machine, moods, fault);
      if (undo !== undefined) world.time.after(fault.forMs, undo);
    }
  }
}

/** Ends everything that goes wrong: from now on all is well. */
export function heal(world: World, moods: Moods): void {
  world.trace.add("fault", "all is well from here on");
  world.network.heal();
  Object.assign(world.network.terms, FINE_WEATHER);
  Object.assign(world.chain.terms, { finalityBlocks: FINALITY_BLOCKS, isStalled: false, baseFee: USUAL_FEE });
  moods.silent.clear();
  moods.censored.clear();
  for (const machine of world.machines) {
    Object.assign(machine.provider, { failure: 0, lagBlocks: 0 });
    machine.isAnnounced = true;
    machine.faultOf = () => undefined;
    setBalance(world.chain, machine, USUAL_COIN);
    machine.letBack();
  }
}
