import type { Hex } from "viem";
import type { SignedBy } from "../decision/attestation.ts";
import type { DecisionWork, KnownAttestation } from "./state.ts";

/** A result that a quorum of members attested. */
export interface QuorumReached {
  readonly reply: boolean;
  readonly resultHash: Hex;
  /** Exactly a quorum, strictly ascending by index. */
  readonly attestations: readonly SignedBy[];
  /** Head block at which the last one needed became known here. */
  readonly atBlock: bigint;
}

/** The result a quorum agrees on, if one does. Only attestations of members 0 … `memberCount`−1 count. */
export function findQuorum(work: DecisionWork, memberCount: number, quorum: number): QuorumReached | undefined {
  const groups = new Map<string, KnownAttestation[]>();
  for (const known of work.attestations.values()) {
    const { memberIndex, reply, resultHash } = known.attestation;
    if (memberIndex >= memberCount) continue;
    const key = `${reply}/${resultHash}`;
    groups.set(key, [...(groups.get(key) ?? []), known]);
  }
  const agreed = [...groups.values()].find((group) => group.length >= quorum);
  return agreed === undefined ? undefined : toQuorum(agreed, quorum);
}

function toQuorum(group: readonly KnownAttestation[], quorum: number): QuorumReached | undefined {
  const earliest = [...group].sort((a, b) => Number(a.atBlock - b.atBlock)).slice(0, quorum);
  const last = earliest.at(-1);
  if (last === undefined) return undefined;
  const attestations = earliest
    .map(({ attestation: { memberIndex, signature } }) => ({ memberIndex, signature }))
    .sort((a, b) => a.memberIndex - b.memberIndex);
  const { reply, resultHash } = last.attestation;
  return { reply, resultHash, attestations, atBlock: last.atBlock };
}
