import type { Hex } from "viem";
import { encodeAbiParameters, keccak256, parseAbiParameters, stringToHex } from "viem/utils";
import type { AuditEntry, AuditRecord } from "./record.ts";

const ENTRY = parseAbiParameters("bytes32, string, string[], string[]");
const LINK = parseAbiParameters("bytes32, uint256, bytes32, bytes32");
const ENTRY_TAG = keccak256(stringToHex("synod.audit-entry.v1"));
const TAG = keccak256(stringToHex("synod.audit.v1"));

/** Previous hash of the first record: 32 zero bytes. */
export const AUDIT_START: Hex = `0x${"00".repeat(32)}`;

/** Hash of what an entry says, 32 bytes. The order of the details' keys does not matter. */
export function hashAuditEntry(entry: AuditEntry): Hex {
  const keys = Object.keys(entry.details).sort();
  const values = keys.map((key) => entry.details[key] ?? "");
  return keccak256(encodeAbiParameters(ENTRY, [ENTRY_TAG, entry.fact, keys, values]));
}

function linkHash(index: number, previousHash: Hex, entryHash: Hex): Hex {
  return keccak256(encodeAbiParameters(LINK, [TAG, BigInt(index), previousHash, entryHash]));
}

function hashRecord(index: number, previousHash: Hex, entry: AuditEntry): Hex {
  return linkHash(index, previousHash, hashAuditEntry(entry));
}

/** A record, and the hash of what its entry says, 32 bytes. */
export interface SealedEntry {
  readonly record: AuditRecord;
  readonly entryHash: Hex;
}

/**
 * The record that follows `previous`, or the first one, with its entry's own hash, which an extension of the chain is
 * shown with. The order of the details' keys does not matter.
 */
export function sealAudit(entry: AuditEntry, previous: AuditRecord | undefined): SealedEntry {
  const index = previous === undefined ? 0 : previous.index + 1;
  const previousHash = previous === undefined ? AUDIT_START : previous.hash;
  const entryHash = hashAuditEntry(entry);
  return { record: { index, previousHash, entry, hash: linkHash(index, previousHash, entryHash) }, entryHash };
}

/** The head of a chain as somebody else keeps it: without it, a cut-off end cannot be noticed. */
export interface AuditHead {
  readonly length: number;
  readonly hash: Hex;
}

/** Whether a chain is whole, or its first bad record. `position` counts from 0. */
export type AuditVerdict =
  | { readonly kind: "intact"; readonly head: AuditHead }
  | { readonly kind: "broken"; readonly position: number; readonly fault: AuditFault };

/**
 * `index`: the record is out of its place (removed, repeated or reordered ones before it). `link`: it does not follow
 * the one before it. `content`: its entry was changed. `head`: the chain ends elsewhere than the known head.
 */
export type AuditFault = "index" | "link" | "content" | "head";

/**
 * The head that a chain has once entries with these hashes, in order, were added to it. Whoever remembers `head` can
 * check with this that a later one extends it, without being shown what was added.
 */
export function extendAuditHead(head: AuditHead, entryHashes: readonly Hex[]): AuditHead {
  const { length } = head;
  const hash = entryHashes.reduce((link, entryHash, offset) => linkHash(length + offset, link, entryHash), head.hash);
  return { length: length + entryHashes.length, hash };
}

/** Recomputes a whole chain and names the first bad record. With a known head, a truncated chain is found too. */
export function verifyAudit(chain: Iterable<AuditRecord>, known?: AuditHead): AuditVerdict {
  let head: AuditHead = { length: 0, hash: AUDIT_START };
  for (const record of chain) {
    const fault = faultOf(record, head);
    if (fault !== undefined) return { kind: "broken", position: head.length, fault };
    head = { length: head.length + 1, hash: record.hash };
    if (known !== undefined && head.length === known.length && head.hash !== known.hash) {
      return { kind: "broken", position: head.length - 1, fault: "head" };
    }
  }
  const isShort = known !== undefined && head.length < known.length;
  return isShort ? { kind: "broken", position: head.length, fault: "head" } : { kind: "intact", head };
}

function faultOf(record: AuditRecord, before: AuditHead): AuditFault | undefined {
  if (record.index !== before.length) return "index";
  if (record.previousHash !== before.hash) return "link";
  return hashRecord(record.index, record.previousHash, record.entry) === record.hash ? undefined : "content";
}

/** One record and what leads from it to the head of its chain, without what the later records say. */
export interface AuditProof {
  readonly record: AuditRecord;
  /** Entry hashes of all later records, in order. */
  readonly later: readonly Hex[];
}

/** Proofs of chosen records against the head of a whole chain, which must be intact. */
export function proveRecords(
  chain: readonly AuditRecord[],
  isChosen: (record: AuditRecord) => boolean,
): readonly AuditProof[] {
  const hashes = chain.map(({ entry }) => hashAuditEntry(entry));
  return chain.filter(isChosen).map((record) => ({ record, later: hashes.slice(record.index + 1) }));
}

/** Whether a proof's record stands in the chain that ends with `head`, at the place it names. */
export function checkAuditProof({ record, later }: AuditProof, head: AuditHead): boolean {
  const { index, previousHash, entry, hash } = record;
  if (index + 1 + later.length !== head.length || hashRecord(index, previousHash, entry) !== hash) return false;
  return extendAuditHead({ length: index + 1, hash }, later).hash === head.hash;
}
