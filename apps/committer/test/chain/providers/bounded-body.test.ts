import { expect, test } from "vitest";
import { BoundedBody } from "../../../src/chain/providers/bounded-body.ts";

function refusalOf(run: () => void): unknown {
  try {
    run();
  } catch (cause) {
    return cause;
  }
  return undefined;
}

test("a body is what its pieces are, also when a character lies across two", () => {
  const body = new BoundedBody(100_000);
  const bytes = new TextEncoder().encode("é".repeat(10_001));
  for (let at = 0; at < bytes.length; at += 4_097) body.add(bytes.subarray(at, at + 4_097));
  expect(body.text()).toBe("é".repeat(10_001));
});

test("a body may be as long as its limit, not longer, and may not announce more", () => {
  const body = new BoundedBody(10_000);
  body.expect(10_000);
  body.add(new Uint8Array(9_999));
  body.add(new Uint8Array(1));
  expect(refusalOf(() => body.add(new Uint8Array(1)))).toMatchObject({ refusal: "tooLarge" });
  expect(refusalOf(() => body.expect(10_001))).toMatchObject({ refusal: "tooLarge" });
});

test("some small pieces are fine, many are not, unless others make up for them", () => {
  const crumbs = new BoundedBody(1_000_000);
  for (let count = 0; count < 2_048; count += 1) crumbs.add(Uint8Array.of(32));
  expect(refusalOf(() => crumbs.add(Uint8Array.of(32)))).toMatchObject({ refusal: "tooFragmented" });
  const mixed = new BoundedBody(1_000_000);
  mixed.add(new Uint8Array(200_000));
  for (let count = 0; count < 3_000; count += 1) mixed.add(Uint8Array.of(32));
  expect(mixed.text()).toHaveLength(203_000);
});
