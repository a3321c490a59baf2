import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HELLO_LENGTH } from "../../src/engine/hello.ts";
import { openSession } from "../../src/engine/open.ts";
import { finalStage, type Outgoing, type Stage, stage } from "../../src/engine/stage.ts";
import { deriveChannels } from "../../src/envelope/channel.ts";
import { envelopeDigest } from "../../src/envelope/envelope.ts";
import { decodeFrame, encodeFrame } from "../../src/envelope/frame.ts";
import {
  type Abort,
  expire,
  findEquivocation,
  type PartyIndex,
  partyIndex,
  receive,
  sessionHandle,
  silentParties,
  TssError,
} from "../../src/index.ts";
import { decodePoint } from "../../src/math/point.ts";
import { reduce } from "../../src/math/scalar.ts";
import { type Committee, createCommittee, must } from "../harness/committee.ts";
import { expectProven } from "../harness/evidence.ts";
import { toHex } from "../harness/hex.ts";
import { type Delivery, type PumpOptions, pump, type Report, shuffledBy } from "../harness/pump.ts";
import { scriptedRng } from "../harness/scripted-rng.ts";
import {
  flip,
  overwrite,
  resignFrame,
  roundOf,
  type Tamper,
  tamperBroadcast,
  tamperDirect,
} from "../harness/tamper.ts";
import {
  openToy,
  startToy,
  TOY_SIZES,
  type ToyOptions,
  toyContext,
  toyRound1,
  toyRound2,
  toyRound3,
} from "../harness/toy-protocol.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

const [one, two, three] = [1, 2, 3].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex];
const committee = createCommittee(2, 3, "toy");

function runToy(
  perParty: ReadonlyMap<PartyIndex, ToyOptions> = new Map(),
  options: Partial<PumpOptions> = {},
  among: Committee = committee,
): Report<number> {
  const starts = new Map(among.members.map((party) => [party, startToy(among, party, perParty.get(party))]));
  return pump(starts, { rngOf: among.rngOf, ...options });
}

/** Changes the frames of party 1 for one recipient and round; the others get the original. */
function rewrite(
  change: (frame: Uint8Array) => readonly Uint8Array[],
  match: { readonly round: number; readonly to?: PartyIndex },
): (delivery: Delivery) => readonly Delivery[] {
  return (delivery) => {
    const isMatch =
      delivery.from === one &&
      roundOf(delivery.frame) === match.round &&
      (match.to === undefined || match.to === delivery.to);
    return isMatch ? change(delivery.frame).map((frame) => ({ ...delivery, frame })) : [delivery];
  };
}

function abortOf(report: Report<number>, party: PartyIndex): Abort {
  return must(report.aborts.get(party), `abort of party ${party}`);
}

