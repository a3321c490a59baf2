import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as tss from "../../src/index.ts";
import { intentDigest, type SigningIntent } from "../../src/index.ts";
import { fromHex, toHex } from "../harness/hex.ts";

type Vector = {
  readonly name: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly expected: { readonly digest: string };
};

const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL("../../../../test/vectors/eip712.json", import.meta.url), "utf8"),
);

function intentOf(inputs: Readonly<Record<string, string>>): SigningIntent | undefined {
  const bytes = (name: string): Uint8Array => fromHex(inputs[name] ?? "");
  const integer = (name: string): bigint => BigInt(inputs[name] ?? "");
  if (inputs.message === "Authorization") {
    return {
      kind: "authorization",
      chainId: integer("chainId"),
      vault: bytes("verifyingContract"),
      decisionId: bytes("decisionId"),
      agentId: bytes("agentId"),
      committeeId: bytes("committeeId"),
      epoch: integer("epoch"),
      payloadHash: bytes("payloadHash"),
      policyHash: bytes("policyHash"),
      deadline: integer("deadline"),
      registry: bytes("registry"),
    };
  }
  if (inputs.message !== "ProofOfPossession") return undefined;
  return {
    kind: "proofOfPossession",
    chainId: integer("chainId"),
    committeeRegistry: bytes("verifyingContract"),
    committeeId: bytes("committeeId"),
    epoch: integer("epoch"),
    membersHash: bytes("membersHash"),
    groupKeyX: bytes("groupKeyX"),
    groupKeyY: bytes("groupKeyY"),
  };
}

const cases = vectors.flatMap((vector) => {
  const intent = intentOf(vector.inputs);
  return intent ? [{ name: vector.name, intent, digest: vector.expected.digest }] : [];
});

describe("intentDigest", () => {
  it("finds the shared vectors of both kinds", () => {
    expect(new Set(cases.map(({ intent }) => intent.kind))).toEqual(new Set(["authorization", "proofOfPossession"]));
  });

  it("is that of its own chain and contract, whatever was hashed before", () => {
    const found = cases.find(({ intent }) => intent.kind === "authorization");
    if (found?.intent.kind !== "authorization") expect.fail("there is no vector of an authorization");
    const { intent, digest } = found;
    const others = [{ chainId: intent.chainId + 1n }, { vault: intent.registry.map((byte) => ~byte) }];
    for (const change of others) {
      const other = toHex(intentDigest({ ...intent, ...change }));
      expect(`0x${toHex(intentDigest(intent))}`).toBe(digest);
      expect(toHex(intentDigest({ ...intent, ...change }))).toBe(other);
      expect(`0x${other}`).not.toBe(digest);
    }
  });

  it.each(cases)("$name: equals what the contracts compute", ({ intent, digest }) => {
    expect(`0x${toHex(intentDigest(intent))}`).toBe(digest);
  });

  it.each(cases)("$name: changes with every field", ({ intent, digest }) => {
    for (const [field, value] of Object.entries(intent)) {
      if (typeof value === "string") continue;
      const changed = { ...intent, [field]: typeof value === "bigint" ? value ^ 1n : withFlippedBit(value) };
      expect(toHex(intentDigest(changed as SigningIntent)), field).not.toBe(digest.slice(2));
    }
  });

  it.each(cases)("$name: refuses a field of a wrong length or range", ({ intent }) => {
    for (const [field, value] of Object.entries(intent)) {
      if (field === "kind") continue;
      const wrong = typeof value === "bigint" ? [-1n, 1n << 256n] : [new Uint8Array(0), new Uint8Array(33)];
      for (const bad of wrong) {
        const changed = { ...intent, [field]: bad } as SigningIntent;
        expect(() => intentDigest(changed), field).toThrowError(
          expect.objectContaining({ code: typeof bad === "bigint" ? "integerOutOfRange" : "invalidLength" }),
        );
      }
    }
  });

  it("refuses whatever is not one of the two kinds", () => {
    const digest = new Uint8Array(32).fill(1);
    for (const other of [{ kind: "digest", digest }, { digest }, { kind: "Authorization" }]) {
      expect(() => intentDigest(other as unknown as SigningIntent)).toThrowError(
        expect.objectContaining({ code: "unknownIntent" }),
      );
    }
  });

  it("epoch and deadline are uint64", () => {
    for (const { intent } of cases) {
      expect(() => intentDigest({ ...intent, epoch: 1n << 64n })).toThrowError(
        expect.objectContaining({ code: "integerOutOfRange" }),
      );
    }
  });
});

function withFlippedBit(bytes: Uint8Array): Uint8Array {
  const out = bytes.slice();
  out[0] = (out[0] ?? 0) ^ 1;
  return out;
}

describe("the entry point of the package", () => {
  it("offers no function that signs a digest", () => {
    // What is not in this list is private. A new name must be weighed here first.
    expect(Object.keys(tss).sort()).toEqual([
      "BACKUP_CONTAINER_VERSION",
      "BACKUP_KEY_LENGTH",
      "BACKUP_VERSION",
      "EVIDENCE_VERSION",
      "KEY_SHARE_VERSION",
      "MAX_BATCH",
      "MAX_EVIDENCE_LENGTH",
      "MAX_PARTIES",
      "MAX_PROVEN_FAULTS",
      "PHASE",
      "RECORD_VERSION",
      "TssError",
      "activateKeyShare",
      "addToPool",
      "addressOfKey",
      "affineCoordinates",
      "agentPath",
      "allocatePresignatures",
      "burnExpired",
      "burnPair",
      "burnPresignature",
      "burnPresignaturesOf",
      "burnTestPresignature",
      "chooseDealers",
      "compareViews",
      "countInPool",
      "decodeBackup",
      "decodeEvidence",
      "decodeKeyShare",
      "decodePendingKeyShare",
      "decodePublicRecord",
      "deriveAgentKey",
      "deriveChild",
      "derivePath",
      "discardKeyShare",
      "dkls23",
      "emptyPool",
      "encodeBackup",
      "encodeEvidence",
      "encodeKeyShare",
      "encodePendingKeyShare",
      "encodePublicRecord",
      "envelopeDigest",
      "expire",
      "exposeBackup",
      "exposeChainCode",
      "exposeExtendedKey",
      "failedAttempt",
      "findEquivocation",
      "identityKeyFromBytes",
      "intentDigest",
      "openBackup",
      "pairId",
      "partnerStatus",
      "partyIndex",
      "purgePool",
      "receive",
      "recordHash",
      "reshareSeats",
      "restoreKeyShare",
      "retireKeyShare",
      "sealBackup",
      "sessionHandle",
      "shortestEvidence",
      "silentParties",
      "startKeygen",
      "startPresign",
      "startPresignBatch",
      "startRefresh",
      "startRenewal",
      "startReshare",
      "startSigning",
      "startTestPresign",
      "startTestSigning",
      "takeFromPool",
      "unverifiedBackupOwner",
      "unverifiedFrameSession",
      "usablePartners",
      "usePointBackend",
      "verifyEvidence",
      "wipeBackup",
      "wipeKeyShare",
    ]);
  });
});
