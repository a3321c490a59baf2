import { type Action, type Call, composePolicy, type Policy, type PolicyDraft, ZERO_ADDRESS } from "@synod/core";
import { cancelPolicyCall, schedulePolicyCall } from "@synod/sdk";
import { type Address, concat, type Hex, numberToHex, parseEther } from "viem";
import { PAYEE } from "../../devnet/scene.ts";
import type { Chance } from "../chance.ts";

const DAY = 86_400;
const EMPTY: Hex = "0x00000000";
const APPROVE: Hex = "0x095ea7b3";
const NAMED: Hex = "0x12345678";
/** Nobody's address beside the payee's. */
const STRANGER: Address = "0x0000000000000000000000000000000000000b0b";
/** Where a rule lets nobody be paid but the payee, who is somebody else. */
const NARROW: Address = "0x0000000000000000000000000000000000000c0c";

const CALLS: PolicyDraft["calls"] = [
  { target: PAYEE, selector: EMPTY, recipients: [PAYEE] },
  { target: NARROW, selector: EMPTY, recipients: [PAYEE] },
  { target: PAYEE, selector: NAMED, conditions: [{ offset: 0, comparison: "lessOrEqual", operand: 5n }] },
  { target: PAYEE, selector: APPROVE, recipients: [PAYEE] },
];

/** A fixed policy: at most 1 coin at once and 3 in an hour, to the payee. */
export const PLAIN_POLICY: Policy = composePolicy({
  calls: [{ target: PAYEE, selector: EMPTY }],
  assets: [
    { asset: ZERO_ADDRESS, maxPerTransaction: parseEther("1"), maxPerWindow: parseEther("3"), windowSeconds: 3_600n },
  ],
});

/** Caps like those of the fixed one, and rules for calls; it may be changed in a day. */
export const CHANGEABLE_POLICY: Policy = composePolicy({
  calls: CALLS,
  assets: [
    { asset: ZERO_ADDRESS, maxPerTransaction: parseEther("1"), maxPerWindow: parseEther("3"), windowSeconds: 3_600n },
  ],
  changeDelay: BigInt(DAY),
});

/** A policy of many kinds of rules that can be changed in a day, mostly one that a vault takes. */
export function randomPolicy(chance: Chance): Policy {
  const hours = chance.oneOf([undefined, { from: 3_600, until: DAY - 3_600 }, { from: 80_000, until: 70_000 }]);
  const rate = chance.oneOf([undefined, { most: 2, seconds: 3_600n }, { most: 1, seconds: 600n }]);
  const tiers = [
    { asset: ZERO_ADDRESS, above: 100n, minAttestations: 0, minVetoWindow: chance.oneOf([0n, 60n, 900n]) },
    { asset: ZERO_ADDRESS, above: 2_000n, minAttestations: chance.oneOf([1, 3, 4, 64]), minVetoWindow: 0n },
  ];
  const caps = {
    asset: ZERO_ADDRESS,
    maxPerTransaction: parseEther("1"),
    maxPerWindow: chance.oneOf([parseEther("3"), parseEther("1"), 2_000n, 3n << 90n]),
    windowSeconds: chance.oneOf([600n, 3_600n, 7_200n]),
  };
  const unlimited = { asset: ZERO_ADDRESS, isUnlimited: true } as const;
  const isUnlimited = chance.hits(0.1);
  const policy = composePolicy({
    calls: CALLS,
    assets: [isUnlimited ? unlimited : caps],
    changeDelay: BigInt(DAY),
    ...(hours === undefined ? {} : { hours }),
    ...(rate === undefined ? {} : { rate }),
    ...(isUnlimited ? {} : { tiers: chance.oneOf([[], tiers, tiers.slice(0, 1)]) }),
  });
  return chance.hits(0.15) ? spoiled(chance, policy) : policy;
}

/** The policy with something about its times that no vault takes. */
function spoiled(chance: Chance, policy: Policy): Policy {
  return chance.oneOf<Policy>([
    { ...policy, changeDelay: 1n },
    { ...policy, changeDelay: BigInt(31 * DAY) },
    { ...policy, activeUntil: DAY },
    { ...policy, maxExecutions: 1, executionsSeconds: 0n },
  ]);
}

function word(value: bigint): Hex {
  return numberToHex(value, { size: 32 });
}

function oddCall(chance: Chance, vault: Address, wei: bigint): Call {
  const to = (target: Address, data: Hex, value = 0n): Call => ({ target, value, data });
  return chance.oneOf<Call>([
    to(vault, "0x", wei),
    to(STRANGER, "0x", wei),
    to(NARROW, "0x", wei),
    to(NARROW, "0x"),
    to(PAYEE, "0x1234"),
    to(PAYEE, concat([EMPTY, word(1n)])),
    to(PAYEE, concat([NAMED, word(chance.oneOf([5n, 6n]))])),
    to(PAYEE, NAMED),
    to(PAYEE, concat([APPROVE, word(BigInt(chance.oneOf([PAYEE, STRANGER]))), word(wei)])),
    to(PAYEE, concat([APPROVE, word(1n)])),
    cancelPolicyCall(vault),
    { ...cancelPolicyCall(vault), value: 1n },
  ]);
}

function bound(chance: Chance, isWrong: () => boolean) {
  const maxOut = chance.oneOf([0n, 150n, 5_000n, parseEther("5")]);
  return { asset: ZERO_ADDRESS, maxOut: isWrong() ? 0n : maxOut, minIn: isWrong() ? 1n : 0n };
}

/** An action of a vault: mostly payments, now and then another policy, and calls of which a policy takes few. */
export function randomAction(chance: Chance, vault: Address, isWrong: () => boolean): Action {
  const wei = chance.oneOf([1n, 1n, 1_000n, 1_000n, parseEther("0.9"), parseEther("1.1")]);
  const pay = (): Call => (isWrong() ? oddCall(chance, vault, wei) : { target: PAYEE, value: wei, data: "0x" });
  const calls = chance.hits(0.2)
    ? [schedulePolicyCall(vault, randomPolicy(chance))]
    : Array.from({ length: isWrong() ? 0 : chance.between(1, 2) }, pay);
  const bounds = chance.hits(0.3) ? [bound(chance, isWrong)] : [];
  const rest = { gasFloor: 0n, noNewAllowances: false, allowances: [], codePins: [] };
  return { chainId: isWrong() ? 1n : 31_337n, vault, calls, bounds, ...rest };
}