describe("a session among honest parties", () => {
  it("gives every party the same output and ignores nothing", () => {
    const report = runToy();
    expect([...report.outputs.keys()].sort()).toEqual([1, 2, 3]);
    expect(report.outputs.get(one)).toBe(2 + 3 + 1 + 1);
    expect(report.ignored).toEqual([]);
    expect(report.aborts.size).toBe(0);
  });

  it.each(Array.from({ length: 20 }, (_, i) => `${TEST_SEED}/order/${i}`))(
    "does not depend on the order of delivery (%s)",
    (seed) => {
      const report = runToy(new Map(), { pick: shuffledBy(seededRng(seed)) });
      expect(report.outputs.size).toBe(3);
      expect(report.ignored).toEqual([]);
    },
  );

  it("keeps early messages of all later rounds until their turn", () => {
    // Party 3 hears nothing from party 1 until the others are as far as they can get without it.
    const held: Delivery[] = [];
    const first = runToy(new Map(), {
      intercept(delivery) {
        if (delivery.from === one && delivery.to === three && roundOf(delivery.frame) === 1) {
          held.push(delivery);
          return [];
        }
        return [delivery];
      },
    });
    expect(first.outputs.size).toBe(0);
    const late = must(held[0]);
    const session = must(first.sessions.get(three));
    expect(silentParties(session)).toEqual([1]);
    const { effects } = receive(session, one, late.frame, committee.rngOf(three));
    // Round 2 of parties 1 and 2 was buffered, so the late frame completes two rounds at once.
    expect(effects.map((effect) => effect.kind)).toEqual(["send", "send", "send"]);
  });

  it("ignores exact duplicates, in the round and after it", () => {
    const report = runToy(new Map(), { intercept: (delivery) => [delivery, delivery] });
    expect(report.outputs.size).toBe(3);
    expect(new Set(report.ignored.map((entry) => entry.reason))).toEqual(new Set(["duplicate", "sessionOver"]));
  });

  it("stops once if two messages that came early are of another session", () => {
    const held: Delivery[] = [];
    const first = runToy(new Map(), {
      intercept(delivery) {
        if (delivery.from !== one || delivery.to !== three || roundOf(delivery.frame) !== 1) return [delivery];
        held.push(delivery);
        return [];
      },
    });
    // Parties 1 and 2 are in round 2 with the nonce that party 1 has sent to 2; party 3 gets another.
    const frame = resignFrame(must(held[0]).frame, committee.identityOf(one), ({ broadcast }) => ({
      broadcast: flip(broadcast, 0),
    }));
    const { effects } = receive(must(first.sessions.get(three)), one, frame, committee.rngOf(three));
    expect(effects).toMatchObject([{ kind: "abort", abort: { code: "viewMismatch" } }]);
  });

  it("has no direct payload for a party before there is a channel to it", () => {
    const direct = new Map([two, three].map((party) => [party, Uint8Array.of(party)]));
    const begin = () => {
      const opening = openToy([two, three], 1, new Uint8Array(4));
      return opening.kind === "abort" ? opening : { ...opening, outgoing: { broadcast: Uint8Array.of(1), direct } };
    };
    expect(() => openSession(toyContext(committee, one), TOY_SIZES, begin, committee.rngOf(one))).toThrowError(
      expect.objectContaining({ code: "invalidParties" }),
    );
  });

  it("names the session by its terms alone", () => {
    const handle = sessionHandle(startToy(committee, one).session);
    expect(sessionHandle(startToy(committee, two).session)).toEqual(handle);
    expect(sessionHandle(startToy(committee, one, { purpose: "other" }).session)).not.toEqual(handle);
    expect(sessionHandle(startToy(committee, one, { context: { attempt: 1n } }).session)).not.toEqual(handle);
  });

  it("destroys the secrets of a state that its successor does not carry", () => {
    const scratch = new Uint8Array(4).fill(5);
    runToy(new Map([[one, { scratch }]]));
    expect(scratch).toEqual(new Uint8Array(4));
  });

  it("zeroes the direct payloads it has sealed, and those it has received", () => {
    const seen: Uint8Array[] = [];
    const tamper: Tamper = (outgoing) => {
      seen.push(...outgoing.direct.values());
      return outgoing;
    };
    const report = runToy(new Map([[one, { tamper }]]));
    expect(report.outputs.size).toBe(3);
    expect(seen).toEqual([new Uint8Array(4), new Uint8Array(4)]);
  });

  it("destroys the secrets of a round that throws, and those of a round that cannot be sent", () => {
    const [scratch, carried] = [Uint8Array.of(1), Uint8Array.of(2)];
    const outgoing: Outgoing = { broadcast: Uint8Array.of(1), direct: new Map() };
    const broken: Stage<number> = {
      secrets: [scratch],
      run: () => {
        throw new TssError("brokenRng", "the source is broken");
      },
    };
    const unsent: Stage<number> = {
      secrets: [],
      run: () => ({
        kind: "advance",
        outgoing: { ...outgoing, direct: new Map([[two, carried]]) },
        stage: { ...broken, secrets: [carried] },
      }),
    };
    for (const stage of [broken, unsent]) {
      const starts = new Map(committee.members.map((party) => [party, startToy(committee, party)]));
      const begin = () => ({ kind: "opened", outgoing, stage }) as const;
      starts.set(one, openSession(toyContext(committee, one), TOY_SIZES, begin, committee.rngOf(one)));
      expect(() => pump(starts, { rngOf: committee.rngOf })).toThrowError(TssError);
    }
    expect([scratch, carried]).toEqual([Uint8Array.of(0), Uint8Array.of(0)]);
  });

  it("does not run a round twice from the same session value", () => {
    const frames = new Map<PartyIndex, Uint8Array>();
    for (const party of [two, three]) {
      const [effect] = startToy(committee, party).effects;
      if (effect?.kind === "send") frames.set(party, effect.frame);
    }
    const rng = committee.rngOf(one);
    const { session } = receive(startToy(committee, one).session, two, must(frames.get(two)), rng);
    receive(session, three, must(frames.get(three)), rng);
    expect(() => receive(session, three, must(frames.get(three)), rng)).toThrowError(
      expect.objectContaining({ code: "secretWiped" }),
    );
  });

  it("does not run a later round twice from the same session value", () => {
    const held: Delivery[] = [];
    const report = runToy(new Map(), {
      intercept(delivery) {
        if (delivery.from !== one || delivery.to !== two || roundOf(delivery.frame) !== 2) return [delivery];
        held.push(delivery);
        return [];
      },
    });
    const session = must(report.sessions.get(two));
    const { frame } = must(held[0]);
    receive(session, one, frame, committee.rngOf(two));
    expect(() => receive(session, one, frame, committee.rngOf(two))).toThrowError(
      expect.objectContaining({ code: "secretWiped" }),
    );
  });

  it("does not compile with rounds out of order", () => {
    const opening = openToy([two], 1, new Uint8Array(1));
    expect(opening.kind).toBe("opened");
    const first = { others: [two], scratch: new Uint8Array(1), secrets: [] };
    stage(toyRound1, first, (s2) => stage(toyRound2, s2, (s3) => finalStage(toyRound3, s3)));
    // @ts-expect-error round 2 must come between: its input is what round 1 returns
    stage(toyRound1, first, (s2) => finalStage(toyRound3, s2));
    // @ts-expect-error round 2 does not accept the state of round 1
    stage(toyRound2, first, (s3) => finalStage(toyRound3, s3));
  });
});

