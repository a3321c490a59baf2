import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agentPath, deriveAgentKey, exposeExtendedKey, intentDigest, partyIndex } from "../../src/index.ts";
import { bytes32, createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { fromHex } from "../harness/hex.ts";
import { plainDeriveChild } from "../harness/plain-curve.ts";
import { runPresign, runSigning, sampleIntent } from "../harness/sessions.ts";
import { addressOf, expectValid, tweakedKey } from "../harness/verify.ts";

const committee = createCommittee(2, 3, "agent-key");
const shares = dealKeyShares(committee);
const share = must(shares.get(partyIndex(1)));
const extendedKey = exposeExtendedKey(share);

describe("an agent's path", () => {
  it("is branch 0 and nine limbs of 31 bits", () => {
    expect(agentPath(new Uint8Array(32))).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(agentPath(new Uint8Array(32).fill(0xff))).toEqual([0, 0xff, ...Array(8).fill(0x7fff_ffff)]);
    const id = fromHex(`${"00".repeat(23)}01${"80000001"}${"00000002"}`);
    // id = 2^64 + 2^63 + 2^32 + 2.
    expect(agentPath(id)).toEqual([0, 0, 0, 0, 0, 0, 0, 6, 2, 2]);
  });

  it("gives the id back, so no two agents share one", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (id) => {
        const [branch, ...limbs] = agentPath(id);
        const value = limbs.reduce((sum, limb) => (sum << 31n) + BigInt(limb), 0n);
        expect(branch).toBe(0);
        expect(limbs.every((limb) => Number.isInteger(limb) && limb >= 0 && limb < 2 ** 31)).toBe(true);
        expect(value).toBe(BigInt(`0x${Buffer.from(id).toString("hex")}`));
      }),
    );
  });

  it.each([0, 20, 31, 33])("refuses an id of %i bytes", (length) => {
    expect(() => agentPath(new Uint8Array(length))).toThrowError(expect.objectContaining({ code: "invalidLength" }));
  });
});

describe("an agent's key", () => {
  it("is the same at every member, and what schoolbook arithmetic gives", () => {
    const id = bytes32("agent 7");
    const key = deriveAgentKey(extendedKey, id);
    for (const other of shares.values()) expect(deriveAgentKey(exposeExtendedKey(other), id)).toEqual(key);
    let plain = extendedKey;
    for (const index of agentPath(id)) plain = plainDeriveChild(plain, index);
    expect(key.publicKey).toEqual(plain.publicKey);
    expect(key.publicKey).toEqual(tweakedKey(extendedKey.publicKey, key.tweak));
    expect(key.address).toEqual(addressOf(key.publicKey));
  });

  it("differs for another agent, another group key and another chain code", () => {
    const id = bytes32("agent 7");
    const foreign = exposeExtendedKey(must(dealKeyShares(committee, "other").get(partyIndex(1))));
    const keys = [
      deriveAgentKey(extendedKey, id),
      deriveAgentKey(extendedKey, bytes32("agent 8")),
      deriveAgentKey({ ...extendedKey, chainCode: foreign.chainCode }, id),
      deriveAgentKey({ ...extendedKey, publicKey: foreign.publicKey }, id),
    ];
    expect(new Set(keys.map(({ publicKey }) => publicKey.join())).size).toBe(keys.length);
  });

  it("signs: presignatures of the group serve every agent", () => {
    const signers = [1, 3].map(partyIndex);
    for (const name of ["agent 7", "agent 8"]) {
      const { tweak, publicKey } = deriveAgentKey(extendedKey, bytes32(name));
      const { outputs } = runPresign({ committee, shares, signers, purpose: name });
      const signed = runSigning(committee, outputs, (input) => ({ ...input, tweak }));
      expect(signed.outputs.size).toBe(2);
      for (const signature of signed.outputs.values()) {
        expectValid(signature, intentDigest(sampleIntent(committee)), publicKey);
      }
    }
  });

  it("signs for nobody if a signer derives another agent's key", () => {
    const { outputs } = runPresign({ committee, shares, signers: [1, 3].map(partyIndex), purpose: "split" });
    const tweaks = [7, 8].map((n) => deriveAgentKey(extendedKey, bytes32(`agent ${n}`)).tweak);
    const signed = runSigning(committee, outputs, (input) => ({
      ...input,
      tweak: must(tweaks[input.self === 1 ? 0 : 1]),
    }));
    expect(signed.outputs.size).toBe(0);
    expect(signed.ignored.map(({ reason }) => reason)).toEqual(["otherSession", "otherSession"]);
  });
});
