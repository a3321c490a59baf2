// The lockfile check, offline: every optional platform package is locked (npm drops incomplete ones without a word),
// every entry carries an integrity hash, no registry host is named, and every direct dependency is pinned exactly.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

type Entry = {
  version?: string;
  integrity?: string;
  resolved?: string;
  link?: boolean;
  optionalDependencies?: Record<string, string>;
};
type Lockfile = { packages: Record<string, Entry> };
type Manifest = Record<"dependencies" | "devDependencies" | "optionalDependencies", Record<string, string> | undefined>;

/** npm's own look-up: the nearest node_modules from the dependent outwards. */
function isLocked(packages: Lockfile["packages"], from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(folder.lastIndexOf("/node_modules/"), 0))) {
    if (`${folder === "" ? "" : `${folder}/`}node_modules/${name}` in packages) return true;
    if (folder === "") return false;
  }
}

function checkEntry(packages: Lockfile["packages"], path: string, entry: Entry): readonly string[] {
  const isOutside = path.includes("node_modules/") && entry.link !== true;
  const missing = Object.keys(entry.optionalDependencies ?? {}).filter((name) => !isLocked(packages, path, name));
  return [
    ...(isOutside && entry.integrity === undefined ? [`${path}: no integrity hash`] : []),
    ...(entry.resolved?.startsWith("http") ? [`${path}: names a registry host`] : []),
    ...missing.map((name) => `${path}: optional package ${name} is not locked; pin a version published complete`),
  ];
}

function checkLockfile(file: string): readonly string[] {
  const { packages } = JSON.parse(readFileSync(join(root, file), "utf8")) as Lockfile;
  return Object.entries(packages).flatMap(([path, entry]) =>
    checkEntry(packages, path, entry).map((text) => `${file}: ${text}`),
  );
}

function checkPins(file: string): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(root, file), "utf8")) as Manifest;
  const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
  return Object.entries(all)
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `${file}: ${name} is "${version}", not an exact version`);
}

const tracked = execFileSync("git", ["ls-files"], { cwd: root }).toString().split("\n");
const lockfiles = tracked.filter((file) => file.endsWith("package-lock.json"));
const manifests = tracked.filter((file) => file.endsWith("package.json"));
const problems = [...lockfiles.flatMap(checkLockfile), ...manifests.flatMap(checkPins)];
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(`lockfiles: ${lockfiles.length} files, ${problems.length} problems\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
