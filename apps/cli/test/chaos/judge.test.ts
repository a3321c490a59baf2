import { describe, expect, it } from "vitest";
import type { Evidence, Sighting } from "../../src/chaos/evidence.ts";
import type { Fault } from "../../src/chaos/fault.ts";
import { crash } from "../../src/chaos/faults/crash.ts";
import { delay } from "../../src/chaos/faults/delay.ts";
import { equivocate } from "../../src/chaos/faults/equivocate.ts";
import { garbage } from "../../src/chaos/faults/garbage.ts";
import { gasSpike } from "../../src/chaos/faults/gas-spike.ts";
import { loss } from "../../src/chaos/faults/loss.ts";
import { lyingRpc } from "../../src/chaos/faults/lying-rpc.ts";
import { noCoin } from "../../src/chaos/faults/no-coin.ts";
import { partition } from "../../src/chaos/faults/partition.ts";
import { reorg } from "../../src/chaos/faults/reorg.ts";
import { withhold } from "../../src/chaos/faults/withhold.ts";
import { commonChecks } from "../../src/chaos/judge.ts";
import { judgedRow, unexpected } from "../../src/chaos/report.ts";
import { alarmOf, sampleEvidence, sampleOutcome, sampleSightings } from "./sample-evidence.ts";

/** Evidence of one fault as a sound committee leaves it, and whom it blames. */
type Sound = { readonly fault: Fault; readonly evidence: Evidence; readonly blame: string };

const crashed: Sound = {
  fault: crash,
  evidence: sampleEvidence({
    hit: [2],
    culprit: "committer 2",
    sightings: sampleSightings({
      0: { missed: [2] },
      1: { missed: [2] },
      2: { wasSilent: true },
      3: { missed: [2] },
    }),
  }),
  blame: "committer 2",
};

const halves = { 0: { missed: [1, 2] }, 1: { missed: [3, 0] }, 2: { missed: [0, 3] }, 3: { missed: [2, 1] } };
const parted: Sound = {
  fault: partition,
  evidence: sampleEvidence({
    culprit: "links between committers 0 3 and committers 1 2",
    sightings: sampleSightings(halves),
    outcomes: [sampleOutcome({ stateDuring: "Pending" })],
  }),
  blame: "links between committers 0 3 and committers 1 2",
};

const slowed: Sound = { fault: delay, evidence: sampleEvidence(), blame: "nobody" };

const poor: Sound = {
  fault: noCoin,
  evidence: sampleEvidence({
    hit: [0, 2, 3],
    culprit: "committers 0 2 3",
    sightings: sampleSightings({
      0: { alarms: [alarmOf("outOfGasMoney")] },
      3: { alarms: [alarmOf("outOfGasMoney")] },
    }),
  }),
  blame: "committers 0 3",
};

const spiked: Sound = {
  fault: gasSpike,
  evidence: sampleEvidence({
    culprit: "the chain",
    sightings: sampleSightings({ 1: { alarms: [alarmOf("feeAboveCap")] } }),
    outcomes: [sampleOutcome({ stateDuring: "Pending" })],
  }),
  blame: "the chain, say committer 1",
};

const accusation = {
  alarms: [alarmOf("rpcDisagreement", "contradicts the other providers: c about events of blocks 1 to 2")],
};
const lied: Sound = {
  fault: lyingRpc,
  evidence: sampleEvidence({
    culprit: "provider c",
    sightings: sampleSightings({ 0: accusation, 1: accusation, 2: accusation, 3: accusation }),
  }),
  blame: "provider c",
};

const reset: Sound = { fault: loss, evidence: sampleEvidence(), blame: "nobody" };

const silence: Partial<Sighting> = { aborts: [{ of: "signature", code: "expired", culprits: [], silent: [2] }] };
const away: Partial<Sighting> = { aborts: [{ of: "presignatures", code: "expired", culprits: [], silent: [0] }] };
const withheld: Sound = {
  fault: withhold,
  evidence: sampleEvidence({
    hit: [2],
    culprit: "committer 2",
    // What the one that misbehaves says of others counts for nothing, nor who was away when it took another's place.
    sightings: sampleSightings({
      0: silence,
      1: away,
      2: { aborts: [{ of: "signature", code: "expired", culprits: [], silent: [0, 1] }] },
    }),
  }),
  blame: "committer 2",
};
const noisy: Sound = { ...withheld, fault: garbage };

