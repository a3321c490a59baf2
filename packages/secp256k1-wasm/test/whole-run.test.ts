import { expect, test, vi } from "vitest";
import { loadWasmBackend } from "../src/index.ts";
import { type Library, wholeRun } from "./whole-run.ts";

/** A fresh copy of the threshold library: a backend is chosen once per process. */
async function freshLibrary(): Promise<Library> {
  vi.resetModules();
  return import("@synod/tss");
}

test("a key generation, a presigning and a signing send the same bytes with either backend", {
  timeout: 120_000,
}, async () => {
  const expected = wholeRun(await freshLibrary(), "whole run");
  const library = await freshLibrary();
  library.usePointBackend(await loadWasmBackend());
  const actual = wholeRun(library, "whole run");
  expect(actual.frames).toEqual(expected.frames);
  expect(actual.signature).toEqual(expected.signature);
  // Rounds with direct payloads take a frame per recipient.
  expect(expected.frames).toHaveLength(3 * (1 + 2 + 2 + 2 + 1) + 2 * 4 + 2);
  expect(new Set(expected.frames).size).toBe(expected.frames.length);
});
