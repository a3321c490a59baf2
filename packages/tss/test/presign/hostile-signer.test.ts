import { describe, expect, it } from "vitest";
import { type KeyShare, type PartyIndex, partyIndex, type Rng, startPresign, usablePartners } from "../../src/index.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { type Delivery, pump, type Report, shuffledBy } from "../harness/pump.ts";
import { type PresignSetup, presignInput, runPresign } from "../harness/sessions.ts";
import { flip, resignFrame, roundOf } from "../harness/tamper.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

const [one, two, three] = [1, 2, 3].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex];
const committee = createCommittee(3, 4, "hostile");
const HONEST = [two, three];

function draw(rng: Rng, below: number): number {
  return must(rng(1)[0]) % below;
}

/** What party 1 makes of one of its own frames: nothing, several, another envelope for this recipient, bad bytes. */
function mangle(delivery: Delivery, earlier: readonly Delivery[], rng: Rng): readonly Delivery[] {
  const resigned = (change: Parameters<typeof resignFrame>[2]): readonly Delivery[] => [
    { ...delivery, frame: resignFrame(delivery.frame, committee.identityOf(one), change) },
  ];
  switch (draw(rng, 9)) {
    case 0:
      return [];
    case 1:
      return [delivery, delivery];
    case 2:
      return resigned(({ broadcast }) => ({ broadcast: flip(broadcast, draw(rng, broadcast.length)) }));
    case 3:
      return resigned(() => ({ envelope: { prevView: rng(32) } }));
    case 4:
      return resigned(() => ({ envelope: { sid: rng(32) } }));
    case 5:
      return [{ ...delivery, frame: flip(delivery.frame, -1) }, delivery];
    case 6:
      return [...earlier.filter(({ to }) => to === delivery.to), delivery];
    default:
      return [delivery];
  }
}

function expectPeaceAmongHonest(report: Report<unknown>, shares: ReadonlyMap<PartyIndex, KeyShare>): void {
  for (const party of HONEST) {
    const culprits = report.aborts.get(party)?.culprits ?? [];
    expect(culprits.filter((culprit) => culprit !== one)).toEqual([]);
    const partners = usablePartners(must(shares.get(party)));
    for (const other of HONEST) if (other !== party) expect(partners.has(other)).toBe(true);
  }
}

describe(`a signer that sends anything to anybody (seed ${TEST_SEED})`, () => {
  it.each(Array.from({ length: 10 }, (_, run) => run))(
    "never sets two honest signers against each other (run %i)",
    (run) => {
      const rng = seededRng(`${TEST_SEED}/hostile/${run}`);
      const shares = dealKeyShares(committee);
      const setup: PresignSetup = { committee, shares, signers: [one, two, three], purpose: `run ${run}` };
      // Frames of an earlier attempt with the same terms, to replay in this one.
      const earlier = runPresign(setup).deliveries.filter(({ from }) => from === one);
      const report = runPresign(setup, new Map(), {
        pick: shuffledBy(rng),
        cheaters: [one],
        intercept: (delivery) => (delivery.from === one ? mangle(delivery, earlier, rng) : [delivery]),
      });
      expectPeaceAmongHonest(report, shares);
    },
  );

  it.each([1, 2, 3, 4])("a signer that starts again under the same attempt is not banned (in round %i)", (round) => {
    const shares = dealKeyShares(committee);
    const setup: PresignSetup = { committee, shares, signers: [one, two, three] };
    const start = (party: PartyIndex) => startPresign(presignInput(setup, party), committee.rngOf(party));
    const restarted = start(one).effects.flatMap((effect) => (effect.kind === "send" ? [effect.frame] : []));
    const report = pump(new Map(setup.signers.map((party) => [party, start(party)])), {
      rngOf: committee.rngOf,
      cheaters: [one],
      intercept(delivery) {
        if (delivery.from !== one || roundOf(delivery.frame) !== round) return [delivery];
        return [...restarted.map((frame) => ({ ...delivery, frame })), delivery];
      },
    });
    expectPeaceAmongHonest(report, shares);
    for (const party of HONEST) {
      expect(report.aborts.get(party)?.severity ?? "retry").toBe("retry");
      expect(usablePartners(must(shares.get(party))).has(one)).toBe(true);
    }
  });
});
