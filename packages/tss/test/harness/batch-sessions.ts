import { createContext } from "../../src/engine/context.ts";
import { openSession } from "../../src/engine/open.ts";
import { PHASE } from "../../src/envelope/envelope.ts";
import { type PartyIndex, type Presignature, type Started, startPresignBatch } from "../../src/index.ts";
import { openPresignBatch } from "../../src/presign/start.ts";
import { createPresignTerms, type PresignShape, presignBinding, presignSizes } from "../../src/presign/terms.ts";
import { must } from "./committee.ts";
import { type PumpOptions, pump, type Report } from "./pump.ts";
import { type PresignSetup, presignInput, type Tampers } from "./sessions.ts";
import { tamperOpening } from "./tamper.ts";

/** A batch presigning whose first message the test makes. */
export function startBatchAs(
  setup: PresignSetup,
  shape: PresignShape,
  self: PartyIndex,
  open: typeof openPresignBatch,
): Started<readonly Presignature[]> {
  const input = presignInput(setup, self);
  const rng = setup.committee.rngOf(self);
  const terms = createPresignTerms(input.share, input.signers, input.banned, shape);
  const binding = presignBinding(terms);
  const context = createContext({ ...input, phase: PHASE.presign, parties: terms.signers, binding });
  return openSession(context, presignSizes(terms), (nonce) => open(terms, context.handle, nonce, rng), rng);
}

/** A batch presigning of one party, which may send what `tampers` says. */
function startBatch(
  setup: PresignSetup,
  shape: PresignShape,
  self: PartyIndex,
  tampers: Tampers,
): Started<readonly Presignature[]> {
  const tamper = tampers.get(self);
  if (tamper !== undefined) {
    return startBatchAs(setup, shape, self, (...args) => tamperOpening(openPresignBatch(...args), tamper));
  }
  return startPresignBatch({ ...presignInput(setup, self), ...shape }, setup.committee.rngOf(self));
}

/** Runs one session that makes a batch of presignatures. */
export function runPresignBatch(
  setup: PresignSetup,
  shape: PresignShape,
  tampers: Tampers = new Map(),
  options: Partial<PumpOptions> = {},
): Report<readonly Presignature[]> {
  const signers = [...setup.signers].sort((a, b) => a - b);
  const starts = new Map(signers.map((party) => [party, startBatch(setup, shape, party, tampers)]));
  return pump(starts, { rngOf: setup.committee.rngOf, cheaters: [...tampers.keys()], ...options });
}

/** The presignature number `index` of every party. */
export function presignaturesAt(
  batches: ReadonlyMap<PartyIndex, readonly Presignature[]>,
  index: number,
): ReadonlyMap<PartyIndex, Presignature> {
  return new Map([...batches].map(([party, batch]) => [party, must(batch[index])]));
}
