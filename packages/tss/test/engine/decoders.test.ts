import { describe, expect, it } from "vitest";
import type { Incoming } from "../../src/engine/stage.ts";
import { partyIndex } from "../../src/index.ts";
import { round1 as keygenRound1 } from "../../src/keygen/round1.ts";
import { round3 as keygenRound3 } from "../../src/keygen/round3.ts";
import { round4 as keygenRound4 } from "../../src/keygen/round4.ts";
import { concat } from "../../src/math/bytes.ts";
import { decodeOpening } from "../../src/presign/opening-message.ts";
import { decodeCommitment } from "../../src/presign/round1.ts";
import { round3 as reshareRound3 } from "../../src/reshare/round3.ts";
import { round4 as reshareRound4 } from "../../src/reshare/round4.ts";
import { round1 as signRound1 } from "../../src/sign/round1.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { paperPresign } from "../harness/paper-session.ts";

/*
 * The engine admits only frames of the exact length of their round. What a round reads is refused at another length also
 * without the engine: nothing is read beyond its end, and nothing is left over.
 */

type Decode = (message: Incoming, state: never, from: ReturnType<typeof partyIndex>) => unknown;

const [self, from] = [partyIndex(1), partyIndex(2)];
const roles = new Map([self, from].map((party) => [party, {}]));
const terms = { self, minSigners: 2, dealers: roles, receivers: roles };
/** Roles of a sender that receives and does not deal: it broadcasts nothing in round 3. */
const receiving = { ...terms, dealers: new Map() };

/** Bytes that are canonical wherever a scalar or a hash may stand. */
const zeros = (length: number): Uint8Array => new Uint8Array(length);

const CASES: readonly (readonly [string, Decode, readonly (readonly [broadcast: number, direct: number])[]])[] = [
  [
    "key generation, round 1",
    keygenRound1.decode,
    [
      [31, 0],
      [33, 0],
    ],
  ],
  ["key generation, round 3", keygenRound3.decode, [[0, 0]]],
  ["key generation, round 4", keygenRound4.decode, [[32, 63]]],
  ["reshare, round 3", reshareRound3.decode, [[0, 31]]],
  ["reshare, round 4", reshareRound4.decode, [[32, 63]]],
  [
    "presigning, round 1",
    decodeCommitment,
    [
      [31, 0],
      [33, 0],
    ],
  ],
  [
    "signing",
    signRound1.decode,
    [
      [63, 0],
      [65, 0],
    ],
  ],
];

describe("a payload of another length", () => {
  it.each(CASES)("is none: %s", (_name, decode, lengths) => {
    for (const [broadcast, direct] of lengths) {
      const message = { broadcast: zeros(broadcast), direct: zeros(direct) };
      expect(decode(message, { terms } as never, from), `${broadcast} and ${direct} bytes`).toBeUndefined();
    }
  });

  it("is none where the right one is one", () => {
    const state = { terms } as never;
    expect(keygenRound1.decode({ broadcast: zeros(32), direct: zeros(0) }, state, from)).toEqual(zeros(32));
    expect(decodeCommitment({ broadcast: zeros(32), direct: zeros(0) }, state, from)).toEqual(zeros(32));
    expect(signRound1.decode({ broadcast: zeros(64), direct: zeros(0) }, state, from)).toEqual({ u: 0n, w: 0n });
    expect(keygenRound4.decode({ broadcast: zeros(32), direct: zeros(64) }, state, from)).toMatchObject({ share: 0n });
  });

  it("is none of a member of a reshare that deals nothing", () => {
    const message = { broadcast: zeros(0), direct: zeros(31) };
    expect(reshareRound3.decode(message, { terms: receiving } as never, from)).toBeUndefined();
  });

  it("is none beside a canonical one: an opening of presigning", () => {
    const run = paperPresign(createCommittee(2, 2, "decoders"), { seed: "decoders" });
    const { broadcast } = must(run.messages.get(from)?.[2]);
    const direct = run.opened(from, 3, self).payload;
    expect(decodeOpening({ broadcast, direct }, 1)).toBeDefined();
    for (const change of [(bytes: Uint8Array) => bytes.slice(0, -1), (bytes: Uint8Array) => concat(bytes, zeros(1))]) {
      expect(decodeOpening({ broadcast: change(broadcast), direct }, 1)).toBeUndefined();
      expect(decodeOpening({ broadcast, direct: change(direct) }, 1)).toBeUndefined();
    }
  });
});
