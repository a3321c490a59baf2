import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AuditEntry,
  type AuditRecord,
  auditHeadDigest,
  auditHeadText,
  type SignedAuditHead,
  toCommitteeId,
  toEpoch,
} from "@synod/core";
import { keccak256, stringToHex, zeroAddress } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditChain } from "../../src/audit/chain-facts.ts";
import { checkExport } from "../../src/audit/check-export.ts";
import { exportLog } from "../../src/audit/export-log.ts";
import { verifyHeads } from "../../src/audit/verify-heads.ts";
import { verifyLog } from "../../src/audit/verify-logs.ts";
import { sampleEntries, sealed, textOf, word } from "./sample-log.ts";

const [alice, bob, carol] = ["alice", "bob", "carol"].map((name) =>
  privateKeyToAccount(keccak256(stringToHex(`signed heads ${name}`))),
) as [PrivateKeyAccount, PrivateKeyAccount, PrivateKeyAccount];
const records = sealed(sampleEntries);
const others = sealed(sampleEntries.toReversed());
const terms = {
  chainId: 31_337n,
  committeeRegistry: zeroAddress,
  committeeId: toCommitteeId(word("committee")),
  epoch: toEpoch(2n),
};
const chain: AuditChain = {
  factsOf: async () => undefined,
  fateOf: async () => "unknown",
  executed: async () => [],
  membersOf: async ({ epoch }) => (epoch === 2n ? [alice.address, bob.address] : undefined),
};

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "synod-heads-"));
});
afterAll(() => rmSync(root, { recursive: true }));

/** A head of `length` records of alice's log, or of another chain or member. */
async function headBy(
  account: PrivateKeyAccount,
  length: number,
  { of = records, committer = alice.address }: { of?: readonly AuditRecord[]; committer?: typeof alice.address } = {},
): Promise<SignedAuditHead> {
  const message = { ...terms, committer, length, hash: of[length - 1]?.hash ?? expect.unreachable() };
  const signature = await account.sign({ hash: auditHeadDigest(message, message) });
  return { ...message, signer: account.address, signature };
}

/** A member's folder. @returns its log */
function folder(name: string, log: readonly AuditRecord[], heads: readonly SignedAuditHead[]): string {
  mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(root, name, "audit.jsonl"), textOf(log));
  writeFileSync(join(root, name, "audit-heads.jsonl"), heads.map((head) => `${auditHeadText(head)}\n`).join(""));
  return join(root, name, "audit.jsonl");
}

async function verified(files: readonly string[], of?: AuditChain) {
  const logs = await Promise.all(files.map((file) => verifyLog(file, undefined, undefined)));
  return verifyHeads(logs, of);
}

const entriesOf = (log: readonly AuditRecord[]): readonly AuditEntry[] => log.map(({ entry }) => entry);
/** The log with another fifth entry, hashes and all. */
const rewritten = sealed(entriesOf(records).with(4, { fact: "Other", details: {} }));

