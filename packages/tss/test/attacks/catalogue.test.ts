import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const IDS = Array.from({ length: 48 }, (_, i) => `V-${String(i + 1).padStart(2, "0")}`);

it("every one of the 48 known attacks has a test whose title starts with its id", () => {
  const folder = new URL("./", import.meta.url);
  const tests = readdirSync(folder).filter((name) => name.endsWith(".test.ts"));
  const text = tests.map((name) => readFileSync(new URL(name, folder), "utf8")).join("\n");
  const titles = [...text.matchAll(/(?:["'`])(V-\d\d) [^"'`]{8,}/g)].map((match) => match[1]);
  expect(IDS.filter((id) => !titles.includes(id))).toEqual([]);
  expect(new Set(titles).size).toBe(IDS.length);
});
