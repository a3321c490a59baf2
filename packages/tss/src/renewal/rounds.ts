import { type AbortReason, blamePairwise } from "../engine/abort.ts";
import type { Incoming, Round, Step } from "../engine/stage.ts";
import { PHASE } from "../envelope/envelope.ts";
import { joinZeroHalves } from "../keygen/zero-halves.ts";
import { partnerStatus } from "../keyshare/key-share.ts";
import { concat, u8, u16 } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { randomBytes } from "../math/rng.ts";
import { hedgedRng } from "../presign/hedged-rng.ts";
import { ZERO_SEED_LENGTH } from "../primitives/zero-share.ts";
import { answerSetups } from "../setup/answer.ts";
import { finishSetups } from "../setup/finish.ts";
import { returnSetups } from "../setup/return.ts";
import { startSetups } from "../setup/start.ts";
import { H } from "../transcript/hash.ts";
import type { AwaitAnswers, AwaitConfirmations, AwaitHalves, AwaitHello, AwaitStarts, Renewed } from "./state.ts";
import type { RenewalTerms } from "./terms.ts";

/** A message of the pair setup, from every participant; empty from those that are no partner. */
type SetupMessage = { readonly setup: Uint8Array };

const EMPTY = new Uint8Array(0);

function abort(reason: AbortReason): Step<never> {
  return { kind: "abort", abort: reason };
}

function decodeSetup({ direct }: Incoming): SetupMessage {
  return { setup: direct.slice() };
}

/** One payload for each other participant: nothing for those that are no partner. */
function toAll(
  { participants, self }: RenewalTerms,
  direct: ReadonlyMap<PartyIndex, Uint8Array>,
): ReadonlyMap<PartyIndex, Uint8Array> {
  const others = [...participants.keys()].filter((party) => party !== self);
  return new Map(others.map((party) => [party, direct.get(party) ?? EMPTY]));
}

/** R1 → R2: all are there, the session has its id (docs/protocol/renewal.md steps R2.1 and R2.2). */
export const round1: Round<AwaitHello, null, AwaitStarts> = {
  decode: () => null,
  run({ terms }, _inbox, { sid, rng }) {
    const hedged = hedgedRng(terms.share, [u8(PHASE.renewal), u8(1), sid], rng);
    const { state: setups, direct } = startSetups(sid, terms.self, terms.partners, hedged);
    const next: AwaitStarts = { terms, sid, setups, secrets: setups.secrets };
    return { kind: "advance", next, outgoing: { broadcast: EMPTY, direct: toAll(terms, direct) } };
  },
};

/** R2 → R3: the base OTs are there (docs/protocol/renewal.md step R3.1). */
export const round2: Round<AwaitStarts, SetupMessage, AwaitAnswers> = {
  decode: decodeSetup,
  run({ terms, sid, setups }, inbox, { rng }) {
    const hedged = hedgedRng(terms.share, [u8(PHASE.renewal), u8(2), sid], rng);
    const step = answerSetups(setups, inbox, hedged);
    if (step.kind === "failed") return abort(blamePairwise("pairSetup", step.culprits));
    const next: AwaitAnswers = { terms, sid, setups: step.state, secrets: step.state.secrets };
    return { kind: "advance", next, outgoing: { broadcast: EMPTY, direct: toAll(terms, step.direct) } };
  },
};

/** R3 → R4: the trees are there (docs/protocol/renewal.md steps R4.1 and R4.2). */
export const round3: Round<AwaitAnswers, SetupMessage, AwaitHalves> = {
  decode: decodeSetup,
  run({ terms, sid, setups }, inbox, { rng }) {
    const step = returnSetups(setups, inbox);
    if (step.kind === "failed") return abort(blamePairwise("pairSetup", step.culprits));
    const hedged = hedgedRng(terms.share, [u8(PHASE.renewal), u8(3), sid], rng);
    const zeroHalves = new Map(terms.partners.map((party) => [party, randomBytes(hedged, ZERO_SEED_LENGTH)]));
    const direct = new Map(
      [...step.direct].map(([party, message]) => [party, concat(zeroHalves.get(party) ?? EMPTY, message)]),
    );
    const secrets = [...step.state.secrets, ...zeroHalves.values()];
    const next: AwaitHalves = { terms, sid, setups: step.state, zeroHalves, secrets };
    return { kind: "advance", next, outgoing: { broadcast: EMPTY, direct: toAll(terms, direct) } };
  },
};

/** R4 → R5: the setups are complete (docs/protocol/renewal.md steps R5.1 to R5.3). */
export const round4: Round<AwaitHalves, SetupMessage & { readonly zeroHalf: Uint8Array }, AwaitConfirmations> = {
  decode: ({ direct }) => ({ zeroHalf: direct.slice(0, ZERO_SEED_LENGTH), setup: direct.slice(ZERO_SEED_LENGTH) }),
  run({ terms, sid, setups, zeroHalves }, inbox) {
    const finished = finishSetups(setups, inbox);
    if (finished.kind === "failed") return abort(blamePairwise("pairSetup", finished.culprits));
    const zeroSeeds = joinZeroHalves(sid, terms.self, zeroHalves, inbox);
    const renewed = new Map<PartyIndex, Renewed>();
    for (const [party, pair] of finished.pairs) {
      const renewal = renewalId(terms, sid, party, finished.transcripts.get(party) ?? EMPTY);
      renewed.set(party, { pair: { ...pair, renewal }, zeroSeed: zeroSeeds.get(party) ?? EMPTY });
    }
    const secrets = [...finished.secrets, ...zeroSeeds.values()];
    const broadcast = concat(...[...renewed.values()].map(({ pair }) => pair.renewal));
    return { kind: "advance", next: { terms, renewed, secrets }, outgoing: { broadcast, direct: new Map() } };
  },
};

/** H('renew/id', sid, record hash, lower, higher, transcript of the pair's setup), 32 bytes: the same at both. */
function renewalId(terms: RenewalTerms, sid: Uint8Array, other: PartyIndex, transcript: Uint8Array): Uint8Array {
  const [low, high] = [Math.min(terms.self, other), Math.max(terms.self, other)];
  return H("renew/id", sid, terms.share.recordHash, u16(low), u16(high), transcript);
}

/** Partners whose pair another session has burnt since this one started. */
export function burntPartners({ share, partners }: RenewalTerms): readonly PartyIndex[] {
  return partners.filter((party) => partnerStatus(share, party) === "burnt");
}
