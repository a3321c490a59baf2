import { describe, expect, it } from "vitest";
import { Channel, deriveChannels } from "../../src/envelope/channel.ts";
import { decodeFrame } from "../../src/envelope/frame.ts";
import {
  intentDigest,
  type PartyIndex,
  type Presignature,
  partyIndex,
  receive,
  startPresign,
  usablePartners,
} from "../../src/index.ts";
import { multiplyBase } from "../../src/math/point.ts";
import { assertSessionId } from "../../src/primitives/session-id.ts";
import { type Committee, createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { toHex } from "../harness/hex.ts";
import { pump, type Report, shuffledBy } from "../harness/pump.ts";
import { scriptedRng } from "../harness/scripted-rng.ts";
import { type PresignSetup, presignInput, runPresign, runSigning, sampleIntent } from "../harness/sessions.ts";
import { flip, resignFrame, roundOf } from "../harness/tamper.ts";
import { startToy, type ToyOptions } from "../harness/toy-protocol.ts";
import { expectValid } from "../harness/verify.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { expectFault } from "./fault.ts";

const [one, two, three] = [1, 2, 3].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex];

function setupOf(label: string, signers: readonly PartyIndex[] = [one, three], minSigners = 2): PresignSetup {
  const committee = createCommittee(minSigners, minSigners + 1, label);
  return { committee, shares: dealKeyShares(committee), signers };
}

function sidOf({ deliveries }: Report<unknown>): string {
  const second = must(deliveries.find(({ frame }) => roundOf(frame) === 2)).frame;
  return toHex(must(decodeFrame(second)).signed.envelope.sid);
}

