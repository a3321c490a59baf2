import { expect, it } from "vitest";
import { absentees, groupsSeen, linksNamed } from "../../src/chaos/evidence.ts";
import { withoutOld, withStatus } from "../../src/chaos/watch.ts";
import { alarmOf, sampleEvidence, sampleSightings } from "./sample-evidence.ts";

it("who is silent, but still seen by somebody, is not gone", () => {
  const silent = { 0: { missed: [2] }, 1: { missed: [2] }, 2: { wasSilent: true } };
  expect(absentees(sampleEvidence({ sightings: sampleSightings({ ...silent, 3: { missed: [2] } }) }))).toEqual([2]);
  expect(absentees(sampleEvidence({ sightings: sampleSightings(silent) }))).toEqual([]);
});

it("members that missed the same others are one group, in whatever order they missed them", () => {
  const sightings = sampleSightings({ 0: { missed: [3, 1] }, 2: { missed: [1, 3] }, 1: { missed: [0, 2] } });
  const groups = groupsSeen({ sightings });
  expect(groups).toEqual([[0, 2], [1], [3]]);
  expect(linksNamed(groups)).toBe("links between committer 1 and committer 3 and committers 0 2");
});

it("what was seen once is remembered, and an alarm counts once however often it is seen", () => {
  const status = {
    self: { address: "0x", listen: "/ip4/127.0.0.1/tcp/1" },
    chain: { finality: "advancing", rpcQuorum: 2, providers: [] },
    epochs: [
      {
        committeeId: "0x",
        epoch: "1",
        status: "active",
        memberIndex: 0,
        minSigners: 3,
        hasShare: true,
        members: [
          { memberIndex: 0, connected: true },
          { memberIndex: 1, connected: false },
        ],
      },
    ],
    audit: { length: 0, hash: "0x" },
    alarms: [alarmOf("feeAboveCap")],
    ready: true,
    missing: [],
  };
  const [nothing] = sampleSightings();
  if (nothing === undefined) return expect.unreachable();
  const once = withStatus(nothing, status);
  expect(once).toEqual({ memberIndex: 0, wasSilent: false, missed: [1], alarms: [alarmOf("feeAboveCap")], aborts: [] });
  const whole = { ...status, epochs: [] };
  expect(withStatus(withStatus(once, whole), undefined)).toEqual({ ...once, wasSilent: true });
});

it("an alarm that stood before the fault is not the fault's, one for another reason is", () => {
  const [early, late] = [alarmOf("outOfGasMoney", "no coin"), alarmOf("outOfGasMoney", "no coin again")];
  const seen = sampleSightings({ 1: { alarms: [early, late] }, 2: { alarms: [early] } });
  const left = withoutOld(seen, [undefined, { alarms: [early] }, undefined, undefined]);
  expect(left.map(({ alarms }) => alarms)).toEqual([[], [late], [early], []]);
});
