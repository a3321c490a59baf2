import { describe, expect, it } from "vitest";
import { applyMutant, findMutants } from "../mutation/mutants.ts";

function changes(source: string): readonly string[] {
  return findMutants("a.ts", source).map(({ text, replacement }) => `${text.trim()} -> ${replacement.trim()}`);
}

describe("findMutants", () => {
  it("takes a guard away", () => {
    expect(changes("function f(a) { if (a.is0()) return undefined; return a; }")).toEqual(["a.is0() -> false"]);
  });

  it("takes the operands of a guard away one at a time, also under a negation", () => {
    expect(changes("function f(a, b, c) { if (!a || (b && c)) throw 1; }")).toEqual([
      "!a -> false",
      "b -> true",
      "c -> true",
    ]);
    expect(changes("function f(a, b) { if (!(a && b)) throw 1; }")).toEqual(["a -> true", "b -> true"]);
  });

  it("lets a verdict that is one check hold always and never", () => {
    expect(changes("function f(a, b): boolean { return equal(a, b); }")).toEqual([
      "equal(a, b) -> true",
      "equal(a, b) -> false",
    ]);
    expect(changes("const f = (a) => a.length === 3;")).toEqual(["a.length === 3 -> true", "a.length === 3 -> false"]);
    expect(changes("const bad = all.filter((one) => !opens(one));")).toEqual([
      "!opens(one) -> true",
      "!opens(one) -> false",
    ]);
    expect(changes("const isHere = a === 1 && b === 2;")).toEqual(["a === 1 -> true", "b === 2 -> true"]);
  });

  it("moves a bound by one", () => {
    expect(changes("function f(a) { if (a >= ORDER) return undefined; }")).toEqual(["a >= ORDER -> false", ">= -> >"]);
  });

  it("turns a choice with a refusal to either side, and leaves other choices alone", () => {
    expect(changes("const f = (a) => { return ok(a) ? a : undefined; };")).toEqual(["ok(a) -> true", "ok(a) -> false"]);
    expect(changes("const f = (a) => { return isHigh(a) ? 1 : 2; };")).toEqual([]);
  });

  it("turns a choice that hands a failure on, or names one by its kind", () => {
    expect(changes('const f = (a) => { return a.kind === "done" ? open(a.x) : a; };')).toEqual([
      'a.kind === "done" -> true',
      'a.kind === "done" -> false',
    ]);
    expect(
      changes('const f = (bad) => { return bad.length > 0 ? { kind: "malformed", bad } : { kind: "done" }; };'),
    ).toEqual(["bad.length > 0 -> true", "bad.length > 0 -> false", "> -> >="]);
    expect(changes('const f = (a) => { return a.kind === "done" ? { kind: "left" } : { kind: "right" }; };')).toEqual(
      [],
    );
  });

  it("takes the operands of a verdict away that is named or returned first, whatever its function's type", () => {
    expect(changes("const belongs = equal(a, b) && a.self === b.self;")).toEqual([
      "equal(a, b) -> true",
      "a.self === b.self -> true",
    ]);
    expect(changes("const rule = { breaks(a) { return a !== undefined && !opens(a); } };")).toEqual([
      "a !== undefined -> true",
      "!opens(a) -> true",
    ]);
    expect(changes("const f = () => has(a) || has(b);")).toEqual(["has(a) -> false", "has(b) -> false"]);
    expect(changes("const f = () => { passed = tree.passed && passed; };")).toEqual([
      "tree.passed -> true",
      "passed -> true",
    ]);
    expect(changes("const point = bytes && decode(bytes);")).toEqual([]);
  });

  it("deletes assertions and the operands of a failure flag", () => {
    expect(changes("function f(a) { assertLength(a, 32); failed ||= a < 0 || a > 9; }")).toEqual([
      "assertLength(a, 32); -> ;",
      "a < 0 -> false",
      "< -> <=",
      "a > 9 -> false",
      "> -> >=",
    ]);
  });

  it("leaves out the questions that a byte reader's success answers, and no other", () => {
    const source = `function f(bytes) {
      const reader = createReader(bytes);
      const a = reader.u8();
      const b = decode(reader);
      if (!a || !b || !reader.isComplete()) return undefined;
      const other = createReader(bytes);
      const c = other.u8();
      if (c === undefined || !reader.isComplete()) return undefined;
    }`;
    expect(changes(source)).toEqual([
      "!b -> false",
      "!reader.isComplete() -> false",
      "c === undefined -> false",
      "!reader.isComplete() -> false",
    ]);
  });

  it("leaves them out too where the reader is given", () => {
    const source = `function f(reader: ByteReader, other: Other) {
      const a = reader.bytes(3);
      const b = other.bytes(3);
      if (!a || !b) return undefined;
    }`;
    expect(changes(source)).toEqual(["!b -> false"]);
  });

  it("makes no mutant of a constant verdict that says the same", () => {
    expect(changes("function f(a): boolean { if (a) return false; return g(a); }")).toEqual([
      "a -> false",
      "false -> true",
      "g(a) -> true",
      "g(a) -> false",
    ]);
  });

  it("leaves loops and arithmetic alone", () => {
    expect(changes("for (let i = 0; i < 3; i++) sum += i * 2;")).toEqual([]);
  });

  it("applies a mutant at its place and nowhere else", () => {
    const source = "function f(a) {\n  if (a < 1) return 0;\n  if (a < 1) return 2;\n}";
    const second = findMutants("a.ts", source).find(({ line, replacement }) => line === 3 && replacement === "false");
    expect(second && applyMutant(source, second)).toBe(
      "function f(a) {\n  if (a < 1) return 0;\n  if (false) return 2;\n}",
    );
  });
});
