import type { SignedAuditHead } from "@synod/core";
import { type Address, isAddressEqual } from "viem";
import { broken } from "./audit-file.ts";
import type { AuditChain } from "./chain-facts.ts";
import { type HeadFile, readHeadFile } from "./head-file.ts";
import type { VerifiedLog } from "./verify-logs.ts";

/** A log, and of each member that has co-signed it the newest head that it has. */
export type WitnessedLog = VerifiedLog & { readonly coSignatures: readonly SignedAuditHead[] };

/**
 * Holds logs against the signed heads that stand beside them: those that others co-signed, and those that the members
 * themselves signed and the others kept, so that a log is compared with what is in the folders of all.
 * Errors: AUDIT_BROKEN with the first record that is not what was signed, and those of the chain.
 */
export async function verifyHeads(
  logs: readonly VerifiedLog[],
  chain: AuditChain | undefined,
): Promise<readonly WitnessedLog[]> {
  const files = await Promise.all(logs.map(({ file }) => readHeadFile(file)));
  if (chain !== undefined) for (const file of files) await requireMembers(file, chain);
  const all = files.flatMap(({ heads }) => heads);
  return logs.map((log, index) => {
    const committer = ownerOf(files[index]);
    if (committer !== undefined)
      requireHeads(
        log,
        all.filter((head) => isAddressEqual(head.committer, committer)),
      );
    return { ...log, coSignatures: newestOf(files[index]?.heads.filter(isCoSignature) ?? []) };
  });
}

function isCoSignature({ committer, signer }: SignedAuditHead): boolean {
  return !isAddressEqual(committer, signer);
}

/** Whose log a file of heads stands beside: what others have signed there is of one log. */
function ownerOf(file: HeadFile | undefined): Address | undefined {
  const owner = file?.heads.find(isCoSignature)?.committer;
  const foreign = file?.heads.findIndex((head) => isCoSignature(head) && head.committer !== owner) ?? -1;
  if (file !== undefined && foreign >= 0) throw broken(file.file, foreign, "is a co-signature of another member's log");
  return owner;
}

async function requireMembers({ file, heads }: HeadFile, chain: AuditChain): Promise<void> {
  for (const [position, head] of heads.entries()) {
    const stranger = await strangerIn(head, chain);
    if (stranger !== undefined) throw broken(file, position, describeStranger(stranger));
  }
}

/** Who of committer and signer of a head is no member of the epoch that it names, on the chain; `undefined`: both are. */
export async function strangerIn(head: SignedAuditHead, chain: AuditChain): Promise<Address | undefined> {
  const members = await chain.membersOf(head);
  return [head.committer, head.signer].find((address) => members?.includes(address) !== true);
}

/** That somebody is none, as the end of a sentence. */
export function describeStranger(address: Address): string {
  return `names ${address}, which the chain does not know as a member of that epoch`;
}

/** The first record that may have been changed follows the last head that agrees. */
function requireHeads({ file, records }: VerifiedLog, heads: readonly SignedAuditHead[]): void {
  let agreed = 0;
  for (const { length, hash, signer } of heads.toSorted((a, b) => a.length - b.length)) {
    const found = records[length - 1];
    if (found === undefined) throw broken(file, records.length, `is missing: ${signer} has signed a head of ${length}`);
    if (found.hash !== hash) throw broken(file, agreed, describeChange({ agreed, length, signer }));
    agreed = length;
  }
}

function describeChange({ agreed, length, signer }: { agreed: number; length: number; signer: Address }): string {
  const which = length === agreed + 1 ? "was" : `or a later one up to record ${length} was`;
  return `${which} changed after ${signer} had signed the head of ${length}`;
}

function newestOf(coSignatures: readonly SignedAuditHead[]): readonly SignedAuditHead[] {
  const ascending = coSignatures.toSorted((a, b) => a.length - b.length);
  return [...new Map(ascending.map((head) => [head.signer, head])).values()];
}
