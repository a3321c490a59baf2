import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { beforeEach, describe, expect, it } from "vitest";
import {
  decodeBackup,
  decodePublicRecord,
  encodeBackup,
  encodeKeyShare,
  encodePublicRecord,
  exposeBackup,
  exposeChainCode,
  type KeyShare,
  type KeyShareBackup,
  openBackup,
  type PublicRecord,
  partnerStatus,
  partyIndex,
  recordHash,
  restoreKeyShare,
  sealBackup,
  unverifiedBackupOwner,
  usablePartners,
  wipeBackup,
} from "../../src/index.ts";
import { exposeKeyShare } from "../../src/keyshare/key-share.ts";
import { encodeScalar } from "../../src/math/scalar.ts";
import { Secret } from "../../src/math/secret.ts";
import { H } from "../../src/transcript/hash.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { fromHex, toHex } from "../harness/hex.ts";
import { flip } from "../harness/tamper.ts";
import { seededRng } from "../seeded-rng.ts";

const committee = createCommittee(2, 3, "backup");
const one = partyIndex(1);
const key = new Uint8Array(32).fill(0x6b);

let share: KeyShare;
let container: Uint8Array;

beforeEach(() => {
  share = must(dealKeyShares(committee).get(one));
  container = sealBackup(share, key, seededRng("backup"));
});

function current(record: PublicRecord = share.record) {
  return { record, confirmedHash: recordHash(record) };
}

/** The record of another epoch of the same committee with the same shares, as an on-chain reader sees it. */
function ofEpoch(epoch: bigint): PublicRecord {
  return { ...share.record, domain: { ...share.record.domain, epoch } };
}

function withCode(code: string) {
  return expect.objectContaining({ code });
}

