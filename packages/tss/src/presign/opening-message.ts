import type { Incoming } from "../engine/stage.ts";
import type { Point } from "../math/point.ts";
import { type ByteReader, createReader } from "../math/reader.ts";
import type { Scalar } from "../math/scalar.ts";
import { VOLE_MESSAGE_LENGTH } from "../primitives/parameters.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import type { OpenedPoints } from "./hashes.ts";

/** What one party sends another for one presignature in the round that opens the nonces. */
export type AnswerMessage = {
  /** ã, η, μ: 49,216 bytes. */
  readonly vole: Uint8Array;
  readonly gammaU: Point;
  readonly gammaV: Point;
  /** ψ_{j -> i}. */
  readonly psi: Scalar;
};

/** One party's message of that round, all lists in the order of the batch. */
export type OpeningMessage = OpenedPoints & {
  /** 32 bytes. */
  readonly salt: Uint8Array;
  readonly answers: readonly AnswerMessage[];
};

/** Reads the points of a batch of `count`, the salt and the answers; undefined unless all of it is canonical. */
export function decodeOpening({ broadcast, direct }: Incoming, count: number): OpeningMessage | undefined {
  const opening = createReader(broadcast);
  const noncePoints = readAll(count, opening.point);
  const salt = opening.bytes(HASH_LENGTH);
  const publicShares = readAll(count, opening.point);
  const reader = createReader(direct);
  const answers = readAll(count, () => readAnswer(reader));
  if (!noncePoints || !salt || !publicShares || !answers) return undefined;
  return opening.isComplete() && reader.isComplete() ? { noncePoints, salt, publicShares, answers } : undefined;
}

function readAnswer(reader: ByteReader): AnswerMessage | undefined {
  const vole = reader.bytes(VOLE_MESSAGE_LENGTH);
  const gammaU = reader.point();
  const gammaV = reader.point();
  const psi = reader.scalar();
  return vole && gammaU && gammaV && psi !== undefined ? { vole, gammaU, gammaV, psi } : undefined;
}

function readAll<T>(count: number, read: () => T | undefined): readonly T[] | undefined {
  const values: T[] = [];
  for (let i = 0; i < count; i++) {
    const value = read();
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}