describe("frames that are not authentic", () => {
  const damaged: readonly (readonly [string, (frame: Uint8Array) => Uint8Array, string])[] = [
    ["empty", () => new Uint8Array(0), "undecodable"],
    ["garbage", () => new Uint8Array(400).fill(0xaa), "undecodable"],
    ["another version", (frame) => overwrite(frame, 0, Uint8Array.of(2)), "undecodable"],
    ["truncated", (frame) => frame.slice(0, -1), "undecodable"],
    ["a byte too long", (frame) => new Uint8Array([...frame, 0]), "undecodable"],
    ["longer than any round's frame", (frame) => new Uint8Array([...frame, ...new Uint8Array(1000)]), "oversized"],
    ["another chain", (frame) => flip(frame, 1), "otherSession"],
    ["another contract", (frame) => flip(frame, 33), "otherSession"],
    ["another key", (frame) => flip(frame, 53), "otherSession"],
    ["another epoch", (frame) => flip(frame, 92), "otherSession"],
    ["another phase", (frame) => flip(frame, 93), "otherSession"],
    ["another session", (frame) => flip(frame, 94), "otherSession"],
    ["another session id in round 1", (frame) => flip(frame, 126), "otherSession"],
    ["a session id of zeros", (frame) => overwrite(frame, 126, new Uint8Array(32)), "undecodable"],
    ["round 0", (frame) => overwrite(frame, 158, Uint8Array.of(0)), "unknownRound"],
    ["round 4", (frame) => overwrite(frame, 158, Uint8Array.of(4)), "unknownRound"],
    ["another sender", (frame) => overwrite(frame, 159, Uint8Array.of(0, 2)), "spoofedSender"],
    ["one recipient", (frame) => overwrite(frame, 161, Uint8Array.of(0, 2)), "undecodable"],
    ["another previous view", (frame) => flip(frame, 163), "unauthentic"],
    ["another payload hash", (frame) => flip(frame, 195), "unauthentic"],
    ["another signature", (frame) => flip(frame, 240), "unauthentic"],
    ["another broadcast", (frame) => flip(frame, 295), "unauthentic"],
  ];

  it.each(damaged)("%s: ignored, and the session completes with the original", (_name, damage, reason) => {
    const report = runToy(new Map(), {
      intercept: rewrite((frame) => [damage(frame), frame], { round: 1, to: two }),
    });
    expect(report.outputs.size).toBe(3);
    expect(report.ignored).toEqual([{ by: 2, from: 1, reason }]);
  });

  it("high-s signature of the same envelope is not accepted as another form of it", () => {
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const report = runToy(new Map(), {
      intercept: rewrite(
        (frame) => {
          const s = BigInt(`0x${Buffer.from(frame.slice(259, 291)).toString("hex")}`);
          const high = Buffer.from((order - s).toString(16).padStart(64, "0"), "hex");
          return [overwrite(frame, 259, high), frame];
        },
        { round: 1, to: two },
      ),
    });
    expect(report.ignored).toEqual([{ by: 2, from: 1, reason: "unauthentic" }]);
    expect(report.outputs.size).toBe(3);
  });

  it("a frame that party 1 signed and party 3 delivers is ignored", () => {
    const report = runToy(new Map(), {
      intercept: (delivery) =>
        delivery.from === one && delivery.to === two ? [{ ...delivery, from: three }, delivery] : [delivery],
    });
    expect(report.outputs.size).toBe(3);
    expect(report.ignored.filter(({ by }) => by === 2).every(({ reason }) => reason === "spoofedSender")).toBe(true);
  });

  it("a sender outside the session is ignored", () => {
    const { session, effects } = startToy(committee, one);
    const frame = must(effects.flatMap((effect) => (effect.kind === "send" ? [effect.frame] : []))[0]);
    for (const from of [partyIndex(9), one]) {
      expect(receive(session, from, frame, committee.rngOf(one)).effects).toEqual([
        { kind: "ignored", from, reason: "unknownSender" },
      ]);
    }
  });

  it("a damaged direct payload is ignored; silence is then visible", () => {
    const report = runToy(new Map(), { intercept: rewrite((frame) => [flip(frame, -1)], { round: 2, to: two }) });
    expect(report.ignored).toEqual([{ by: 2, from: 1, reason: "undecryptable" }]);
    expect(silentParties(must(report.sessions.get(two)))).toEqual([1]);
  });

  it("a direct payload that is not the signed one is ignored", () => {
    // Party 1 encrypts for party 2, under the right key and envelope, something else than its envelope commits to.
    const scripted = scriptedRng(committee.rngOf(one), () => undefined);
    const hellos: Uint8Array[] = [];
    const report = runToy(new Map([[one, { rng: scripted.rng }]]), {
      cheaters: [one],
      intercept(delivery) {
        if (delivery.from === two && delivery.to === one && roundOf(delivery.frame) === 1) hellos.push(delivery.frame);
        if (delivery.from !== one || delivery.to !== two || roundOf(delivery.frame) !== 2) return [delivery];
        const frame = must(decodeFrame(delivery.frame));
        const remote = must(decodePoint(must(decodeFrame(must(hellos[0]))).broadcast.slice(32, 65)));
        const ephemeral = reduce(BigInt(`0x${toHex(must(scripted.draws[3]))}`));
        const { outgoing } = deriveChannels(frame.signed.envelope.sid, one, two, ephemeral, remote);
        const sealed = outgoing.seal(2, envelopeDigest(frame.signed.envelope), new Uint8Array(36).fill(1));
        return [{ ...delivery, frame: encodeFrame({ ...frame, sealed }) }];
      },
    });
    expect(report.ignored).toEqual([{ by: 2, from: 1, reason: "undecryptable" }]);
    expect(report.outputs.has(two)).toBe(false);
  });

  it("a second envelope for a slot under a wrong signature proves nothing and is ignored", () => {
    const report = runToy(new Map(), {
      intercept: rewrite((frame) => [frame, flip(frame, 195)], { round: 1, to: two }),
    });
    expect(report.ignored).toEqual([{ by: 2, from: 1, reason: "unauthentic" }]);
    expect(report.outputs.size).toBe(3);
  });

  it("a second envelope with another session id is of another run and is ignored", () => {
    const otherRun = (frame: Uint8Array): Uint8Array =>
      resignFrame(frame, committee.identityOf(one), ({ signed }) => ({
        envelope: { sid: flip(signed.envelope.sid, 0) },
      }));
    const report = runToy(new Map(), {
      intercept: rewrite((frame) => [frame, otherRun(frame)], { round: 2, to: two }),
    });
    expect(report.ignored).toEqual([{ by: 2, from: 1, reason: "otherSession" }]);
    expect(report.outputs.size).toBe(3);
  });

  it("a signed frame longer than its own round allows is dropped unread", () => {
    const longer = (frame: Uint8Array): Uint8Array =>
      resignFrame(frame, committee.identityOf(one), ({ broadcast }) => ({
        broadcast: new Uint8Array([...broadcast, ...new Uint8Array(270)]),
      }));
    const report = runToy(new Map(), { intercept: rewrite((frame) => [longer(frame), frame], { round: 1, to: two }) });
    expect(report.ignored).toEqual([{ by: 2, from: 1, reason: "oversized" }]);
    expect(report.outputs.size).toBe(3);
  });
});

