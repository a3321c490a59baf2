import { blameNobody } from "../engine/abort.ts";
import type { Inbox, Round, Step } from "../engine/stage.ts";
import { exposeKeyShare, pairId } from "../keyshare/key-share.ts";
import { concat, equalBytes, u8 } from "../math/bytes.ts";
import { multiplyBaseOnce } from "../math/fixed-base.ts";
import { lagrangeCoefficient } from "../math/lagrange.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { multiplyBase } from "../math/point.ts";
import type { Rng } from "../math/rng.ts";
import { encodeScalar, reduce, type Scalar, sumScalars } from "../math/scalar.ts";
import { Secret } from "../math/secret.ts";
import type { AlicePair } from "../primitives/pair.ts";
import { EXTENSION_MESSAGE_LENGTH } from "../primitives/parameters.ts";
import { aliceRespondVole, type VoleVector } from "../primitives/vole.ts";
import { zeroShare } from "../primitives/zero-share.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import { abortIfBanned, punishCheaters } from "./ban.ts";
import { indices, pairsWith, voleSession } from "./extensions.ts";
import { encodePoints, indexedId } from "./hashes.ts";
import { hedgedRng } from "./hedged-rng.ts";
import type { AliceSide, AwaitExtensions, AwaitOpenings } from "./state.ts";
import type { PresignTerms } from "./terms.ts";

type Message = {
  readonly dig: Uint8Array;
  readonly extensions: Uint8Array;
  /** Id of the pair as the sender has it, 32 bytes. */
  readonly pairId: Uint8Array;
};

/** The answer for one presignature. */
type Answer = { readonly c: VoleVector; readonly message: Uint8Array };

/** The answers for the whole batch, by Bob. */
type Answers = ReadonlyMap<PartyIndex, readonly Answer[]>;

/** R2 → R3: the first round is echoed, the extension messages are there (docs/protocol/presign.md steps R3.1–R3.5). */
export const round2: Round<AwaitExtensions, Message, AwaitOpenings> = {
  decode: ({ broadcast, direct }) => ({
    dig: broadcast.slice(),
    extensions: direct.slice(0, -HASH_LENGTH),
    pairId: direct.slice(-HASH_LENGTH),
  }),
  run(state, inbox, { rng }) {
    const { terms, sid } = state.agreed;
    // R3.1 Before anything touches Delta: on different first rounds an honest extension would look like an attack.
    if (![...inbox.values()].every((message) => equalBytes(message.dig, state.dig))) {
      return { kind: "abort", abort: blameNobody("echoMismatch") };
    }
    const banned = abortIfBanned(terms);
    if (banned) return { kind: "abort", abort: banned };
    if (![...inbox].every(([party, message]) => isSamePair(terms, party, message))) {
      return { kind: "abort", abort: blameNobody("pairMismatch") };
    }
    const sks = indices(terms).map((index) => secretKeyShare(state, index));
    const answers = respondAll(state, inbox, sks, hedgedRng(terms.share, [u8(3), sid], rng));
    return answers.kind === "done" ? openNonces(state, sks, answers.byParty) : answers;
  },
};

/**
 * R3.1 Both hold the pair of the same setup: a renewal may have ended at one of them only, and the check of an honest
 * extension over another pair would fail and ban.
 */
function isSamePair({ share }: PresignTerms, party: PartyIndex, message: Message): boolean {
  const own = pairId(share, party);
  return own !== undefined && equalBytes(own, message.pairId);
}

/** R3.2 sk_i = λ_i s_i + ζ_i; the ζ of all signers add up to zero, and are fresh for every presignature. */
function secretKeyShare({ agreed: { terms }, dig }: AwaitExtensions, index: number): Scalar {
  const { share, zeroSeeds } = exposeKeyShare(terms.share);
  const lambda = lagrangeCoefficient([...terms.signers.keys()], terms.self);
  const seeds = new Map([...zeroSeeds].filter(([party]) => terms.signers.has(party)));
  return reduce(lambda * share.expose() + zeroShare(indexedId(dig, index), terms.self, seeds));
}

