// The documentation check, offline: every relative link leads to something that is there, every `npm run` that a text
// names is a script of the root package.json, every Solidity test and every check of a campaign that a text names is there,
// every file of hazards and campaigns stands in the table of the contracts' hazards, every numbered step that code or text
// cites stands in its protocol, and every tag that the threshold library hashes under is in a protocol document.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { citedSteps, definedSteps } from "./steps.ts";
import { checkTags, registeredTags } from "./tags.ts";
import { missingTests, unnamedTests } from "./test-names.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const LINK = /\]\(([^)\s]+)\)/g;
const HAZARDS = "docs/contracts.md";
const REGISTRY = "packages/tss/src/transcript/tags.ts";
const NAMED = /\b(docs\/[a-z/-]+\.md)\b/g;
const SCRIPT = /\bnpm run ([a-z][a-z0-9:-]*)/g;

type Manifest = { readonly scripts: Readonly<Record<string, string>> };
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;

function firstGroups(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "");
}

function isBroken(file: string, link: string): boolean {
  if (/^[a-z]+:/.test(link) || link.startsWith("#")) return false;
  return !existsSync(join(root, dirname(file), link.split("#", 1)[0] ?? ""));
}

function checkSteps(file: string, text: string): readonly string[] {
  return citedSteps(text).flatMap(({ protocol, step }) => {
    const steps = protocols.get(protocol);
    return steps === undefined || steps.has(step) ? [] : [`${file}: ${protocol}.md has no step ${step}`];
  });
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

function textsOf(files: readonly string[]): ReadonlyMap<string, string> {
  return new Map(files.map((file) => [file, read(file)]));
}

function checkSource(file: string): readonly string[] {
  const text = read(file);
  const missing = firstGroups(text, NAMED).filter((name) => !existsSync(join(root, name)));
  return [...missing.map((name) => `${file}: there is no ${name}`), ...checkSteps(file, text)];
}

function checkText(file: string): readonly string[] {
  const text = read(file);
  const links = firstGroups(text, LINK).filter((link) => isBroken(file, link));
  const unknown = firstGroups(text, SCRIPT).filter((name) => !Object.hasOwn(scripts, name));
  return [
    ...links.map((link) => `${file}: ${link} leads nowhere`),
    ...unknown.map((name) => `${file}: there is no script ${name} in package.json`),
    ...missingTests(text, solidity).map((name) => `${file}: there is no test ${name}`),
    ...checkSteps(file, text),
  ];
}

function listed(...patterns: readonly string[]): readonly string[] {
  const files = execFileSync("git", ["ls-files", "--", ...patterns], { cwd: root })
    .toString()
    .split("\n");
  return files.filter((file) => file !== "" && existsSync(join(root, file)));
}

const protocols = new Map(
  listed("docs/protocol/*.md").map((file) => [basename(file, ".md"), definedSteps(read(file))]),
);
const solidity = textsOf(listed("contracts/*.sol"));
const hazardTests = listed("contracts/test/hazards/*.t.sol", "contracts/test/invariant/*.t.sol");
const unnamed = unnamedTests(read(HAZARDS), hazardTests).map((file) => `${HAZARDS}: does not name ${file}`);
const texts = listed("*.md");
const sources = listed("packages/*/src/*.ts", "apps/*/src/*.ts");
const hashing = sources.filter((file) => file.startsWith("packages/tss/") && file !== REGISTRY);
const tagProblems = checkTags(registeredTags(read(REGISTRY)), textsOf(listed("docs/protocol/*.md")), textsOf(hashing));
const problems = [...texts.flatMap(checkText), ...sources.flatMap(checkSource), ...unnamed, ...tagProblems];
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(`docs: ${texts.length} texts, ${sources.length} sources, ${problems.length} problems\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
