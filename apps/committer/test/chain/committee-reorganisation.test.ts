import { integerBelow, printSeed, seededRng } from "@synod/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CommitteeOnAnvil, eventually, FINALITY_DEPTH } from "../support/committee-on-anvil.ts";

type Phase = { readonly name: string; show(committee: CommitteeOnAnvil, depth: number): Promise<void> };

/** The phases of a decision's life, each with what must hold when blocks are taken back in it. */
const PHASES: readonly Phase[] = [
  {
    name: "an approval that lacks one block to be final is not signed for while blocks change",
    async show(committee, depth) {
      const before = await committee.paid();
      const decisionId = await committee.submitPayment(13n);
      await committee.advance(FINALITY_DEPTH);
      const approved = await committee.happens("DecisionApproved", decisionId);
      await committee.withoutTransactions(async () => {
        await committee.bury(approved, FINALITY_DEPTH);
        await committee.reorganise(depth);
        expect(committee.claimsOf(decisionId)).toEqual([]);
      });
      await committee.expectRunsItsCourse(decisionId, before, 13n);
    },
  },
  {
    name: "a decision that was only observed is gone",
    async show(committee, depth) {
      const decisionId = await committee.submitPayment(1n);
      await committee.advance(depth - 1);
      await committee.reorganise(depth);
      await committee.advance(2 * FINALITY_DEPTH);
      expect(await committee.reports(decisionId)).toEqual([undefined, undefined, undefined]);
      expect(committee.claimsOf(decisionId)).toEqual([]);
    },
  },
  {
    name: "an attested decision outlives it",
    async show(committee, depth) {
      const before = await committee.paid();
      const decisionId = await committee.submitPayment(11n);
      await committee.withoutTransactions(async () => {
        await committee.advance(FINALITY_DEPTH);
        await eventually(async () => {
          const all = await committee.reports(decisionId);
          return all.every((report) => (report?.attesters.length ?? 0) >= 2) ? true : undefined;
        });
        await committee.reorganise(depth);
      });
      await committee.expectRunsItsCourse(decisionId, before, 11n);
    },
  },
  {
    name: "a result that is taken back is posted again, and nothing is signed before it is final",
    async show(committee, depth) {
      const before = await committee.paid();
      const decisionId = await committee.submitPayment(12n);
      await committee.advance(FINALITY_DEPTH);
      await committee.takeBack("DecisionApproved", decisionId, depth);
      await committee.happens("DecisionApproved", decisionId);
      await committee.expectRunsItsCourse(decisionId, before, 12n);
    },
  },
  {
    name: "a claimed decision whose execution is taken back is executed again, once",
    async show(committee, depth) {
      const before = await committee.paid();
      const decisionId = await committee.submitPayment(14n);
      await committee.advance(FINALITY_DEPTH);
      await committee.happens("DecisionApproved", decisionId);
      await committee.advance(FINALITY_DEPTH);
      await committee.takeBack("DecisionExecuted", decisionId, depth);
      await committee.expectRunsItsCourse(decisionId, before, 14n);
    },
  },
];

const isDeep = process.env.SYNOD_DEEP === "1";
const rng = seededRng(printSeed("committee reorganisation"));
/** The deepest always; the deep run has the shallowest, and two that the seed chooses, besides. */
const DEPTHS = isDeep
  ? [1, 2 + integerBelow(rng, 31), 33 + integerBelow(rng, 31), FINALITY_DEPTH]
  : [1 + integerBelow(rng, FINALITY_DEPTH)];
const CASES = (isDeep ? PHASES : PHASES.slice(0, 1)).flatMap((phase) =>
  DEPTHS.map((depth) => [depth, phase.name, phase] as const),
);

let committee: CommitteeOnAnvil;

beforeAll(async () => {
  committee = await CommitteeOnAnvil.open();
}, 240_000);
afterAll(() => committee?.close());

test.each(CASES)("reorganisation %i deep: %s", (depth, _name, { show }) => show(committee, depth), 240_000);
