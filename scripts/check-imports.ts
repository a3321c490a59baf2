// The dependency rule: who may import what, no import cycles, no undeclared package, no effects in the pure cores.
// Layers are those of docs/architecture.md; a new workspace must be added to RULES before anything may import it.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const NODE_BUILTINS = new Set(builtinModules);

type Rule = {
  /** Workspaces that shipped code of this one may import. */
  readonly mayImport: readonly string[];
  /** Workspaces that its tests may import besides. */
  readonly testsMayImport: readonly string[];
  /** A pure core: no node: module, nothing asynchronous, no clock, no global randomness. */
  readonly isPure: boolean;
  /** The only outside packages allowed, as prefixes; absent means whatever package.json declares. */
  readonly outside?: readonly string[];
};

const RULES: Readonly<Record<string, Rule>> = {
  "@synod/tss": { mayImport: [], testsMayImport: [], isPure: true, outside: ["@noble/"] },
  "@synod/secp256k1-wasm": {
    mayImport: ["@synod/tss"],
    testsMayImport: [],
    isPure: false,
    outside: ["@bitauth/libauth", "@noble/curves"],
  },
  "@synod/core": { mayImport: [], testsMayImport: [], isPure: true, outside: ["viem"] },
  "@synod/network": { mayImport: ["@synod/core"], testsMayImport: ["@synod/testing"], isPure: false },
  "@synod/storage": { mayImport: ["@synod/core"], testsMayImport: ["@synod/testing"], isPure: false },
  "@synod/sdk": {
    mayImport: ["@synod/core"],
    testsMayImport: ["@synod/testing", "@synod/contracts"],
    isPure: false,
    outside: ["viem"],
  },
  "@synod/testing": { mayImport: ["@synod/core", "@synod/tss"], testsMayImport: [], isPure: false },
  "@synod/committer": {
    mayImport: ["@synod/core", "@synod/tss", "@synod/secp256k1-wasm", "@synod/network", "@synod/storage", "@synod/sdk"],
    testsMayImport: ["@synod/testing"],
    isPure: false,
  },
  // The one app that imports another: a committer that misbehaves is the committer with a part replaced.
  "@synod/rogue": {
    mayImport: ["@synod/committer", "@synod/core", "@synod/network"],
    testsMayImport: [],
    isPure: false,
  },
  "@synod/cli": {
    mayImport: ["@synod/core", "@synod/tss", "@synod/storage", "@synod/sdk"],
    testsMayImport: ["@synod/testing"],
    isPure: false,
  },
  "@synod/scripts": { mayImport: [], testsMayImport: [], isPure: false },
  "@synod/browser": { mayImport: [], testsMayImport: ["@synod/tss", "@synod/secp256k1-wasm"], isPure: false },
  "@synod/contracts": { mayImport: [], testsMayImport: [], isPure: false },
  "@synod/e2e": {
    mayImport: [],
    testsMayImport: ["@synod/core", "@synod/tss", "@synod/network", "@synod/storage", "@synod/sdk", "@synod/testing"],
    isPure: false,
  },
};

const IMPORT =
  /(?:^|[\s;])(?:import|export)\s[^'"();]*?from\s*["']([^"']+)["']|(?:^|[\s;])import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;
const EFFECTS =
  /\basync\b|\bawait\b|\bDate\b|\bMath\.random\b|\bset(?:Timeout|Interval|Immediate)\b|\bfetch\(|\bprocess\.|\bconsole\.|\bperformance\.|\bglobalThis\b|\bgetRandomValues\b|\brandomSecretKey\b|\brandomPrivateKey\b/;

/** Randomness of a library instead of the argument's. */
const OUTSIDE_RANDOMNESS = /import[^;]*\brandomBytes\b[^;]*from\s*["'][^."']/;

type Manifest = { name: string; dependencies?: Record<string, string>; devDependencies?: Record<string, string> };
type Workspace = { readonly folder: string; readonly manifest: Manifest; readonly files: readonly string[] };

function trackedFiles(): readonly string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "--", "*.ts"], {
    cwd: root,
  });
  return listed
    .toString()
    .split("\n")
    .filter((file) => file !== "" && existsSync(join(root, file)));
}

function readWorkspaces(files: readonly string[]): readonly Workspace[] {
  const folders = [
    "contracts",
    "scripts",
    "test/browser",
    "test/e2e",
    ...["packages", "apps"].flatMap((parent) => [
      ...new Set(
        files.filter((file) => file.startsWith(`${parent}/`)).map((file) => file.split("/").slice(0, 2).join("/")),
      ),
    ]),
  ];
  return folders.map((folder) => ({
    folder,
    manifest: JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest,
    files: files.filter((file) => file.startsWith(`${folder}/`)),
  }));
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, (text) => text.replace(/[^\n]/g, " ")).replace(/(^|\s)\/\/[^\n]*/g, "$1");
}

