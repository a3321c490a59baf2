import { describe, expect, it } from "vitest";
import { formatPairs, formatTable } from "../../src/output/table.ts";

type Row = { readonly name: string; readonly gas: number };

const columns = [
  { header: "name", value: (row: Row) => row.name },
  { header: "gas", value: (row: Row) => String(row.gas), align: "right" as const },
];

describe("formatTable", () => {
  it("aligns names to the left and numbers to the right", () => {
    const lines = formatTable(columns, [
      { name: "submit", gas: 90_000 },
      { name: "a longer name", gas: 7 },
    ]);
    expect(lines).toEqual([
      "name             gas",
      "-------------  -----",
      "submit         90000",
      "a longer name      7",
    ]);
  });

  it("shows the heading alone when there are no rows", () => {
    expect(formatTable(columns, [])).toEqual(["name  gas", "----  ---"]);
  });

  it("leaves no blanks at the end of a line", () => {
    const lines = formatTable([columns[0] ?? { header: "", value: () => "" }], [{ name: "x", gas: 1 }]);
    expect(lines).toEqual(["name", "----", "x"]);
  });
});

describe("formatPairs", () => {
  it("aligns the values", () => {
    expect(
      formatPairs([
        ["chain", "31337"],
        ["decision registry", "0xab"],
      ]),
    ).toEqual(["chain              31337", "decision registry  0xab"]);
  });
});