describe("a backup", () => {
  it("restores the share against the confirmed record, without pair state", () => {
    const restored = restoreKeyShare(openBackup(container, key), current());
    const [before, after] = [exposeKeyShare(share), exposeKeyShare(restored)];
    expect(after.share.expose()).toBe(before.share.expose());
    expect(exposeChainCode(restored)).toEqual(exposeChainCode(share));
    expect(restored.record).toEqual(share.record);
    expect(usablePartners(restored).size).toBe(0);
    expect([2, 3].map((party) => partnerStatus(restored, partyIndex(party)))).toEqual(["absent", "absent"]);
    expect(after.zeroSeeds.size).toBe(0);
  });

  it("holds the share and the chain code, and no byte of pair state or zero seeds", () => {
    const plain = toHex(encodeBackup(exposeBackup(share)));
    const { share: s, chainCode, zeroSeeds, pairs } = exposeKeyShare(share);
    expect(plain).toContain(toHex(encodeScalar(s.expose())));
    expect(plain).toContain(toHex(chainCode));
    expect(fromHex(plain)).toHaveLength(223);
    const forbidden = [
      ...zeroSeeds.values(),
      ...[...pairs.values()].flatMap(({ alice, bob }) => [alice.delta, bob.leaves.slice(0, 16)]),
    ];
    for (const secret of forbidden) expect(plain).not.toContain(toHex(secret));
  });

  it("keeps its layout and its container for ever", () => {
    const frozen = must(dealKeyShares(createCommittee(2, 3, "fixture", "frozen"), "fixture", "frozen").get(one));
    const backup = exposeBackup(frozen);
    expect(toHex(encodeBackup(backup))).toMatchInlineSnapshot(
      `"010000000000000000000000000000000000000000000000000000000000007a69c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c06b6579206f662066697874757265000000000000000000000000000000000000000000000000000100019f157eefea3d023986b83dc8a6a6aad272a65f9b0fe66832890f565c25a5b3210e9fd0e297f3652de4135c53fbdae58b40d171b64d7c769d9d82bba562880ad150506cb115683a3ce2aa4cc636bb6983a42b13e26122c64dcdb04bf9e111660e3a8e103de1a72cd53e48418398b48809fbc76c16ecde3803f1ef71b120657dcf"`,
    );
    expect(toHex(sealBackup(frozen, key, (length) => new Uint8Array(length).fill(0x2e)))).toMatchInlineSnapshot(
      `"53594e42010000000000000000000000000000000000000000000000000000000000007a69c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c06b6579206f662066697874757265000000000000000000000000000000000000000000000000000100019f157eefea3d023986b83dc8a6a6aad272a65f9b0fe66832890f565c25a5b3212e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e237505b78a560a64f9cab41dac14bea9d29ee4585640f6a4add3d79f5e2fbbbdb9cc97c8a201e9e2723a438089512b57ab70f267b5ccbc2c585284fcbc2a356508af342a5c30eeb9575a9dd7e806d5d88d40b159d79d8d9ac6bef1f14c46eb2e2f748ecff701f21e7a329d434ba5581a68a8fb9abef8ebf6abc687b1334d449199006cbd5a617407ae934e5aa2523c60a00c8c970e5ea31c60cb80da9a48bb0825472a002942422fee9ac494a3ca67c9ecc97b527ef0eb6567efb71caa4c8a3b7b7fc841b51f845bd7307baa044d113589e0707e647c1c90c24da8d2ad1090ba175ed09c5bfb511e8f305b369bd98b"`,
    );
  });

  it("decodes to what was encoded", () => {
    const backup = exposeBackup(share);
    const decoded = decodeBackup(encodeBackup(backup));
    expect({ ...decoded, share: 0, chainCode: 0 }).toEqual({ ...backup, share: 0, chainCode: 0 });
    expect(decoded.share.expose()).toBe(backup.share.expose());
    expect(decoded.chainCode.expose()).toEqual(backup.chainCode.expose());
  });

  it.each([0, 1, 92, 126, 160, 200, -1])("in clear refuses a flipped bit at byte %i", (offset) => {
    const bytes = encodeBackup(exposeBackup(share));
    expect(() => decodeBackup(flip(bytes, offset))).toThrowError(withCode("invalidBackup"));
  });

  it("in clear has a version that its checksum does not stand in for", () => {
    const body = encodeBackup(exposeBackup(share)).slice(0, -32);
    const resealed = (bytes: Uint8Array) => new Uint8Array([...bytes, ...H("backup", bytes)]);
    expect(() => decodeBackup(resealed(body))).not.toThrow();
    expect(() => decodeBackup(resealed(new Uint8Array([2, ...body.slice(1)])))).toThrowError(withCode("invalidBackup"));
  });

  it.each([0, 1, 100, 222])("in clear refuses a cut to %i bytes", (length) => {
    const bytes = encodeBackup(exposeBackup(share));
    expect(() => decodeBackup(bytes.slice(0, length))).toThrowError(withCode("invalidBackup"));
    expect(() => decodeBackup(new Uint8Array([...bytes, 0]))).toThrowError(withCode("invalidBackup"));
  });

  it("is a copy: wiping it leaves the share, wiping the share leaves it", () => {
    const backup = exposeBackup(share);
    wipeBackup(backup);
    expect(() => encodeBackup(backup)).toThrowError(withCode("secretWiped"));
    expect(encodeKeyShare(share).length).toBeGreaterThan(0);
  });
});

describe("a container", () => {
  it("tells whose it is without the key, and shows no secret", () => {
    expect(unverifiedBackupOwner(container)).toEqual({
      domain: share.record.domain,
      self: one,
      recordHash: share.recordHash,
    });
    expect(container).toHaveLength(155 + 223 + 16);
    expect(toHex(container)).not.toContain(toHex(encodeScalar(exposeKeyShare(share).share.expose())));
  });

  it("tells nothing of another file or version", () => {
    for (let at = 0; at < 5; at++) {
      expect(() => unverifiedBackupOwner(flip(container, at)), `byte ${at}`).toThrowError(withCode("invalidBackup"));
    }
  });

  it("tells nothing of a header that is cut short", () => {
    for (let length = 0; length < 155 - 24; length++) {
      expect(() => unverifiedBackupOwner(container.slice(0, length)), `${length} bytes`).toThrowError(
        withCode("invalidBackup"),
      );
    }
  });

  it("is bound to every byte of its header", () => {
    for (let at = 0; at < 155; at++) {
      expect(() => openBackup(flip(container, at), key), `byte ${at}`).toThrowError(withCode("invalidBackup"));
    }
  });

  it.each([155, 200, -1])("refuses a flipped bit at byte %i", (offset) => {
    expect(() => openBackup(flip(container, offset), key)).toThrowError(withCode("invalidBackup"));
  });

  it("refuses another key, a short key and a cut", () => {
    expect(() => openBackup(container, flip(key, 0))).toThrowError(withCode("invalidBackup"));
    expect(() => openBackup(container, key.slice(1))).toThrowError(withCode("invalidLength"));
    expect(() => sealBackup(share, key.slice(1), seededRng("short"))).toThrowError(withCode("invalidLength"));
    for (const length of [0, 4, 5, 154, 170, container.length - 1]) {
      expect(() => openBackup(container.slice(0, length), key)).toThrowError(withCode("invalidBackup"));
    }
  });

  it("refuses a header that its key's owner put over another backup", () => {
    const other = must(dealKeyShares(committee, "other").get(one));
    const plain = encodeBackup(exposeBackup(other));
    const header = container.slice(0, 155);
    const mixed = new Uint8Array([...header, ...xchacha20poly1305(key, header.slice(-24), header).encrypt(plain)]);
    expect(() => openBackup(mixed, key)).toThrowError(withCode("invalidBackup"));
  });

  it("has a fresh nonce each time", () => {
    const rng = seededRng("nonces");
    expect(sealBackup(share, key, rng)).not.toEqual(sealBackup(share, key, rng));
  });
});

