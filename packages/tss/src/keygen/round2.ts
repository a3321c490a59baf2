import { blameNobody, blamePairwise } from "../engine/abort.ts";
import type { Round, RoundTools, Step } from "../engine/stage.ts";
import { concat, equalBytes } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { answerSetups } from "../setup/answer.ts";
import type { AwaitTrees } from "../setup/state.ts";
import { encodeCommitment } from "./hashes.ts";
import { proveCoefficients } from "./proofs.ts";
import type { AwaitEcho, AwaitOpenings } from "./state.ts";

type Message = { readonly e1: Uint8Array; readonly setup: Uint8Array };

/** R2 → R3: the commitments are echoed, the base OTs are there (docs/protocol/dkg.md steps R3.1–R3.4). */
export const round2: Round<AwaitEcho, Message, AwaitOpenings> = {
  decode: ({ broadcast, direct }) => ({ e1: broadcast.slice(), setup: direct.slice() }),
  run(state, inbox, tools) {
    // R3.1 Nothing secret is opened before all hold the same commitments.
    if (![...inbox.values()].every((message) => equalBytes(message.e1, state.e1))) {
      return { kind: "abort", abort: blameNobody("echoMismatch") };
    }
    // R3.2
    const answered = answerSetups(state.setups, inbox, tools.rng);
    if (answered.kind === "failed") return { kind: "abort", abort: blamePairwise("pairSetup", answered.culprits) };
    return openContribution(state, answered.state, answered.direct, tools);
  },
};

/** R3.3–R3.4 Opens the commitment and proves knowledge of each coefficient. */
function openContribution(
  state: AwaitEcho,
  setups: AwaitTrees,
  direct: ReadonlyMap<PartyIndex, Uint8Array>,
  tools: RoundTools,
): Step<AwaitOpenings> {
  const { terms, own, dsid, nonces, coms, e1 } = state;
  const proofs = proveCoefficients({ dsid, e1, prover: terms.self }, own.polynomial, own.commitment, tools.rng);
  const broadcast = concat(encodeCommitment(own.commitment), own.chainCodePart, own.salt, ...proofs);
  const secrets = [...own.polynomial, own.chainCodePart, ...setups.secrets];
  const next: AwaitOpenings = { terms, own, dsid, nonces, coms, e1, setups, secrets };
  return { kind: "advance", next, outgoing: { broadcast, direct } };
}
