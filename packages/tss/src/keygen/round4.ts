import { blameNobody, blamePairwise, blamePublicly } from "../engine/abort.ts";
import { type Inbox, type Round, type RoundTools, type Step, sendersWhere } from "../engine/stage.ts";
import { equalBytes, splitFixed } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { Point } from "../math/point.ts";
import { evaluatePolynomial } from "../math/polynomial.ts";
import { decodeScalar, SCALAR_LENGTH, type Scalar, sumScalars } from "../math/scalar.ts";
import { Secret } from "../math/secret.ts";
import { ZERO_SEED_LENGTH } from "../primitives/zero-share.ts";
import { finishSetups, type SetupsFinished } from "../setup/finish.ts";
import { H } from "../transcript/hash.ts";
import { confirmRecord } from "./confirmation.ts";
import { buildRecord, sumCommitments, verificationShares } from "./outcome.ts";
import { isDealtShare } from "./proofs.ts";
import type { AwaitConfirmations, AwaitShares } from "./state.ts";
import { joinZeroHalves } from "./zero-halves.ts";

type Message = {
  readonly e2: Uint8Array;
  /** f_j(i): may be zero. */
  readonly share: Scalar;
  /** z_{j -> i}, 32 bytes. */
  readonly zeroHalf: Uint8Array;
  readonly setup: Uint8Array;
};

/** The result of a key generation for this party, before the others confirm it. */
type Result = {
  readonly s: Scalar;
  readonly points: ReadonlyMap<PartyIndex, Point>;
  readonly setups: SetupsFinished;
};

/** f_j(i) and z_{j -> i}, in front of the message of the pair setup. */
const DEALT_LENGTH = SCALAR_LENGTH + ZERO_SEED_LENGTH;

/** R4 → R5: the openings are echoed, the shares are there (docs/protocol/dkg.md steps R5.1–R5.7). */
export const round4: Round<AwaitShares, Message, AwaitConfirmations> = {
  decode({ broadcast, direct }) {
    const fields = splitFixed(direct.subarray(0, DEALT_LENGTH), [SCALAR_LENGTH, ZERO_SEED_LENGTH]);
    const share = fields && decodeScalar(fields[0]);
    if (fields === undefined || share === undefined) return undefined;
    return { e2: broadcast.slice(), share, zeroHalf: fields[1], setup: direct.slice(DEALT_LENGTH) };
  },
  run(state, inbox, tools) {
    // R5.1 The key, its chain code and the polynomials are what everybody saw.
    if (![...inbox.values()].every((message) => equalBytes(message.e2, state.e2))) {
      return { kind: "abort", abort: blameNobody("echoMismatch") };
    }
    // R5.2 Feldman: f_j(i) G is the dealer's public polynomial at i.
    const bad = sendersWhere(inbox, ({ share }, dealer) => !isDealt(state, dealer, share));
    if (bad.length > 0) {
      return { kind: "abort", abort: blamePublicly("feldmanShare", bad, { rounds: [3, 4], opensDirect: true }) };
    }
    const { commitments, terms } = state;
    const points = verificationShares(sumCommitments(commitments.values(), terms.minSigners), terms.parties.keys());
    // R5.3 A zero share, here or at another party, would be no secret. Probability n 2^-256.
    if ([...points.values()].some((point) => point.is0())) {
      return { kind: "abort", abort: blameNobody("zeroKeyShare") };
    }
    // R5.4
    const setups = finishSetups(state.setups, inbox);
    if (setups.kind === "failed") return { kind: "abort", abort: blamePairwise("pairSetup", setups.culprits) };
    const s = sumScalars([ownShare(state), ...[...inbox.values()].map((message) => message.share)]);
    return confirm(state, inbox, { s, points, setups }, tools);
  },
};

function ownShare(state: AwaitShares): Scalar {
  const polynomial = state.own.polynomial.map((coefficient) => coefficient.expose());
  return evaluatePolynomial(polynomial, state.terms.self);
}

function isDealt({ commitments, terms }: AwaitShares, dealer: PartyIndex, share: Scalar): boolean {
  const commitment = commitments.get(dealer);
  return commitment !== undefined && isDealtShare(commitment, terms.self, share);
}

/** R5.5–R5.7 The record, the proof of the share and the signature of the record. */
function confirm(
  state: AwaitShares,
  inbox: Inbox<Message>,
  { s, points, setups }: Result,
  tools: RoundTools,
): Step<AwaitConfirmations> {
  const { terms, dsid, e2 } = state;
  const { groupKey, chainCode, encodedOpenings } = state;
  const record = buildRecord(terms, { groupKey, shares: points, chainCode, e2 });
  const setupHash = H("dkg/setup", dsid, ...setups.transcripts.values());
  const { self, identity } = terms;
  const confirmation = confirmRecord({ dsid, record }, { self, identity, s }, setupHash, tools.rng);
  const zeroSeeds = joinZeroHalves(dsid, self, state.zeroHalves, inbox);
  const share = { share: new Secret(s), chainCode: state.chainCode, zeroSeeds, pairs: new Map(setups.pairs) };
  const secrets = [share.share, share.chainCode, ...zeroSeeds.values(), ...setups.secrets];
  return {
    kind: "advance",
    next: { terms, dsid, encodedOpenings, record, ownSignature: confirmation.signature, share, secrets },
    outgoing: { broadcast: confirmation.encoded, direct: new Map() },
  };
}
