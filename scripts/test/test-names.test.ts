import { describe, expect, it } from "vitest";
import { missingTests } from "../test-names.ts";

const SOURCES = new Map([
  ["contracts/test/hazards/A.t.sol", "function test_a() public {} function testFuzz_b(bool c) {}"],
]);

describe("the Solidity tests that a text names", () => {
  it("are there", () => {
    expect(missingTests("`test_a`, `testFuzz_b` in `hazards/A.t.sol`, `A.t.sol`", SOURCES)).toEqual([]);
  });

  it.each(["test_b", "testFuzz_a", "invariant_a", "test_a_and_more", "B.t.sol", "other/A.t.sol"])(
    "%s is not",
    (name) => {
      expect(missingTests(`see \`${name}\``, SOURCES)).toEqual([name]);
    },
  );
});
