import { type AbortReason, blameNobody, blamePairwise, blamePublicly } from "../engine/abort.ts";
import type { Inbox, Incoming, Round, Step } from "../engine/stage.ts";
import { concat, equalBytes, u8 } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { encodePoint, multiplyBase, multiplyUnsafe, type Point, sumPoints } from "../math/point.ts";
import { createReader } from "../math/reader.ts";
import { type Rng, randomBytes } from "../math/rng.ts";
import { reduce, type Scalar, sumScalars } from "../math/scalar.ts";
import { Secret } from "../math/secret.ts";
import { multiplySum, shortWeight, WEIGHT_LENGTH } from "../math/uniform-multiply.ts";
import { VOLE_MESSAGE_LENGTH } from "../primitives/parameters.ts";
import { bobFinishVole, type VoleVector } from "../primitives/vole.ts";
import { H, HASH_LENGTH } from "../transcript/hash.ts";
import { banCheaters, burntPartners } from "./ban.ts";
import { nonceCommitment, openingView } from "./hashes.ts";
import { hedgedRng } from "./hedged-rng.ts";
import type { AwaitConfirmations, AwaitOpenings } from "./state.ts";

type Opened = { readonly noncePoint: Point; readonly publicShare: Point };

type Message = Opened & {
  readonly salt: Uint8Array;
  readonly vole: Uint8Array;
  /** Γ^u, Γ^v. */
  readonly gammaU: Point;
  readonly gammaV: Point;
  /** ψ_{j -> i}. */
  readonly psi: Scalar;
};

type Products = ReadonlyMap<PartyIndex, VoleVector>;

/** R3 → R4: the openings and the VOLE answers are there (docs/protocol/presign.md steps R4.1–R4.6). */
export const round3: Round<AwaitOpenings, Message, AwaitConfirmations> = {
  decode: decodeMessage,
  run(state, inbox, tools) {
    const burnt = burntPartners(state.terms);
    if (burnt.length > 0) return abort(blamePairwise("pairBurnt", burnt));
    // R4.1 Public, so it comes first: a wrong opening needs no secret to be seen.
    const misopened = [...inbox].filter(([party, message]) => !opensNonce(state, party, message));
    if (misopened.length > 0)
      return abort(
        blamePublicly(
          "commitmentOpening",
          misopened.map(([party]) => party),
          { rounds: [1, 3] },
        ),
      );
    const products = finishVoles(state, inbox);
    if (products.kind !== "done") return products;
    // R4.3
    const hedged = hedgedRng(state.terms.share, [u8(4), state.sid], tools.rng);
    const cheaters = inconsistentParties(state, inbox, products.shares, hedged);
    if (cheaters.length > 0) return abort(banCheaters(state.terms, "inputConsistency", cheaters));
    return confirm(state, inbox, products.shares);
  },
};

function decodeMessage({ broadcast, direct }: Incoming): Message | undefined {
  const opening = createReader(broadcast);
  const noncePoint = opening.point();
  const salt = opening.bytes(HASH_LENGTH);
  const publicShare = opening.point();
  const answer = createReader(direct);
  const vole = answer.bytes(VOLE_MESSAGE_LENGTH);
  const gammaU = answer.point();
  const gammaV = answer.point();
  const psi = answer.scalar();
  if (!noncePoint || !salt || !publicShare || !opening.isComplete()) return undefined;
  if (!vole || !gammaU || !gammaV || psi === undefined || !answer.isComplete()) return undefined;
  return { noncePoint, salt, publicShare, vole, gammaU, gammaV, psi };
}

function abort(reason: AbortReason): Step<never> {
  return { kind: "abort", abort: reason };
}

function opensNonce(state: AwaitOpenings, party: PartyIndex, message: Message): boolean {
  const com = state.coms.get(party);
  const nonce = state.nonces.get(party);
  if (com === undefined || nonce === undefined) return false;
  return equalBytes(com, nonceCommitment(party, nonce, encodePoint(message.noncePoint), message.salt));
}

