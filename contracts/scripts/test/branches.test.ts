import { deepEqual, equal, match, throws } from "node:assert/strict";
import { describe, it } from "node:test";
import { conditionsOf, keepReturnData, reportBranches } from "../branches.ts";
import { branchesOf, formatTracefile, parseLines, shareOf } from "../lcov.ts";

const NAME = "src/A.sol";
const SOURCE = `contract A {
  // ünïcode before what is counted
  function f(uint a, bool b) external pure returns (uint c) {
    if (a > 1 && (b || a == 0)) c = 1;
    for (uint i = 0; i < a; ++i) c = b ? i : 2;
    while (c > 9) --c;
    require(b, "b");
  }
}
`;

describe("the conditions of a source", () => {
  it("are all that is asked, with their lines", () => {
    const lines = conditionsOf(NAME, SOURCE).map(({ line }) => line);
    deepEqual(lines.toSorted(), [4, 4, 4, 5, 5, 6, 7]);
  });

  it("have tags of their own", () => {
    const tags = [...conditionsOf(NAME, SOURCE), ...conditionsOf("src/B.sol", SOURCE)].flatMap((one) => one.tags);
    equal(new Set(tags).size, 2 * 2 * 7);
  });

  it("report where they stand", () => {
    const text = reportBranches(NAME, SOURCE, SOURCE).replaceAll(/__branch_[0-9a-f]{16}_(\d)\(/g, "$1(");
    match(text, /if \(0\(a > 1\) && \(1\(b\) \|\| 2\(a == 0\)\)\) c = 1;/);
    match(text, /for \(uint i = 0; \d\(i < a\); \+\+i\) c = \d\(b\) \? i : 2;/);
    match(text, /require\(\d\(b\), "b"\);/);
  });

  it("report what they are tagged with", () => {
    const text = reportBranches(NAME, SOURCE, SOURCE);
    for (const { tags } of conditionsOf(NAME, SOURCE))
      match(text, new RegExp(`outcome \\? 0x${tags[0]} : 0x${tags[1]}`));
  });

  it("must be the same ones after instrumentation", () => {
    throws(() => reportBranches(NAME, SOURCE, SOURCE.replace("b ? i : 2", "2")), /7 conditions, 6 after/);
  });
});

describe("the coverage library", () => {
  it("keeps the return data when it reports", () => {
    const library = "assembly { pop( staticcall( gas(), coverageAddress, ptr, 32, // size\n 0, 0 ) ) }";
    match(keepReturnData(library), /returndatacopy\(.*\n.*coverageAddress.*\n.*\n.*0x04/);
  });

  it("that reports in another way is refused", () => {
    throws(() => keepReturnData("assembly { log0(0, 0) }"), /does not report by a call/);
  });
});

describe("a tracefile", () => {
  it("has lines and branches, and says how many ran", () => {
    const conditions = conditionsOf(NAME, "contract A { function f(bool b) external { if (b) delete b; } }");
    const [tag = ""] = conditions[0]?.tags ?? [];
    const lines = parseLines(`TN:\nSF:${NAME}\nDA:3,1\nDA:4,0\nLH:1\nLF:2\nend_of_record\n`).get(NAME) ?? [];
    const branches = branchesOf(conditions, new Map([[tag, 7]]));
    deepEqual(
      [shareOf(lines), shareOf(branches)],
      [
        { found: 2, hit: 1 },
        { found: 2, hit: 1 },
      ],
    );
    const records = formatTracefile([{ path: NAME, lines, branches }]);
    equal(
      records,
      `TN:\nSF:${NAME}\nDA:3,1\nDA:4,0\nLF:2\nLH:1\nBRDA:1,0,0,7\nBRDA:1,0,1,0\nBRF:2\nBRH:1\nend_of_record\n`,
    );
  });
});
