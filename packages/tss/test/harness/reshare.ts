import { createContext } from "../../src/engine/context.ts";
import { type Opening, openSession } from "../../src/engine/open.ts";
import { PHASE } from "../../src/envelope/envelope.ts";
import { signWithIdentity } from "../../src/envelope/identity-key.ts";
import {
  activateKeyShare,
  exposeChainCode,
  type GroupSignature,
  type IdentityKey,
  type KeyShare,
  type PartyIndex,
  type PublicRecord,
  partyIndex,
  type ReshareInput,
  type ReshareOutput,
  reshareSeats,
  type Seats,
  type Started,
  type SwitchProof,
  startReshare,
  startTestPresign,
  startTestSigning,
  type TestPresignature,
} from "../../src/index.ts";
import { recordSignatureDigest } from "../../src/keygen/hashes.ts";
import { reshareSizes } from "../../src/reshare/layout.ts";
import { PendingKeyShare } from "../../src/reshare/pending-share.ts";
import { openReshare } from "../../src/reshare/start.ts";
import { createReshareTerms, type ReshareTerms, reshareBinding } from "../../src/reshare/terms.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { bytes32, type Committee, must } from "./committee.ts";
import { dealKeyShares } from "./dealer.ts";
import { type PumpOptions, pump, type Report } from "./pump.ts";
import { interpolate, scalarOf } from "./scalars.ts";
import type { Tampers } from "./sessions.ts";
import { type Tamper, tamperOpening } from "./tamper.ts";

/** One handover: who has which share, and who shall. Seats are those of the library. */
export type Handover = {
  readonly old: Committee;
  readonly next: Committee;
  readonly shares: ReadonlyMap<PartyIndex, KeyShare>;
  /** By old index. */
  readonly dealers: readonly PartyIndex[];
};

/** The committee of the next epoch: the owners of the given identity keys, at the indices 1, 2, …. */
export function succeed(
  committee: Committee,
  minSigners: number,
  owners: readonly IdentityKey[],
  epoch = committee.domain.epoch + 1n,
): Committee {
  const members = owners.map((_, i) => partyIndex(i + 1));
  const label = `${TEST_SEED}/${committee.domain.keyId.join()}/epoch ${epoch}`;
  const rngs = new Map<PartyIndex, ReturnType<typeof seededRng>>();
  const identities = new Map(members.map((party, i) => [party, must(owners[i])]));
  return {
    domain: { ...committee.domain, epoch },
    members,
    minSigners,
    parties: new Map([...identities].map(([party, identity]) => [party, identity.publicKey])),
    identityOf: (party) => must(identities.get(party)),
    // Seats of dealers that leave come after the members.
    rngOf(party) {
      const rng = rngs.get(party) ?? seededRng(`${label}/${party}`);
      rngs.set(party, rng);
      return rng;
    },
  };
}

/** The record that the shares are of. */
export function recordOf(shares: ReadonlyMap<PartyIndex, KeyShare>): PublicRecord {
  return must([...shares.values()][0]).record;
}

/** The seats of a handover. */
export function seatsOf({ shares, dealers, next }: Handover): Seats {
  return reshareSeats({ previous: recordOf(shares), dealers, parties: next.parties });
}

/** The input of the honest party in a seat. */
export function reshareInput(handover: Handover, seat: PartyIndex): ReshareInput {
  const { old, next, shares, dealers } = handover;
  const index = seatsOf(handover).dealers.get(seat);
  return {
    previous: recordOf(shares),
    dealers,
    parties: next.parties,
    domain: next.domain,
    attempt: 0n,
    minSigners: next.minSigners,
    share: index && shares.get(index),
    identity: next.parties.has(seat) ? next.identityOf(seat) : old.identityOf(must(index)),
  };
}

/** A party whose first message the test makes. */
export function startReshareAs(
  handover: Handover,
  seat: PartyIndex,
  open: (terms: ReshareTerms, handle: Uint8Array, nonce: Uint8Array) => Opening<ReshareOutput>,
): Started<ReshareOutput> {
  const input = reshareInput(handover, seat);
  const terms = createReshareTerms(input);
  const { domain, self, parties, identity } = terms;
  const binding = reshareBinding(terms);
  const purpose = domain.keyId;
  const { attempt } = input;
  const context = createContext({ domain, phase: PHASE.reshare, purpose, attempt, self, parties, identity, binding });
  const begin = (nonce: Uint8Array) => open(terms, context.handle, nonce);
  return openSession(context, reshareSizes(terms), begin, handover.next.rngOf(seat));
}