const caught: Partial<Sighting> = { aborts: [{ of: "signature", code: "equivocation", culprits: [2], silent: [] }] };
const twofold: Sound = {
  fault: equivocate,
  evidence: sampleEvidence({ hit: [2], culprit: "committer 2", sightings: sampleSightings({ 1: caught, 3: caught }) }),
  blame: "committer 2",
};

const takenBack: Sound = {
  fault: reorg,
  evidence: sampleEvidence({ culprit: "the chain", ghost: { isOnChain: false, executions: 0, knownBy: [] } }),
  blame: "the chain",
};

function rowOf({ fault, evidence }: Sound, changes: Partial<Evidence> = {}) {
  return judgedRow(fault, "done", { ...evidence, ...changes });
}

describe("a sound committee", () => {
  it("that cannot do without the killed one decides nothing until it is back", () => {
    const size = { members: 4, minSigners: 4, quorum: 4 };
    const outcomes = [sampleOutcome({ stateDuring: "Pending", signers: [0, 1, 2, 3] })];
    expect(unexpected([rowOf(crashed, { size, outcomes })])).toEqual([]);
    expect(unexpected([rowOf(crashed, { outcomes: [sampleOutcome({ stateDuring: "Pending" })] })])).toEqual([
      "crash: states while it was gone: Pending, expected Executed",
    ]);
  });

  it("whose larger half can decide goes on when it is parted", () => {
    const size = { members: 4, minSigners: 2, quorum: 2 };
    const outcomes = [sampleOutcome({ signers: [0, 3] })];
    expect(unexpected([rowOf(parted, { size, outcomes })])).toEqual([]);
  });

  it.each(
    [crashed, parted, slowed, poor, spiked, lied, reset, withheld, noisy, twofold, takenBack].map(
      (sound) => [sound.fault.name, sound] as const,
    ),
  )("meets what is expected under %s, and the right one is blamed", (_name, sound) => {
    const row = rowOf(sound);
    expect(unexpected([row])).toEqual([]);
    expect(row).toMatchObject({ isAsExpected: true, blame: sound.blame });
  });
});

