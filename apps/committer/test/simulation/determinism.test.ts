import { expect, test } from "vitest";
import { imageOf } from "./images.ts";
import { planOf } from "./scenario/plan.ts";
import { play } from "./scenario/play.ts";

const SEEDS = [3, 7, 24, 38, 76];

async function digestOf(seed: number): Promise<string> {
  const plan = planOf(seed);
  const { digest, failure } = await play(await imageOf(plan.shape), plan);
  expect(failure).toBeUndefined();
  return digest;
}

test("a seed always gives the same events, and another seed others", async () => {
  const first: string[] = [];
  for (const seed of SEEDS) first.push(await digestOf(seed));
  const second: string[] = [];
  for (const seed of SEEDS) second.push(await digestOf(seed));
  expect(second).toEqual(first);
  expect(new Set(first).size).toBe(SEEDS.length);
}, 300_000);
