import { type Action, composePolicy, type Policy, ZERO_ADDRESS } from "@synod/core";
import { type Address, getAddress, keccak256, parseEther, slice, stringToHex } from "viem";
import { parseSettings, type Settings } from "../../../src/settings.ts";

/** An address that nobody has a key for. */
export function namedAddress(name: string): Address {
  return getAddress(slice(keccak256(stringToHex(`simulation ${name}`)), 12));
}

/** Where the contracts of every simulated chain are. */
export const PLACES = {
  chainId: 31_337n,
  committeeRegistry: namedAddress("committee registry"),
  decisionRegistry: namedAddress("decision registry"),
} as const;

export const FOUNDER = namedAddress("founder");
export const USER = namedAddress("user");
export const GUARDIAN = namedAddress("guardian");
export const PAYEE = namedAddress("payee");

/** Seconds from block to block. */
export const BLOCK_SECONDS = 2n;
/** How far the finalised block lies below the head while all is well. */
export const FINALITY_BLOCKS = 2;
/** Fee per gas while all is well, in wei. */
export const USUAL_FEE = 1_000_000_000n;
/** Most that a committer pays per gas, in wei. */
export const FEE_CAP = 500_000_000_000n;

/** At most 1 coin at once to the payee, 500 in an hour. */
export const POLICY: Policy = composePolicy({
  calls: [{ target: PAYEE, selector: "0x00000000" }],
  assets: [
    { asset: ZERO_ADDRESS, maxPerTransaction: parseEther("1"), maxPerWindow: parseEther("500"), windowSeconds: 3_600n },
  ],
});

/** The same at certain hours, and seldom: an execution that comes too early is tried again. */
export function limitedPolicy(hours: { readonly from: number; readonly until: number }): Policy {
  return { ...POLICY, activeFrom: hours.from, activeUntil: hours.until, maxExecutions: 1, executionsSeconds: 20n };
}

/** An action of a vault that pays `wei` to the payee. */
export function payment(vault: Address, wei: bigint): Action {
  const calls = [{ target: PAYEE, value: wei, data: "0x" as const }];
  const rest = { bounds: [], gasFloor: 0n, noNewAllowances: false, allowances: [], codePins: [] };
  return { chainId: PLACES.chainId, vault, calls, ...rest };
}

/** Most presignatures that may wait for a signing set; 0: none is made before it is needed. */
export type PoolSize = 0 | 1;

const RAW_SETTINGS = {
  chain: {
    id: Number(PLACES.chainId),
    httpUrl: "http://127.0.0.1:1",
    pollIntervalMs: 1_500,
    finalityStallBlocks: 12,
    maxFeePerGasGwei: Number(FEE_CAP / 1_000_000_000n),
  },
  contracts: { committeeRegistry: PLACES.committeeRegistry, decisionRegistry: PLACES.decisionRegistry },
  dataDir: "data",
  listen: "/ip4/127.0.0.1/tcp/1",
  http: { port: 0 },
  attemptBlocks: 4,
  submitStaggerBlocks: 2,
};

/** When heads of audit logs are co-signed: in worlds that are about it, and in the others, where it would cost most. */
const OFTEN = { headRecords: 30, headBlocks: 6 };
const SELDOM = { headRecords: 1_000_000, headBlocks: 1_000_000 };

/** What every simulated committer is told. */
export function settingsFor({ pool, hasHeads }: { readonly pool: PoolSize; readonly hasHeads: boolean }): Settings {
  const audit = hasHeads ? OFTEN : SELDOM;
  return parseSettings({ ...RAW_SETTINGS, audit, presignatures: { low: 0, high: pool } }, "/simulation.json");
}

/** Size and numbers of a committee. */
export type CommitteeShape = { readonly members: number; readonly minSigners: number; readonly quorum: number };

/** The committees that are simulated. With one member away each can still decide and sign. */
export const SHAPES = {
  three: { members: 3, minSigners: 2, quorum: 2 },
  four: { members: 4, minSigners: 3, quorum: 3 },
  seven: { members: 7, minSigners: 5, quorum: 5 },
} as const satisfies Record<string, CommitteeShape>;

/** Name of one of {@link SHAPES}. */
export type ShapeName = keyof typeof SHAPES;
