import { integerBelow, type SeededRng } from "@synod/testing";
import { concatBytes, type Hex, hexToBytes, numberToBytes } from "viem";

/** A frame that no honest member sends at this moment, and which kind of those it is. */
export type HostileFrame = { readonly kind: string; readonly frame: Uint8Array };

/** What frames are made of: random bytes, true frames that were heard, and a decision that the committee works on. */
type Source = {
  random(length: number): Uint8Array;
  below(end: number): number;
  heard(): Uint8Array;
  readonly decision: Uint8Array;
};

const POOL_CHUNK = 4_096;
const POOL_BYTES = 256 * POOL_CHUNK;
const SESSION_HEADER = 70;
const PHASES = 7;
/** Kinds of frames that there are, counted from 1. */
const KNOWN_KINDS = 10;
const SIGN = 2;

function session(phase: number, subject: Uint8Array, attempt: number, handle: Uint8Array, payload: Uint8Array) {
  return concatBytes([Uint8Array.of(1, phase), subject, numberToBytes(attempt, { size: 4 }), handle, payload]);
}

/** Committee, epoch, length and hash of an audit log's head. */
function head(random: Source["random"], length: number): Uint8Array {
  return concatBytes([random(32), random(8), numberToBytes(length, { size: 4 }), random(32)]);
}

/** Lengths within lengths, each of which promises as much as there can be. */
function nested(depth: number): Uint8Array {
  return concatBytes(Array.from({ length: depth }, (_, level) => numberToBytes(4 * (depth - level), { size: 4 })));
}

const KINDS: Readonly<Record<string, (source: Source) => Uint8Array>> = {
  "random bytes": ({ random, below }) => random(1 + below(600)),
  "unknown kind": ({ random, below }) =>
    concatBytes([Uint8Array.of(KNOWN_KINDS + 1 + below(255 - KNOWN_KINDS)), random(below(300))]),
  "unknown phase": ({ random, below, decision }) =>
    session(PHASES + below(256 - PHASES), decision, 0, random(32), random(64)),
  "cut short": ({ heard, below }) => {
    const frame = heard();
    return frame.subarray(0, 1 + below(frame.length - 1));
  },
  "with a tail": ({ heard, random, below }) => concatBytes([heard(), random(1 + below(64))]),
  "one bit changed": ({ heard, below }) => {
    const frame = Uint8Array.from(heard());
    const at = below(frame.length);
    frame[at] = (frame[at] ?? 0) ^ (1 << below(8));
    return frame;
  },
  replayed: ({ heard }) => heard(),
  "replayed for another decision": ({ heard, decision }) => {
    const frame = Uint8Array.from(heard());
    if (frame.length >= SESSION_HEADER) frame.set(decision, frame[0] === 1 ? 2 : 1);
    return frame;
  },
  "session of nobody": ({ random, below }) => session(below(PHASES), random(32), below(4), random(32), random(400)),
  "session of a decision": ({ random, below, decision }) =>
    session(below(PHASES), decision, below(100_000), random(32), random(400)),
  "long session": ({ random, decision, below }) => session(SIGN, decision, below(64), random(32), random(16_384)),
  "nested lengths": ({ random, decision, below }) => session(SIGN, decision, below(4), random(32), nested(2_000)),
  "forged attestation": ({ random, decision, below }) =>
    concatBytes([Uint8Array.of(2), decision, Uint8Array.of(below(2)), random(32), random(64), Uint8Array.of(27)]),
  "forged signature": ({ random, decision }) =>
    concatBytes([Uint8Array.of(3), decision, random(64), Uint8Array.of(27)]),
  "share of no epoch": ({ random, below }) =>
    concatBytes([Uint8Array.of(4), random(32), numberToBytes(below(9), { size: 4 }), random(32)]),
  "question about no epoch": ({ random }) => concatBytes([Uint8Array.of(5), random(32)]),
  "record of no epoch": ({ random, below }) => concatBytes([Uint8Array.of(6), random(33 + below(8_000))]),
  "approval of no epoch": ({ random }) => concatBytes([Uint8Array.of(7), random(97)]),
  "another chain": ({ random, below }) =>
    concatBytes([Uint8Array.of(8), numberToBytes(below(2 ** 31), { size: 8 }), random(32)]),
  "audit head of no epoch": ({ random, below }) => {
    const added = below(1_024);
    const from = numberToBytes(3, { size: 4 });
    return concatBytes([Uint8Array.of(9), head(random, 3 + added), random(65), from, random(32 * added)]);
  },
  "co-signature of no epoch": ({ random, below }) =>
    concatBytes([Uint8Array.of(10), head(random, 1 + below(1_024)), random(130)]),
};

/** The names of all kinds. */
export const HOSTILE_KINDS: readonly string[] = Object.keys(KINDS);

/** Makes frames that follow from a seed and from what was heard of the committee. Cheap, so that a flood is one. */
export class HostileFrames {
  readonly #pool: Uint8Array;
  readonly #heard: readonly Uint8Array[];
  #at = 0;
  #next = 0;

  /** @param heard true frames, at least one; more may be added */
  constructor(rng: SeededRng, heard: readonly Uint8Array[]) {
    this.#pool = concatBytes(Array.from({ length: POOL_BYTES / POOL_CHUNK }, () => rng(POOL_CHUNK)));
    this.#heard = heard;
    this.#at = integerBelow(rng, POOL_BYTES);
  }

  /** The next frame; each kind has its turn. */
  next(decisionId: Hex): HostileFrame {
    const kind = HOSTILE_KINDS[this.#next % HOSTILE_KINDS.length] ?? "";
    this.#next += 1;
    const frame = KINDS[kind]?.(this.#sourceOf(decisionId));
    if (frame === undefined) throw new TypeError(`no kind of frame is called ${kind}`);
    return { kind, frame };
  }

  #sourceOf(decisionId: Hex): Source {
    const below = (end: number) => new DataView(this.#random(4).slice().buffer).getUint32(0) % end;
    return {
      random: (length) => this.#random(length),
      below,
      heard: () => {
        const frame = this.#heard[below(this.#heard.length)];
        if (frame === undefined) throw new TypeError("nothing was heard of the committee");
        return frame;
      },
      decision: hexToBytes(decisionId),
    };
  }

  /** A piece of the pool. Long ones begin anywhere, so that two are hardly ever the same. */
  #random(length: number): Uint8Array {
    const from = (this.#at + 7_919) % (POOL_BYTES - length);
    this.#at = from + length;
    return this.#pool.subarray(from, from + length);
  }
}
