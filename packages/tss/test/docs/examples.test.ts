import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { intentDigest } from "../../src/index.ts";
import { expectValid } from "../harness/verify.ts";

const reference = readFileSync(new URL("../../../../docs/tss-api.md", import.meta.url), "utf8");
const entry = readFileSync(new URL("../../src/index.ts", import.meta.url), "utf8");
const program = fileURLToPath(new URL("../../.results/tss-api.examples.ts", import.meta.url));

const RESULTS =
  "signatures, record, intent, agent, agentSignatures, before, after, renewals, restoredSignatures, refreshed, verdict, aborts, name, capabilities";

/** All blocks of the reference, in order, as one module that exports what the test looks at. */
function writeProgram(): void {
  const blocks = [...reference.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
  const code = `${blocks.join("\n")}\nexport { ${RESULTS} };\n`;
  mkdirSync(new URL("../../.results/", import.meta.url), { recursive: true });
  writeFileSync(program, code.replace('"@synod/tss"', '"../src/index.ts"'));
}

describe("the reference", () => {
  it("has examples that run", { timeout: 120_000 }, async () => {
    writeProgram();
    const result = await import(/* @vite-ignore */ program);
    expect(result.aborts).toEqual([]);
    const digest = intentDigest(result.intent);
    for (const [signatures, key] of [
      [result.signatures, result.record.groupKey],
      [result.agentSignatures, result.agent.publicKey],
      [result.restoredSignatures, result.record.groupKey],
    ]) {
      expect(signatures.size).toBe(2);
      for (const signature of signatures.values()) expectValid(signature, digest, key);
    }
    expect([result.before, result.after, result.renewals.size]).toEqual(["absent", "ready", 2]);
    expect(result.refreshed.size).toBe(3);
    expect(result.verdict).toMatchObject({ kind: "proven", fault: "equivocation", culprit: 2 });
    expect([result.name, result.capabilities.onlineRounds]).toEqual(["dkls23", 1]);
  });

  it("names everything that the package exports, and nothing else", () => {
    const exported = [...entry.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names]) =>
      (names ?? "").split(",").map((name) => name.trim().replace(/^type /, "")),
    );
    const listed = [...reference.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(listed.sort()).toEqual(exported.filter((name) => name !== "").sort());
  });
});
