import { beforeEach, describe, expect, it } from "vitest";
import { decodeFrame } from "../../src/envelope/frame.ts";
import {
  type Abort,
  type AbortCode,
  intentDigest,
  type KeyShare,
  type OtMode,
  type PartyIndex,
  type Presignature,
  partyIndex,
  receive,
  startPresignBatch,
  usablePartners,
} from "../../src/index.ts";
import { exposeKeyShare } from "../../src/keyshare/key-share.ts";
import { decodePoint, encodePoint, GENERATOR, negatePoint, type Point } from "../../src/math/point.ts";
import {
  createPresignTerms,
  openingRound,
  type PresignShape,
  presignBinding,
  presignSizes,
  shapeOfBinding,
} from "../../src/presign/terms.ts";
import { presignaturesAt, runPresignBatch } from "../harness/batch-sessions.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { expectProven } from "../harness/evidence.ts";
import type { Report } from "../harness/pump.ts";
import { type PresignSetup, presignInput, runSigning, sampleIntent } from "../harness/sessions.ts";
import {
  flip,
  overwrite,
  resignFrame,
  roundOf,
  type Tamper,
  tamperBroadcast,
  tamperDirect,
} from "../harness/tamper.ts";
import { expectValid } from "../harness/verify.ts";

const [one, three] = [1, 3].map(partyIndex) as [PartyIndex, PartyIndex];
const committee = createCommittee(2, 3, "batch");
const COUNT = 3;

/** A pair setup is hundreds of point multiplications. */
const SLOW = { timeout: 60_000 };
const EXTENSION = 4_624;
const ANSWER = 49_314;
const OTHER_POINT = encodePoint(GENERATOR.multiply(4321n));
const TOO_LARGE = new Uint8Array(32).fill(0xff);

let shares: ReadonlyMap<PartyIndex, KeyShare>;
let setup: PresignSetup;

beforeEach(() => {
  shares = dealKeyShares(committee);
  setup = { committee, shares, signers: [one, three] };
});

function abortOf(report: Report<readonly Presignature[]>, party: PartyIndex): Abort {
  return must(report.aborts.get(party), `abort of party ${party}`);
}

const shapes: readonly (readonly [string, PresignShape])[] = (["epoch", "ephemeral"] as const).map((otMode) => [
  otMode,
  { count: COUNT, otMode },
]);

describe.each(shapes)("a batch with %s pairs", SLOW, (_name, shape) => {
  it("gives presignatures that are independent and all sign", () => {
    const report = runPresignBatch(setup, shape);
    const batch = must(report.outputs.get(one));
    expect(batch).toHaveLength(COUNT);
    for (const field of ["id", "noncePoint"] as const) {
      expect(new Set(batch.map(({ terms }) => Buffer.from(terms[field]).toString("hex"))).size).toBe(COUNT);
    }
    for (let index = 0; index < COUNT; index++) {
      const signed = runSigning(committee, presignaturesAt(report.outputs, index));
      const { groupKey } = must(shares.get(one)).record;
      for (const party of setup.signers) {
        expectValid(must(signed.outputs.get(party)), intentDigest(sampleIntent(committee)), groupKey);
      }
    }
  });

  it("sends one signed frame per round, of the size that the document promises", () => {
    const { deliveries } = runPresignBatch(setup, shape);
    const lengths = deliveries.filter(({ from }) => from === one).map(({ frame }) => frame.length);
    const sealed = 32 + 32 + 16;
    const expected = presignSizes(shape).map((size, round) => {
      const direct = size.directBytes === undefined ? 0 : sealed + size.directBytes(one, three);
      return 301 + (round === 0 ? 65 : 0) + size.broadcastBytes(one) + direct;
    });
    expect(lengths).toEqual(expected);
    expect(lengths).toHaveLength(shape.otMode === "epoch" ? 4 : 7);
  });

  it("leaves the pair state of the share as it was", () => {
    const before = must(exposeKeyShare(must(shares.get(one))).pairs.get(three)).alice.delta.slice();
    runPresignBatch(setup, shape);
    expect(must(exposeKeyShare(must(shares.get(one))).pairs.get(three)).alice.delta).toEqual(before);
  });

  it("refuses a partner that was banned before", () => {
    const input = { ...presignInput(setup, one), ...shape, banned: new Set([three]) };
    expect(() => startPresignBatch(input, committee.rngOf(one))).toThrowError(
      expect.objectContaining({ code: "bannedParty" }),
    );
  });
});

