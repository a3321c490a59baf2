import { describe, expect, it } from "vitest";
import { staleFiles } from "../../scripts/generate-abis.ts";

describe("the generated ABIs", () => {
  it("are those of the contracts as they are built now", () => {
    expect(staleFiles()).toEqual([]);
  });
});
