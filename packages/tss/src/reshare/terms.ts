import { encodeParties, type Parties } from "../engine/context.ts";
import { type Domain, encodeDomain } from "../envelope/domain.ts";
import type { IdentityKey } from "../envelope/identity-key.ts";
import { TssError } from "../errors.ts";
import { assertRecord, type KeyShare } from "../keyshare/key-share.ts";
import { type PublicRecord, recordHash } from "../keyshare/record.ts";
import { encodePublicRecord } from "../keyshare/record-codec.ts";
import { concat, equalBytes, u16 } from "../math/bytes.ts";
import { lagrangeCoefficient } from "../math/lagrange.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { decodePoint, multiplyUnsafe, type Point } from "../math/point.ts";
import type { Scalar } from "../math/scalar.ts";
import { type Handover, reshareSeats, type Seats, seatOf } from "./seats.ts";

/** What a dealer must deal. */
export type Dealer = {
  /** Index in the epoch that ends. */
  readonly index: PartyIndex;
  /** λ_i^T: its weight among the dealers. */
  readonly weight: Scalar;
  /** λ_i^T S_i: the only constant term that its polynomial may have. */
  readonly anchor: Point;
};

/** What all parties of a reshare fix beforehand, and this party's place among them. */
export type ReshareTerms = {
  /** Of the new epoch. */
  readonly domain: Domain;
  /** This party's seat. */
  readonly self: PartyIndex;
  /** Identity keys by seat, ascending. */
  readonly parties: Parties;
  /** Every seat but this party's, ascending. */
  readonly others: readonly PartyIndex[];
  /** By seat, ascending. */
  readonly dealers: ReadonlyMap<PartyIndex, Dealer>;
  /** The new committee, ascending. */
  readonly receivers: Parties;
  /** t': how many new shares sign. */
  readonly minSigners: number;
  readonly previous: PublicRecord;
  /** The share that this party deals; undefined if it only receives. */
  readonly share: KeyShare | undefined;
  readonly identity: IdentityKey;
};

/** What {@link createReshareTerms} checks. */
export type ReshareTermsInput = Handover & {
  readonly domain: Domain;
  readonly minSigners: number;
  readonly share: KeyShare | undefined;
  readonly identity: IdentityKey;
};

/**
 * Validates the terms of a reshare (docs/protocol/reshare.md steps 1–3).
 * @throws TssError `invalidKeyShare` (the previous record is not consistent), `invalidDomain` (not a later epoch of the
 * same key), `invalidParties`, `invalidIdentityKey` (this party neither deals nor receives), `keyShareMismatch` (this
 * party deals and `share` is not its share of the previous epoch)
 */
export function createReshareTerms(input: ReshareTermsInput): ReshareTerms {
  const { previous, domain, minSigners, identity } = input;
  assertRecord(previous);
  assertSuccessor(previous.domain, domain);
  const seats = reshareSeats(input);
  const { parties, receivers } = seats;
  if (!Number.isInteger(minSigners) || minSigners < 2 || minSigners > receivers.size) {
    throw new TssError("invalidParties", `minSigners must be in 2..${receivers.size}, is ${minSigners}`);
  }
  const self = seatOf(parties, identity.publicKey);
  if (self === undefined) throw new TssError("invalidIdentityKey", "this party neither deals nor receives");
  const share = ownShare(input, seats.dealers.get(self));
  const others = [...parties.keys()].filter((seat) => seat !== self);
  return {
    domain,
    self,
    parties,
    others,
    dealers: createDealers(previous, seats),
    receivers,
    minSigners,
    previous,
    share,
    identity,
  };
}

/** Whether the second domain is of a later epoch of the same key as the first. */
export function isSuccessor(previous: Domain, next: Domain): boolean {
  const isSameKey = equalBytes(encodeDomain(previous), encodeDomain({ ...next, epoch: previous.epoch }));
  return isSameKey && next.epoch > previous.epoch;
}

function assertSuccessor(previous: Domain, next: Domain): void {
  if (!isSuccessor(previous, next)) {
    throw new TssError("invalidDomain", `epoch ${next.epoch} is no later epoch of the key of epoch ${previous.epoch}`);
  }
}

function ownShare({ previous, share }: ReshareTermsInput, index: PartyIndex | undefined): KeyShare | undefined {
  if (index === undefined) return undefined;
  if (share === undefined || share.self !== index || !equalBytes(share.recordHash, recordHash(previous))) {
    throw new TssError("keyShareMismatch", `this party deals: it needs the share of party ${index} in the old epoch`);
  }
  return share;
}

/** What each dealer must deal, by seat, ascending. Throws `invalidKeyShare` if the record lacks its share. */
export function createDealers(previous: PublicRecord, { dealers }: Seats): ReadonlyMap<PartyIndex, Dealer> {
  const indices = [...dealers.values()];
  return new Map([...dealers].map(([seat, index]) => [seat, createDealer(previous, indices, index)]));
}

function createDealer(previous: PublicRecord, indices: readonly PartyIndex[], index: PartyIndex): Dealer {
  const weight = lagrangeCoefficient(indices, index);
  const encoded = previous.verificationShares.get(index);
  const verificationShare = encoded && decodePoint(encoded);
  if (verificationShare === undefined) throw new TssError("invalidKeyShare", `the record has no share of ${index}`);
  return { index, weight, anchor: multiplyUnsafe(verificationShare, weight) };
}

/**
 * What the session handle binds beside its own terms: t'(2) ‖ |T|(2) ‖ old indices of T(2 each) ‖ n'(2) ‖ new committee ‖
 * the old record. With it anybody can judge evidence from the session.
 */
export function reshareBinding(terms: ReshareTerms): Uint8Array {
  const dealers = [...terms.dealers.values()].map(({ index }) => index).sort((a, b) => a - b);
  return concat(
    u16(terms.minSigners),
    u16(dealers.length),
    ...dealers.map(u16),
    u16(terms.receivers.size),
    encodeParties(terms.receivers),
    encodePublicRecord(terms.previous),
  );
}