/** R3.3 As Alice towards each other party: the extension check, then the VOLE answer for (r_i, sk_i). */
function respondAll(
  state: AwaitExtensions,
  inbox: Inbox<Message>,
  sks: readonly Scalar[],
  rng: Rng,
): { readonly kind: "done"; readonly byParty: Answers } | Step<never> {
  const { terms } = state.agreed;
  const pairs = pairsWith(terms, state.ephemeral);
  const done = new Map<PartyIndex, readonly Answer[]>();
  const cheaters: PartyIndex[] = [];
  const malformed: PartyIndex[] = [];
  for (const [other, { extensions }] of inbox) {
    const alice = pairs.get(other)?.alice;
    const answers = alice && respondBatch(state, { alice, other, extensions }, sks, rng);
    if (answers?.kind === "done") done.set(other, answers.answers);
    else if (answers?.kind === "coteFailure") cheaters.push(other);
    else malformed.push(other);
  }
  if (cheaters.length > 0) return { kind: "abort", abort: punishCheaters(terms, "cotCheck", cheaters) };
  return malformed.length > 0 ? { kind: "malformed", senders: malformed } : { kind: "done", byParty: done };
}

/** The answers to one Bob. The first failed extension check ends it: Delta is burnt, and no second try may touch it. */
function respondBatch(
  { agreed, gadget }: AwaitExtensions,
  from: { readonly alice: AlicePair; readonly other: PartyIndex; readonly extensions: Uint8Array },
  sks: readonly Scalar[],
  rng: Rng,
): { readonly kind: "done"; readonly answers: readonly Answer[] } | { readonly kind: "coteFailure" | "malformed" } {
  const answers: Answer[] = [];
  for (const [index, sk] of sks.entries()) {
    const session = voleSession(agreed, gadget, { alice: agreed.terms.self, bob: from.other, index });
    const at = index * EXTENSION_MESSAGE_LENGTH;
    const extension = from.extensions.subarray(at, at + EXTENSION_MESSAGE_LENGTH);
    const r = agreed.own.nonces[index]?.r.expose() ?? 0n;
    const answer = aliceRespondVole(from.alice, session, extension, [r, sk], rng);
    if (answer.kind === "coteFailure") return answer;
    if (answer.kind !== "ok") return { kind: "malformed" };
    answers.push(answer);
  }
  return { kind: "done", answers };
}

/** R3.4–R3.5 Opens the nonces and sends to each party its VOLE answers, the check points and ψ. */
function openNonces(state: AwaitExtensions, sks: readonly Scalar[], answers: Answers): Step<AwaitOpenings> {
  const { agreed, bob } = state;
  const { nonces, salt } = agreed.own;
  const alice = sks.map((sk, index) => aliceSide(sk, answers, index));
  const direct = new Map(
    [...answers].map(([other, batch]) => [
      other,
      concat(...batch.map((answer, index) => encodeAnswer(state, other, answer, index))),
    ]),
  );
  const noncePoints = nonces.map(({ noncePoint }) => noncePoint);
  const publicShares = alice.map(({ publicShare }) => publicShare);
  const bobSecrets = [...bob.values()].flatMap((sides) => sides.flatMap(({ vole, chi }) => [vole, chi]));
  const nonceSecrets = nonces.flatMap(({ r, phi }) => [r, phi]);
  const secrets = [...nonceSecrets, ...bobSecrets, ...alice.flatMap(({ sk, cu, cv }) => [sk, cu, cv])];
  return {
    kind: "advance",
    next: { agreed, bob, alice, secrets },
    outgoing: { broadcast: concat(encodePoints(noncePoints), salt, encodePoints(publicShares)), direct },
  };
}

function aliceSide(sk: Scalar, answers: Answers, index: number): AliceSide {
  const vectors = [...answers.values()].flatMap((batch) => batch.slice(index, index + 1).map(({ c }) => c));
  return {
    sk: new Secret(sk),
    // Blinded: the others know ζ_i together, so to them this is the long-lived share under a mask that they know.
    publicShare: multiplyBase(sk),
    cu: new Secret(sumScalars(vectors.map(([u]) => u))),
    cv: new Secret(sumScalars(vectors.map(([, v]) => v))),
  };
}

/** ã, η, μ; Γ^u, Γ^v; ψ for one presignature. */
function encodeAnswer(state: AwaitExtensions, other: PartyIndex, { c, message }: Answer, index: number): Uint8Array {
  const phi = state.agreed.own.nonces[index]?.phi.expose() ?? 0n;
  const chi = state.bob.get(other)?.[index]?.chi.expose() ?? 0n;
  return concat(message, encodePoints(c.map(multiplyBaseOnce)), encodeScalar(reduce(phi - chi)));
}
