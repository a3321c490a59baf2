import type { Attestation, SignAttestation } from "@synod/core";
import type { Handler } from "../context.ts";

/** Signs this committer's reply with its identity key. */
export const signAttestation: Handler<SignAttestation> = async (context, order) => {
  const { decisionId, memberIndex, reply, resultHash } = order;
  const work = context.state().open.get(decisionId);
  if (work === undefined) return [];
  const { chainId, decisionRegistry } = context;
  const { committeeId, epoch } = work.decision;
  const message = { decisionId, committeeId, epoch, reply, resultHash };
  const place = { chainId, decisionRegistry };
  const signature = await context.identity.sign({ kind: "attestation", place, message });
  const attestation: Attestation = { decisionId, memberIndex, reply, resultHash, signature };
  context.record([{ kind: "AttestationSigned", attestation, atBlock: context.view().head.number }]);
  context.rehearsal.reached("after-attestation", decisionId);
  return [];
};
