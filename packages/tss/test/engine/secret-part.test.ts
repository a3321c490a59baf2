import { expect, it } from "vitest";
import { destroySecrets } from "../../src/engine/secret-part.ts";
import { OneTime } from "../../src/math/one-time.ts";
import { Secret } from "../../src/math/secret.ts";

it("zeroes bytes of every kind, inside one-time state too, and spares what is kept", () => {
  const [plain, held, inside, kept] = [1, 2, 3, 4].map((value) => Uint8Array.of(value, value));
  if (!plain || !held || !inside || !kept) throw new TypeError("bytes are missing");
  const state = new OneTime({ delta: inside, scalars: [5n] });
  destroySecrets([plain, new Secret(held), state, new OneTime(undefined), kept], [kept]);
  expect([plain, held, inside]).toEqual([new Uint8Array(2), new Uint8Array(2), new Uint8Array(2)]);
  expect(state.isConsumed).toBe(true);
  expect(kept).toEqual(Uint8Array.of(4, 4));
});

it("leaves one-time state alone that somebody took", () => {
  const inside = Uint8Array.of(3);
  const state = new OneTime({ inside });
  state.take();
  destroySecrets([state]);
  expect(inside).toEqual(Uint8Array.of(3));
});
