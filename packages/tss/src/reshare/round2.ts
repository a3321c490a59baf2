import { blameNobody, blamePairwise } from "../engine/abort.ts";
import type { Round, RoundTools } from "../engine/stage.ts";
import { encodeCommitment } from "../keygen/hashes.ts";
import { proveCoefficients } from "../keygen/proofs.ts";
import { concat, equalBytes } from "../math/bytes.ts";
import { answerSetups } from "../setup/answer.ts";
import { addressAll } from "./layout.ts";
import { type AwaitEcho, type AwaitOpenings, dealingSecrets } from "./state.ts";

type Message = {
  readonly e1: Uint8Array;
  /** Message 1 of the pair setup; empty unless both are new members. */
  readonly setup: Uint8Array;
};

/** R2 → R3: the commitments are echoed, the base OTs there (docs/protocol/reshare.md steps R3.1–R3.4). */
export const round2: Round<AwaitEcho, Message, AwaitOpenings> = {
  decode: ({ broadcast, direct }) => ({ e1: broadcast.slice(), setup: direct.slice() }),
  run(state, inbox, tools) {
    // R3.1 Nothing secret is opened before all hold the same commitments.
    if (![...inbox.values()].every((message) => equalBytes(message.e1, state.e1))) {
      return { kind: "abort", abort: blameNobody("echoMismatch") };
    }
    const { terms, own, dsid, nonces, coms, e1 } = state;
    // R3.2
    const answered = answerSetups(state.setups, inbox, tools.rng);
    if (answered.kind === "failed") return { kind: "abort", abort: blamePairwise("pairSetup", answered.culprits) };
    const direct = addressAll(terms, (to) => [
      terms.receivers.has(to) ? own?.chainCode : undefined,
      answered.direct.get(to),
    ]);
    const secrets = [...dealingSecrets(own), ...answered.state.secrets];
    const next: AwaitOpenings = { terms, own, dsid, nonces, coms, e1, setups: answered.state, secrets };
    return { kind: "advance", next, outgoing: { broadcast: openDealing(state, tools), direct } };
  },
};

/** R3.3–R3.4 A dealer opens its commitment and proves knowledge of each coefficient; others have nothing to say. */
function openDealing({ terms, own, dsid, e1 }: AwaitEcho, tools: RoundTools): Uint8Array {
  if (own === undefined) return new Uint8Array(0);
  const proofs = proveCoefficients({ dsid, e1, prover: terms.self }, own.polynomial, own.commitment, tools.rng);
  return concat(encodeCommitment(own.commitment), own.salt, ...proofs);
}