describe("the pairs of an ephemeral batch", SLOW, () => {
  it("are not the share's: presigning works although both sides of the share's have come apart", () => {
    const { alice, bob } = must(exposeKeyShare(must(shares.get(one))).pairs.get(three));
    for (const bytes of [alice.delta, alice.leaves, bob.leaves]) bytes.fill(1);
    expect(runPresignBatch(setup, { count: 1, otMode: "ephemeral" }).outputs.size).toBe(2);
    // The control: with the share's pairs the same damage shows.
    const control = runPresignBatch(setup, { count: 1, otMode: "epoch" }, new Map(), { cheaters: [one, three] });
    expect(abortOf(control, three)).toMatchObject({ code: "cotCheck", severity: "ban" });
  });
});

describe("the shape of a batch", () => {
  it.each([0, 17, 1.5, -1, Number.NaN])("is refused for %f presignatures", (count) => {
    const input = { ...presignInput(setup, one), count };
    expect(() => startPresignBatch(input, committee.rngOf(one))).toThrowError(
      expect.objectContaining({ code: "integerOutOfRange" }),
    );
  });

  it.each([
    ["number", { count: 2, otMode: "epoch" }],
    ["mode", { count: 1, otMode: "ephemeral" }],
  ] as const)("is part of the handle: signers with another %s never meet", (_name, shape) => {
    const run = (chosen: PresignShape) =>
      startPresignBatch({ ...presignInput(setup, one), ...chosen }, committee.rngOf(one)).session.context.handle;
    expect(run(shape)).not.toEqual(run({ count: 1, otMode: "epoch" }));
  });

  it("is read back from a binding, and from nothing else", () => {
    const shape = { count: 16, otMode: "ephemeral" } as const;
    const terms = createPresignTerms(must(shares.get(one)), [one, three], new Set(), shape);
    const [binding, parties] = [presignBinding(terms), terms.signers];
    expect(shapeOfBinding(binding, parties)).toEqual(shape);
    for (const wrong of [
      binding.slice(1),
      Uint8Array.of(...binding, 0),
      overwrite(binding, -1, Uint8Array.of(2)),
      overwrite(binding, -2, Uint8Array.of(0)),
      overwrite(binding, -2, Uint8Array.of(17)),
    ]) {
      expect(shapeOfBinding(wrong, parties)).toBeUndefined();
    }
  });
});

type Cheat = readonly [string, (open: number) => Tamper, AbortCode, "check" | "retry" | "nobody"];

const [last, lastAnswer] = [COUNT - 1, (COUNT - 1) * ANSWER];
const inExtension = (offset: number) => (open: number) =>
  tamperDirect(open - 1, (bytes) => flip(bytes, last * EXTENSION + offset));
const inAnswer = (offset: number) => (open: number) => tamperDirect(open, (bytes) => flip(bytes, lastAnswer + offset));
const inOpening = (offset: number, part: Uint8Array) => (open: number) =>
  tamperBroadcast(open, (bytes) => overwrite(bytes, offset, part));

