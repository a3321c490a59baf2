import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Abort,
  chooseDealers,
  type FailedAttempt,
  failedAttempt,
  MAX_PROVEN_FAULTS,
  type PartyIndex,
  partyIndex,
  reshareSeats,
} from "../../src/index.ts";
import { createCommittee } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { recordOf, succeed } from "../harness/reshare.ts";

const [one, two, three, four, five] = [1, 2, 3, 4, 5].map(partyIndex) as [
  PartyIndex,
  PartyIndex,
  PartyIndex,
  PartyIndex,
  PartyIndex,
];
const committee = createCommittee(3, 5, "choice");
const record = recordOf(dealKeyShares(committee));

const proven = (...culprits: PartyIndex[]): FailedAttempt => ({ proven: culprits, suspected: [], silent: [] });
const silent = (...absent: PartyIndex[]): FailedAttempt => ({ proven: [], suspected: [], silent: absent });
const suspected = (...accused: PartyIndex[]): FailedAttempt => ({ proven: [], suspected: accused, silent: [] });

describe("choice of the next dealers (3 of 5)", () => {
  const cases: readonly (readonly [string, number, readonly FailedAttempt[], readonly number[]])[] = [
    ["nothing has failed", 3, [], [1, 2, 3]],
    ["as many as asked for", 4, [], [1, 2, 3, 4]],
    ["never fewer than t", 1, [], [1, 2, 3]],
    ["all of them if more are asked for than there are", 9, [], [1, 2, 3, 4, 5]],
    ["a silent one is rotated out", 3, [silent(one)], [2, 3, 4]],
    ["so is a suspected one", 3, [suspected(two)], [1, 3, 4]],
    ["it comes back when the others were silent as often", 3, [silent(one, two, three), silent(four, five)], [1, 2, 3]],
    [
      "a proven fault weighs more than any silence",
      3,
      [proven(one), silent(two, three), silent(two, three)],
      [2, 4, 5],
    ],
    ["a dealer with two proven faults still deals if needed", 5, [proven(one), proven(one)], [1, 2, 3, 4, 5]],
    ["with three it never deals again", 5, [proven(one), proven(one), proven(one)], [2, 3, 4, 5]],
  ];

  it.each(cases)("%s", (_name, count, failures, dealers) => {
    expect(chooseDealers(record, count, failures)).toEqual({ kind: "dealers", dealers });
  });

  it("lets the last t deal", () => {
    const failures = [one, two].flatMap((party) => Array.from({ length: 3 }, () => proven(party)));
    expect(chooseDealers(record, 3, failures)).toEqual({ kind: "dealers", dealers: [3, 4, 5] });
  });

  it("says so when fewer than t are left", () => {
    const failures = [one, two, three].flatMap((party) => Array.from({ length: 3 }, () => proven(party)));
    expect(chooseDealers(record, 3, failures)).toEqual({ kind: "exhausted", excluded: [1, 2, 3] });
  });

  it("lets t - 1 cheats force at most three restarts each, whoever they are", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { maxLength: 2 }), (cheats) => {
        const failures: FailedAttempt[] = [];
        for (;;) {
          const choice = chooseDealers(record, 3, failures);
          if (choice.kind === "exhausted") return false;
          const cheat = choice.dealers.find((dealer) => cheats.includes(dealer));
          if (cheat === undefined) return failures.length <= MAX_PROVEN_FAULTS * cheats.length;
          failures.push(proven(cheat));
        }
      }),
    );
  });

  it("does not depend on the order of the failures", () => {
    const failure = fc.record({
      proven: fc.subarray([...committee.members]),
      suspected: fc.subarray([...committee.members]),
      silent: fc.subarray([...committee.members]),
    });
    fc.assert(
      fc.property(fc.array(failure, { maxLength: 6 }), (failures) => {
        expect(chooseDealers(record, 3, [...failures].reverse())).toEqual(chooseDealers(record, 3, failures));
      }),
    );
  });
});

describe("what an abort says about the dealers", () => {
  // Seats: members 4 and 5 stay at 1 and 2; dealers 1 and 3 leave and sit at 3 and 4.
  const next = succeed(committee, 2, [committee.identityOf(four), committee.identityOf(five)]);
  const seats = reshareSeats({ previous: record, dealers: [one, three, four], parties: next.parties });
  const abort: Abort = {
    code: "expired",
    severity: "retry",
    culprits: [],
    blame: "nobody",
    round: 3,
    silent: [],
    evidence: [],
  };

  it("maps seats to old indices and leaves out who only receives", () => {
    const silence = { ...abort, silent: [one, two, three].map((seat) => partyIndex(seat)) };
    expect(failedAttempt(silence, seats)).toEqual({ proven: [], suspected: [], silent: [4, 1] });
  });

  it("tells provable faults from accusations", () => {
    const culprits = [partyIndex(4)];
    const fault = { ...abort, code: "dealerAnchor", blame: "public", culprits } as const;
    expect(failedAttempt(fault, seats)).toEqual({ proven: [3], suspected: [], silent: [] });
    const accusation = { ...abort, code: "pairSetup", blame: "pairwise", culprits: [one] } as const;
    expect(failedAttempt(accusation, seats)).toEqual({ proven: [], suspected: [4], silent: [] });
  });

  it("calls nobody silent before the deadline", () => {
    const early = { ...abort, code: "echoMismatch", silent: [one] } as const;
    expect(failedAttempt(early, seats).silent).toEqual([]);
  });
});
