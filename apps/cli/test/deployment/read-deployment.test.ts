import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readDeployment } from "../../src/deployment/read-deployment.ts";
import { writeFileAtomically } from "../../src/deployment/write-file-atomically.ts";
import { exampleDeployment } from "./example-deployment.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "synod-deployment-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function written(content: string): string {
  const file = join(folder, "deployment.json");
  writeFileSync(file, content);
  return file;
}

function reportOfReading(file: string): unknown {
  try {
    readDeployment(file);
  } catch (error) {
    return error instanceof Error && "report" in error ? error.report : error;
  }
  return "read";
}

describe("readDeployment", () => {
  it("reads back what was written", () => {
    const file = written(JSON.stringify(exampleDeployment));
    expect(readDeployment(file)).toEqual(exampleDeployment);
  });

  it("says that a file is missing, where, and what to do", () => {
    const file = join(folder, "none.json");
    expect(reportOfReading(file)).toMatchObject({ code: "DEPLOYMENT_MISSING", where: file });
  });

  it("refuses text that is not JSON", () => {
    expect(reportOfReading(written("{"))).toMatchObject({ code: "DEPLOYMENT_INVALID" });
  });

  it.each([
    ["another version", { version: 2 }, "version"],
    ["a short address", { decisionRegistry: "0x12" }, "decisionRegistry"],
    ["an unknown field", { extra: 1 }, "extra"],
    ["a committee without an id", { committees: [{}] }, "committees.0.id"],
  ])("refuses %s and names the field", (_name, change, field) => {
    const report = reportOfReading(written(JSON.stringify({ ...exampleDeployment, ...change })));
    expect(report).toMatchObject({ code: "DEPLOYMENT_INVALID", what: expect.stringContaining(field) });
  });
});

describe("writeFileAtomically", () => {
  it("replaces a file as a whole, readable by its owner only, and leaves no other file", () => {
    const file = join(folder, "deep", "deployment.json");
    writeFileAtomically(file, "old");
    writeFileAtomically(file, "new");
    expect(readFileSync(file, "utf8")).toBe("new");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, "deep"))).toEqual(["deployment.json"]);
  });
});
