import type { Address, Hex } from "viem";
import { CoreError } from "../errors.ts";
import {
  type AssetRule,
  COMPARISONS,
  type Comparison,
  type Condition,
  type Policy,
  type Range,
  type Tier,
} from "./types.ts";

/** A call rule with what it asks for written beside it. */
export interface CallRuleDraft {
  readonly target: Address;
  /** 4 bytes; `0x00000000` for a call with empty data. */
  readonly selector: Hex;
  /** What must be true of the arguments; absent: nothing. */
  readonly conditions?: readonly {
    readonly offset: number;
    readonly comparison: Comparison;
    readonly operand: bigint;
  }[];
  /** Who may be given something; absent: anybody. */
  readonly recipients?: readonly Address[];
  /** Makes the target a deployer of these init codes: their keccak256, and which argument holds them, from 0. */
  readonly initCodes?: { readonly argument: number; readonly hashes: readonly Hex[] };
}

/** An asset rule: with caps, or unlimited by name. */
export type AssetRuleDraft =
  | {
      readonly asset: Address;
      readonly maxPerTransaction: bigint;
      readonly maxPerWindow: bigint;
      readonly windowSeconds: bigint;
    }
  | { readonly asset: Address; readonly isUnlimited: true };

/** What a policy is composed of; what is absent is denied, or not asked for. */
export interface PolicyDraft {
  readonly calls: readonly CallRuleDraft[];
  readonly assets: readonly AssetRuleDraft[];
  /** Seconds, 1 to 30 days; absent: the policy never changes. */
  readonly changeDelay?: bigint;
  /** Seconds of the day (UTC) between which executions are allowed; over midnight when `until` is before `from`. */
  readonly hours?: { readonly from: number; readonly until: number };
  /** The most executions in any span of so many seconds. */
  readonly rate?: { readonly most: number; readonly seconds: bigint };
  readonly tiers?: readonly Tier[];
}

const LARGEST = 0xffff;

/** So many entries of a list, from `first` on. Errors: INPUT_INVALID beyond 65,535. */
export function rangeOf(first: number, count: number): Range {
  if (first > LARGEST || count > LARGEST) {
    const value = `${first} and ${count}`;
    throw new CoreError({ code: "INPUT_INVALID", path: "range", value, wanted: `positions up to ${LARGEST}` });
  }
  return first * 0x1_0000 + count;
}

/** The entries that a range names, with their positions. */
export function entriesOf<Entry>(list: readonly Entry[], range: Range): readonly (readonly [number, Entry])[] {
  const first = range >>> 16;
  return list.slice(first, first + (range & LARGEST)).map((entry, at) => [first + at, entry] as const);
}

/**
 * The policy that a vault takes, from rules with what belongs to each beside it. Equal lists of recipients stand in the
 * policy once. It does not judge: a vault refuses what may not be. Errors: INPUT_INVALID when a list is too long.
 */
export function composePolicy(draft: PolicyDraft): Policy {
  const { hours, rate } = draft;
  const conditions: Condition[] = [];
  const recipients: Address[] = [];
  const initCodes: Hex[] = [];
  const calls = draft.calls.map(({ target, selector, ...asked }) => ({
    target,
    selector,
    conditions: append(conditions, (asked.conditions ?? []).map(conditionOf)),
    recipients: share(recipients, asked.recipients ?? []),
    initCodes: share(initCodes, asked.initCodes?.hashes ?? []),
    initCodeArgument: asked.initCodes?.argument ?? 0,
  }));
  return {
    changeDelay: draft.changeDelay ?? 0n,
    activeFrom: hours?.from ?? 0,
    activeUntil: hours?.until ?? 0,
    maxExecutions: rate?.most ?? 0,
    executionsSeconds: rate?.seconds ?? 0n,
    ...{ calls, conditions, recipients, initCodes },
    assets: draft.assets.map(assetRuleOf),
    tiers: draft.tiers ?? [],
  };
}

function conditionOf(draft: NonNullable<CallRuleDraft["conditions"]>[number]): Condition {
  return { offset: draft.offset, comparison: COMPARISONS.indexOf(draft.comparison), operand: draft.operand };
}

function assetRuleOf(draft: AssetRuleDraft): AssetRule {
  if (!("isUnlimited" in draft)) return { ...draft, isUnlimited: false };
  return { asset: draft.asset, maxPerTransaction: 0n, maxPerWindow: 0n, windowSeconds: 0n, isUnlimited: true };
}

function append<Entry>(list: Entry[], entries: readonly Entry[]): Range {
  if (entries.length === 0) return 0;
  list.push(...entries);
  return rangeOf(list.length - entries.length, entries.length);
}

/** As `append`, unless the same entries stand in the list already. */
function share(list: string[], entries: readonly string[]): Range {
  const first = list.findIndex((_, start) => entries.every((entry, at) => list[start + at] === entry));
  return first === -1 || entries.length === 0 ? append(list, entries) : rangeOf(first, entries.length);
}
