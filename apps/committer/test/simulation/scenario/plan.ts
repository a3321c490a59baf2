import { type Chance, chanceOf } from "../chance.ts";
import type { Ending, WriteFault } from "../disk/virtual-disk.ts";
import { type PoolSize, SHAPES, type ShapeName } from "../world/terms.ts";

/** From when on nothing goes wrong any more, in milliseconds since the start. */
export const HEALED_AT_MS = 40_000;

/**
 * What somebody wants of a decision.
 * `approve`: it is right. `reject`: the lobes say no. `cancel`, `veto`: submitter or guardian take it back. `deny`: the
 * policy forbids it. `short`: its deadline is near. `sequenced`: it is bound to its agent's sequence. `after`: it needs the
 * execution of an earlier decision of its agent. `pause`: the guardian pauses its agent for a while.
 */
export type Wish = "approve" | "reject" | "cancel" | "veto" | "deny" | "short" | "sequenced" | "after" | "pause";

/** A decision that will be submitted. */
export type PlannedDecision = {
  readonly atMs: number;
  readonly wish: Wish;
  /** 0: plain, 1: with a veto window, 2: with hours and a rate. */
  readonly agent: 0 | 1 | 2;
  readonly wei: bigint;
  /** Seconds from submission to deadline. */
  readonly lifetime: bigint;
  /** When submitter or guardian step in, in milliseconds after the submission. */
  readonly stepInMs: number;
};

/** Something that goes wrong, from `atMs` on. */
export type Fault = { readonly atMs: number } & (
  | { readonly kind: "crash"; readonly machine: number; readonly ending: Ending; readonly awayMs: number }
  | { readonly kind: "disk"; readonly machine: number; readonly afterWrites: number; readonly fault: WriteFault }
  | { readonly kind: "isolate"; readonly machine: number; readonly forMs: number }
  | { readonly kind: "cut"; readonly machine: number; readonly other: number; readonly forMs: number }
  | {
      readonly kind: "weather";
      readonly loss: number;
      readonly duplication: number;
      readonly delayMs: number;
      readonly forMs: number;
    }
  | { readonly kind: "providerFails"; readonly machine: number; readonly failure: number; readonly forMs: number }
  | { readonly kind: "providerLags"; readonly machine: number; readonly blocks: number; readonly forMs: number }
  | { readonly kind: "deaf"; readonly machine: number; readonly forMs: number }
  | { readonly kind: "silentLobe"; readonly machine: number; readonly forMs: number }
  | { readonly kind: "poor"; readonly machine: number; readonly forMs: number }
  | { readonly kind: "censored"; readonly machine: number; readonly forMs: number }
  | { readonly kind: "reorganisation"; readonly depth: number }
  | { readonly kind: "slowFinality"; readonly blocks: number; readonly forMs: number }
  | { readonly kind: "stall"; readonly forMs: number }
  | { readonly kind: "gasSpike"; readonly times: number; readonly forMs: number }
  | { readonly kind: "poolDrops" }
);

/** Everything that is going to happen in one simulation beside what the committers do. */
export type Plan = {
  readonly seed: number;
  readonly shape: ShapeName;
  /** Presignatures that may wait for each signing set. */
  readonly pool: PoolSize;
  /** Whether heads of audit logs are co-signed. */
  readonly hasHeads: boolean;
  readonly decisions: readonly PlannedDecision[];
  readonly faults: readonly Fault[];
};

const WISHES: readonly [Wish, ...Wish[]] = [
  ...(["approve", "approve", "approve", "approve", "approve", "approve"] as const),
  ...(["reject", "cancel", "veto", "deny", "short", "sequenced", "after", "pause"] as const),
];
const AGENTS = [0, 0, 0, 0, 1, 2, 2] as const;
const COIN = 1_000_000_000_000_000_000n;

function decision(chance: Chance): PlannedDecision {
  const wish = chance.oneOf(WISHES);
  const lifetimes: Partial<Record<Wish, bigint>> = { deny: 40n, after: 150n, short: BigInt(chance.between(14, 40)) };
  return {
    atMs: chance.between(0, 16_000),
    wish,
    agent: wish === "veto" ? 1 : chance.oneOf(AGENTS),
    wei: wish === "deny" ? 2n * COIN : BigInt(chance.between(1, 1_000_000)),
    lifetime: lifetimes[wish] ?? 3_600n,
    stepInMs: chance.between(1_000, 16_000),
  };
}

