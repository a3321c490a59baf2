import { secp256k1 } from "@noble/curves/secp256k1.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBrowser, type TestBrowser } from "../harness/browser.ts";
import { type Bundle, bundlePage } from "../harness/bundle.ts";
import type { PageResult } from "../page/result.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));

/** ECDSA of the curve library alone, outside the browser. */
function isValid(result: PageResult, signature: string): boolean {
  const compact = bytes(signature).subarray(0, 64);
  return secp256k1.verify(compact, bytes(result.digest), bytes(result.groupKey), { prehash: false, lowS: true });
}

const PAGES = ["main", "wasm"] as const;

const bundles = new Map<string, Bundle>();
let running: TestBrowser;

beforeAll(async () => {
  for (const page of PAGES) bundles.set(page, await bundlePage(page));
  running = await startBrowser();
});

afterAll(async () => {
  await running?.close();
});

async function runPage(code: string): Promise<PageResult> {
  const page = await running.browser.newPage();
  const failures: string[] = [];
  page.on("pageerror", (error) => failures.push(error.message));
  await page.addScriptTag({ content: code, type: "module" });
  await page.waitForFunction(() => "runCommittee" in globalThis);
  const result: PageResult = await page.evaluate("runCommittee()");
  await page.close();
  expect(failures).toEqual([]);
  return result;
}

describe.each(PAGES)("the threshold library in a browser, page %s", (name) => {
  it("bundles without a module of Node or a global of it", () => {
    const bundle = bundles.get(name);
    expect(bundle?.outside).toEqual([]);
    expect(bundle?.code).toBeDefined();
    expect(bundle?.code).not.toMatch(/["']node:|\brequire\(|\bprocess\.|\bBuffer\b/);
  });

  it("generates a key of three, presigns and signs with two of them", async () => {
    const result = await runPage(bundles.get(name)?.code ?? "");
    process.stdout.write(`${name}, Chromium ${running.browser.version()}: ${JSON.stringify(result.ms)} ms\n`);
    expect(result.groupKey).toMatch(/^0[23][0-9a-f]{64}$/);
    expect(result.signatures).toHaveLength(2);
    for (const signature of result.signatures) expect(isValid(result, signature)).toBe(true);
    expect(isValid({ ...result, digest: "00".repeat(32) }, result.signatures[0] ?? "")).toBe(false);
  });
});
