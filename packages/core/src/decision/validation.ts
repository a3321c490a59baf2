import type { Address, Hex } from "viem";
import { encodeAbiParameters, isAddressEqual, size } from "viem/utils";
import { SUBMISSION_DATA } from "./encoding.ts";
import { decisionId, payloadHash } from "./hashes.ts";
import type { CommitteeId, DecisionId, Epoch } from "./ids.ts";
import { ANY_SEQUENCE, type Decision, ZERO_ADDRESS } from "./types.ts";

/** A decision and the bytes it was read from. */
export interface DecisionRecord {
  readonly decision: Decision;
  /** The data of the `DecisionSubmitted` log as the chain gave it. */
  readonly eventData: Hex;
}

/** What a record is checked against, all read at one finalised block. */
export interface ValidationContext {
  /**
   * Whether the chain has the canonical result already. A committer that comes late still validates and signs: for a
   * resolved decision the sequence has moved on by the result itself and no time for attesting is needed.
   */
  readonly result: "open" | "recorded";
  readonly chainId: bigint;
  readonly decisionRegistry: Address;
  /** Payload hash that the registry stores for the decision. */
  readonly storedPayloadHash: Hex;
  readonly agent: {
    readonly committeeId: CommitteeId;
    readonly vault: Address;
    /** Zero address: anyone may submit. */
    readonly submitter: Address;
    readonly sequence: bigint;
  };
  /** The committee's active epoch; absent: none. */
  readonly activeEpoch?: Epoch;
  /** Chain time of the finalised block, in seconds. */
  readonly now: bigint;
  /** Seconds that must be left for attesting and signing besides the decision's veto window. */
  readonly marginSeconds: bigint;
}

/** One reason why a committer does not take up a decision. */
export type DecisionViolation =
  | { readonly code: "ID_MISMATCH"; readonly announced: DecisionId; readonly computed: DecisionId }
  | { readonly code: "PAYLOAD_HASH_MISMATCH"; readonly announced: Hex; readonly stored: Hex; readonly computed: Hex }
  | { readonly code: "TRAILING_BYTES"; readonly given: number; readonly canonical: number }
  | { readonly code: "WRONG_CHAIN"; readonly given: bigint; readonly wanted: bigint }
  | { readonly code: "WRONG_VAULT"; readonly given: Address; readonly wanted: Address }
  | { readonly code: "WRONG_COMMITTEE"; readonly given: CommitteeId; readonly wanted: CommitteeId }
  | { readonly code: "SUBMITTER_NOT_ALLOWED"; readonly given: Address; readonly wanted: Address }
  | { readonly code: "SEQUENCE_STALE"; readonly expected: bigint; readonly current: bigint }
  | { readonly code: "DEADLINE_TOO_NEAR"; readonly deadline: bigint; readonly earliest: bigint }
  | { readonly code: "EPOCH_NOT_ACTIVE"; readonly epoch: Epoch; readonly active: Epoch | undefined }
  | { readonly code: "WITHOUT_CALLS" }
  | { readonly code: "TOO_MANY_CALLS"; readonly count: number; readonly most: number }
  | { readonly code: "TOO_MANY_BOUNDS"; readonly count: number; readonly most: number }
  | { readonly code: "CALLDATA_TOO_LONG"; readonly call: number; readonly bytes: number; readonly most: number };

/** Most calls of one action. */
export const MAX_CALLS = 64;
/** Most bounds of one action. */
export const MAX_BOUNDS = 64;
/** Most bytes of one call's data. */
export const MAX_CALLDATA_BYTES = 32_768;

/** Every reason why this record must not be attested; none means valid. All checks run, whatever the first ones say. */
export function validateDecision(record: DecisionRecord, context: ValidationContext): readonly DecisionViolation[] {
  return [
    ...contentViolations(record, context),
    ...placeViolations(record.decision, context),
    ...timeViolations(record.decision, context),
    ...sizeViolations(record.decision),
  ];
}

