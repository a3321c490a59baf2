import { describe, expect, test } from "vitest";
import { OneTime } from "../../src/math/one-time.ts";
import { encodeScalar, multiplyScalars, ORDER, randomScalar, reduce } from "../../src/math/scalar.ts";
import { scalarsFromWords } from "../../src/math/scalar-words.ts";
import { wordsFromBytes } from "../../src/math/words.ts";
import { extendSender } from "../../src/primitives/extension.ts";
import { VOLE_MESSAGE_LENGTH, XI } from "../../src/primitives/parameters.ts";
import { aliceRespondVole, type BobVoleState, bobFinishVole, bobStartVole } from "../../src/primitives/vole.ts";
import { checkDigest, checkWeights } from "../../src/primitives/vole-check.ts";
import { choiceBits, gadget, padsOf } from "../../src/primitives/vole-rows.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { correlatedPair, flipBit } from "./correlated-pair.ts";

const sid = new Uint8Array(32).fill(1);
const g = gadget(new Uint8Array(32).fill(3));
const session = { sid, gadget: g };
const ETA_AT = XI * 3 * 32;
const MU_AT = ETA_AT + 32;

function addAt(message: Uint8Array, position: number, amount: bigint): void {
  const at = position * 32;
  const before = BigInt(`0x${Buffer.from(message.subarray(at, at + 32)).toString("hex")}`);
  message.set(encodeScalar(reduce(before + amount)), at);
}

