import { blamePairwise } from "../engine/abort.ts";
import type { SecretPart } from "../engine/secret-part.ts";
import type { Round, Step } from "../engine/stage.ts";
import { u8 } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { answerSetups } from "../setup/answer.ts";
import { finishSetups } from "../setup/finish.ts";
import { returnSetups } from "../setup/return.ts";
import { startSetups } from "../setup/start.ts";
import type { AwaitBaseOts, AwaitReturns, AwaitTrees, SetupStep } from "../setup/state.ts";
import { startExtensions } from "./extensions.ts";
import { hedgedRng } from "./hedged-rng.ts";
import { agreeOnCommitments, decodeCommitment } from "./round1.ts";
import type { Agreed, AwaitCommitments, AwaitExtensions, AwaitSetup } from "./state.ts";

/*
 * Ephemeral mode: the rounds between the commitments and the extensions, which make pair state for this session alone
 * (docs/protocol/presign.md steps E.1–E.4). Their broadcasts are empty.
 */

type Message = { readonly setup: Uint8Array };

const decode = ({ direct }: { readonly direct: Uint8Array }): Message => ({ setup: direct.slice() });

const NO_BROADCAST = new Uint8Array(0);

/** R1 → E1: everybody's commitment is there; base OTs with every signer. */
export const setupRound1: Round<AwaitCommitments, Uint8Array, AwaitSetup<AwaitBaseOts>> = {
  decode: decodeCommitment,
  run(state, inbox, tools) {
    const result = agreeOnCommitments(state, inbox, tools);
    if (result.kind === "abort") return result;
    const { agreed } = result;
    const { share, self, others } = agreed.terms;
    const started = startSetups(tools.sid, self, others, hedgedRng(share, [u8(5), tools.sid], tools.rng));
    return advance(agreed, { kind: "ok", ...started });
  },
};

/** E1 → E2: Bob of the first direction sends the trees and extends it. */
export const setupRound2: Round<AwaitSetup<AwaitBaseOts>, Message, AwaitSetup<AwaitTrees>> = {
  decode,
  run({ agreed, setups }, inbox, tools) {
    const hedged = hedgedRng(agreed.terms.share, [u8(6), tools.sid], tools.rng);
    return advance(agreed, answerSetups(setups, inbox, hedged));
  },
};

/** E2 → E3: Alice of the first direction checks them and sends the trees of the second. */
export const setupRound3: Round<AwaitSetup<AwaitTrees>, Message, AwaitSetup<AwaitReturns>> = {
  decode,
  run: ({ agreed, setups }, inbox) => advance(agreed, returnSetups(setups, inbox)),
};

/** E3 → R2: the pairs are complete; from here on as with the share's. */
export const setupRound4: Round<AwaitSetup<AwaitReturns>, Message, AwaitExtensions> = {
  decode,
  run({ agreed, setups }, inbox, { rng }) {
    const finished = finishSetups(setups, inbox);
    if (finished.kind === "failed") return failed(finished.culprits);
    const { pairs, secrets } = finished;
    return startExtensions({ agreed, ephemeral: pairs, secrets: [...ownSecrets(agreed), ...secrets] }, rng);
  },
};

function advance<S extends AwaitBaseOts | AwaitTrees | AwaitReturns>(
  agreed: Agreed,
  step: SetupStep<S>,
): Step<AwaitSetup<S>> {
  if (step.kind === "failed") return failed(step.culprits);
  const next = { agreed, setups: step.state, secrets: [...ownSecrets(agreed), ...step.state.secrets] };
  return { kind: "advance", next, outgoing: { broadcast: NO_BROADCAST, direct: step.direct } };
}

function failed(culprits: readonly PartyIndex[]): Step<never> {
  return { kind: "abort", abort: blamePairwise("pairSetup", culprits) };
}

function ownSecrets({ own }: Agreed): readonly SecretPart[] {
  return own.nonces.flatMap(({ r, phi }) => [r, phi]);
}