function importsOf(source: string): readonly string[] {
  return [...source.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

type Importer = {
  readonly workspace: Workspace;
  readonly rule: Rule;
  readonly file: string;
  readonly isShipped: boolean;
};

function checkRelative({ workspace, file }: Importer, specifier: string): string | undefined {
  const target = relative(root, join(root, dirname(file), specifier));
  const isInside = target.startsWith(`${workspace.folder}/`) || target.startsWith("test/vectors/");
  return isInside ? undefined : "leaves its workspace by a relative path";
}

function checkOwnPackage({ workspace, rule, isShipped }: Importer, name: string): string | undefined {
  const own = workspace.manifest.name;
  if (name === own) return isShipped ? "imports its own package by name" : undefined;
  const allowed = isShipped ? rule.mayImport : [...rule.mayImport, ...rule.testsMayImport];
  return allowed.includes(name) ? undefined : `is not in the layers below ${own}`;
}

function checkOutsidePackage({ rule, isShipped }: Importer, name: string): string | undefined {
  const isAllowed = !isShipped || (rule.outside ?? [""]).some((prefix) => name.startsWith(prefix));
  return isAllowed ? undefined : `is not allowed here; allowed: ${rule.outside?.join(", ")}`;
}

function checkDeclared({ workspace, isShipped }: Importer, name: string): string | undefined {
  const { dependencies = {}, devDependencies = {} } = workspace.manifest;
  const isDeclared =
    name === workspace.manifest.name || name in dependencies || (!isShipped && name in devDependencies);
  return isDeclared ? undefined : "is not declared in package.json";
}

function checkSpecifier(importer: Importer, specifier: string): string | undefined {
  if (specifier.startsWith(".")) return checkRelative(importer, specifier);
  if (specifier.startsWith("node:") || NODE_BUILTINS.has(specifier)) {
    return importer.isShipped && importer.rule.isPure ? "is a Node module in a pure core" : undefined;
  }
  const name = packageName(specifier);
  const layer = name.startsWith("@synod/") ? checkOwnPackage(importer, name) : checkOutsidePackage(importer, name);
  return layer ?? checkDeclared(importer, name);
}

function checkPurity(file: string, source: string): readonly string[] {
  if (OUTSIDE_RANDOMNESS.test(source)) return [`${file}: takes randomness from a library instead of an argument`];
  return source.split("\n").flatMap((line, index) => {
    const found = EFFECTS.exec(line);
    return found ? [`${file}:${index + 1}: "${found[0]}" in a pure core`] : [];
  });
}

/** Files that take part in a cycle of relative imports, each cycle named once. */
function findCycles(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const state = new Map<string, "open" | "done">();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      cycles.push(`import cycle: ${[...path.slice(path.indexOf(file)), file].join(" -> ")}`);
      return;
    }
    state.set(file, "open");
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    state.set(file, "done");
  };
  for (const file of graph.keys()) visit(file, []);
  return cycles;
}

function checkWorkspace(workspace: Workspace, graph: Map<string, readonly string[]>): readonly string[] {
  const rule = RULES[workspace.manifest.name];
  if (rule === undefined) return [`${workspace.folder}: no dependency rule for ${workspace.manifest.name}; add one`];
  return workspace.files.flatMap((file) => {
    const isShipped = file.startsWith(`${workspace.folder}/src/`);
    const source = withoutComments(readFileSync(join(root, file), "utf8"));
    const specifiers = importsOf(source);
    graph.set(
      file,
      specifiers.filter((one) => one.startsWith(".")).map((one) => relative(root, join(root, dirname(file), one))),
    );
    const problems = specifiers.flatMap((specifier) => {
      const problem = checkSpecifier({ workspace, rule, file, isShipped }, specifier);
      return problem ? [`${file}: "${specifier}" ${problem}`] : [];
    });
    return rule.isPure && isShipped ? [...problems, ...checkPurity(file, source)] : problems;
  });
}

const graph = new Map<string, readonly string[]>();
const problems = readWorkspaces(trackedFiles()).flatMap((workspace) => checkWorkspace(workspace, graph));
const all = [...problems, ...findCycles(graph)];
for (const problem of all) process.stderr.write(`${problem}\n`);
process.stdout.write(`imports: ${graph.size} files, ${all.length} problems\n`);
process.exitCode = all.length === 0 ? 0 : 1;
