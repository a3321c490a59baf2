import { childAddress, printSeed, seededRng } from "@synod/testing";
import { intentDigest, partyIndex, type SigningIntent } from "@synod/tss";
import { bytesToHex, createPublicClient, http, type PublicClient, pad, slice } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startChain } from "../harness/chain.ts";
import { bytes32, generateKey, sign, subsets } from "../harness/in-process-committee.ts";
import type { Program } from "../harness/program.ts";

const ECRECOVER = pad("0x01", { size: 20 });
const DOMAIN = { chainId: 31_337n, verifyingContract: new Uint8Array(20).fill(7), keyId: bytes32("key"), epoch: 1n };

const INTENT: SigningIntent = {
  kind: "authorization",
  chainId: 31_337n,
  vault: new Uint8Array(20).fill(1),
  decisionId: bytes32("decision"),
  agentId: bytes32("agent"),
  committeeId: DOMAIN.keyId,
  epoch: 1n,
  payloadHash: bytes32("payload"),
  policyHash: bytes32("policy"),
  deadline: 1_900_000_000n,
  registry: new Uint8Array(20).fill(2),
};

let chain: Program;
let client: PublicClient;

beforeAll(async () => {
  const started = await startChain();
  chain = started.program;
  client = createPublicClient({ transport: http(started.rpcUrl) });
});

afterAll(async () => {
  await chain?.stop();
});

/** The address that the chain's own precompile recovers: the vault's view of the signature. */
async function recoverOnChain(digest: Uint8Array, signature: Uint8Array): Promise<string> {
  const { data } = await client.call({
    to: ECRECOVER,
    data: bytesToHex(Buffer.concat([digest, pad(signature.slice(64), { size: 32 }), signature.slice(0, 64)])),
  });
  return data === undefined ? "0x" : slice(data, 12);
}

describe("a committee's signature, recovered by the chain", () => {
  const committees = [
    { minSigners: 2, members: 2, sets: 1 },
    { minSigners: 2, members: 3, sets: 3 },
    { minSigners: 3, members: 4, sets: 4 },
    { minSigners: 3, members: 5, sets: 2 },
    { minSigners: 5, members: 7, sets: 1 },
  ];

  it.each(committees)("$minSigners of $members: group key and derived key", async ({ minSigners, members, sets }) => {
    const rng = seededRng(printSeed(`signatures-on-chain ${minSigners} of ${members}`));
    const committee = generateKey(DOMAIN, members, minSigners, rng);
    const parties = [...committee.shares.keys()];
    const chosen = subsets(parties, minSigners).slice(0, sets);
    expect(chosen).toHaveLength(sets);
    const digest = intentDigest(INTENT);
    for (const [i, signers] of chosen.entries()) {
      const request = { signers, intent: INTENT, beacon: bytes32("beacon") };
      const root = sign(committee, { ...request, tweak: 0n, purpose: bytes32(`root ${i}`) }, rng);
      expect(await recoverOnChain(digest, root.bytes)).toBe(committee.groupAddress);
      const tweak = BigInt(bytesToHex(bytes32(`tweak ${i}`))) >> 1n;
      const child = sign(committee, { ...request, tweak, purpose: bytes32(`child ${i}`) }, rng);
      const recovered = await recoverOnChain(digest, child.bytes);
      expect(recovered).toBe(childAddress(committee.groupKey, tweak));
      expect(recovered).not.toBe(committee.groupAddress);
    }
  });

  it("is not recovered to the group key over any other digest", async () => {
    const rng = seededRng(printSeed("signatures-on-chain other digest"));
    const committee = generateKey(DOMAIN, 2, 2, rng);
    const signers = [partyIndex(1), partyIndex(2)];
    const request = { signers, intent: INTENT, tweak: 0n, beacon: bytes32("beacon"), purpose: bytes32("other") };
    const signature = sign(committee, request, rng);
    const other = intentDigest({ ...INTENT, deadline: INTENT.deadline + 1n });
    expect(await recoverOnChain(other, signature.bytes)).not.toBe(committee.groupAddress);
  });
});