describe("random frames", () => {
  it("never throw and never change what the session waits for", () => {
    const { session, effects } = startToy(committee, one);
    const own = must(effects.flatMap((effect) => (effect.kind === "send" ? [effect.frame] : []))[0]);
    const peer = startToy(committee, two).effects.flatMap((effect) => (effect.kind === "send" ? [effect.frame] : []));
    const template = must(peer[0]);
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 500 }),
        fc.nat(template.length - 1),
        fc.integer({ min: 1, max: 255 }),
        (noise, at, change) => {
          const damaged = template.slice();
          damaged[at] = must(damaged[at]) ^ change;
          for (const frame of [noise, damaged, own]) {
            const next = receive(session, two, frame, committee.rngOf(one));
            expect(next.effects).toMatchObject([{ kind: "ignored", from: 2 }]);
            expect(next.session).toBe(session);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("replays", () => {
  const foreign: readonly (readonly [string, ToyOptions])[] = [
    ["another purpose", { purpose: "other" }],
    ["another attempt", { context: { attempt: 7n } }],
    ["another phase", { context: { phase: 1 } }],
    ["another key", { context: { domain: { ...committee.domain, keyId: new Uint8Array(32).fill(3) } } }],
    ["another epoch", { context: { domain: { ...committee.domain, epoch: 2n } } }],
  ];

  it.each(foreign)("a frame of %s is ignored in every round", (_name, options) => {
    const other = runToy(new Map([one, two, three].map((party) => [party, options])));
    const report = runToy(new Map(), {
      intercept(delivery) {
        const same = other.deliveries.find(
          ({ from, to, frame }) =>
            from === delivery.from && to === delivery.to && roundOf(frame) === roundOf(delivery.frame),
        );
        return [{ ...delivery, frame: must(same).frame }, delivery];
      },
    });
    expect(report.outputs.size).toBe(3);
    expect(new Set(report.ignored.map(({ reason }) => reason))).toEqual(new Set(["otherSession"]));
  });

  it("a later-round frame of an earlier run with the same terms stops the session without blame", () => {
    const earlier = runToy();
    const old = must(earlier.deliveries.find(({ from, to, frame }) => from === 1 && to === 2 && roundOf(frame) === 2));
    const report = runToy(new Map(), { intercept: rewrite(() => [old.frame], { round: 2, to: two }) });
    expect(abortOf(report, two)).toMatchObject({
      code: "viewMismatch",
      severity: "retry",
      culprits: [],
      blame: "nobody",
    });
  });
});

describe("malicious parties", () => {
  const cheater = { cheaters: [one] };

  it("equivocation inside a slot: named, with both envelopes as evidence", () => {
    const report = runToy(new Map(), {
      ...cheater,
      intercept: rewrite(
        (frame) => [
          frame,
          resignFrame(frame, committee.identityOf(one), ({ broadcast }) => ({
            broadcast: flip(broadcast, HELLO_LENGTH),
          })),
        ],
        { round: 1, to: two },
      ),
    });
    const abort = abortOf(report, two);
    expect(abort).toMatchObject({ code: "equivocation", severity: "retry", culprits: [1], blame: "public" });
    expectProven(abort.evidence, committee, [one], "equivocation");
  });

  it("equivocation about a round that has run already is still named", () => {
    const first: Uint8Array[] = [];
    const report = runToy(new Map(), {
      ...cheater,
      intercept(delivery) {
        if (delivery.from !== one || delivery.to !== two) return [delivery];
        if (roundOf(delivery.frame) === 1) first.push(delivery.frame);
        if (roundOf(delivery.frame) !== 2) return [delivery];
        const forged = resignFrame(must(first[0]), committee.identityOf(one), ({ broadcast }) => ({
          broadcast: flip(broadcast, 0),
        }));
        return [{ ...delivery, frame: forged }, delivery];
      },
    });
    expect(abortOf(report, two)).toMatchObject({ code: "equivocation", culprits: [1] });
  });

  it("equivocation across recipients in round 1: all stop before round 2 runs, exchanged views name the culprit", () => {
    const report = runToy(new Map(), {
      ...cheater,
      intercept: rewrite(
        (frame) => [
          resignFrame(frame, committee.identityOf(one), ({ broadcast }) => ({ broadcast: flip(broadcast, 0) })),
        ],
        { round: 1, to: two },
      ),
    });
    const [ours, theirs] = [two, three].map((party) => {
      const abort = abortOf(report, party);
      expect(abort).toMatchObject({ code: "viewMismatch", severity: "retry", culprits: [], blame: "nobody" });
      const [evidence] = abort.evidence;
      if (evidence?.kind !== "view") throw new TypeError("no view");
      return evidence;
    });
    const proof = must(findEquivocation(must(ours), must(theirs)), "equivocation");
    expectProven([proof], committee, [one], "equivocation");
    expect(findEquivocation(must(ours), must(ours))).toBeUndefined();
  });

  it("equivocation across recipients in round 2 is found by the echo of round 3", () => {
    const report = runToy(new Map(), {
      ...cheater,
      intercept: rewrite(
        (frame) => [
          resignFrame(frame, committee.identityOf(one), ({ broadcast }) => ({ broadcast: flip(broadcast, 0) })),
        ],
        { round: 2, to: two },
      ),
    });
    // The direct payload is bound to the envelope it came with, so the changed envelope does not even decrypt.
    expect(report.ignored).toEqual([{ by: 2, from: 1, reason: "undecryptable" }]);
  });

  it("a lie about the previous view stops the session without blame", () => {
    const report = runToy(new Map(), {
      ...cheater,
      intercept: rewrite(
        (frame) => [
          resignFrame(frame, committee.identityOf(one), ({ signed }) => ({
            envelope: { prevView: flip(signed.envelope.prevView, 0) },
          })),
        ],
        { round: 3 },
      ),
    });
    for (const party of [two, three])
      expect(abortOf(report, party)).toMatchObject({ code: "viewMismatch", culprits: [] });
  });

  it("another session id with the right handle stops the session without blame", () => {
    const report = runToy(new Map(), {
      ...cheater,
      intercept: rewrite(
        (frame) => [
          resignFrame(frame, committee.identityOf(one), ({ signed }) => ({
            envelope: { sid: flip(signed.envelope.sid, 0) },
          })),
        ],
        { round: 2, to: two },
      ),
    });
    expect(abortOf(report, two)).toMatchObject({ code: "viewMismatch", severity: "retry", culprits: [] });
  });

  const malformed: readonly (readonly [string, ToyOptions])[] = [
    ["a broadcast that is too short", { tamper: tamperBroadcast(1, () => new Uint8Array(0)) }],
    ["a broadcast that is too long", { tamper: tamperBroadcast(1, (bytes) => new Uint8Array([...bytes, 0])) }],
    ["a broadcast out of range", { tamper: tamperBroadcast(1, () => Uint8Array.of(250)) }],
    ["a direct payload that is too short", { tamper: tamperDirect(2, () => new Uint8Array(3)) }],
    ["a direct payload out of range", { tamper: tamperDirect(2, () => Uint8Array.of(250, 0, 0, 0)) }],
  ];

  it.each(malformed)("%s: the sender is to blame, publicly", (_name, options) => {
    const report = runToy(new Map([[one, options]]), cheater);
    for (const party of [two, three]) {
      const abort = abortOf(report, party);
      expect(abort).toMatchObject({ code: "malformedMessage", severity: "retry", culprits: [1], blame: "public" });
      expectProven(abort.evidence, committee, [one], "malformedMessage");
    }
  });

  it("direct payloads missing from the envelope: the sender is to blame", () => {
    const report = runToy(new Map(), {
      ...cheater,
      intercept: rewrite(
        (frame) => {
          const bare = encodeFrame({ ...must(decodeFrame(frame)), directLeaves: [], sealed: new Uint8Array(0) });
          return [resignFrame(bare, committee.identityOf(one), () => ({}))];
        },
        { round: 2 },
      ),
    });
    expect(abortOf(report, two)).toMatchObject({ code: "malformedMessage", culprits: [1], blame: "public" });
  });

  it("an ephemeral key that is no point: the sender is to blame", () => {
    const report = runToy(new Map(), {
      ...cheater,
      intercept: rewrite(
        (frame) => [
          resignFrame(frame, committee.identityOf(one), ({ broadcast }) => ({
            broadcast: overwrite(broadcast, 32, new Uint8Array(33)),
          })),
        ],
        { round: 1 },
      ),
    });
    expect(abortOf(report, two)).toMatchObject({ code: "malformedMessage", culprits: [1], blame: "public" });
  });

  it("a copied nonce: its owner knows the copier, the others blame nobody", () => {
    const copied = startToy(committee, two, { rng: seededRng("fixed") }).effects[0];
    const nonce = copied?.kind === "send" ? must(decodeFrame(copied.frame)).broadcast.slice(0, 32) : new Uint8Array(32);
    const report = runToy(new Map([[two, { rng: seededRng("fixed") }]]), {
      ...cheater,
      intercept: rewrite(
        (frame) => [
          resignFrame(frame, committee.identityOf(one), ({ broadcast }) => ({
            broadcast: overwrite(broadcast, 0, nonce),
          })),
        ],
        { round: 1 },
      ),
    });
    expect(abortOf(report, two)).toMatchObject({
      code: "nonceReused",
      severity: "retry",
      culprits: [1],
      blame: "pairwise",
    });
    expect(abortOf(report, three)).toMatchObject({ code: "nonceReused", culprits: [], blame: "nobody" });
  });

  it("an abort does not swallow what was produced before it", () => {
    // Party 2 gets everything but round 1 of party 3; the last frame completes rounds 1 to 3, and round 3 aborts.
    const held: Delivery[] = [];
    const report = runToy(new Map([[one, { tamper: tamperBroadcast(3, () => Uint8Array.of(13)) }]]), {
      ...cheater,
      intercept(delivery) {
        if (delivery.from !== three || delivery.to !== two || roundOf(delivery.frame) !== 1) return [delivery];
        held.push(delivery);
        return [];
      },
    });
    const { effects, session } = receive(
      must(report.sessions.get(two)),
      three,
      must(held[0]).frame,
      committee.rngOf(two),
    );
    expect(effects.filter((effect) => effect.kind === "send").length).toBeGreaterThan(0);
    expect(session.status).toBe("running");
  });
});

describe("expire", () => {
  it("names who was silent and blames nobody", () => {
    const report = runToy(new Map(), { intercept: (delivery) => (delivery.from === one ? [] : [delivery]) });
    const { session, effects } = expire(must(report.sessions.get(two)));
    expect(effects).toEqual([
      {
        kind: "abort",
        abort: {
          code: "expired",
          severity: "retry",
          culprits: [],
          blame: "nobody",
          round: 1,
          silent: [1],
          evidence: [],
        },
      },
    ]);
    expect(session.status).toBe("aborted");
    expect(expire(session).effects).toEqual([]);
  });

  it("destroys the secrets of the round that waited", () => {
    const scratch = new Uint8Array(4).fill(5);
    expire(startToy(committee, one, { scratch }).session);
    expect(scratch).toEqual(new Uint8Array(4));
  });

  it.each([1, 2, 3])("ends a session that waits in round %i, and late frames change nothing", (round) => {
    const late: Delivery[] = [];
    const report = runToy(new Map(), {
      intercept(delivery) {
        if (delivery.from !== one || delivery.to !== two || roundOf(delivery.frame) < round) return [delivery];
        late.push(delivery);
        return [];
      },
    });
    const { session, effects } = expire(must(report.sessions.get(two)));
    expect(effects).toMatchObject([{ kind: "abort", abort: { code: "expired", round, silent: [1], culprits: [] } }]);
    for (const { frame } of late) {
      expect(receive(session, one, frame, committee.rngOf(two)).effects).toMatchObject([{ reason: "sessionOver" }]);
    }
    const channels = [...(session.agreement?.channels.values() ?? [])];
    expect(channels).toHaveLength(round === 1 ? 0 : 2);
    for (const { outgoing } of channels) {
      expect(() => outgoing.seal(9, new Uint8Array(32), new Uint8Array(1))).toThrowError(
        expect.objectContaining({ code: "secretWiped" }),
      );
    }
  });

  it("zeroes the direct payloads that have come", () => {
    const report = runToy(new Map(), {
      intercept: (delivery) => (delivery.from === one && roundOf(delivery.frame) === 2 ? [] : [delivery]),
    });
    const waiting = must(report.sessions.get(two));
    const received = must(waiting.slots.get(2)?.get(three)?.direct).payload;
    expect(received).toEqual(Uint8Array.of(2, 2, 2, 2));
    expire(waiting);
    expect(received).toEqual(new Uint8Array(4));
  });

  it("leaves an over session deaf", () => {
    const { session } = expire(startToy(committee, one).session);
    const [effect] = startToy(committee, two).effects;
    const frame = effect?.kind === "send" ? effect.frame : new Uint8Array(0);
    expect(receive(session, two, frame, committee.rngOf(one)).effects).toEqual([
      { kind: "ignored", from: 2, reason: "sessionOver" },
    ]);
  });
});
