import { describe, expect, it } from "vitest";
import { HELLO_LENGTH } from "../../src/engine/hello.ts";
import { decodeFrame, type Frame } from "../../src/envelope/frame.ts";
import {
  type Abort,
  compareViews,
  decodeEvidence,
  type Evidence,
  encodeEvidence,
  envelopeDigest,
  type KeygenOutput,
  type PartyIndex,
  partyIndex,
  verifyEvidence,
} from "../../src/index.ts";
import { keygenSessionId } from "../../src/keygen/outcome.ts";
import { concat, equalBytes, u8, u16 } from "../../src/math/bytes.ts";
import { H } from "../../src/transcript/hash.ts";
import { type Committee, createCommittee, must } from "../harness/committee.ts";
import { expectProven } from "../harness/evidence.ts";
import type { Report } from "../harness/pump.ts";
import { runKeygen } from "../harness/sessions.ts";
import { flip, resignFrame, roundOf, tamperBroadcast } from "../harness/tamper.ts";
import { TEST_SEED } from "../seeded-rng.ts";

const [one, two, three] = [1, 2, 3].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex];
const honest = [two, three] as const;

type View = Extract<Evidence, { kind: "view" }>;

function abortOf(report: Report<KeygenOutput>, party: PartyIndex): Abort {
  return must(report.aborts.get(party), `abort of party ${party}`);
}

/** What a party sends to the others after `viewMismatch` (docs/protocol/evidence.md step V.2): bytes. */
function sendView(report: Report<KeygenOutput>, party: PartyIndex): Uint8Array {
  const abort = abortOf(report, party);
  expect(abort).toMatchObject({ code: "viewMismatch", severity: "retry", culprits: [], blame: "nobody" });
  expect(abort.evidence).toHaveLength(1);
  return encodeEvidence(must(abort.evidence[0]));
}

/** A view as it arrives (step V.3). */
function readView(bytes: Uint8Array): View {
  const evidence = decodeEvidence(bytes);
  if (evidence?.kind !== "view") throw new TypeError("no view");
  return evidence;
}

/** Party 1 signs another message of `round` for party 2 alone. */
function equivocate(committee: Committee, round: number): Report<KeygenOutput> {
  return runKeygen(committee, new Map(), {
    cheaters: [one],
    intercept(delivery) {
      if (delivery.from !== one || delivery.to !== two || roundOf(delivery.frame) !== round) return [delivery];
      const frame = resignFrame(delivery.frame, committee.identityOf(one), ({ broadcast }) => ({
        broadcast: flip(broadcast, 70),
      }));
      return [{ ...delivery, frame }];
    },
  });
}

describe(`from a mismatch of views to a name (seed ${TEST_SEED})`, { timeout: 60_000 }, () => {
  it("an equivocator: each honest party's view goes to the other as bytes, and both end with the same proof", () => {
    const committee = createCommittee(2, 3, "exchange");
    const report = equivocate(committee, 1);
    const sent = new Map(honest.map((party) => [party, sendView(report, party)]));
    for (const [ours, theirs] of [honest, [...honest].reverse()]) {
      const found = compareViews(readView(must(sent.get(must(ours)))), readView(must(sent.get(must(theirs)))));
      if (found.kind !== "equivocation") throw new TypeError(found.kind);
      expectProven([found.evidence], committee, [one], "equivocation");
    }
  });

  it("an equivocator that answers with a view of others' envelopes unsigned: nobody honest is named", () => {
    const committee = createCommittee(2, 3, "forged-view");
    const ours = readView(sendView(equivocate(committee, 1), two));
    const accepted = ours.accepted.map((signed) =>
      signed.envelope.from === three
        ? { ...signed, envelope: { ...signed.envelope, payloadHash: bytesOf(7) } }
        : signed,
    );
    expect(compareViews(ours, { ...ours, accepted })).toEqual({ kind: "inconclusive" });
  });

  it("a party that signs a view which it has not: the others' views agree, and nothing is proven", () => {
    const committee = createCommittee(2, 3, "false-view");
    const report = runKeygen(committee, new Map(), {
      cheaters: [one],
      intercept(delivery) {
        if (delivery.from !== one || roundOf(delivery.frame) !== 5) return [delivery];
        const frame = resignFrame(delivery.frame, committee.identityOf(one), () => ({
          envelope: { prevView: bytesOf(9) },
        }));
        return [{ ...delivery, frame }];
      },
    });
    const [ours, theirs] = honest.map((party) => readView(sendView(report, party)));
    expect(compareViews(must(ours), must(theirs))).toEqual({ kind: "agreement" });
    const { domain, parties } = committee;
    expect(verifyEvidence(must(ours), { domain, parties }).kind).toBe("unproven");
  });
});

