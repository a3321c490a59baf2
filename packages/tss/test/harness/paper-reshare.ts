import { PHASE } from "../../src/envelope/envelope.ts";
import { type PartyIndex, partyIndex, reshareSeats } from "../../src/index.ts";
import { confirmRecord } from "../../src/keygen/confirmation.ts";
import { commitmentHash, encodeCommitment } from "../../src/keygen/hashes.ts";
import { encodeOpening, openingsHash, sumCommitments, verificationShares } from "../../src/keygen/outcome.ts";
import { proveCoefficients } from "../../src/keygen/proofs.ts";
import { exposeKeyShare } from "../../src/keyshare/key-share.ts";
import { encodePoints, recordHash } from "../../src/keyshare/record.ts";
import { concat } from "../../src/math/bytes.ts";
import { commitPolynomial, evaluatePolynomial, samplePolynomialWithConstant } from "../../src/math/polynomial.ts";
import { encodeScalar, multiplyScalars, reduce, sumScalars } from "../../src/math/scalar.ts";
import { Secret } from "../../src/math/secret.ts";
import { hiddenValues, reshareSessionId } from "../../src/reshare/hashes.ts";
import { reshareSizes, sharesLayout, treesLayout } from "../../src/reshare/layout.ts";
import { createReshareTerms, reshareBinding } from "../../src/reshare/terms.ts";
import { H } from "../../src/transcript/hash.ts";
import { type Committee, createCommittee, must } from "./committee.ts";
import { dealKeyShares } from "./dealer.ts";
import { NOBODY, Paper, type PaperOptions, type PaperRun } from "./paper-session.ts";

/**
 * A reshare on paper (docs/protocol/reshare.md): 1 and 3 of three old members deal; 1 and a newcomer receive, 2 of 2.
 * Seat 1 deals and receives, seat 2 only receives, seat 3 only deals.
 */
export function paperReshare(
  options: PaperOptions & {
    readonly label: string;
    readonly from: string;
    /** Added to the constant term of seat 1. */
    readonly offset?: bigint;
    readonly epoch?: bigint;
  },
): PaperRun {
  const { label, from: seed, offset = 0n, epoch = 2n } = options;
  const old = createCommittee(2, 3, label, seed);
  const shares = dealKeyShares(old, label, seed);
  const newcomer = createCommittee(2, 2, `${label} newcomer`, seed).identityOf(partyIndex(1));
  const [one, two, three] = [1, 2, 3].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex];
  const previous = must(shares.get(one)).record;
  const parties = new Map([
    [one, must(old.parties.get(one))],
    [two, newcomer.publicKey],
  ]);
  const domain = { ...old.domain, epoch };
  const handover = { previous, dealers: [one, three], parties };
  const terms = createReshareTerms({
    ...handover,
    domain,
    minSigners: 2,
    share: must(shares.get(one)),
    identity: old.identityOf(one),
  });
  const seats = reshareSeats(handover);
  const committee: Committee = {
    ...old,
    domain,
    members: [one, two, three],
    parties: seats.parties,
    identityOf: (seat) => (seat === two ? newcomer : old.identityOf(seat)),
  };
  const paper = new Paper(committee, PHASE.reshare, reshareBinding(terms), { purpose: domain.keyId, ...options });
  const { rng } = paper;
  const sizes = reshareSizes(terms);
  const own = new Map(
    [...terms.dealers].map(([seat, { index, weight }]) => {
      const s = exposeKeyShare(must(shares.get(index))).share.expose();
      const constant = reduce(multiplyScalars(weight, s) + (seat === one ? offset : 0n));
      const polynomial = samplePolynomialWithConstant(constant, terms.minSigners, rng);
      const commitment = commitPolynomial(polynomial);
      return [seat, { polynomial, commitment, values: hiddenValues(encodeCommitment(commitment), rng(32)) }] as const;
    }),
  );
  const { chainCode } = exposeKeyShare(must(shares.get(one)));
  const toEach = (from: PartyIndex, make: (to: PartyIndex) => Uint8Array) =>
    new Map(committee.members.filter((to) => to !== from).map((to) => [to, make(to)]));
  const bytesOf = (from: PartyIndex, to: PartyIndex, round: number) =>
    must(must(sizes[round - 1]).directBytes)(from, to);
  const empty = new Uint8Array(0);
  paper.hello((seat, nonce) => {
    const dealt = own.get(seat);
    return { broadcast: dealt ? commitmentHash(seat, nonce, dealt.values) : empty, direct: NOBODY };
  });
  const dsid = reshareSessionId(paper.sid, previous, parties.size, terms.minSigners);
  const e1 = H("dkg/e1", dsid, ...[...own.keys()].map((seat) => paper.broadcast(seat, 1).slice(65)));
  paper.round(2, (from) => ({ broadcast: e1, direct: toEach(from, (to) => rng(bytesOf(from, to, 2))) }));
  paper.round(3, (from) => {
    const dealt = own.get(from);
    const polynomial = dealt?.polynomial.map((g) => new Secret(g)) ?? [];
    const proofs = dealt && proveCoefficients({ dsid, e1, prover: from }, polynomial, dealt.commitment, rng);
    const broadcast = dealt ? concat(encodeOpening(dealt.values), ...(proofs ?? [])) : empty;
    const direct = toEach(from, (to) => {
      const [codeBytes, setupBytes] = treesLayout(terms, from, to);
      return concat(chainCode.slice(0, codeBytes), rng(setupBytes));
    });
    return { broadcast, direct };
  });
  const openings = [...own.values()].map(({ values }) => encodeOpening(values));
  const e2 = openingsHash(dsid, openings);
  paper.round(4, (from) => ({
    broadcast: e2,
    direct: toEach(from, (to) => {
      const [shareBytes, halfBytes, setupBytes] = sharesLayout(terms, from, to);
      const share = shareBytes > 0 ? encodeScalar(evaluatePolynomial(must(own.get(from)).polynomial, to)) : empty;
      return concat(share, rng(halfBytes), rng(setupBytes));
    }),
  }));
  const commitments = [...own.values()].map(({ commitment }) => commitment);
  const points = verificationShares(sumCommitments(commitments, terms.minSigners), parties.keys());
  const record = {
    domain,
    minSigners: terms.minSigners,
    parties,
    groupKey: previous.groupKey,
    verificationShares: encodePoints(points),
    chainCodeHash: previous.chainCodeHash,
    openingsHash: e2,
  };
  paper.round(5, (self) => {
    if (!parties.has(self)) return { broadcast: recordHash(record), direct: NOBODY };
    const s = sumScalars([...own.values()].map(({ polynomial }) => evaluatePolynomial(polynomial, self)));
    const member = { self, identity: committee.identityOf(self), s };
    return { broadcast: confirmRecord({ dsid, record }, member, rng(32), rng).encoded, direct: NOBODY };
  });
  return paper.finish(openings);
}
