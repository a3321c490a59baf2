import { toCommitteeId, toEpoch, toMemberIndex } from "@synod/core";
import { zeroAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { EpochFacts } from "../../src/committee/epoch-book.ts";
import { identityOf } from "../../src/identity.ts";
import type { EpochObserved } from "../../src/journal/events.ts";
import { testSecret } from "./data-folder.ts";

/** The identity of one of the sample epoch's two members. */
export function sampleIdentity(name: "self" | "peer") {
  return identityOf(testSecret(`sample ${name}`));
}

function listed(name: "self" | "peer") {
  const hex = Buffer.from(testSecret(`sample ${name}`)).toString("hex");
  const { publicKey } = privateKeyToAccount(`0x${hex}`);
  return { x: `0x${publicKey.slice(4, 68)}`, y: `0x${publicKey.slice(68)}`, endpoint: name } as const;
}

/** The epoch of the sample decision: both members sign, and this committer is the first. */
export const SAMPLE_EPOCH: EpochObserved = {
  kind: "EpochObserved",
  committeeId: toCommitteeId(`0x${"c1".repeat(32)}`),
  epoch: toEpoch(1n),
  members: [listed("self"), listed("peer")],
  minSigners: 2,
  quorum: 2,
  membersHash: `0x${"e1".repeat(32)}`,
  self: toMemberIndex(0),
  block: { number: 1n, hash: `0x${"f1".repeat(32)}` },
};

/** What the registry says of it while it is active. */
export const ACTIVE_FACTS: EpochFacts = {
  status: "active",
  groupAddress: zeroAddress,
  groupKeyX: `0x${"01".repeat(32)}`,
  groupKeyY: `0x${"02".repeat(32)}`,
  recordHash: `0x${"03".repeat(32)}`,
  confirmations: 3n,
  retiredAt: 0n,
  activatedAt: 0n,
};
