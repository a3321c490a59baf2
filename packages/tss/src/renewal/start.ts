import { createContext } from "../engine/context.ts";
import { type Opening, openSession } from "../engine/open.ts";
import type { Started } from "../engine/session.ts";
import { finalStage, stage } from "../engine/stage.ts";
import { type Domain, encodeDomain } from "../envelope/domain.ts";
import { PHASE } from "../envelope/envelope.ts";
import type { IdentityKey } from "../envelope/identity-key.ts";
import { TssError } from "../errors.ts";
import type { KeyShare } from "../keyshare/key-share.ts";
import { equalBytes } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { Rng } from "../math/rng.ts";
import { whileHeld } from "../presign/while-held.ts";
import { type RenewalOutput, round5 } from "./confirm.ts";
import { round1, round2, round3, round4 } from "./rounds.ts";
import type { AwaitHello } from "./state.ts";
import { createRenewalTerms, type RenewalTerms, renewalBinding, renewalSizes } from "./terms.ts";

/** Input of {@link startRenewal}. */
export type RenewalInput = {
  readonly domain: Domain;
  /** Never used twice for the same domain and the same participants. */
  readonly attempt: bigint;
  readonly self: PartyIndex;
  /** Who takes part, 2..n members, this party among them, in any order. */
  readonly participants: readonly PartyIndex[];
  /** Who lost pair state: each pair of these with any other participant is made anew. */
  readonly renewing: readonly PartyIndex[];
  /** Changed when the session ends well. */
  readonly share: KeyShare;
  readonly identity: IdentityKey;
  /** Parties with which this committer must not compute in this epoch. */
  readonly banned: ReadonlySet<PartyIndex>;
};

/**
 * Starts making pair state and zero seeds anew under the same key and epoch (docs/protocol/renewal.md): after a restored
 * backup, or when two members' pair states do not fit. A burnt pair is never renewed.
 *
 * Side effects: the session's end puts the new pair state into `share` and wipes the old; the owner stores the share
 * again before it uses it.
 * @returns the session and the first message
 * @throws TssError `bannedParty` before anything is sent; `invalidParties`, `keyShareMismatch`, `invalidIdentityKey`,
 * `integerOutOfRange`, `secretWiped`, `brokenRng`
 */
export function startRenewal(input: RenewalInput, rng: Rng): Started<RenewalOutput> {
  const { share, domain, self } = input;
  if (!equalBytes(encodeDomain(share.record.domain), encodeDomain(domain)) || share.self !== self) {
    throw new TssError("keyShareMismatch", "the key share belongs to another key, epoch or party");
  }
  const terms = createRenewalTerms(share, input, input.banned);
  const context = createContext({
    ...input,
    phase: PHASE.renewal,
    parties: terms.participants,
    purpose: domain.keyId,
    binding: renewalBinding(terms),
  });
  return openSession(context, renewalSizes(input), () => openRenewal(terms), rng);
}

/** R1: the hello, which the engine makes, is all there is to say (docs/protocol/renewal.md step R1.2). */
export function openRenewal(terms: RenewalTerms): Opening<RenewalOutput> {
  const state: AwaitHello = { terms, secrets: [] };
  return {
    kind: "opened",
    outgoing: { broadcast: new Uint8Array(0), direct: new Map() },
    stage: whileHeld(
      terms.share,
      stage(round1, state, (s2) =>
        stage(round2, s2, (s3) => stage(round3, s3, (s4) => stage(round4, s4, (s5) => finalStage(round5, s5)))),
      ),
    ),
  };
}
