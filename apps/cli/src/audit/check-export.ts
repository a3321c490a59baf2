import { type AuditHead, type AuditProof, checkAuditProof, type SignedAuditHead } from "@synod/core";
import { isAddressEqual } from "viem";
import { type AuditExport, broken, readAuditExport } from "./audit-file.ts";
import type { AuditChain } from "./chain-facts.ts";
import { isSigned } from "./signed-head.ts";
import { describeStranger, strangerIn } from "./verify-heads.ts";

/**
 * Checks an exported file without the log: every record against a head that was kept elsewhere, or against the file's
 * own; and every co-signature, as far as the records are older. Without a head that was kept elsewhere, each record must
 * be older than one that a member has co-signed.
 * Errors: AUDIT_INVALID, AUDIT_BROKEN with the record that does not hold, and those of the chain.
 */
export async function checkExport(
  file: string,
  known: AuditHead | undefined,
  chain: AuditChain | undefined,
): Promise<AuditExport> {
  const whole = readAuditExport(file);
  const { proofs, head, coSignatures } = whole;
  for (const proof of proofs)
    if (!checkAuditProof(proof, known ?? head)) throw broken(file, proof.record.index, "does not lead to that head");
  for (const signed of coSignatures) await requireCoSignature(file, signed, { ...whole, chain });
  const newest = Math.max(0, ...coSignatures.map(({ length }) => length));
  const open = proofs.find(({ record }) => record.index >= newest);
  if (known === undefined && open !== undefined)
    throw broken(file, open.record.index, "is in no head that another member has signed; give one with --head");
  return whole;
}

async function requireCoSignature(
  file: string,
  signed: SignedAuditHead,
  { proofs, coSignatures, chain }: AuditExport & { readonly chain: AuditChain | undefined },
): Promise<void> {
  const { committer, signer, length } = signed;
  const fail = (why: string) => broken(file, length - 1, `ends a head that ${why}`);
  const isOfOneLog = coSignatures.every((other) => isAddressEqual(other.committer, committer));
  if (!isOfOneLog || isAddressEqual(committer, signer)) throw fail("is of another log, or signed by its own committer");
  if (!(await isSigned(signed))) throw fail(`${signer} has not signed`);
  const stranger = chain && (await strangerIn(signed, chain));
  if (stranger !== undefined) throw fail(describeStranger(stranger));
  for (const proof of proofs)
    if (proof.record.index < length && !checkAuditProof(upTo(proof, length), signed))
      throw broken(file, proof.record.index, `does not lead to the head of ${length} that ${signer} has signed`);
}

/** What of a proof leads to the head that the log had at a length. */
function upTo({ record, later }: AuditProof, length: number): AuditProof {
  return { record, later: later.slice(0, length - 1 - record.index) };
}