function bytesOf(value: number): Uint8Array {
  return new Uint8Array(32).fill(value);
}

/** The signed message of each party in a round, ascending. */
function messagesOf(report: Report<KeygenOutput>, round: number): ReadonlyMap<PartyIndex, Frame> {
  const ofRound = report.deliveries.filter(({ frame }) => roundOf(frame) === round);
  const messages = ofRound.map(({ from, frame }): [PartyIndex, Frame] => [from, must(decodeFrame(frame))]);
  return new Map(messages.sort(([a], [b]) => a - b));
}

/**
 * Whether a message of round 2 contradicts itself: its previous view is of exactly these messages of round 1, and its e1
 * is not of the commitments in them. The judge of docs/protocol/evidence.md, "A false echo", which the library lacks.
 */
function contradictsItself(second: Frame, firsts: ReadonlyMap<PartyIndex, Frame>, minSigners: number): boolean {
  const { envelope } = second.signed;
  const digests = [...firsts].map(([party, { signed }]) => concat(u16(party), envelopeDigest(signed.envelope)));
  const view = H("envelope/view", envelope.session, u8(1), ...digests);
  const dsid = keygenSessionId(envelope.sid, firsts.size, minSigners);
  const commitments = [...firsts.values()].map(({ broadcast }) => broadcast.subarray(HELLO_LENGTH));
  return equalBytes(view, envelope.prevView) && !equalBytes(second.broadcast, H("dkg/e1", dsid, ...commitments));
}

describe("a false echo", { timeout: 60_000 }, () => {
  const committee = createCommittee(2, 3, "false-echo");
  const run = () => runKeygen(committee, new Map([[one, tamperBroadcast(2, (e1) => flip(e1, 0))]]));

  it("names nobody and leaves nothing to exchange: all views are equal by then", () => {
    const report = run();
    for (const party of honest) {
      expect(abortOf(report, party)).toMatchObject({
        code: "echoMismatch",
        severity: "retry",
        blame: "nobody",
        culprits: [],
        round: 2,
        evidence: [],
      });
    }
    const views = [...messagesOf(report, 2).values()].map(({ signed }) => Buffer.from(signed.envelope.prevView));
    expect(new Set(views.map((view) => view.toString("hex"))).size).toBe(1);
  });

  it("contradicts the view that its own envelope signs; no honest party's message does", () => {
    const report = run();
    const firsts = messagesOf(report, 1);
    const liars = [...messagesOf(report, 2)].filter(([, frame]) => contradictsItself(frame, firsts, 2));
    expect(liars.map(([party]) => party)).toEqual([one]);
    // Other first messages, made up to frame party 2, are not the ones in its view.
    const framed = new Map(firsts);
    const { signed, broadcast, ...rest } = must(firsts.get(three));
    const envelope = { ...signed.envelope, payloadHash: bytesOf(1) };
    framed.set(three, { ...rest, broadcast: flip(broadcast, HELLO_LENGTH), signed: { ...signed, envelope } });
    expect(contradictsItself(must(messagesOf(report, 2).get(two)), framed, 2)).toBe(false);
  });
});
