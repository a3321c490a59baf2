import { describe, expect, it } from "vitest";
import { blameNobody } from "../../src/engine/abort.ts";
import { mapOutput } from "../../src/engine/map-output.ts";
import { openSession } from "../../src/engine/open.ts";
import { expire, type PartyIndex, type Started } from "../../src/index.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { pump } from "../harness/pump.ts";
import { tamperBroadcast } from "../harness/tamper.ts";
import { startToy, TOY_SIZES, toyContext } from "../harness/toy-protocol.ts";

const committee = createCommittee(2, 3, "map output");

const startNamed = (party: PartyIndex): Started<string> =>
  mapOutput(startToy(committee, party), (sum) => `sum of ${party}: ${sum}`);

describe("a session with another output", () => {
  it("runs as before and maps what it ends with", () => {
    const plain = pump(new Map(committee.members.map((party) => [party, startToy(committee, party)])), committee);
    const named = pump(new Map(committee.members.map((party) => [party, startNamed(party)])), committee);
    for (const party of committee.members) {
      expect(named.outputs.get(party)).toBe(`sum of ${party}: ${must(plain.outputs.get(party))}`);
    }
  });

  it("maps an output that is there at once, and nothing else", () => {
    const { session } = startToy(committee, must(committee.members[0]));
    const abort = { kind: "ignored", from: must(committee.members[1]), reason: "duplicate" } as const;
    const mapped = mapOutput({ session, effects: [abort, { kind: "done", output: 5 }] }, (sum) => `sum: ${sum}`);
    expect(mapped.effects).toEqual([abort, { kind: "done", output: "sum: 5" }]);
  });

  it("maps no output if its last round refuses", () => {
    const cheater = must(committee.members[0]);
    const tamper = tamperBroadcast(3, () => Uint8Array.of(13));
    const starts = committee.members.map((party): [PartyIndex, Started<number>] => [
      party,
      startToy(committee, party, party === cheater ? { tamper } : {}),
    ]);
    const mapped: number[] = [];
    const named = starts.map(([party, started]): [PartyIndex, Started<string>] => [
      party,
      mapOutput(started, (sum) => `${mapped.push(sum)}`),
    ]);
    const report = pump(new Map(named), { ...committee, cheaters: [cheater] });
    expect(report.aborts.get(must(committee.members[1]))?.code).toBe("echoMismatch");
    // The cheater alone hears no 13.
    expect(mapped).toHaveLength(1);
  });

  it("destroys its secrets at a deadline", () => {
    const scratch = new Uint8Array(4).fill(5);
    const [first] = committee.members;
    const { session } = mapOutput(startToy(committee, must(first), { scratch }), String);
    expect(expire(session).effects.map(({ kind }) => kind)).toEqual(["abort"]);
    expect(scratch).toEqual(new Uint8Array(4));
  });

  it("stays aborted if it was over before its first message", () => {
    const self = must(committee.members[0]);
    const abort = blameNobody("degenerateSignature");
    const started = openSession<number>(
      toyContext(committee, self),
      TOY_SIZES,
      () => ({ kind: "abort", abort }),
      committee.rngOf(self),
    );
    const mapped = mapOutput(started, String);
    expect(mapped.session.status).toBe("aborted");
    expect(mapped.effects).toEqual(started.effects);
    expect(() =>
      mapped.session.stage
        .take()
        .run(new Map(), { sid: new Uint8Array(32), nonces: new Map(), rng: committee.rngOf(self) }),
    ).toThrowError(expect.objectContaining({ code: "stateConsumed" }));
  });

  it("takes the original over: it cannot go on beside the mapped one", () => {
    const started = startToy(committee, must(committee.members[0]));
    mapOutput(started, String);
    expect(started.session.stage.isConsumed).toBe(true);
  });
});
