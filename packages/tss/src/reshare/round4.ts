import { blameNobody, blamePairwise, blamePublicly } from "../engine/abort.ts";
import { type Inbox, type Round, type RoundTools, type Step, sendersWhere } from "../engine/stage.ts";
import { confirmRecord } from "../keygen/confirmation.ts";
import { sumCommitments, verificationShares } from "../keygen/outcome.ts";
import { isDealtShare } from "../keygen/proofs.ts";
import { joinZeroHalves } from "../keygen/zero-halves.ts";
import { encodePoints, type PublicRecord, recordHash } from "../keyshare/record.ts";
import { equalBytes, splitFixed } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { Point } from "../math/point.ts";
import { decodeScalar, type Scalar, sumScalars } from "../math/scalar.ts";
import { Secret } from "../math/secret.ts";
import { finishSetups, type SetupsFinished } from "../setup/finish.ts";
import { H } from "../transcript/hash.ts";
import { sharesLayout } from "./layout.ts";
import type { AwaitConfirmations, AwaitShares } from "./state.ts";

type Message = {
  readonly e2: Uint8Array;
  /** g_j(i), which may be zero; undefined unless a dealer sent it to a new member. */
  readonly share: Scalar | undefined;
  /** z_{j -> i}, 32 bytes; empty unless both are new members. */
  readonly zeroHalf: Uint8Array;
  /** Message 3 of the pair setup; empty unless both are new members. */
  readonly setup: Uint8Array;
};

/** R4 → R5: the openings are echoed, the shares are there (docs/protocol/reshare.md steps R5.1–R5.7). */
export const round4: Round<AwaitShares, Message, AwaitConfirmations> = {
  decode({ broadcast, direct }, { terms }, from) {
    const fields = splitFixed(direct, sharesLayout(terms, from, terms.self));
    if (fields === undefined) return undefined;
    const [encodedShare, zeroHalf, setup] = fields;
    const share = decodeScalar(encodedShare);
    if (encodedShare.length > 0 && share === undefined) return undefined;
    return { e2: broadcast.slice(), share, zeroHalf, setup };
  },
  run(state, inbox, tools) {
    // R5.1 The polynomials are what everybody saw.
    if (![...inbox.values()].every((message) => equalBytes(message.e2, state.e2))) {
      return { kind: "abort", abort: blameNobody("echoMismatch") };
    }
    // R5.2 Feldman: g_j(i) G is the dealer's public polynomial at i.
    const bad = sendersWhere(inbox, ({ share }, dealer) => share !== undefined && !isDealt(state, dealer, share));
    if (bad.length > 0) {
      return { kind: "abort", abort: blamePublicly("feldmanShare", bad, { rounds: [3, 4], opensDirect: true }) };
    }
    const { terms, commitments } = state;
    const points = verificationShares(sumCommitments(commitments.values(), terms.minSigners), terms.receivers.keys());
    // R5.3 A zero share, here or at another member, would be no secret. Probability n' 2^-256.
    if ([...points.values()].some((point) => point.is0())) return { kind: "abort", abort: blameNobody("zeroKeyShare") };
    // R5.4
    const finished = finishSetups(state.setups, inbox);
    if (finished.kind === "failed") return { kind: "abort", abort: blamePairwise("pairSetup", finished.culprits) };
    const record = buildRecord(state, points);
    const { chainCode } = state;
    return chainCode === undefined
      ? witness(state, record)
      : confirm(state, inbox, { record, chainCode, finished }, tools);
  },
};

function isDealt({ commitments, terms }: AwaitShares, dealer: PartyIndex, share: Scalar): boolean {
  const commitment = commitments.get(dealer);
  return commitment !== undefined && isDealtShare(commitment, terms.self, share);
}

/** R5.5 The key and the chain code are the old ones, all shares are new. */
function buildRecord({ terms, e2 }: AwaitShares, points: ReadonlyMap<PartyIndex, Point>): PublicRecord {
  const { domain, minSigners, receivers, previous } = terms;
  return {
    domain,
    minSigners,
    parties: receivers,
    groupKey: previous.groupKey,
    verificationShares: encodePoints(points),
    chainCodeHash: previous.chainCodeHash,
    openingsHash: e2,
  };
}

/** A dealer who is no new member has computed the same record, and says so. */
function witness({ terms, dsid, encodedOpenings }: AwaitShares, record: PublicRecord): Step<AwaitConfirmations> {
  const next: AwaitConfirmations = { terms, dsid, encodedOpenings, record, received: undefined, secrets: [] };
  return { kind: "advance", next, outgoing: { broadcast: recordHash(record), direct: new Map() } };
}

/** R5.6–R5.7 The new share with its proof, and the signature of the record. */
function confirm(
  state: AwaitShares,
  inbox: Inbox<Message>,
  {
    record,
    chainCode,
    finished,
  }: { readonly record: PublicRecord; readonly chainCode: Uint8Array; readonly finished: SetupsFinished },
  tools: RoundTools,
): Step<AwaitConfirmations> {
  const { terms, dsid, encodedOpenings, ownPart, zeroHalves } = state;
  const { self, identity } = terms;
  const dealt = [...inbox.values()].flatMap(({ share }) => (share === undefined ? [] : [share]));
  const s = sumScalars(ownPart === undefined ? dealt : [ownPart.expose(), ...dealt]);
  const zeroSeeds = joinZeroHalves(dsid, self, zeroHalves, inbox);
  const share = { share: new Secret(s), chainCode, zeroSeeds, pairs: new Map(finished.pairs) };
  const setupHash = H("dkg/setup", dsid, ...finished.transcripts.values());
  const { encoded, signature } = confirmRecord({ dsid, record }, { self, identity, s }, setupHash, tools.rng);
  const received = { ownSignature: signature, share };
  const secrets = [share.share, chainCode, ...zeroSeeds.values(), ...finished.secrets];
  const next: AwaitConfirmations = { terms, dsid, encodedOpenings, record, received, secrets };
  return { kind: "advance", next, outgoing: { broadcast: encoded, direct: new Map() } };
}
