import { createContext } from "../../src/engine/context.ts";
import { openSession } from "../../src/engine/open.ts";
import {
  type KeyShare,
  type PartyIndex,
  PHASE,
  type RenewalInput,
  type RenewalOutput,
  type Started,
  startRenewal,
} from "../../src/index.ts";
import { openRenewal } from "../../src/renewal/start.ts";
import { createRenewalTerms, renewalBinding, renewalSizes } from "../../src/renewal/terms.ts";
import { type Committee, must } from "./committee.ts";
import { type PumpOptions, pump, type Report } from "./pump.ts";
import type { Tampers } from "./sessions.ts";
import { tamperOpening } from "./tamper.ts";

export type RenewalSetup = {
  readonly committee: Committee;
  readonly shares: ReadonlyMap<PartyIndex, KeyShare>;
  readonly participants: readonly PartyIndex[];
  readonly renewing: readonly PartyIndex[];
  readonly attempt?: bigint;
};

/** The input of an honest renewal. */
export function renewalInput(setup: RenewalSetup, self: PartyIndex): RenewalInput {
  return {
    domain: setup.committee.domain,
    attempt: setup.attempt ?? 0n,
    self,
    participants: setup.participants,
    renewing: setup.renewing,
    share: must(setup.shares.get(self)),
    identity: setup.committee.identityOf(self),
    banned: new Set(),
  };
}

/** A renewal whose first message the test makes. */
export function startRenewalAs(
  setup: RenewalSetup,
  self: PartyIndex,
  open: typeof openRenewal,
): Started<RenewalOutput> {
  const input = renewalInput(setup, self);
  const terms = createRenewalTerms(input.share, input, input.banned);
  const context = createContext({
    ...input,
    phase: PHASE.renewal,
    parties: terms.participants,
    purpose: input.domain.keyId,
    binding: renewalBinding(terms),
  });
  return openSession(context, renewalSizes(input), () => open(terms), setup.committee.rngOf(self));
}

/** Runs a renewal among the participants. */
export function runRenewal(
  setup: RenewalSetup,
  tampers: Tampers = new Map(),
  options: Partial<PumpOptions> = {},
): Report<RenewalOutput> {
  const { rngOf } = setup.committee;
  const start = (self: PartyIndex): Started<RenewalOutput> => {
    const tamper = tampers.get(self);
    if (tamper === undefined) return startRenewal(renewalInput(setup, self), rngOf(self));
    return startRenewalAs(setup, self, (terms) => tamperOpening(openRenewal(terms), tamper));
  };
  const starts = new Map([...setup.participants].sort((a, b) => a - b).map((party) => [party, start(party)]));
  return pump(starts, { rngOf, cheaters: [...tampers.keys()], ...options });
}
