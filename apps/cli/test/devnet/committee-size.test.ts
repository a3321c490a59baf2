import { describe, expect, it } from "vitest";
import { committeeSize } from "../../src/devnet/committee-size.ts";

describe("committeeSize", () => {
  it.each([
    [2, 2],
    [3, 2],
    [4, 3],
    [5, 4],
    [7, 5],
    [10, 7],
    [16, 11],
  ])("chooses for %i members the smallest quorum that no two results can both reach: %i", (members, quorum) => {
    const liars = Math.floor((members - 1) / 3);
    expect(committeeSize(members)).toEqual({ members, quorum, minSigners: quorum });
    expect(2 * quorum > members + liars).toBe(true);
  });

  it("keeps what is given, and lets fewer sign than must agree", () => {
    expect(committeeSize(4, 2, 4)).toEqual({ members: 4, minSigners: 2, quorum: 4 });
  });

  it.each([
    ["--committers", [1]],
    ["--committers", [17]],
    ["--min-signers", [4, 1]],
    ["--min-signers", [4, 5]],
    ["--quorum", [4, 3, 2]],
    ["--quorum", [4, 3, 5]],
  ] as const)("refuses a number that is out of range: %s of %j", (where, [members, minSigners, quorum]) => {
    expect(() => committeeSize(members, minSigners, quorum)).toThrow(
      expect.objectContaining({ report: expect.objectContaining({ code: "ARGUMENT_INVALID", where }) }),
    );
  });
});
