// One function per phase of a committee's life: what each party runs, ready to be metered.
import { randomBytes } from "node:crypto";
import {
  encodeKeyShare,
  type GroupSignature,
  identityKeyFromBytes,
  type KeygenOutput,
  type KeyShare,
  type PartyIndex,
  type Presignature,
  type ReshareOutput,
  type Rng,
  startKeygen,
  startPresign,
  startPresignBatch,
  startReshare,
  startSigning,
} from "../src/index.ts";
import { openKeygen } from "../src/keygen/start.ts";
import { createKeygenTerms } from "../src/keygen/terms.ts";
import { takePresignature } from "../src/presign/presignature.ts";
import { openPresign, openPresignBatch } from "../src/presign/start.ts";
import { createPresignTerms } from "../src/presign/terms.ts";
import { openReshare } from "../src/reshare/start.ts";
import { createReshareTerms } from "../src/reshare/terms.ts";
import { openSigning, signingTerms } from "../src/sign/start.ts";
import { type Committee, must } from "../test/harness/committee.ts";
import { type Handover, reshareInput, seatsOf, succeed } from "../test/harness/reshare.ts";
import { presignInput, signingInput } from "../test/harness/sessions.ts";
import { driveMetered, type MeteredParty, type MeteredRun } from "./metered.ts";

/** Fresh randomness of the machine: a benchmark proves nothing, so it needs no seed. */
export const rng: Rng = (length) => new Uint8Array(randomBytes(length));

/** The key shares of a committee. */
export type Shares = ReadonlyMap<PartyIndex, KeyShare>;

/** The presignature shares of one presigning. */
export type Presignatures = ReadonlyMap<PartyIndex, Presignature>;

function perParty<Output>(
  parties: readonly PartyIndex[],
  meter: (party: PartyIndex) => MeteredParty<Output>,
): ReadonlyMap<PartyIndex, MeteredParty<Output>> {
  return new Map(parties.map((party) => [party, meter(party)]));
}

/** A key generation of all members. */
export function keygen(committee: Committee, attempt: bigint): MeteredRun<KeygenOutput> {
  const { domain, parties, minSigners, members } = committee;
  const meters = perParty(members, (self) => {
    const input = { domain, self, parties, minSigners, identity: committee.identityOf(self) };
    return {
      start: (own) => startKeygen({ ...input, attempt }, own),
      open: (own) => openKeygen(createKeygenTerms(input), own(32), own),
    };
  });
  return driveMetered(meters, rng);
}

/** A presigning of the first t members. */
export function presign(committee: Committee, shares: Shares, number: number): MeteredRun<Presignature> {
  const signers = committee.members.slice(0, committee.minSigners);
  const setup = { committee, shares, signers, purpose: `run ${number}` };
  const meters = perParty(signers, (self) => ({
    start: (own) => startPresign(presignInput(setup, self), own),
    open: (own) => openPresign(createPresignTerms(must(shares.get(self)), signers, new Set()), own(32), own(32), own),
  }));
  return driveMetered(meters, rng);
}

/** Presignatures that one measured batch makes. */
export const BATCH = 8;

/** {@link BATCH} presignatures of the first t members in one session. */
export function presignBatch(
  committee: Committee,
  shares: Shares,
  number: number,
): MeteredRun<readonly Presignature[]> {
  const signers = committee.members.slice(0, committee.minSigners);
  const setup = { committee, shares, signers, purpose: `batch ${number}` };
  const terms = { count: BATCH, otMode: "epoch" } as const;
  const meters = perParty(signers, (self) => ({
    start: (own) => startPresignBatch({ ...presignInput(setup, self), count: BATCH }, own),
    open: (own) =>
      openPresignBatch(createPresignTerms(must(shares.get(self)), signers, new Set(), terms), own(32), own(32), own),
  }));
  return driveMetered(meters, rng);
}

function handOver(handover: Handover): MeteredRun<ReshareOutput> {
  const meters = perParty([...seatsOf(handover).parties.keys()], (seat) => {
    const input = reshareInput(handover, seat);
    return {
      start: (own) => startReshare(input, own),
      open: (own) => openReshare(createReshareTerms(input), own(32), own(32), own),
    };
  });
  return driveMetered(meters, rng);
}

/** New shares for the same members: the first t of them deal. */
export function refresh(committee: Committee, shares: Shares): MeteredRun<ReshareOutput> {
  const owners = committee.members.map(committee.identityOf);
  const next = succeed(committee, committee.minSigners, owners);
  return handOver({ old: committee, next, shares, dealers: committee.members.slice(0, committee.minSigners) });
}

/** A committee in which a new party replaces the last member, who takes no part: the first t members deal. */
export function reshare(committee: Committee, shares: Shares): MeteredRun<ReshareOutput> {
  const stay = committee.members.slice(0, -1).map(committee.identityOf);
  const next = succeed(committee, committee.minSigners, [...stay, identityKeyFromBytes(rng(32))]);
  return handOver({ old: committee, next, shares, dealers: committee.members.slice(0, committee.minSigners) });
}

/** The online phase. `spare` is a presigning like the other: the openings that are timed alone consume it. */
export function sign(
  committee: Committee,
  presignatures: Presignatures,
  spare: Presignatures,
): MeteredRun<GroupSignature> {
  const meters = perParty([...presignatures.keys()], (self) => ({
    start: (own) => startSigning(signingInput(committee, self, must(presignatures.get(self))), own),
    open: () => {
      const presignature = must(spare.get(self));
      return openSigning(signingTerms(signingInput(committee, self, presignature)), takePresignature(presignature));
    },
  }));
  return driveMetered(meters, rng);
}

/** Bytes of a key share in the keystore before encryption, per counterparty. */
export function shareBytesPerCounterparty(share: KeyShare): number {
  return encodeKeyShare(share).length / (share.record.parties.size - 1);
}
