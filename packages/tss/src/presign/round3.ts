import { type AbortReason, blameNobody, blamePublicly } from "../engine/abort.ts";
import { type Inbox, type Round, type Step, sendersWhere } from "../engine/stage.ts";
import { concat, equalBytes, u8 } from "../math/bytes.ts";
import { rememberPoint } from "../math/known-point.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { encodePoint, pointFromAffine, sumPoints } from "../math/point.ts";
import { reduce, sumScalars } from "../math/scalar.ts";
import { Secret } from "../math/secret.ts";
import { bobFinishVole, type VoleVector } from "../primitives/vole.ts";
import { H } from "../transcript/hash.ts";
import { abortIfBanned, punishCheaters } from "./ban.ts";
import { isConsistent } from "./consistency.ts";
import { indices } from "./extensions.ts";
import { encodePoints, indexedId, nonceCommitment, type OpenedPoints, openingView } from "./hashes.ts";
import { hedgedRng } from "./hedged-rng.ts";
import { decodeOpening, type OpeningMessage } from "./opening-message.ts";
import type { AwaitConfirmations, AwaitOpenings, UnconfirmedPresignature } from "./state.ts";
import { openingRound } from "./terms.ts";

/** d^u and d^v of the whole batch, by Alice. */
type Products = ReadonlyMap<PartyIndex, readonly VoleVector[]>;

/** R3 → R4: the openings and the VOLE answers are there (docs/protocol/presign.md steps R4.1–R4.6). */
export const round3: Round<AwaitOpenings, OpeningMessage, AwaitConfirmations> = {
  decode: (message, { agreed }) => decodeOpening(message, agreed.terms.count),
  run(state, inbox, { rng }) {
    const { terms, sid } = state.agreed;
    const banned = abortIfBanned(terms);
    if (banned) return abort(banned);
    // R4.1 Public, so it comes first: a wrong opening needs no secret to be seen.
    const misopened = sendersWhere(inbox, (message, party) => !opensNonces(state, party, message));
    if (misopened.length > 0) {
      return abort(blamePublicly("commitmentOpening", misopened, { rounds: [1, openingRound(terms)] }));
    }
    const products = finishVoles(state, inbox);
    if (products.kind !== "done") return products;
    // R4.3
    const hedged = hedgedRng(terms.share, [u8(4), sid], rng);
    const cheaters = sendersWhere(inbox, (message, party) => {
      const sides = state.bob.get(party) ?? [];
      const chis = sides.map(({ chi }) => chi.expose());
      return !isConsistent({ chis, products: products.shares.get(party) ?? [] }, message, hedged);
    });
    if (cheaters.length > 0) return abort(punishCheaters(terms, "inputConsistency", cheaters));
    return confirm(state, inbox, products.shares);
  },
};

function abort(reason: AbortReason): Step<never> {
  return { kind: "abort", abort: reason };
}

function opensNonces({ agreed }: AwaitOpenings, party: PartyIndex, { noncePoints, salt }: OpeningMessage): boolean {
  const com = agreed.coms.get(party);
  const nonce = agreed.nonces.get(party);
  if (com === undefined || nonce === undefined) return false;
  return equalBytes(com, nonceCommitment(party, nonce, encodePoints(noncePoints), salt));
}

/** R4.2 As Bob: the checks μ, then this party's shares d. Every answer of everybody is checked before the verdict. */
function finishVoles(
  { agreed, bob }: AwaitOpenings,
  inbox: Inbox<OpeningMessage>,
): { readonly kind: "done"; readonly shares: Products } | Step<never> {
  const done = new Map<PartyIndex, readonly VoleVector[]>();
  const cheaters: PartyIndex[] = [];
  const malformed: PartyIndex[] = [];
  for (const [party, { answers }] of inbox) {
    const results = (bob.get(party) ?? []).map(({ vole }, index) =>
      bobFinishVole(vole, answers[index]?.vole ?? new Uint8Array(0)),
    );
    done.set(
      party,
      results.flatMap((result) => (result.kind === "ok" ? [result.d] : [])),
    );
    if (results.some(({ kind }) => kind === "voleFailure")) cheaters.push(party);
    else if (results.some(({ kind }) => kind !== "ok")) malformed.push(party);
  }
  if (cheaters.length > 0) return abort(punishCheaters(agreed.terms, "voleCheck", cheaters));
  return malformed.length > 0 ? { kind: "malformed", senders: malformed } : { kind: "done", shares: done };
}

