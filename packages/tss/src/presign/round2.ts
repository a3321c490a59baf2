import { blameNobody, blamePairwise } from "../engine/abort.ts";
import type { Inbox, Round, RoundTools, Step } from "../engine/stage.ts";
import { exposeKeyShare } from "../keyshare/key-share.ts";
import { concat, equalBytes, u8 } from "../math/bytes.ts";
import { lagrangeCoefficient } from "../math/lagrange.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { encodePoint, multiplyBase } from "../math/point.ts";
import { encodeScalar, reduce, type Scalar, sumScalars } from "../math/scalar.ts";
import { Secret } from "../math/secret.ts";
import { aliceRespondVole, type VoleVector } from "../primitives/vole.ts";
import { zeroShare } from "../primitives/zero-share.ts";
import { pairSessionId } from "../transcript/pair-session-id.ts";
import { banCheaters, burntPartners } from "./ban.ts";
import { hedgedRng } from "./hedged-rng.ts";
import type { AwaitExtensions, AwaitOpenings } from "./state.ts";

type Message = { readonly dig: Uint8Array; readonly extension: Uint8Array };

type Answer = { readonly c: VoleVector; readonly message: Uint8Array };

/** R2 → R3: the first round is echoed, the extension messages are there (docs/protocol/presign.md steps R3.1–R3.5). */
export const round2: Round<AwaitExtensions, Message, AwaitOpenings> = {
  decode: ({ broadcast, direct }) => ({ dig: broadcast.slice(), extension: direct.slice() }),
  run(state, inbox, tools) {
    // R3.1 Before anything touches Delta: on different first rounds an honest extension would look like an attack.
    if (![...inbox.values()].every((message) => equalBytes(message.dig, state.dig))) {
      return { kind: "abort", abort: blameNobody("echoMismatch") };
    }
    const burnt = burntPartners(state.terms);
    if (burnt.length > 0) return { kind: "abort", abort: blamePairwise("pairBurnt", burnt) };
    const sk = secretKeyShare(state);
    const answers = respondAll(state, inbox, [state.own.r.expose(), sk], tools);
    return answers.kind === "done" ? openNonce(state, sk, answers.byParty) : answers;
  },
};

/** R3.2 sk_i = λ_i s_i + ζ_i; the ζ of all signers add up to zero. */
function secretKeyShare({ terms, dig }: AwaitExtensions): Scalar {
  const { share, zeroSeeds } = exposeKeyShare(terms.share);
  const lambda = lagrangeCoefficient([...terms.signers.keys()], terms.self);
  const seeds = new Map([...zeroSeeds].filter(([party]) => terms.signers.has(party)));
  return reduce(lambda * share.expose() + zeroShare(dig, terms.self, seeds));
}

/** R3.3 As Alice towards each other party: the extension check, then the VOLE answer for (r_i, sk_i). */
function respondAll(
  state: AwaitExtensions,
  inbox: Inbox<Message>,
  inputs: VoleVector,
  { sid, rng }: RoundTools,
): { readonly kind: "done"; readonly byParty: ReadonlyMap<PartyIndex, Answer> } | Step<never> {
  const { terms, gadget } = state;
  const { pairs } = exposeKeyShare(terms.share);
  const hedged = hedgedRng(terms.share, [u8(3), sid], rng);
  const done = new Map<PartyIndex, Answer>();
  const cheaters: PartyIndex[] = [];
  const malformed: PartyIndex[] = [];
  for (const [other, { extension }] of inbox) {
    const pair = pairs.get(other);
    const session = { sid: pairSessionId(sid, terms.self, other), gadget };
    const result = pair && aliceRespondVole(pair.alice, session, extension, inputs, hedged);
    if (result?.kind === "ok") done.set(other, result);
    else if (result?.kind === "coteFailure") cheaters.push(other);
    else malformed.push(other);
  }
  if (cheaters.length > 0) return { kind: "abort", abort: banCheaters(terms, "cotCheck", cheaters) };
  return malformed.length > 0 ? { kind: "malformed", senders: malformed } : { kind: "done", byParty: done };
}

/** R3.4–R3.5 Opens the nonce and sends to each party its VOLE answer, the check points and ψ. */
function openNonce(state: AwaitExtensions, sk: Scalar, answers: ReadonlyMap<PartyIndex, Answer>): Step<AwaitOpenings> {
  const { terms, own, sid, nonces, coms, bob } = state;
  const publicShare = multiplyBase(sk);
  const direct = new Map<PartyIndex, Uint8Array>();
  for (const [other, { c, message }] of answers) {
    const chi = bob.get(other)?.chi.expose() ?? 0n;
    const psi = reduce(own.phi.expose() - chi);
    const points = c.map((share) => encodePoint(multiplyBase(share)));
    direct.set(other, concat(message, ...points, encodeScalar(psi)));
  }
  const all = [...answers.values()];
  const cu = new Secret(sumScalars(all.map(({ c }) => c[0])));
  const cv = new Secret(sumScalars(all.map(({ c }) => c[1])));
  const skSecret = new Secret(sk);
  const secrets = [...state.secrets, skSecret, cu, cv];
  return {
    kind: "advance",
    next: { terms, own, sid, nonces, coms, bob, sk: skSecret, publicShare, cu, cv, secrets },
    outgoing: { broadcast: concat(encodePoint(own.noncePoint), own.salt, encodePoint(publicShare)), direct },
  };
}