function crash(chance: Chance, at: { readonly atMs: number; readonly machine: number }): Fault {
  const ending = chance.oneOf<Ending>(["process", "power"]);
  return { ...at, kind: "crash", ending, awayMs: chance.between(200, 25_000) };
}

function weather(chance: Chance, at: { readonly atMs: number; readonly forMs: number }): Fault {
  const [loss, duplication] = [chance.fraction() * 0.5, chance.fraction() * 0.4];
  return { ...at, kind: "weather", loss, duplication, delayMs: chance.between(60, 3_000) };
}

const DISK_FAULTS = ["killBefore", "killAfter", "torn", "EIO", "ENOSPC", "lateError"] as const;

type Kind = Fault["kind"];
const KINDS: readonly [Kind, ...Kind[]] = [
  ...(["crash", "crash", "crash", "disk", "disk", "disk", "isolate", "cut", "weather", "weather"] as const),
  ...(["providerFails", "providerLags", "deaf", "silentLobe", "poor", "censored"] as const),
  ...([
    "reorganisation",
    "reorganisation",
    "reorganisation",
    "slowFinality",
    "stall",
    "gasSpike",
    "poolDrops",
  ] as const),
];

function fault(chance: Chance, members: number): Fault {
  const atMs = chance.between(0, 32_000);
  const forMs = chance.between(500, 20_000);
  const machine = chance.between(0, members - 1);
  const kind = chance.oneOf(KINDS);
  switch (kind) {
    case "crash":
      return crash(chance, { atMs, machine });
    case "disk":
      return { atMs, kind, machine, afterWrites: chance.between(0, 8), fault: chance.oneOf(DISK_FAULTS) };
    case "cut":
      return { atMs, kind, machine, other: (machine + chance.between(1, members - 1)) % members, forMs };
    case "weather":
      return weather(chance, { atMs, forMs });
    case "providerFails":
      return { atMs, kind, machine, failure: chance.oneOf([0.2, 0.5, 1]), forMs };
    case "providerLags":
      return { atMs, kind, machine, blocks: chance.between(1, 4), forMs };
    case "isolate":
    case "deaf":
    case "silentLobe":
    case "poor":
    case "censored":
      return { atMs, kind, machine, forMs };
    case "reorganisation":
      return { atMs, kind, depth: chance.between(1, 8) };
    case "slowFinality":
      return { atMs, kind, blocks: chance.between(3, 10), forMs };
    case "stall":
      return { atMs, kind, forMs: forMs + 10_000 };
    case "gasSpike":
      return { atMs, kind, times: chance.oneOf([3, 20, 1_000]), forMs };
    case "poolDrops":
      return { atMs, kind };
  }
}

function shapeOf(chance: Chance): ShapeName {
  const drawn = chance.fraction();
  if (drawn < 0.9) return "three";
  return drawn < 0.993 ? "four" : "seven";
}

function many<Item>(count: number, make: () => Item): readonly Item[] {
  return Array.from({ length: count }, make);
}

/** The plan of a seed. */
export function planOf(seed: number): Plan {
  const chance = chanceOf(String(seed), "plan");
  const shape = shapeOf(chance);
  const decisions = many(chance.between(1, 3), () => decision(chance));
  const faults = many(chance.between(1, 6), () => fault(chance, SHAPES[shape].members));
  const pool = chance.hits(0.2) ? 1 : 0;
  const hasHeads = chance.hits(0.06);
  return { seed, shape, pool, hasHeads, decisions, faults };
}

/** From when on, in milliseconds since the start, no planned fault begins, lasts or keeps a member away. */
export function faultsEndAtMs({ faults }: Plan): number {
  const ends = faults.map((one) => one.atMs + ("forMs" in one ? one.forMs : 0) + ("awayMs" in one ? one.awayMs : 0));
  return Math.max(0, ...ends);
}
