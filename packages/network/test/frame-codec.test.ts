import { integerBelow, printSeed, seededRng } from "@synod/testing";
import { describe, expect, it } from "vitest";
import { encodeFrame, FrameDecoder } from "../src/frame-codec.ts";

const MAX = 1000;

function decodeAll(decoder: FrameDecoder): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let decoded = decoder.next(); decoded.kind === "frame"; decoded = decoder.next()) frames.push(decoded.frame);
  return frames;
}

describe("frame codec", () => {
  it("puts the length in front, four bytes big-endian", () => {
    expect(encodeFrame(new Uint8Array([7, 8]))).toStrictEqual(new Uint8Array([0, 0, 0, 2, 7, 8]));
  });

  it("cuts the same frames out of a stream however it was torn", () => {
    const rng = seededRng(printSeed("frame codec"));
    for (let round = 0; round < 50; round += 1) {
      const frames = Array.from({ length: 20 }, () => rng(1 + integerBelow(rng, MAX)));
      const wire = Buffer.concat(frames.map(encodeFrame));
      const decoder = new FrameDecoder(MAX);
      const found: Uint8Array[] = [];
      for (let at = 0; at < wire.length; ) {
        const step = 1 + integerBelow(rng, 700);
        decoder.push(wire.subarray(at, at + step));
        found.push(...decodeAll(decoder));
        at += step;
      }
      expect(found).toStrictEqual(frames);
      expect(decoder.next()).toEqual({ kind: "incomplete" });
    }
  });

  it("hands out frames that share no memory with what came in", () => {
    const wire = encodeFrame(new Uint8Array([1, 2, 3]));
    const decoder = new FrameDecoder(MAX);
    decoder.push(wire);
    const decoded = decoder.next();
    wire.fill(0);
    expect(decoded).toStrictEqual({ kind: "frame", frame: new Uint8Array([1, 2, 3]) });
  });

  it("waits for the whole header and the whole frame", () => {
    const decoder = new FrameDecoder(MAX);
    for (const byte of encodeFrame(new Uint8Array([9])).subarray(0, 4)) {
      decoder.push(new Uint8Array([byte]));
      expect(decoder.next()).toEqual({ kind: "incomplete" });
    }
    decoder.push(new Uint8Array([9]));
    expect(decoder.next()).toStrictEqual({ kind: "frame", frame: new Uint8Array([9]) });
  });

  it("refuses a frame by its announced length, before a byte of it", () => {
    const decoder = new FrameDecoder(MAX);
    decoder.push(new Uint8Array([0xff, 0xff, 0xff, 0xff]));
    expect(decoder.next()).toEqual({ kind: "tooLarge", bytes: 0xffff_ffff });
    const atLimit = new FrameDecoder(MAX);
    atLimit.push(encodeFrame(new Uint8Array(MAX + 1)).subarray(0, 4));
    expect(atLimit.next()).toEqual({ kind: "tooLarge", bytes: MAX + 1 });
  });

  it("refuses an empty frame", () => {
    const decoder = new FrameDecoder(MAX);
    decoder.push(new Uint8Array(4));
    expect(decoder.next()).toEqual({ kind: "empty" });
  });
});
