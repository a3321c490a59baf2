import { sha256 } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { describe, expect, it } from "vitest";
import { directLeaf } from "../../src/envelope/payload.ts";
import { flip } from "../harness/tamper.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

const rng = seededRng(`${TEST_SEED}/payload`);

describe(`the leaf of a direct payload (seed ${TEST_SEED})`, () => {
  it.each([0, 1, 64, 49_314])("is keccak256(salt ‖ SHA-256(payload)) of %i bytes", (length) => {
    const direct = { salt: rng(32), payload: rng(length) };
    const expected = keccak_256(Uint8Array.of(...direct.salt, ...sha256(direct.payload)));
    expect(directLeaf(direct)).toEqual(expected);
  });

  it("changes with every part", () => {
    const direct = { salt: rng(32), payload: rng(100) };
    const leaf = directLeaf(direct);
    expect(directLeaf({ ...direct, salt: flip(direct.salt, 31) })).not.toEqual(leaf);
    expect(directLeaf({ ...direct, payload: flip(direct.payload, 99) })).not.toEqual(leaf);
    expect(directLeaf({ ...direct, payload: direct.payload.slice(1) })).not.toEqual(leaf);
  });
});
