import { expect, test } from "vitest";
import { CURVE_DOMAIN } from "../../src/transcript/hash-to-curve.ts";
import { TAGS } from "../../src/transcript/tags.ts";

test("every tag is distinct, also with the suffixes and prefixes that hashing adds", () => {
  const derived = TAGS.flatMap((tag) => [tag, `${tag}/0`, `${tag}/1`, CURVE_DOMAIN + tag]);
  expect(new Set(derived).size).toBe(4 * TAGS.length);
});

test("tags are short printable ASCII", () => {
  for (const tag of TAGS) expect(tag).toMatch(/^[a-z0-9/-]{2,24}$/);
});