/** Every check, on the last presignature of the batch. */
const CHEATS: readonly Cheat[] = [
  ["digest", (open) => tamperBroadcast(open - 1, (bytes) => flip(bytes, 0)), "echoMismatch", "nobody"],
  ["extension u", inExtension(7), "cotCheck", "check"],
  ["extension x", inExtension(2_560), "cotCheck", "check"],
  ["extension t", inExtension(2_576), "cotCheck", "check"],
  ["R", inOpening(last * 33, OTHER_POINT), "commitmentOpening", "retry"],
  ["salt", (open) => tamperBroadcast(open, (bytes) => flip(bytes, COUNT * 33)), "commitmentOpening", "retry"],
  ["pk", inOpening(COUNT * 33 + 32 + last * 33, OTHER_POINT), "inputConsistency", "check"],
  ["correction of r", inAnswer(31), "voleCheck", "check"],
  ["correction of sk", inAnswer(63), "voleCheck", "check"],
  ["eta", inAnswer(49_152 + 31), "voleCheck", "check"],
  ["mu", inAnswer(49_184), "voleCheck", "check"],
  [
    "Γu",
    (open) => tamperDirect(open, (bytes) => overwrite(bytes, lastAnswer + 49_216, OTHER_POINT)),
    "inputConsistency",
    "check",
  ],
  [
    "Γv",
    (open) => tamperDirect(open, (bytes) => overwrite(bytes, lastAnswer + 49_249, OTHER_POINT)),
    "inputConsistency",
    "check",
  ],
  [
    "ψ not below q",
    (open) => tamperDirect(open, (bytes) => overwrite(bytes, lastAnswer + 49_282, TOO_LARGE)),
    "malformedMessage",
    "retry",
  ],
  ["view", (open) => tamperBroadcast(open + 1, (bytes) => flip(bytes, 0)), "echoMismatch", "nobody"],
  [
    "R of the confirmation",
    (open) => tamperBroadcast(open + 1, (bytes) => overwrite(bytes, 32 + last * 33, OTHER_POINT)),
    "echoMismatch",
    "nobody",
  ],
];

function expectCheat(otMode: OtMode, [, tamperAt, code, kind]: Cheat): void {
  const shape = { count: COUNT, otMode };
  const report = runPresignBatch(setup, shape, new Map([[one, tamperAt(openingRound(shape))]]));
  const abort = abortOf(report, three);
  const isBan = kind === "check" && otMode === "epoch";
  const blame = kind === "check" ? "pairwise" : kind === "retry" ? "public" : "nobody";
  expect(abort).toMatchObject({
    code,
    severity: isBan ? "ban" : "retry",
    culprits: kind === "nobody" ? [] : [1],
    blame,
  });
  expect(report.outputs.has(three)).toBe(false);
  expect(usablePartners(must(shares.get(three))).has(one)).toBe(!isBan);
}

