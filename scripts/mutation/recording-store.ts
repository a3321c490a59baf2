// Keeps recordings between runs: a file of tests is run again only when it, or what it runs, has changed.
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Entry } from "./protocol.ts";
import { PACKAGE, ROOT } from "./working-copy.ts";

/** What each file of tests recorded, and the digest of everything that it depended on. */
export type Stored = Readonly<Record<string, { readonly digest: string; readonly entries: readonly Entry[] }>>;

const STORE = join(ROOT, PACKAGE, ".results", "recording.json");
/** What decides, with the patterns of the sources, which sites there are, and their numbers. */
const NUMBERING = ["mutants.ts", "sites.ts"].map((file) => join(ROOT, "scripts", "mutation", file));

/**
 * The digest of each of the files of tests, with everything else that is in `folder` and the vectors beside it.
 *
 * @param patterns of the sources that have sites
 */
export function digestTests(
  folder: string,
  tests: readonly string[],
  patterns: readonly string[],
): ReadonlyMap<string, string> {
  const common = globSync(["src/**/*", "test/**/*", "../../test/vectors/**/*"], { cwd: folder })
    .filter((file) => !file.endsWith(".test.ts") && statSync(join(folder, file)).isFile())
    .toSorted();
  const shared = digest([...common.map((file) => join(folder, file)), ...NUMBERING]);
  return new Map(tests.map((file) => [file, [shared, digest([join(folder, file)]), ...patterns].join(" ")]));
}

/** What earlier runs stored. */
export function readStored(): Stored {
  return existsSync(STORE) ? (JSON.parse(readFileSync(STORE, "utf8")) as Stored) : {};
}

/** Adds what files of tests recorded, in place of what they recorded before. Those in which a test failed are left out. */
export function store(digests: ReadonlyMap<string, string>, log: readonly Entry[]): void {
  const recorded = log.filter((entry) => entry.kind === "test" || entry.kind === "file");
  const files = [...Map.groupBy(recorded, ({ file }) => file)].flatMap(([file, entries]) => {
    const hasFailed = entries.some((entry) => entry.kind === "test" && !entry.passed);
    const isWhole = entries.some(({ kind }) => kind === "file");
    return isWhole && !hasFailed ? [[file, { digest: digests.get(file), entries }] as const] : [];
  });
  mkdirSync(dirname(STORE), { recursive: true });
  writeFileSync(STORE, JSON.stringify({ ...readStored(), ...Object.fromEntries(files) }));
}

function digest(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) {
    const content = readFileSync(path);
    hash.update(`${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}
