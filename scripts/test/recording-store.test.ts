import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { digestTests } from "../mutation/recording-store.ts";

const TESTS = ["test/a.test.ts", "test/b.test.ts"];
let folder = "";

function put(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "synod-store-")), "packages", "tss");
  for (const file of [...TESTS, "src/a/a.ts", "test/harness/a.ts", "../../test/vectors/a.json"]) put(file, file);
});

afterEach(() => {
  rmSync(join(folder, "..", ".."), { recursive: true });
});

describe("digestTests", () => {
  function changed(change: () => void, patterns: readonly string[] = ["src/*/*.ts"]): readonly string[] {
    const before = digestTests(folder, TESTS, ["src/*/*.ts"]);
    change();
    const after = digestTests(folder, TESTS, patterns);
    return TESTS.filter((file) => before.get(file) !== after.get(file));
  }

  it("is the same for the same files", () => {
    expect(changed(() => undefined)).toEqual([]);
  });

  it("changes for a file of tests alone when that file does", () => {
    expect(changed(() => put("test/b.test.ts", "new"))).toEqual(["test/b.test.ts"]);
  });

  it.each(["src/a/a.ts", "src/a/new.ts", "test/harness/a.ts", "../../test/vectors/a.json"])(
    "changes for all of them with %s",
    (file) => {
      expect(changed(() => put(file, "new"))).toEqual(TESTS);
    },
  );

  it("changes for all of them with the sources that have sites", () => {
    expect(changed(() => undefined, ["src/a/*.ts"])).toEqual(TESTS);
  });
});
