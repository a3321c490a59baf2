// The documentation check, offline: every relative link leads to something that is there, and every `npm run` that a
// text names is a script of the root package.json.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const LINK = /\]\(([^)\s]+)\)/g;
const SCRIPT = /\bnpm run ([a-z][a-z:-]*)/g;

type Manifest = { readonly scripts: Readonly<Record<string, string>> };
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;

function firstGroups(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "");
}

function isBroken(file: string, link: string): boolean {
  if (/^[a-z]+:/.test(link) || link.startsWith("#")) return false;
  return !existsSync(join(root, dirname(file), link.split("#", 1)[0] ?? ""));
}

function checkFile(file: string): readonly string[] {
  const text = readFileSync(join(root, file), "utf8");
  const links = firstGroups(text, LINK).filter((link) => isBroken(file, link));
  const unknown = firstGroups(text, SCRIPT).filter((name) => !Object.hasOwn(scripts, name));
  return [
    ...links.map((link) => `${file}: ${link} leads nowhere`),
    ...unknown.map((name) => `${file}: there is no script ${name} in package.json`),
  ];
}

const files = execFileSync("git", ["ls-files", "--", "*.md"], { cwd: root })
  .toString()
  .split("\n")
  .filter((file) => file !== "" && existsSync(join(root, file)));
const problems = files.flatMap(checkFile);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(`docs: ${files.length} files, ${problems.length} problems\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