/** R4.2 As Bob: the check μ, then this party's shares d. */
function finishVoles(
  state: AwaitOpenings,
  inbox: Inbox<Message>,
): { readonly kind: "done"; readonly shares: Products } | Step<never> {
  const done = new Map<PartyIndex, VoleVector>();
  const cheaters: PartyIndex[] = [];
  const malformed: PartyIndex[] = [];
  for (const [party, { vole }] of inbox) {
    const side = state.bob.get(party);
    const result = side && bobFinishVole(side.vole, vole);
    if (result?.kind === "ok") done.set(party, result.d);
    else if (result?.kind === "voleFailure") cheaters.push(party);
    else malformed.push(party);
  }
  if (cheaters.length > 0) return abort(banCheaters(state.terms, "voleCheck", cheaters));
  return malformed.length > 0 ? { kind: "malformed", senders: malformed } : { kind: "done", shares: done };
}

/**
 * R4.3 The other's inputs to the VOLE are the r_j and sk_j behind R_j and pk_j. The two equations
 * χ R_j = Γ^u + d^u G and χ pk_j = Γ^v + d^v G are tested at once with a random weight drawn after the message came: if
 * either is wrong the combination holds for at most one of 2^128 weights.
 */
function inconsistentParties(
  state: AwaitOpenings,
  inbox: Inbox<Message>,
  products: Products,
  rng: Rng,
): readonly PartyIndex[] {
  const bad: PartyIndex[] = [];
  for (const [party, message] of inbox) {
    const chi = state.bob.get(party)?.chi.expose() ?? 0n;
    const [du, dv] = products.get(party) ?? [0n, 0n];
    const weight = randomWeight(rng);
    const inputs = message.noncePoint.add(multiplyUnsafe(message.publicShare, weight));
    const checks = message.gammaU.add(multiplyUnsafe(message.gammaV, weight));
    const shares = multiplyBase(reduce(du + weight * dv));
    if (!multiplySum([{ scalar: chi, point: inputs }]).equals(checks.add(shares))) bad.push(party);
  }
  return bad;
}

/** One of 2^128 scalars by which multiplication is short. */
function randomWeight(rng: Rng): Scalar {
  return shortWeight(randomBytes(rng, WEIGHT_LENGTH));
}

/** R4.4–R4.6 The sums that need all parties, then this party's presignature shares. */
function confirm(state: AwaitOpenings, inbox: Inbox<Message>, products: Products): Step<AwaitConfirmations> {
  const { terms, sid } = state;
  const openings = collectOpenings(state, inbox);
  const all = [...openings.values()];
  // R4.4 A member used a wrong share or a wrong ζ; nobody can tell who.
  if (!sumPoints(all.map((opening) => opening.publicShare)).equals(terms.groupKey)) {
    return abort(blameNobody("keySumMismatch"));
  }
  const noncePoint = sumPoints(all.map((opening) => opening.noncePoint));
  if (noncePoint.is0()) return abort(blameNobody("nonceIdentity"));
  const encoded = encodePoint(noncePoint);
  const { record, recordHash } = terms.share;
  const presignature = {
    id: H("presig/id", sid, encoded),
    domain: record.domain,
    self: terms.self,
    parties: terms.signers,
    groupKey: record.groupKey,
    recordHash,
    noncePoint: encoded,
  };
  const viewHash = openingView(sid, openings);
  const shares = presignatureShares(state, inbox, products);
  const next = { terms, viewHash, presignature, shares, secrets: [shares.phi, shares.u, shares.v] };
  return { kind: "advance", next, outgoing: { broadcast: concat(viewHash, encoded), direct: new Map() } };
}

function collectOpenings(state: AwaitOpenings, inbox: Inbox<Message>): ReadonlyMap<PartyIndex, Opened> {
  const own = { noncePoint: state.own.noncePoint, publicShare: state.publicShare };
  return new Map([...state.terms.signers.keys()].map((party) => [party, inbox.get(party) ?? own]));
}

/** R4.5 Φ_i = φ_i + Σ ψ, u_i = r_i Φ_i + Σ (c^u + d^u), v_i = sk_i Φ_i + Σ (c^v + d^v). */
function presignatureShares(
  state: AwaitOpenings,
  inbox: Inbox<Message>,
  products: Products,
): AwaitConfirmations["shares"] {
  const phi = state.own.phi.expose();
  const mask = sumScalars([phi, ...[...inbox.values()].map((message) => message.psi)]);
  const du = sumScalars([...products.values()].map(([u]) => u));
  const dv = sumScalars([...products.values()].map(([, v]) => v));
  return {
    phi: new Secret(phi),
    u: new Secret(reduce(state.own.r.expose() * mask + state.cu.expose() + du)),
    v: new Secret(reduce(state.sk.expose() * mask + state.cv.expose() + dv)),
  };
}