describe(`random VOLE (seed ${TEST_SEED})`, () => {
  const rng = seededRng(`${TEST_SEED}/vole`);
  const { alice, bob } = correlatedPair(rng);
  const a = [randomScalar(rng), randomScalar(rng)] as const;
  const started = bobStartVole(bob, session, rng);
  const secrets = started.state.take();
  const bits = choiceBits(secrets.choices);
  // A state is used once; the tests try many answers on the same secrets.
  const bobState = (): BobVoleState =>
    new OneTime({ ...secrets, choices: secrets.choices.slice(), columns: secrets.columns.slice() });
  const answered = aliceRespondVole(alice, session, started.message, a, rng);
  if (answered.kind !== "ok") expect.fail(answered.kind);
  const { c, message } = answered;

  /** The answer of an Alice who changes one correction and then computes the check to fit. */
  function cheat(position: number, amount: bigint): Uint8Array {
    const forged = message.slice();
    addAt(forged, position, amount);
    const columns = extendSender(alice, sid, started.message) ?? new Uint32Array(0);
    const pads0 = scalarsFromWords(padsOf(sid, columns, new Uint32Array(4)));
    const pads1 = scalarsFromWords(padsOf(sid, columns, wordsFromBytes(alice.delta)));
    const check =
      BigInt(`0x${Buffer.from(message.subarray(64, 96)).toString("hex")}`) - (pads0[2] ?? 0n) + (pads1[2] ?? 0n);
    const weights = checkWeights(sid, forged.subarray(0, ETA_AT));
    forged.set(encodeScalar(reduce(check + weights[0] * a[0] + weights[1] * a[1])), ETA_AT);
    forged.set(checkDigest(sid, weights, pads0), MU_AT);
    return forged;
  }

  test("gives shares of the product of each input with chi", () => {
    const finished = bobFinishVole(bobState(), message);
    if (finished.kind !== "ok") expect.fail(finished.kind);
    for (const w of [0, 1] as const) {
      expect(reduce(c[w] + finished.d[w])).toBe(multiplyScalars(a[w], started.chi));
    }
  });

  test("messages have their fixed lengths", () => {
    expect([started.message.length, message.length, VOLE_MESSAGE_LENGTH]).toEqual([4624, 49216, 49216]);
  });

  test("chi is the gadget's sum over Bob's choices", () => {
    const sum = g.reduce((total, element, j) => total + (bits[j] === 1n ? element : 0n), 0n);
    expect(started.chi).toBe(reduce(sum));
    expect(new Set(g).size).toBe(XI);
    expect(gadget(new Uint8Array(32).fill(2))[0]).not.toBe(g[0]);
  });

  test("works for inputs of zero and of q - 1", () => {
    const fresh = { sid: new Uint8Array(32).fill(9), gadget: g };
    const start = bobStartVole(bob, fresh, rng);
    const answer = aliceRespondVole(alice, fresh, start.message, [0n, ORDER - 1n], rng);
    if (answer.kind !== "ok") expect.fail(answer.kind);
    const finish = bobFinishVole(start.state, answer.message);
    if (finish.kind !== "ok") expect.fail(finish.kind);
    expect(reduce(answer.c[0] + finish.d[0])).toBe(0n);
    expect(reduce(answer.c[1] + finish.d[1])).toBe(reduce(-start.chi));
  });

  test("pads differ in every row and place, even for equal columns", () => {
    const pads = scalarsFromWords(padsOf(sid, new Uint32Array(4 * XI).fill(7), new Uint32Array(4)));
    expect(new Set(pads).size).toBe(3 * XI);
    const other = scalarsFromWords(
      padsOf(new Uint8Array(32).fill(2), new Uint32Array(4 * XI).fill(7), new Uint32Array(4)),
    );
    expect(new Set([...pads, ...other]).size).toBe(6 * XI);
  });

  test.each(["zero", "one"])("a changed correction is caught in rows where the choice is %s", (name) => {
    const wanted = name === "one" ? 1n : 0n;
    const rows = [bits.indexOf(wanted), bits.lastIndexOf(wanted)];
    for (const position of rows.flatMap((j) => [3 * j, 3 * j + 1, 3 * j + 2])) {
      expect(bobFinishVole(bobState(), flipBit(message, position * 32 + 31))).toEqual({ kind: "voleFailure" });
    }
  });

  test("another eta and another mu are caught", () => {
    for (const position of [ETA_AT + 31, ETA_AT + 1, MU_AT, MU_AT + 31]) {
      expect(bobFinishVole(bobState(), flipBit(message, position))).toEqual({ kind: "voleFailure" });
    }
  });

  test.each([0, 1, 2])("an Alice who uses another input %i in one chosen row is caught, whatever she sends", (w) => {
    expect(bobFinishVole(bobState(), cheat(3 * bits.indexOf(1n) + w, 5n))).toEqual({ kind: "voleFailure" });
    // Where the choice is zero the row never used the input; only that one bit of a one-time beta shows.
    expect(bobFinishVole(bobState(), cheat(3 * bits.indexOf(0n) + w, 5n)).kind).toBe("ok");
  });

  test("an honest answer rebuilt by the cheating code passes, so that code tests what it says", () => {
    expect(cheat(0, 0n)).toEqual(message);
  });

  test("mu covers every row and place, the weights and the opening", () => {
    const rows = scalarsFromWords(padsOf(sid, new Uint32Array(secrets.columns.slice().buffer), new Uint32Array(4)));
    const digest = (changed: readonly bigint[], weights: readonly [bigint, bigint] = [2n, 3n], eta = 5n) =>
      checkDigest(sid, weights, changed, { bits, eta }).join();
    const digests = [digest(rows), digest(rows, [1n, 3n]), digest(rows, [2n, 4n]), digest(rows, [2n, 3n], 6n)];
    for (const position of [0, 1, 2, 3 * XI - 3, 3 * XI - 2, 3 * XI - 1]) {
      digests.push(digest(rows.map((row, i) => (i === position ? row + 1n : row))));
    }
    // The last two places of a row weigh theta_1 and 1, so all ten differ.
    expect(new Set(digests).size).toBe(10);
    expect(checkDigest(new Uint8Array(32).fill(2), [2n, 3n], rows, { bits, eta: 5n }).join()).not.toBe(digests[0]);
  });

  test("the weights change with every correction and with the session", () => {
    const corrections = message.subarray(0, ETA_AT);
    const honest = checkWeights(sid, corrections);
    expect(honest[0]).not.toBe(honest[1]);
    for (const position of [0, 700 * 32, ETA_AT - 1]) {
      const changed = checkWeights(sid, flipBit(corrections, position));
      expect(changed[0]).not.toBe(honest[0]);
      expect(changed[1]).not.toBe(honest[1]);
    }
    expect(checkWeights(new Uint8Array(32).fill(2), corrections)[0]).not.toBe(honest[0]);
  });

  test("a failed extension check is a COTE failure, a wrong length is not", () => {
    expect(aliceRespondVole(alice, session, flipBit(started.message, 100), a, rng)).toEqual({ kind: "coteFailure" });
    for (const malformed of [started.message.subarray(1), Uint8Array.of(...started.message, 0)]) {
      expect(aliceRespondVole(alice, session, malformed, a, rng)).toEqual({ kind: "malformedMessage" });
    }
  });

  test("an answer of another length or with a scalar >= q is malformed", () => {
    const malformed = { kind: "malformedMessage" };
    expect(bobFinishVole(bobState(), message.subarray(1))).toEqual(malformed);
    expect(bobFinishVole(bobState(), Uint8Array.of(...message, 0))).toEqual(malformed);
    for (const at of [0, 77 * 32, ETA_AT - 32, ETA_AT]) {
      const forged = message.slice();
      forged.fill(0xff, at, at + 32);
      expect(bobFinishVole(bobState(), forged)).toEqual(malformed);
    }
  });

  test("Bob's choices and Alice's mask are fresh in every session", () => {
    const [first, second] = [bobStartVole(bob, session, rng), bobStartVole(bob, session, rng)];
    expect(first.chi).not.toBe(second.chi);
    const again = aliceRespondVole(alice, session, started.message, a, rng);
    if (again.kind !== "ok") expect.fail(again.kind);
    expect(again.c).toEqual(c);
    expect(again.message.subarray(ETA_AT, MU_AT)).not.toEqual(message.subarray(ETA_AT, MU_AT));
  });

  test("a state works once and its choices and columns are wiped", () => {
    expect(() => bobFinishVole(started.state, message)).toThrowError(
      expect.objectContaining({ code: "stateConsumed" }),
    );
    const [choices, columns] = [secrets.choices.slice(), secrets.columns.slice()];
    bobFinishVole(new OneTime({ session, choices, columns }), message);
    expect([...choices, ...columns].every((byte) => byte === 0)).toBe(true);
  });

  test("a session id of zeros is refused on both sides", () => {
    const refused = expect.objectContaining({ code: "invalidSessionId" });
    const zeros = { sid: new Uint8Array(32), gadget: g };
    expect(() => bobStartVole(bob, zeros, rng)).toThrowError(refused);
    expect(() => aliceRespondVole(alice, zeros, started.message, a, rng)).toThrowError(refused);
  });
});
