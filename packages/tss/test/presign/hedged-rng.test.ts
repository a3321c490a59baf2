import { describe, expect, it } from "vitest";
import { decodeFrame } from "../../src/envelope/frame.ts";
import { type PartyIndex, partyIndex, type Rng } from "../../src/index.ts";
import { exposeKeyShare } from "../../src/keyshare/key-share.ts";
import { decodePoint, encodePoint, GENERATOR, multiplyBase, negatePoint, type Point } from "../../src/math/point.ts";
import { shortWeight } from "../../src/math/uniform-multiply.ts";
import { indexedId } from "../../src/presign/hashes.ts";
import { hedgedRng } from "../../src/presign/hedged-rng.ts";
import { extendReceiver } from "../../src/primitives/extension.ts";
import { aliceRespondVole } from "../../src/primitives/vole.ts";
import { gadget } from "../../src/primitives/vole-rows.ts";
import { pairSessionId } from "../../src/transcript/pair-session-id.ts";
import { bytes32, createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { toHex } from "../harness/hex.ts";
import { runPresign } from "../harness/sessions.ts";
import { overwrite, type Tamper, tamperDirect } from "../harness/tamper.ts";
import { seededRng } from "../seeded-rng.ts";

const [one, three] = [1, 3].map(partyIndex) as [PartyIndex, PartyIndex];
const stuck: Rng = (length) => new Uint8Array(length).fill(7);

/** Passes the test at the start of a session, and then is stuck. */
function sticking(): Rng {
  let draws = 0;
  return (length) => (draws++ === 0 ? new Uint8Array(length) : stuck(length));
}

describe("a hedged random source", () => {
  const shares = dealKeyShares(createCommittee(2, 3, "hedged"));
  const share = must(shares.get(three));
  const context = [bytes32("use")];

  it("gives the length that is asked for, and other bytes in every draw and block", () => {
    const rng = hedgedRng(share, context, stuck);
    const draws = [rng(32), rng(80), rng(5)];
    expect(draws.map((bytes) => bytes.length)).toEqual([32, 80, 5]);
    const blocks = draws.flatMap((bytes) => [bytes.slice(0, 5), bytes.slice(32, 37), bytes.slice(64, 69)]);
    const full = blocks.filter((block) => block.length === 5).map(toHex);
    expect(new Set(full).size).toBe(5);
  });

  it("depends on the source, the share and the whole context", () => {
    const draws = [
      hedgedRng(share, context, stuck),
      hedgedRng(share, context, seededRng("fresh")),
      hedgedRng(must(shares.get(one)), context, stuck),
      hedgedRng(share, [...context, bytes32("more")], stuck),
    ].map((rng) => toHex(rng(32)));
    expect(new Set(draws).size).toBe(4);
  });
});

describe("presigning with a source that is stuck", () => {
  const committee = createCommittee(2, 3, "hedged");
  const shares = dealKeyShares(committee);
  const recordInto =
    (sent: Uint8Array[]): Tamper =>
    (outgoing) => {
      sent.push(...[...outgoing.direct.values()].map((payload) => payload.slice()));
      return outgoing;
    };
  const [sentByOne, sentByThree]: [Uint8Array[], Uint8Array[]] = [[], []];
  const setupWith = (weak: Rng) => {
    const rngOf = (party: PartyIndex) => (party === three ? weak : committee.rngOf(party));
    return { committee: { ...committee, rngOf }, shares, signers: [one, three] };
  };
  const report = runPresign(
    setupWith(sticking()),
    new Map([
      [one, recordInto(sentByOne)],
      [three, recordInto(sentByThree)],
    ]),
  );
  const { sid } = must(decodeFrame(must(report.deliveries.at(-1)).frame)).signed.envelope;
  const pair = must(exposeKeyShare(must(shares.get(three))).pairs.get(one));
  const [extension, answer] = sentByThree;

  it("does not choose as Bob what the source says", () => {
    expect(report.outputs.size).toBe(2);
    const guess = extendReceiver(pair.bob, pairSessionId(indexedId(sid, 0), one, three), stuck(80)).message;
    // What follows the extension is the id of the pair.
    const sent = must(extension).slice(0, -32);
    expect(sent).toHaveLength(guess.length);
    expect(sent).not.toEqual(guess);
  });

  it("does not mask as Alice with what the source says", () => {
    // The third correction of a row holds the mask alone, so the inputs do not matter.
    const session = { sid: pairSessionId(indexedId(sid, 0), three, one), gadget: gadget(sid) };
    const guess = aliceRespondVole(pair.alice, session, must(sentByOne[0]).slice(0, -32), [0n, 0n], stuck);
    if (guess.kind !== "ok") throw new TypeError(guess.kind);
    expect(must(answer).slice(64, 96)).not.toEqual(guess.message.slice(64, 96));
  });

  it("does not weigh the two consistency equations as the source says", () => {
    // Errors that cancel for exactly one weight: Γu - w G and Γv + G, at 49,216 and 49,249 of the answer.
    const weight = shortWeight(stuck(16));
    const shift = (bytes: Uint8Array, at: number, by: Point): Uint8Array =>
      overwrite(bytes, at, encodePoint(must(decodePoint(bytes.slice(at, at + 33))).add(by)));
    const cheat = tamperDirect(3, (bytes) =>
      shift(shift(bytes, 49_216, negatePoint(multiplyBase(weight))), 49_249, GENERATOR),
    );
    const victim = { ...setupWith(sticking()), shares: dealKeyShares(committee) };
    const { aborts } = runPresign(victim, new Map([[one, cheat]]));
    expect(aborts.get(three)).toMatchObject({ code: "inputConsistency", severity: "ban", culprits: [1] });
  });
});