describe("what is not as expected is named", () => {
  const victimSigned = [sampleOutcome({ signers: [0, 1, 2] })];
  const ranAway = [sampleOutcome({ stateDuring: "Executed" })];
  const dear = [sampleOutcome({ stateDuring: "Pending", gasPriceWei: 501_000_000_000n })];
  const cases: readonly (readonly [string, Sound, Partial<Evidence>, string])[] = [
    ["nobody sees that it is gone", crashed, { sightings: sampleSightings() }, "silent, and missed by all others"],
    ["a dead committer signs", crashed, { outcomes: victimSigned }, "signed by the killed one"],
    [
      "the sides are others",
      parted,
      { sightings: sampleSightings({ 0: { missed: [1] } }) },
      "cut, by the members' own accounts",
    ],
    ["a half too small decides", parted, { outcomes: ranAway }, "states while it stood"],
    ["a slow line is lost", slowed, { sightings: sampleSightings({ 1: { missed: [0] } }) }, "lost a connection"],
    ["faster than light", slowed, { outcomes: [sampleOutcome({ ms: 799 })] }, "took two delays at least, 800 ms"],
    ["nobody says that coin is short", poor, { sightings: sampleSightings() }, "some of them say so"],
    [
      "the rich one complains",
      poor,
      { sightings: sampleSightings({ 1: { alarms: [alarmOf("outOfGasMoney")] } }) },
      "others say so",
    ],
    [
      "one without coin pays",
      poor,
      { outcomes: [sampleOutcome({ sender: 2 })] },
      "executions sent by one without coin",
    ],
    ["sends in spite of the fee", spiked, { outcomes: ranAway }, "states while it stood"],
    ["pays more than the cap", spiked, { outcomes: dear }, "paid more than the cap"],
    ["waits without a word", spiked, { sightings: sampleSightings() }, "some say why they wait"],
    [
      "one committer believes the liar",
      lied,
      { sightings: sampleSightings({ 0: accusation }) },
      "committers that name a provider",
    ],
    ["an honest provider is accused", lied, { culprit: "provider a" }, "named"],
  ];
  const framed: Partial<Sighting> = { aborts: [{ of: "signature", code: "equivocation", culprits: [0], silent: [] }] };
  const ghost = { isOnChain: false, executions: 0, knownBy: [] };
  const more: readonly (readonly [string, Sound, Partial<Evidence>, string])[] = [
    [
      "a committer falls silent under loss",
      reset,
      { sightings: sampleSightings({ 0: { wasSilent: true } }) },
      "did not answer",
    ],
    ["nobody notices who withholds", withheld, { sightings: sampleSightings() }, "named silent"],
    [
      "an honest one is named silent",
      withheld,
      {
        sightings: sampleSightings({
          0: { aborts: [{ of: "signature", code: "expired", culprits: [], silent: [1, 2] }] },
        }),
      },
      "named silent",
    ],
    [
      "noise is taken for proof",
      noisy,
      { sightings: sampleSightings({ 0: { aborts: [{ of: "signature", code: "x", culprits: [2], silent: [2] }] } }) },
      "accused of more",
    ],
    [
      "one that withholds is said to have signed",
      withheld,
      { outcomes: [sampleOutcome({ signers: [0, 1, 2] })] },
      "signed by it",
    ],
    [
      "nobody catches who says two things",
      twofold,
      { sightings: sampleSightings({ 1: silence }) },
      "sessions in which it was caught",
    ],
    [
      "an honest one is framed",
      twofold,
      { sightings: sampleSightings({ 1: caught, 3: framed }) },
      "named by its signatures",
    ],
    [
      "what was taken back stands",
      takenBack,
      { ghost: { ...ghost, isOnChain: true } },
      "the decision that was taken back is on chain",
    ],
    ["what was taken back is executed", takenBack, { ghost: { ...ghost, executions: 1 } }, "executions of it"],
    ["what was not final is taken up", takenBack, { ghost: { ...ghost, knownBy: [3] } }, "committers that took it up"],
  ];

  it.each([...cases, ...more])("%s", (_what, sound, changes, check) => {
    const row = rowOf(sound, changes);
    expect(row.isAsExpected).toBe(false);
    expect(row.checks.filter(({ holds }) => !holds).map(({ what }) => what)).toContain(check);
  });
});

describe("what must hold whatever the fault", () => {
  const cases: readonly (readonly [string, Partial<Evidence>, string])[] = [
    ["a decision that is lost", { outcomes: [sampleOutcome({ state: "Ready" })] }, "states of the decisions"],
    ["a decision executed twice", { outcomes: [sampleOutcome({ executions: 2 })] }, "executions of each"],
    ["a signature of another key", { outcomes: [sampleOutcome({ isGroupSigned: false })] }, "signed by the group key"],
    ["too many signers", { outcomes: [sampleOutcome({ signers: [0, 1, 2, 3] })] }, "signers of each"],
    [
      "an honest ban",
      { sightings: sampleSightings({ 0: { alarms: [alarmOf("memberBanned")] } }) },
      "alarms of anything else",
    ],
  ];

  it.each(cases)("%s does not pass", (_what, changes, check) => {
    const failed = commonChecks(sampleEvidence(changes), ["feeAboveCap"]).filter(({ holds }) => !holds);
    expect(failed.map(({ what }) => what)).toEqual([check]);
  });

  it("a committee that does not recover does not pass", () => {
    const { recoveredMs: _none, ...evidence } = sampleEvidence();
    const failed = commonChecks(evidence, []).filter(({ holds }) => !holds);
    expect(failed).toEqual([
      { what: "all ready, connected and in the know afterwards", holds: false, detail: "not in time" },
    ]);
  });

  it("an alarm that belongs to the fault passes", () => {
    const sightings = sampleSightings({ 0: { alarms: [alarmOf("feeAboveCap")] } });
    expect(commonChecks(sampleEvidence({ sightings }), ["feeAboveCap"]).every(({ holds }) => holds)).toBe(true);
  });
});
