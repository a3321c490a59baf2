import { toMemberIndex } from "@synod/core";
import { expect, it } from "vitest";
import { MemoryPresignatures } from "../src/index.ts";

const id = (byte: string) => `0x${byte.repeat(32)}` as const;

it("lists what waits with its signers, oldest first, and never the presignature", () => {
  const pool = new MemoryPresignatures<string>();
  pool.put(id("02"), [toMemberIndex(1), toMemberIndex(3)], "secret");
  pool.put(id("01"), [toMemberIndex(0)], "secret");
  expect(pool.entries()).toEqual([
    { id: id("02"), signers: [1, 3] },
    { id: id("01"), signers: [0] },
  ]);
  pool.take(id("02"));
  expect(pool.entries()).toEqual([{ id: id("01"), signers: [0] }]);
});

it("keeps the signers as they were put when the caller changes the list", () => {
  const pool = new MemoryPresignatures<string>();
  const signers = [toMemberIndex(1)];
  pool.put(id("02"), signers, "secret");
  signers.push(toMemberIndex(2));
  expect(pool.entries()[0]?.signers).toEqual([1]);
});