describe(`attacks on sessions (seed ${TEST_SEED})`, () => {
  it("V-05 over-ban by sid mismatch: honest parties with different lists of nonces stop without a ban", {
    timeout: 60_000,
  }, () => {
    const setup = setupOf("nonces");
    // The network gives party 3 the first message of another run of party 1 with the same terms.
    const earlier = runPresign(setup).deliveries.find(({ from, frame }) => from === one && roundOf(frame) === 1);
    const report = runPresign(setup, new Map(), {
      intercept: (delivery) =>
        delivery.from === one && roundOf(delivery.frame) === 1
          ? [{ ...delivery, frame: must(earlier).frame }]
          : [delivery],
    });
    expect(report.aborts.get(three)).toMatchObject({ code: "viewMismatch", severity: "retry", culprits: [] });
    for (const party of setup.signers) expect(usablePartners(must(setup.shares.get(party))).size).toBe(2);
  });

  it("V-05 over-ban by sid mismatch: a session id of zeros is refused", () => {
    expect(() => assertSessionId(new Uint8Array(32))).toThrowError(
      expect.objectContaining({ code: "invalidSessionId" }),
    );
    const committee = createCommittee(2, 3, "zero sid");
    const [sent] = startToy(committee, one).effects;
    const frame = sent?.kind === "send" ? sent.frame : expect.fail("no frame");
    const zero = resignFrame(frame, committee.identityOf(one), () => ({ envelope: { sid: new Uint8Array(32) } }));
    expect(decodeFrame(frame)).toBeDefined();
    expect(decodeFrame(zero)).toBeUndefined();
  });

  it("V-15 sid reuse by rollback: one party that repeats its nonce cannot repeat the session", {
    timeout: 60_000,
  }, () => {
    const setup = setupOf("rollback");
    const source = setup.committee.rngOf(one);
    const nonce = source(32);
    // Party 1 runs twice from a restored database: the same terms, the same attempt, the same nonce (its third draw).
    const rewound = (): Committee => {
      const { rng } = scriptedRng(source, (call) => (call === 3 ? nonce.slice() : undefined));
      return { ...setup.committee, rngOf: (party) => (party === one ? rng : setup.committee.rngOf(party)) };
    };
    const [first, second] = [1, 2].map(() => runPresign({ ...setup, committee: rewound() }));
    expect(sidOf(must(first))).not.toBe(sidOf(must(second)));
    const [a, b] = [first, second].map((report) => must(must(report).outputs.get(three)).terms.id);
    expect(toHex(must(a))).not.toBe(toHex(must(b)));
    // One session value cannot be run twice from the same state either.
    const { session } = startPresign(presignInput(setup, three), setup.committee.rngOf(three));
    const [hello] = startPresign(presignInput(setup, one), setup.committee.rngOf(one)).effects;
    const frame = hello?.kind === "send" ? hello.frame : expect.fail("no frame");
    receive(session, one, frame, setup.committee.rngOf(three));
    expect(() => receive(session, one, frame, setup.committee.rngOf(three))).toThrowError(
      expect.objectContaining({ code: expect.stringMatching(/stateConsumed|secretWiped/) }),
    );
  });

  it("V-20 ROS/Wagner in concurrent sessions: interleaved presignings are independent, R comes after the commitments", {
    timeout: 240_000,
  }, () => {
    const count = process.env.SYNOD_DEEP === "1" ? 64 : 16;
    const setup = setupOf("concurrent");
    const runs = Array.from({ length: count }, (_, i) => ({ ...setup, purpose: `concurrent ${i}` }));
    const reports = interleave(runs, shuffledBy(seededRng(`${TEST_SEED}/concurrent`)));
    const nonces = reports.map(({ outputs }) => toHex(must(outputs.get(one)).terms.noncePoint));
    expect(new Set(nonces).size).toBe(count);
    const digest = intentDigest(sampleIntent(setup.committee));
    for (const { outputs, frames } of reports) {
      expect(outputs.size).toBe(2);
      const opening = must(frames.find(({ from, frame }) => from === one && roundOf(frame) === 3)).frame;
      const R = Buffer.from(must(decodeFrame(opening)).broadcast.slice(0, 33));
      const early = frames.filter(({ frame }) => roundOf(frame) < 3);
      expect(early.some(({ frame }) => Buffer.from(frame).includes(R))).toBe(false);
      const signature = must(runSigning(setup.committee, outputs).outputs.get(one));
      expectValid(signature, digest, must(setup.shares.get(one)).record.groupKey);
    }
  });

  const foreign: readonly (readonly [string, ToyOptions])[] = [
    ["another session", { purpose: "Y" }],
    [
      "another key",
      { context: { domain: { ...createCommittee(2, 3, "replay").domain, keyId: new Uint8Array(32).fill(2) } } },
    ],
    ["another epoch", { context: { domain: { ...createCommittee(2, 3, "replay").domain, epoch: 2n } } }],
    ["another chain", { context: { domain: { ...createCommittee(2, 3, "replay").domain, chainId: 1n } } }],
    ["a key generation", { context: { phase: 1 } }],
    ["another attempt", { context: { attempt: 1n } }],
  ];

  it.each(foreign)("V-21 replay of old session messages: frames of %s are dropped", (_name, options) => {
    const committee = createCommittee(2, 3, "replay");
    const other = pump(new Map(committee.members.map((party) => [party, startToy(committee, party, options)])), {
      rngOf: committee.rngOf,
    });
    let target = startToy(committee, two).session;
    for (const { from, to, frame } of other.deliveries.filter((delivery) => delivery.to === two)) {
      const { session, effects } = receive(target, from, frame, committee.rngOf(to));
      expect(effects).toEqual([{ kind: "ignored", from, reason: "otherSession" }]);
      target = session;
    }
    expect(target.status).toBe("running");
  });

  it("V-22 AEAD nonce reuse between directions: keys differ by direction, a counter seals once", () => {
    const sid = new Uint8Array(32).fill(1);
    const [mine, theirs] = [5n, 7n];
    const here = deriveChannels(sid, one, two, mine, multiplyBase(theirs));
    const there = deriveChannels(sid, two, one, theirs, multiplyBase(mine));
    const [digest, text] = [new Uint8Array(32).fill(2), new Uint8Array(40).fill(3)];
    const sealed = here.outgoing.seal(2, digest, text);
    expect(there.incoming.open(2, digest, sealed)).toEqual(text);
    // Reflected to its sender it opens nothing, and the same text the other way is other bytes.
    expect(here.incoming.open(2, digest, sealed)).toBeUndefined();
    expect(toHex(there.outgoing.seal(2, digest, text))).not.toBe(toHex(sealed));
    for (const round of [2, 1]) {
      expect(() => here.outgoing.seal(round, digest, text)).toThrowError(
        expect.objectContaining({ code: "sealCounterReused" }),
      );
    }
    expect(new Channel(new Uint8Array(32)).open(1, digest, sealed)).toBeUndefined();
  });

  it("V-23 abort on unauthentic message: garbage, bad signatures and a spoofed sender change nothing", {
    timeout: 120_000,
  }, () => {
    const setup = setupOf("garbage", [one, two, three], 3);
    const rng = seededRng(`${TEST_SEED}/garbage`);
    const report: Report<Presignature> = runPresign(setup, new Map(), {
      pick: shuffledBy(rng),
      intercept: (delivery) => [
        { ...delivery, frame: rng(300) },
        { ...delivery, frame: flip(delivery.frame, 250) },
        // The network says that another member sent it.
        { ...delivery, from: must(setup.signers.find((party) => party !== delivery.from && party !== delivery.to)) },
        delivery,
      ],
    });
    expect(report.outputs.size).toBe(3);
    expect(report.aborts.size).toBe(0);
    const reasons = new Set(report.ignored.map(({ reason }) => reason));
    expect(reasons.has("undecodable") && reasons.has("unauthentic") && reasons.has("spoofedSender")).toBe(true);
    // All three strangers of each frame, whatever the moment.
    expect(report.ignored).toHaveLength(3 * report.deliveries.length);
    for (const name of ["garbled-then-good", "duplicated", "early", "late"])
      expectFault(`presign/3of4-1bad/r3/transport.${name}/all#1`);
    expectFault("presign/3of4-1bad/r2/envelope.from-honest/all#0");
  });
});

