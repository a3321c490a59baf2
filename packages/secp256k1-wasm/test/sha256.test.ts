import { createHash, randomBytes } from "node:crypto";
import type { HashBackend } from "@synod/tss";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { loadSha256 } from "../src/sha256.ts";

// The global of that name, as src/sha256.ts uses it.
declare const WebAssembly: {
  instantiate(module: Uint8Array): Promise<{
    readonly instance: { readonly exports: { readonly memory: { readonly buffer: ArrayBuffer } } };
  }>;
};

const sha256 = (message: Uint8Array): Uint8Array => new Uint8Array(createHash("sha256").update(message).digest());
const bytes = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

/** The rows' words in big-endian bytes. */
function encode(words: Int32Array): Uint8Array {
  const out = Buffer.alloc(4 * words.length);
  for (const [i, word] of words.entries()) out.writeInt32BE(word, 4 * i);
  return new Uint8Array(out);
}

function expectedRows(key: Uint8Array, rows: Int32Array): Uint8Array {
  const encoded = encode(rows);
  const digests = Array.from({ length: rows.length / 5 }, (_, i) =>
    sha256(Uint8Array.of(...key, ...encoded.subarray(20 * i, 20 * (i + 1)))),
  );
  return new Uint8Array(Buffer.concat(digests));
}

describe("SHA-256 in WebAssembly agrees with Node's", () => {
  let hashes: HashBackend;

  beforeAll(async () => {
    hashes = await loadSha256();
  });

  test("for every length up to four blocks", () => {
    for (let length = 0; length <= 256; length++) {
      const message = bytes(length);
      expect(hashes.sha256(message), `${length} bytes`).toEqual(sha256(message));
    }
  });

  // Around what is hashed per call, 32 KB, and the longest messages of a presigning.
  test.each([32_767, 32_768, 32_769, 32_832, 49_216, 65_536, 1_000_003])("for %i bytes", (length) => {
    const message = bytes(length);
    expect(hashes.sha256(message)).toEqual(sha256(message));
    expect(hashes.sha256(message.subarray(1))).toEqual(sha256(message.subarray(1)));
  });

  test.each([0, 1, 2, 3, 4, 5, 511, 512, 513, 1_536, 1_537])("for %i rows", (count) => {
    const [key, rows] = [bytes(33).subarray(1), new Int32Array(bytes(20 * count).buffer)];
    expect(encode(hashes.hashRows(key, rows))).toEqual(expectedRows(key, rows));
  });

  test("for words with all bits, and after anything else was hashed", () => {
    const [key, rows] = [new Uint8Array(32).fill(0xff), new Int32Array(25).fill(-1)];
    const expected = expectedRows(key, rows);
    for (const length of [3, 100_000]) {
      hashes.sha256(bytes(length));
      expect(encode(hashes.hashRows(key, rows))).toEqual(expected);
    }
  });

  test("gives digests that later calls leave alone", () => {
    const first = hashes.hashRows(bytes(32), new Int32Array(bytes(20 * 600).buffer));
    const kept = first.slice();
    hashes.hashRows(bytes(32), new Int32Array(5 * 600));
    expect(first).toEqual(kept);
  });
});

test("SHA-256 in WebAssembly leaves nothing of what it hashed in its memory", async () => {
  const instantiate = vi.spyOn(WebAssembly, "instantiate");
  const hashes = await loadSha256();
  const created = await instantiate.mock.results[0]?.value;
  instantiate.mockRestore();
  if (created === undefined) expect.fail("no module was made");
  const memory = new Uint8Array(created.instance.exports.memory.buffer);
  const before = memory.slice();
  expect(before.some((byte) => byte !== 0)).toBe(true);
  for (const length of [0, 32, 63, 64, 32_768, 70_000]) {
    hashes.sha256(bytes(length));
    expect(memory).toEqual(before);
  }
  for (const count of [1, 512, 1_536]) {
    hashes.hashRows(bytes(32), new Int32Array(bytes(20 * count).buffer));
    expect(memory).toEqual(before);
  }
});