describe("logs beside signed heads", () => {
  it("are told how far each member has co-signed them", async () => {
    const heads = [await headBy(bob, 2), await headBy(carol, 4), await headBy(bob, 5)];
    const [log] = await verified([folder("alice", records, heads)]);
    expect(log?.coSignatures.map(({ signer, length }) => [signer, length])).toEqual([
      [bob.address, 5],
      [carol.address, 4],
    ]);
    const [bare] = await verified([folder("bare", records, [])]);
    expect(bare?.coSignatures).toEqual([]);
  });

  it("must hold every head that others have signed, and the first record that may be another is named", async () => {
    const heads = [await headBy(bob, 2), await headBy(carol, 6)];
    await expect(verified([folder("alice", rewritten, heads)])).rejects.toThrow(
      `record 3 or a later one up to record 6 was changed after ${carol.address} had signed the head of 6`,
    );
    await expect(verified([folder("alice", rewritten, [await headBy(bob, 4), await headBy(bob, 5)])])).rejects.toThrow(
      "record 5 was changed",
    );
    await expect(verified([folder("alice", records.slice(0, 4), heads)])).rejects.toThrow(
      `record 5 is missing: ${carol.address} has signed a head of 6`,
    );
  });

  it("must hold what their own committer signed and others kept, whatever stands in their own folder", async () => {
    const kept = folder("bob", others, [
      await headBy(alice, 6),
      await headBy(carol, 1, { of: others, committer: bob.address }),
    ]);
    const own = folder("alice", rewritten, [await headBy(bob, 3)]);
    await expect(verified([own, kept])).rejects.toThrow(`up to record 6 was changed after ${alice.address} had signed`);
    expect(await verified([folder("alice", records, [await headBy(bob, 3)]), kept])).toHaveLength(2);
  });

  it("are refused when a line is malformed, cut off, not signed, or of a third member's log", async () => {
    const file = folder("alice", records, [await headBy(bob, 2), await headBy(carol, 2)]);
    const path = join(root, "alice", "audit-heads.jsonl");
    const text = readFileSync(path, "utf8");
    for (const [changed, why] of [
      [text.replace('"epoch":"2"', '"epoch":"0"'), "record 1 is malformed"],
      [text.slice(0, -5), "record 2 is cut off"],
      [text.replaceAll('"length":2', '"length":3'), `record 1 is not signed by ${bob.address}`],
      [
        `${text}${auditHeadText(await headBy(bob, 2, { committer: carol.address }))}\n`,
        "record 3 is a co-signature of an",
      ],
    ] as const) {
      writeFileSync(path, changed);
      await expect(verified([file])).rejects.toThrow(why);
    }
  });

  it("are signed by members of the epoch, by the chain", async () => {
    expect(await verified([folder("alice", records, [await headBy(bob, 2)])], chain)).toHaveLength(1);
    await expect(verified([folder("alice", records, [await headBy(carol, 2)])], chain)).rejects.toThrow(
      `record 1 names ${carol.address}, which the chain does not know as a member`,
    );
    const elsewhere = { ...chain, membersOf: async () => undefined };
    await expect(verified([folder("alice", records, [await headBy(bob, 2)])], elsewhere)).rejects.toThrow("names");
  });
});

describe("an exported file", () => {
  const isFirst = ({ entry }: AuditRecord): boolean => entry.details.decisionId === word("first");

  async function exported(heads: readonly SignedAuditHead[], isChosen = isFirst): Promise<string> {
    const [log] = await verified([folder("alice", records, heads)]);
    const file = join(root, "export.json");
    writeFileSync(file, exportLog(log ?? expect.unreachable(), "json", isChosen));
    return file;
  }

  const changedTo = (file: string, from: string | RegExp, to: string): string => {
    writeFileSync(file, readFileSync(file, "utf8").replace(from, to));
    return file;
  };

  it("is checked without log and head against what others have signed", async () => {
    const { proofs, coSignatures } = await checkExport(await exported([await headBy(bob, 5)]), undefined, chain);
    expect([proofs.length, coSignatures.length]).toEqual([3, 1]);
  });

  it("is refused when a record is in no co-signed head, unless a head is known", async () => {
    const file = await exported([await headBy(bob, 2)]);
    await expect(checkExport(file, undefined, chain)).rejects.toThrow("record 3 is in no head that another member has");
    const known = { length: 6, hash: records[5]?.hash ?? expect.unreachable() };
    await expect(checkExport(file, known, chain)).resolves.toMatchObject({ head: known });
    await expect(checkExport(await exported([]), undefined, undefined)).rejects.toThrow("is in no head");
  });

  it("is refused when a record, a co-signature or its signer is another", async () => {
    const heads = async () => exported([await headBy(bob, 5)]);
    await expect(checkExport(changedTo(await heads(), "twice", "once"), undefined, undefined)).rejects.toThrow(
      "record 3 does not lead to that head",
    );
    await expect(
      checkExport(changedTo(await heads(), /"length": 5/, '"length": 4'), undefined, undefined),
    ).rejects.toThrow(`record 4 ends a head that ${bob.address} has not signed`);
    const stranger = await exported([await headBy(carol, 5)]);
    await expect(checkExport(stranger, undefined, undefined)).resolves.toBeDefined();
    await expect(checkExport(stranger, undefined, chain)).rejects.toThrow(`names ${carol.address}`);
  });

  it("is refused when its records are of another log than what was signed", async () => {
    const file = await exported([await headBy(bob, 5)]);
    const foreign = JSON.parse(auditHeadText(await headBy(bob, 5, { of: others })));
    const own = JSON.parse(auditHeadText(await headBy(alice, 5)));
    for (const [coSignature, why] of [
      [foreign, `record 1 does not lead to the head of 5 that ${bob.address} has signed`],
      [own, "signed by its own committer"],
    ] as const) {
      const whole = JSON.parse(readFileSync(file, "utf8"));
      writeFileSync(file, JSON.stringify({ ...whole, coSignatures: [coSignature] }));
      await expect(checkExport(file, undefined, undefined)).rejects.toThrow(why);
    }
  });
});
