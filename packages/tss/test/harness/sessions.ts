import { createContext } from "../../src/engine/context.ts";
import { openSession } from "../../src/engine/open.ts";
import { PHASE } from "../../src/envelope/envelope.ts";
import {
  type GroupSignature,
  type KeygenOutput,
  type KeyShare,
  type PartyIndex,
  type Presignature,
  type SigningIntent,
  type Started,
  startKeygen,
  startPresign,
  startSigning,
} from "../../src/index.ts";
import { openKeygen } from "../../src/keygen/start.ts";
import { createKeygenTerms, keygenBinding, keygenSizes } from "../../src/keygen/terms.ts";
import { openPresign } from "../../src/presign/start.ts";
import { createPresignTerms, presignBinding, presignSizes } from "../../src/presign/terms.ts";
import { bytes32, type Committee, must } from "./committee.ts";
import { type PumpOptions, pump, type Report } from "./pump.ts";
import { type Tamper, tamperOpening } from "./tamper.ts";

/** What each malicious party sends instead. */
export type Tampers = ReadonlyMap<PartyIndex, Tamper>;

const NO_TAMPERS: Tampers = new Map();

/** A key generation whose first message the test makes. */
export function startKeygenAs(committee: Committee, self: PartyIndex, open: typeof openKeygen): Started<KeygenOutput> {
  const { domain, parties, minSigners } = committee;
  const identity = committee.identityOf(self);
  const terms = createKeygenTerms({ domain, self, parties, minSigners, identity });
  const binding = keygenBinding(terms);
  const phase = PHASE.keygen;
  const context = createContext({
    domain,
    phase,
    purpose: domain.keyId,
    attempt: 0n,
    self,
    parties,
    identity,
    binding,
  });
  const rng = committee.rngOf(self);
  return openSession(context, keygenSizes(minSigners), (nonce) => open(terms, nonce, rng), rng);
}

/** Runs a key generation of the whole committee. */
export function runKeygen(
  committee: Committee,
  tampers: Tampers = NO_TAMPERS,
  options: Partial<PumpOptions> = {},
): Report<KeygenOutput> {
  const { domain, parties, minSigners } = committee;
  const start = (self: PartyIndex): Started<KeygenOutput> => {
    const tamper = tampers.get(self);
    if (tamper) return startKeygenAs(committee, self, (...args) => tamperOpening(openKeygen(...args), tamper));
    const input = { domain, attempt: 0n, self, parties, minSigners, identity: committee.identityOf(self) };
    return startKeygen(input, committee.rngOf(self));
  };
  const starts = new Map(committee.members.map((party) => [party, start(party)]));
  return pump(starts, { rngOf: committee.rngOf, cheaters: [...tampers.keys()], ...options });
}

export type PresignSetup = {
  readonly committee: Committee;
  readonly shares: ReadonlyMap<PartyIndex, KeyShare>;
  readonly signers: readonly PartyIndex[];
  readonly purpose?: string;
};

/** The input of an honest presigning. */
export function presignInput(setup: PresignSetup, self: PartyIndex): Parameters<typeof startPresign>[0] {
  return {
    domain: setup.committee.domain,
    purpose: bytes32(setup.purpose ?? "presign"),
    attempt: 0n,
    self,
    signers: setup.signers,
    share: must(setup.shares.get(self)),
    identity: setup.committee.identityOf(self),
    banned: new Set<PartyIndex>(),
  };
}

/** A presigning whose first message the test makes. */
export function startPresignAs(setup: PresignSetup, self: PartyIndex, open: typeof openPresign): Started<Presignature> {
  const input = presignInput(setup, self);
  const terms = createPresignTerms(input.share, input.signers, input.banned);
  const binding = presignBinding(terms);
  const context = createContext({ ...input, phase: PHASE.presign, parties: terms.signers, binding });
  const rng = setup.committee.rngOf(self);
  return openSession(context, presignSizes(terms), (nonce) => open(terms, context.handle, nonce, rng), rng);
}

/** Runs one presigning of the given signers. */
export function runPresign(
  setup: PresignSetup,
  tampers: Tampers = NO_TAMPERS,
  options: Partial<PumpOptions> = {},
): Report<Presignature> {
  const { rngOf } = setup.committee;
  const start = (self: PartyIndex): Started<Presignature> => {
    const tamper = tampers.get(self);
    if (tamper === undefined) return startPresign(presignInput(setup, self), rngOf(self));
    return startPresignAs(setup, self, (...args) => tamperOpening(openPresign(...args), tamper));
  };
  const starts = new Map([...setup.signers].sort((a, b) => a - b).map((party) => [party, start(party)]));
  return pump(starts, { rngOf, cheaters: [...tampers.keys()], ...options });
}

/** An authorization whose fields do not matter. */
export function sampleIntent(committee: Committee): SigningIntent {
  return {
    kind: "authorization",
    chainId: committee.domain.chainId,
    vault: new Uint8Array(20).fill(0x11),
    decisionId: bytes32("decision"),
    agentId: bytes32("agent"),
    committeeId: committee.domain.keyId,
    epoch: committee.domain.epoch,
    payloadHash: bytes32("payload"),
    policyHash: bytes32("policy"),
    deadline: 1_900_000_000n,
    registry: new Uint8Array(20).fill(0x22),
  };
}

/** The input of an honest signing. */
export function signingInput(
  committee: Committee,
  self: PartyIndex,
  presignature: Presignature,
): Parameters<typeof startSigning>[0] {
  return {
    domain: committee.domain,
    purpose: bytes32("decision"),
    attempt: 0n,
    self,
    presignature,
    intent: sampleIntent(committee),
    tweak: 0n,
    beacon: bytes32("beacon"),
    identity: committee.identityOf(self),
  };
}

/** Signs with the presignatures of a presigning; `change` lets a party deviate in its input. */
export function runSigning(
  committee: Committee,
  presignatures: ReadonlyMap<PartyIndex, Presignature>,
  change: (input: Parameters<typeof startSigning>[0]) => Parameters<typeof startSigning>[0] = (input) => input,
  options: Partial<PumpOptions> = {},
): Report<GroupSignature> {
  const starts = new Map(
    [...presignatures].map(([party, presignature]) => [
      party,
      startSigning(change(signingInput(committee, party, presignature)), committee.rngOf(party)),
    ]),
  );
  return pump(starts, { rngOf: committee.rngOf, ...options });
}