/** R4.4–R4.6 The sums that need all parties, then this party's shares of every presignature. */
function confirm(state: AwaitOpenings, inbox: Inbox<OpeningMessage>, products: Products): Step<AwaitConfirmations> {
  const { terms, sid } = state.agreed;
  const openings = collectOpenings(state, inbox);
  const batch: UnconfirmedPresignature[] = [];
  for (const index of indices(terms)) {
    const noncePoint = combinedNonce(state, openings, index);
    if ("code" in noncePoint) return abort(noncePoint);
    batch.push({
      terms: presignatureTerms(state, noncePoint.encoded, index),
      shares: presignatureShares(state, inbox, products, index),
    });
  }
  const viewHash = openingView(sid, openings);
  const secrets = batch.flatMap(({ shares: { phi, u, v } }) => [phi, u, v]);
  const broadcast = concat(viewHash, ...batch.map((made) => made.terms.noncePoint));
  return {
    kind: "advance",
    next: { terms, viewHash, batch, secrets },
    outgoing: { broadcast, direct: new Map() },
  };
}

function collectOpenings(
  { agreed: { terms, own }, alice }: AwaitOpenings,
  inbox: Inbox<OpeningMessage>,
): ReadonlyMap<PartyIndex, OpenedPoints> {
  const opened = {
    noncePoints: own.nonces.map(({ noncePoint }) => noncePoint),
    publicShares: alice.map(({ publicShare }) => publicShare),
  };
  return new Map([...terms.signers.keys()].map((party) => [party, inbox.get(party) ?? opened]));
}

/** R4.4 R of one presignature, if the key shares add up. */
function combinedNonce(
  { agreed: { terms } }: AwaitOpenings,
  openings: ReadonlyMap<PartyIndex, OpenedPoints>,
  index: number,
): { readonly encoded: Uint8Array } | AbortReason {
  const all = [...openings.values()];
  // A member used a wrong share or a wrong ζ; nobody can tell who.
  const keySum = sumPoints(all.flatMap(({ publicShares }) => publicShares.slice(index, index + 1)));
  if (!keySum.equals(terms.groupKey)) return blameNobody("keySumMismatch");
  const sum = sumPoints(all.flatMap(({ noncePoints }) => noncePoints.slice(index, index + 1)));
  if (sum.is0()) return blameNobody("nonceIdentity");
  const { x, y } = sum.toAffine();
  const noncePoint = pointFromAffine(x, y);
  const encoded = encodePoint(noncePoint);
  // Signing needs the point again, and its encoding: neither a square root nor a division is left to do then.
  rememberPoint(encoded, noncePoint);
  return { encoded };
}

function presignatureTerms(
  { agreed: { terms, sid } }: AwaitOpenings,
  noncePoint: Uint8Array,
  index: number,
): UnconfirmedPresignature["terms"] {
  const { record, recordHash } = terms.share;
  return {
    id: H("presig/id", indexedId(sid, index), noncePoint),
    domain: record.domain,
    self: terms.self,
    parties: terms.signers,
    groupKey: record.groupKey,
    recordHash,
    noncePoint,
  };
}

/** R4.5 Φ_i = φ_i + Σ ψ, u_i = r_i Φ_i + Σ (c^u + d^u), v_i = sk_i Φ_i + Σ (c^v + d^v). */
function presignatureShares(
  { agreed: { own }, alice }: AwaitOpenings,
  inbox: Inbox<OpeningMessage>,
  products: Products,
  index: number,
): UnconfirmedPresignature["shares"] {
  const phi = own.nonces[index]?.phi.expose() ?? 0n;
  const r = own.nonces[index]?.r.expose() ?? 0n;
  const side = alice[index];
  const [sk, cu, cv] = [side?.sk, side?.cu, side?.cv].map((secret) => secret?.expose() ?? 0n);
  const mask = sumScalars([phi, ...[...inbox.values()].map(({ answers }) => answers[index]?.psi ?? 0n)]);
  const du = sumScalars([...products.values()].map((batch) => batch[index]?.[0] ?? 0n));
  const dv = sumScalars([...products.values()].map((batch) => batch[index]?.[1] ?? 0n));
  return {
    phi: new Secret(phi),
    u: new Secret(reduce(r * mask + (cu ?? 0n) + du)),
    v: new Secret(reduce((sk ?? 0n) * mask + (cv ?? 0n) + dv)),
  };
}
