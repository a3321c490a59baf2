import type { AgreedTerms } from "../engine/context.ts";
import { PHASE } from "../envelope/envelope.ts";
import { openingRound } from "../presign/terms.ts";
import type { Claim } from "./claim.ts";
import type { Dealing } from "./dealing.ts";
import {
  type DealingFault,
  givesOtherChainCode,
  lacksAnchor,
  lacksCoefficientProof,
  lacksRecordSignature,
  lacksShareProof,
  misdealsShare,
  mismatchesRecord,
  misopensCommitment,
} from "./dealing-faults.ts";
import type { MessageFault, MessagesEvidence } from "./evidence.ts";
import { keygenDealing } from "./keygen-dealing.ts";
import { isMalformed, SIGN_LAYOUTS } from "./malformed.ts";
import { misopensNonces, presignLayouts, presignShape } from "./presign-faults.ts";
import { renewalLayouts } from "./renewal-layouts.ts";
import { reshareDealing } from "./reshare-dealing.ts";
import type { RoundLayout } from "./round-layout.ts";

/** What proves a fault: evidence has exactly these parts. */
export type Rule = {
  /** Rounds of the messages; undefined: any one. */
  readonly rounds: readonly number[] | undefined;
  readonly direct: "none" | "one" | "any";
  /** How many openings. */
  readonly openings: number;
  /** True only if the fault is certain. */
  readonly isProven: (claim: Claim) => boolean;
};

type Rules = Readonly<Partial<Record<MessageFault, Rule>>>;

/** The rule for a fault; undefined if the session has no such fault or the evidence has not exactly the parts needed. */
export function ruleFor(evidence: MessagesEvidence): Rule | undefined {
  const rule = rulesOf(evidence.terms)[evidence.fault];
  return rule !== undefined && hasParts(rule, evidence) ? rule : undefined;
}

/** All faults that a session with these terms can have; none if its binding is not one of its phase. */
function rulesOf(terms: AgreedTerms): Rules {
  switch (terms.phase) {
    case PHASE.keygen:
      return dealingRules(keygenDealing(terms));
    case PHASE.reshare:
      return dealingRules(reshareDealing(terms));
    case PHASE.presign:
      return presignRules(terms);
    case PHASE.sign:
      return { malformedMessage: malformedRule(SIGN_LAYOUTS) };
    case PHASE.renewal: {
      const layouts = renewalLayouts(terms);
      return layouts === undefined ? {} : { malformedMessage: malformedRule(layouts) };
    }
  }
}

function malformedRule(layouts: readonly RoundLayout[]): Rule {
  return { rounds: undefined, direct: "any", openings: 0, isProven: (claim) => isMalformed(claim, layouts) };
}

function presignRules(terms: AgreedTerms): Rules {
  const shape = presignShape(terms);
  if (shape === undefined) return {};
  return {
    malformedMessage: malformedRule(presignLayouts(shape)),
    commitmentOpening: {
      rounds: [1, openingRound(shape)],
      direct: "none",
      openings: 0,
      isProven: (claim) => misopensNonces(claim, shape),
    },
  };
}

function dealingRules(dealing: Dealing | undefined): Rules {
  if (dealing === undefined) return {};
  const rule = (rounds: readonly number[], direct: Rule["direct"], isFault: DealingFault): Rule => {
    return { rounds, direct, openings: 0, isProven: (claim) => isFault(claim, dealing) };
  };
  const openings = dealing.dealers.length;
  const common: Rules = {
    malformedMessage: malformedRule(dealing.layouts),
    commitmentOpening: rule([1, 3], "none", misopensCommitment),
    proofOfKnowledge: rule([2, 3], "none", lacksCoefficientProof),
    feldmanShare: rule([3, 4], "one", misdealsShare),
    recordMismatch: { ...rule([4, 5], "none", mismatchesRecord), openings },
    keyShareProof: { ...rule([4, 5], "none", lacksShareProof), openings },
    recordSignature: { ...rule([4, 5], "none", lacksRecordSignature), openings },
  };
  if (dealing.anchorOf === undefined) return common;
  return {
    ...common,
    dealerAnchor: rule([3], "none", lacksAnchor),
    chainCodeMismatch: rule([3], "one", givesOtherChainCode),
  };
}

function hasParts({ rounds, direct, openings }: Rule, evidence: MessagesEvidence): boolean {
  const given = evidence.messages.map((message) => message.signed.envelope.round);
  const isOpened = evidence.direct !== undefined;
  return (
    (rounds === undefined ? given.length === 1 : rounds.join() === given.join()) &&
    (direct === "any" || isOpened === (direct === "one")) &&
    evidence.openings.length === openings
  );
}