describe("restoring", () => {
  let backup: KeyShareBackup;

  beforeEach(() => {
    backup = openBackup(container, key);
  });

  it("of an earlier epoch says to join by resharing", () => {
    expect(() => restoreKeyShare(backup, current(ofEpoch(2n)))).toThrowError(withCode("backupOutdated"));
    expect(() => restoreKeyShare(backup, current(ofEpoch(2n)))).toThrowError(/join by resharing/);
  });

  it("of a later epoch than the chain knows is refused", () => {
    const later = { ...backup, domain: { ...backup.domain, epoch: 2n } };
    expect(() => restoreKeyShare(later, current())).toThrowError(withCode("keyShareMismatch"));
  });

  it("against a record that is not the confirmed one is refused", () => {
    const { record } = share;
    const confirmedHash = flip(recordHash(record), 0);
    expect(() => restoreKeyShare(backup, { record, confirmedHash })).toThrowError(withCode("keyShareMismatch"));
  });

  it("against another key, chain or key generation of the same epoch is refused", () => {
    const { domain } = share.record;
    const records = [
      { ...share.record, domain: { ...domain, keyId: flip(domain.keyId, 0) } },
      { ...share.record, domain: { ...domain, chainId: 5n } },
      must(dealKeyShares(committee, "again").get(one)).record,
    ];
    const reasons = [/another key/, /another key/, /another committee/];
    for (const [i, record] of records.entries()) {
      const refusal = { code: "keyShareMismatch", message: expect.stringMatching(must(reasons[i])) };
      expect(() => restoreKeyShare(backup, current(record))).toThrowError(expect.objectContaining(refusal));
    }
  });

  it("checks s_i G = S_i and the chain code", () => {
    const wrongShare = { ...backup, share: new Secret(backup.share.expose() + 1n) };
    const wrongCode = { ...backup, chainCode: new Secret(flip(backup.chainCode.expose(), 0)) };
    const wrongParty = { ...backup, self: partyIndex(2) };
    for (const wrong of [wrongShare, wrongCode, wrongParty]) {
      expect(() => restoreKeyShare(wrong, current())).toThrowError(withCode("invalidKeyShare"));
    }
  });

  it("leaves the backup to its owner", () => {
    const restored = restoreKeyShare(backup, current());
    wipeBackup(backup);
    expect(exposeChainCode(restored)).toEqual(exposeChainCode(share));
    expect(exposeKeyShare(restored).share.expose()).toBe(exposeKeyShare(share).share.expose());
  });
});

describe("a public record in bytes", () => {
  it("is read as it was written", () => {
    const bytes = encodePublicRecord(share.record);
    expect(decodePublicRecord(bytes)).toEqual(share.record);
    expect(bytes).toHaveLength(1 + 92 + 2 + 2 + 3 * 35 + 33 + 3 * 33 + 32 + 32);
  });

  it("is refused if it is cut, longer, of another version, or inconsistent", () => {
    const bytes = encodePublicRecord(share.record);
    const wrong = [
      bytes.slice(0, -1),
      new Uint8Array([...bytes, 0]),
      flip(bytes, 0),
      flip(bytes, 93),
      flip(bytes, 240),
    ];
    for (const changed of wrong) {
      expect(() => decodePublicRecord(changed)).toThrowError(withCode("invalidKeyShare"));
    }
  });
});
