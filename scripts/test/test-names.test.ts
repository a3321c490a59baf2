import { describe, expect, it } from "vitest";
import { missingTests, unnamedTests } from "../test-names.ts";

const SOURCES = new Map([
  ["contracts/test/hazards/A.t.sol", "function test_a() public {} function testFuzz_b(bool c) {} function _check() {}"],
  ["contracts/test/invariant/Handler.sol", ""],
]);

describe("the Solidity tests that a text names", () => {
  it("are there", () => {
    const text =
      "`test_a`, `testFuzz_b`, `_check` in `hazards/A.t.sol`, `A.t.sol`, `contracts/test/invariant/Handler.sol`, not `_FILE`";
    expect(missingTests(text, SOURCES)).toEqual([]);
  });

  it.each(["test_b", "testFuzz_a", "invariant_a", "test_a_and_more", "_chec", "B.t.sol", "other/A.t.sol", "A.sol"])(
    "%s is not",
    (name) => {
      expect(missingTests(`see \`${name}\``, SOURCES)).toEqual([name]);
    },
  );
});

describe("the files of Solidity tests", () => {
  it("are named, or told", () => {
    const files = ["contracts/test/hazards/A.t.sol", "contracts/test/hazards/BA.t.sol"];
    expect(unnamedTests("`hazards/A.t.sol`", files)).toEqual(["contracts/test/hazards/BA.t.sol"]);
    expect(unnamedTests("`A.t.sol` and `BA.t.sol`", files)).toEqual([]);
  });
});