type Presigned = ReturnType<typeof startPresign>;

/** One frame of one of many sessions. */
type Parcel = { readonly run: number; readonly from: PartyIndex; readonly to: PartyIndex; readonly frame: Uint8Array };

type Interleaved = { readonly outputs: ReadonlyMap<PartyIndex, Presignature>; readonly frames: readonly Parcel[] };

/** Runs presignings at the same time: all are open at once, and the next frame is one of any of them. */
function interleave(setups: readonly PresignSetup[], pick: (queued: number) => number): readonly Interleaved[] {
  const sessions = setups.map(() => new Map<PartyIndex, Presigned["session"]>());
  const outputs = setups.map(() => new Map<PartyIndex, Presignature>());
  const frames = setups.map((): Parcel[] => []);
  const queue: Parcel[] = [];
  const settle = (run: number, party: PartyIndex, { session, effects }: Presigned): void => {
    sessions[run]?.set(party, session);
    for (const effect of effects) {
      if (effect.kind === "done") outputs[run]?.set(party, effect.output);
      else if (effect.kind === "send") {
        const [to] = must(setups[run]).signers.filter((other) => other !== party);
        const parcel = { run, from: party, to: must(to), frame: effect.frame };
        frames[run]?.push(parcel);
        queue.push(parcel);
      } else throw new TypeError(`run ${run}: ${effect.kind}`);
    }
  };
  for (const [run, setup] of setups.entries()) {
    for (const party of setup.signers) {
      settle(run, party, startPresign(presignInput(setup, party), setup.committee.rngOf(party)));
    }
  }
  while (queue.length > 0) {
    const { run, from, to, frame } = must(queue.splice(pick(queue.length), 1)[0]);
    const { committee } = must(setups[run]);
    settle(run, to, receive(must(sessions[run]?.get(to)), from, frame, committee.rngOf(to)));
  }
  return setups.map((_, run) => ({ outputs: must(outputs[run]), frames: must(frames[run]) }));
}