function contentViolations({ decision, eventData }: DecisionRecord, context: ValidationContext): DecisionViolation[] {
  const violations: DecisionViolation[] = [];
  const hash = payloadHash(decision.action);
  const place = { chainId: context.chainId, registry: context.decisionRegistry };
  const computed = decisionId(place, { ...decision, payloadHash: hash });
  if (computed !== decision.id) violations.push({ code: "ID_MISMATCH", announced: decision.id, computed });
  if (hash !== decision.payloadHash || hash !== context.storedPayloadHash) {
    const hashes = { announced: decision.payloadHash, stored: context.storedPayloadHash, computed: hash };
    violations.push({ code: "PAYLOAD_HASH_MISMATCH", ...hashes });
  }
  const canonical = canonicalEventData(decision);
  if (canonical !== eventData.toLowerCase()) {
    violations.push({ code: "TRAILING_BYTES", given: size(eventData), canonical: size(canonical) });
  }
  return violations;
}

function canonicalEventData(decision: Decision): Hex {
  const { action, deadline, salt, committeeId, epoch, policyHash, quorum, vetoWindow } = decision;
  const { expectedSequence, expectedStateRoot, predecessor } = decision;
  const binding = { expectedSequence, expectedStateRoot, predecessor };
  const snapshot = [committeeId, epoch, policyHash, quorum, vetoWindow] as const;
  return encodeAbiParameters(SUBMISSION_DATA, [action, deadline, binding, salt, ...snapshot]);
}

function placeViolations(decision: Decision, context: ValidationContext): DecisionViolation[] {
  const { action, committeeId, submitter } = decision;
  const { agent } = context;
  const violations: DecisionViolation[] = [];
  if (action.chainId !== context.chainId) {
    violations.push({ code: "WRONG_CHAIN", given: action.chainId, wanted: context.chainId });
  }
  if (!isAddressEqual(action.vault, agent.vault)) {
    violations.push({ code: "WRONG_VAULT", given: action.vault, wanted: agent.vault });
  }
  if (committeeId !== agent.committeeId) {
    violations.push({ code: "WRONG_COMMITTEE", given: committeeId, wanted: agent.committeeId });
  }
  const isOpenToAll = isAddressEqual(agent.submitter, ZERO_ADDRESS);
  if (!isOpenToAll && !isAddressEqual(submitter, agent.submitter)) {
    violations.push({ code: "SUBMITTER_NOT_ALLOWED", given: submitter, wanted: agent.submitter });
  }
  return violations;
}

function timeViolations(decision: Decision, context: ValidationContext): DecisionViolation[] {
  const { deadline, epoch, expectedSequence, vetoWindow } = decision;
  const { agent, activeEpoch, now, marginSeconds } = context;
  const isOpen = context.result === "open";
  const violations: DecisionViolation[] = [];
  if (isOpen && expectedSequence !== ANY_SEQUENCE && expectedSequence !== agent.sequence) {
    violations.push({ code: "SEQUENCE_STALE", expected: expectedSequence, current: agent.sequence });
  }
  const earliest = isOpen ? now + vetoWindow + marginSeconds : now;
  if (deadline <= earliest) violations.push({ code: "DEADLINE_TOO_NEAR", deadline, earliest });
  if (epoch !== activeEpoch) violations.push({ code: "EPOCH_NOT_ACTIVE", epoch, active: activeEpoch });
  return violations;
}

function sizeViolations({ action: { calls, bounds } }: Decision): DecisionViolation[] {
  const violations: DecisionViolation[] = [];
  if (calls.length === 0) violations.push({ code: "WITHOUT_CALLS" });
  if (calls.length > MAX_CALLS) violations.push({ code: "TOO_MANY_CALLS", count: calls.length, most: MAX_CALLS });
  if (bounds.length > MAX_BOUNDS) violations.push({ code: "TOO_MANY_BOUNDS", count: bounds.length, most: MAX_BOUNDS });
  for (const [call, { data }] of calls.entries()) {
    const bytes = size(data);
    if (bytes > MAX_CALLDATA_BYTES) {
      violations.push({ code: "CALLDATA_TOO_LONG", call, bytes, most: MAX_CALLDATA_BYTES });
    }
  }
  return violations;
}