describe("a signer that cheats in the last presignature of a batch", () => {
  it.each(CHEATS)("epoch pairs, %s: all are lost, and a failed check bans", (...cheat) => {
    expectCheat("epoch", cheat);
  });

  // The checks are the same code in both modes; what differs is the punishment, and where the rounds are.
  const punished = CHEATS.filter(([name]) => ["extension u", "mu", "Γv", "salt"].includes(name));
  it.each(punished)("ephemeral pairs, %s: all are lost, nobody is banned and no pair burnt", SLOW, (...cheat) => {
    expectCheat("ephemeral", cheat);
  });

  it.each([
    ["a base-OT message that is no point", [2], 0],
    ["trees that do not match their digest", [3, 4], 40],
  ] as const)("ephemeral pairs, %s: a retry that names the sender", SLOW, (_name, rounds, offset) => {
    // Which of the two parties sends trees, and when, is a matter of roles: the other messages are empty. Of the two
    // sums of a level, 16 bytes apart, the recipient reads the one that its secret names.
    const damage = (bytes: Uint8Array) => (bytes.length > offset ? flip(flip(bytes, offset), offset + 16) : bytes);
    const tamper: Tamper = (outgoing, round) =>
      rounds.reduce((sent, at) => tamperDirect(at, damage)(sent, round), outgoing);
    const report = runPresignBatch(setup, { count: 1, otMode: "ephemeral" }, new Map([[one, tamper]]));
    expect(abortOf(report, three)).toMatchObject({
      code: "pairSetup",
      severity: "retry",
      culprits: [1],
      blame: "pairwise",
    });
    expect(usablePartners(must(shares.get(three))).has(one)).toBe(true);
  });

  it("ephemeral pairs, the trees of the other direction: a retry that names the sender", SLOW, () => {
    // Party 3 is Alice of the first direction: its trees come last.
    const damage = tamperDirect(4, (bytes) => (bytes.length > 40 ? flip(flip(bytes, 40), 56) : bytes));
    const report = runPresignBatch(setup, { count: 1, otMode: "ephemeral" }, new Map([[three, damage]]));
    expect(abortOf(report, one)).toMatchObject({ code: "pairSetup", severity: "retry", culprits: [3] });
  });

  it("ephemeral pairs, a copied commitment: stopped before any pair is set up", SLOW, () => {
    const copied = new Map<PartyIndex, Uint8Array>();
    const report = runPresignBatch(setup, { count: 1, otMode: "ephemeral" }, new Map(), {
      intercept(delivery) {
        if (roundOf(delivery.frame) === 1) copied.set(delivery.from, delivery.frame);
        return delivery.to === three ? [] : [delivery];
      },
    });
    const com = must(decodeFrame(must(copied.get(three)))).broadcast.slice(65);
    const forged = resignFrame(must(copied.get(one)), committee.identityOf(one), ({ broadcast }) => ({
      broadcast: overwrite(broadcast, 65, com),
    }));
    const { effects } = receive(must(report.sessions.get(three)), one, forged, committee.rngOf(three));
    expect(effects).toMatchObject([{ kind: "abort", abort: { code: "commitmentReused", culprits: [] } }]);
  });

  it("swaps the answers of two presignatures: each is bound to its place", () => {
    const swap = tamperDirect(3, (bytes) => {
      const [first, second] = [bytes.slice(0, ANSWER), bytes.slice(ANSWER, 2 * ANSWER)];
      return overwrite(overwrite(bytes, 0, second), ANSWER, first);
    });
    const report = runPresignBatch(setup, { count: 2, otMode: "epoch" }, new Map([[one, swap]]));
    expect(abortOf(report, three)).toMatchObject({ code: "voleCheck", severity: "ban", culprits: [1] });
  });

  it.each([
    ["u of two presignatures", 49_216, ANSWER + 49_216],
    ["u and v of one presignature", 49_216, 49_249],
  ])("shifts Γ%s so that their sum stays: the equations are weighed apart", (_name, plus, minus) => {
    const shifted = (bytes: Uint8Array, at: number, by: Point) =>
      overwrite(bytes, at, encodePoint(must(decodePoint(bytes.slice(at, at + 33))).add(by)));
    const shift = tamperDirect(3, (bytes) => shifted(shifted(bytes, plus, GENERATOR), minus, negatePoint(GENERATOR)));
    const report = runPresignBatch(setup, { count: 2, otMode: "epoch" }, new Map([[one, shift]]));
    expect(abortOf(report, three)).toMatchObject({ code: "inputConsistency", severity: "ban", culprits: [1] });
  });
});

describe("the largest batch", SLOW, () => {
  it("leaves evidence that a stranger can read when its last answer is malformed", () => {
    const tooLarge = tamperDirect(3, (bytes) => overwrite(bytes, 16 * ANSWER - 32, TOO_LARGE));
    const tampers = new Map([[one, tooLarge]]);
    const report = runPresignBatch(setup, { count: 16, otMode: "epoch" }, tampers, { cheaters: [one] });
    const { code, culprits, evidence } = abortOf(report, three);
    expect({ code, culprits }).toEqual({ code: "malformedMessage", culprits: [one] });
    expectProven(evidence, committee, [one], "malformedMessage");
  });
});