function startTampered(handover: Handover, seat: PartyIndex, tamper: Tamper): Started<ReshareOutput> {
  const rng = handover.next.rngOf(seat);
  return startReshareAs(handover, seat, (terms, handle, nonce) =>
    tamperOpening(openReshare(terms, handle, nonce, rng), tamper),
  );
}

/** Runs a reshare; `tampers` are by seat. */
export function runReshare(
  handover: Handover,
  tampers: Tampers = new Map(),
  options: Partial<PumpOptions> = {},
  starts: ReadonlyMap<PartyIndex, Started<ReshareOutput>> = new Map(),
): Report<ReshareOutput> {
  const { rngOf } = handover.next;
  const start = (seat: PartyIndex): Started<ReshareOutput> => {
    const tamper = tampers.get(seat);
    if (tamper !== undefined) return startTampered(handover, seat, tamper);
    return starts.get(seat) ?? startReshare(reshareInput(handover, seat), rngOf(seat));
  };
  const all = new Map([...seatsOf(handover).parties.keys()].map((seat) => [seat, start(seat)]));
  return pump(all, { rngOf, cheaters: [...tampers.keys(), ...starts.keys()], ...options });
}

/** The pending shares that a reshare ended with. */
export function pendingOf(report: Report<ReshareOutput>): ReadonlyMap<PartyIndex, PendingKeyShare> {
  const outputs = [...report.outputs].sort(([a], [b]) => a - b);
  return new Map(outputs.flatMap(([seat, { share }]) => (share === undefined ? [] : [[seat, share] as const])));
}

/** What a reshare to the new committee would end with, dealt by the test in milliseconds. */
export function dealPending(
  shares: ReadonlyMap<PartyIndex, KeyShare>,
  next: Committee,
): ReadonlyMap<PartyIndex, PendingKeyShare> {
  const secret = interpolate(new Map([...shares].map(([party, share]) => [party, scalarOf(share)])));
  const chainCode = exposeChainCode(must([...shares.values()][0]));
  const dealt = dealKeyShares(next, "pending", TEST_SEED, { secret, chainCode });
  const digest = recordSignatureDigest(must([...dealt.values()][0]).recordHash);
  const signatures = new Map(next.members.map((party) => [party, signWithIdentity(next.identityOf(party), digest)]));
  return new Map([...dealt].map(([party, share]) => [party, new PendingKeyShare(share, signatures)]));
}

export const MEMBERS_HASH = bytes32("members");

/** Presigns with the pending shares of the given members. */
export function runTestPresign(
  next: Committee,
  pending: ReadonlyMap<PartyIndex, PendingKeyShare>,
  signers: readonly PartyIndex[],
  attempt = 0n,
): Report<TestPresignature> {
  const starts = new Map(
    signers.map((self) => {
      const share = must(pending.get(self), `pending share of ${self}`);
      const input = { share, attempt, signers, identity: next.identityOf(self), banned: new Set<PartyIndex>() };
      return [self, startTestPresign(input, next.rngOf(self))];
    }),
  );
  return pump(starts, { rngOf: next.rngOf });
}

/** Makes the test signature with test presignatures. */
export function runTestSigning(
  next: Committee,
  presignatures: ReadonlyMap<PartyIndex, TestPresignature>,
): Report<GroupSignature> {
  const starts = new Map(
    [...presignatures].map(([self, presignature]) => {
      const input = { presignature, self, attempt: 0n, membersHash: MEMBERS_HASH, identity: next.identityOf(self) };
      return [self, startTestSigning(input, next.rngOf(self))];
    }),
  );
  return pump(starts, { rngOf: next.rngOf });
}

/** Lets the first t' of the new members make the test signature, and returns what it proves. */
export function proveSwitch(next: Committee, pending: ReadonlyMap<PartyIndex, PendingKeyShare>): SwitchProof {
  const signers = [...pending.keys()].slice(0, next.minSigners);
  const { outputs } = runTestSigning(next, runTestPresign(next, pending, signers).outputs);
  const { record, recordSignatures } = must(pending.get(must(signers[0])));
  const { bytes } = must(outputs.get(must(signers[0])), "test signature");
  return { record, recordSignatures, membersHash: MEMBERS_HASH, signature: bytes };
}

/** A whole switch: reshare, test signature, activation. The old shares stay. */
export function handOver(handover: Handover): {
  readonly shares: ReadonlyMap<PartyIndex, KeyShare>;
  readonly proof: SwitchProof;
} {
  const pending = pendingOf(runReshare(handover));
  const proof = proveSwitch(handover.next, pending);
  return { shares: new Map([...pending].map(([party, share]) => [party, activateKeyShare(share, proof)])), proof };
}
