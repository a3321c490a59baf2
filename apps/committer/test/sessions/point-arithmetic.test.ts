import { loadWasmBackend } from "@synod/secp256k1-wasm";
import { expect, test } from "vitest";
import { installPointBackend } from "../../src/sessions/point-arithmetic.ts";

const LIBRARY = "the curve library";

test("where WebAssembly does not load, or computes something else, the sessions go on with the curve library", async () => {
  const forbidden = () => Promise.reject(new TypeError("WebAssembly is forbidden here"));
  expect(await installPointBackend(forbidden)).toEqual({ name: LIBRARY, failure: "WebAssembly is forbidden here" });
  const broken = async () => ({ ...(await loadWasmBackend()), multiplyBase: () => [] });
  expect(await installPointBackend(broken)).toMatchObject({
    name: LIBRARY,
    failure: expect.stringMatching("disagrees"),
  });
  expect(await installPointBackend()).toEqual({ name: "libsecp256k1 (WebAssembly)" });
});
