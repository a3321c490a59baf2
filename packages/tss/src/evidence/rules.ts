import type { AgreedTerms } from "../engine/context.ts";
import { PHASE, type Phase } from "../envelope/envelope.ts";
import type { Claim } from "./claim.ts";
import type { MessageFault, MessagesEvidence } from "./evidence.ts";
import {
  lacksCoefficientProof,
  lacksRecordSignature,
  lacksShareProof,
  misdealsShare,
  mismatchesRecord,
  misopensContribution,
} from "./keygen-faults.ts";
import { isMalformed } from "./malformed.ts";
import { misopensNonce, nonceRounds } from "./presign-faults.ts";

/** What proves a fault: evidence has exactly these parts. */
export type Rule = {
  /** Rounds of the messages, which may depend on what the handle binds; undefined: any one. */
  readonly rounds: readonly number[] | ((terms: AgreedTerms) => readonly number[]) | undefined;
  readonly direct: "none" | "one" | "any";
  readonly hasOpenings: boolean;
  /** True only if the fault is certain. */
  readonly isProven: (claim: Claim) => boolean;
};

const MALFORMED: Rule = { rounds: undefined, direct: "any", hasOpenings: false, isProven: isMalformed };

const CONFIRMATION = { rounds: [4, 5], direct: "none", hasOpenings: true } as const;

const RULES: Readonly<Record<Phase, Partial<Record<MessageFault, Rule>>>> = {
  [PHASE.keygen]: {
    malformedMessage: MALFORMED,
    commitmentOpening: { rounds: [1, 3], direct: "none", hasOpenings: false, isProven: misopensContribution },
    proofOfKnowledge: { rounds: [2, 3], direct: "none", hasOpenings: false, isProven: lacksCoefficientProof },
    feldmanShare: { rounds: [3, 4], direct: "one", hasOpenings: false, isProven: misdealsShare },
    recordMismatch: { ...CONFIRMATION, isProven: mismatchesRecord },
    keyShareProof: { ...CONFIRMATION, isProven: lacksShareProof },
    recordSignature: { ...CONFIRMATION, isProven: lacksRecordSignature },
  },
  [PHASE.presign]: {
    malformedMessage: MALFORMED,
    commitmentOpening: { rounds: nonceRounds, direct: "none", hasOpenings: false, isProven: misopensNonce },
  },
  [PHASE.sign]: { malformedMessage: MALFORMED },
  [PHASE.reshare]: {},
};

/** The rule for a fault; undefined if the phase has no such fault or the evidence has not exactly the parts needed. */
export function ruleFor(evidence: MessagesEvidence): Rule | undefined {
  const rule = RULES[evidence.terms.phase][evidence.fault];
  return rule !== undefined && hasParts(rule, evidence) ? rule : undefined;
}

function hasParts({ rounds, direct, hasOpenings }: Rule, evidence: MessagesEvidence): boolean {
  const expected = typeof rounds === "function" ? rounds(evidence.terms) : rounds;
  const given = evidence.messages.map((message) => message.signed.envelope.round);
  const isOpened = evidence.direct !== undefined;
  return (
    (expected === undefined ? given.length === 1 : expected.join() === given.join()) &&
    (direct === "any" || isOpened === (direct === "one")) &&
    evidence.openings.length === (hasOpenings ? evidence.terms.parties.size : 0)
  );
}
