import { describe, expect, it } from "vitest";
import { measureShape } from "../shape.ts";

function lines(count: number): string {
  return Array.from({ length: count }, (_, i) => `  step(${i});`).join("\n");
}

describe("measureShape", () => {
  it("counts the lines of functions, methods and arrows with a block, without empty lines", () => {
    const { functions } = measureShape(
      "a.ts",
      "function f() {\n\n  return 1;\n}\nconst g = () => {\n  return 2;\n};\nclass C {\n  m() {\n    return 3;\n  }\n}\nconst h = () => 4;",
    );
    expect(functions.map(({ name, line, lines }) => [name, line, lines])).toEqual([
      ["f", 1, 3],
      ["g", 5, 3],
      ["m", 9, 3],
    ]);
  });

  it("sees the reason for a long function only right before it", () => {
    const reason = "// biome-ignore lint/complexity/noExcessiveLinesPerFunction: follows the numbered steps.\n";
    const long = `function f() {\n${lines(70)}\n}`;
    const reasons = [`${reason}${long}`, `${reason}export ${long}`, `${reason}const other = 1;\n${long}`].map(
      (source) => measureShape("a.ts", source).functions.map(({ lines, hasReason }) => [lines, hasReason]),
    );
    expect(reasons).toEqual([[[72, true]], [[72, true]], [[72, false]]]);
  });

  it("wants a docstring before each exported name, whatever its kind", () => {
    const { exports } = measureShape(
      "a.ts",
      [
        "/** Yes. */\nexport function a() {}",
        "/* no */\nexport function b() {}",
        "/** Yes. */\n// and a note\nexport const c = 1, d = 2;",
        "export type E = 1;",
        "/** Yes. */\nexport interface F {}",
        "export { a as again } from './b.ts';",
        "/** Yes. */\nconst g = 1;\nexport class H {}",
      ].join("\n"),
    );
    expect(exports.map(({ name, isDocumented }) => [name, isDocumented])).toEqual([
      ["a", true],
      ["b", false],
      ["c", true],
      ["d", true],
      ["E", false],
      ["F", true],
      ["H", false],
    ]);
  });

  it("takes one docstring for the overloads of a function", () => {
    const { exports } = measureShape(
      "a.ts",
      "/** Yes. */\nexport function a(x: 1): 1;\nexport function a(x: 2): 2;\nexport function a(x: unknown): unknown { return x; }",
    );
    expect(exports).toEqual([{ name: "a", line: 2, isDocumented: true }]);
  });

  it("finds bare errors, and neither their subclasses nor the word in text", () => {
    const source =
      "throw new Error('x');\nthrow new TssError('y');\n// new Error\nconst s = 'new Error()';\nthrow Error('z');";
    expect(measureShape("a.ts", source).bareErrors).toEqual([1, 5]);
  });

  it("refuses a file that does not parse", () => {
    expect(() => measureShape("broken.ts", "function (")).toThrow(
      expect.objectContaining({ code: "unparsable", message: expect.stringMatching(/^broken\.ts: /) }),
    );
  });
});
