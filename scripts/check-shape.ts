// How the shipped code is shaped, per workspace, and whether it keeps to the project's figures: small functions, every
// exported name documented, no bare Error. A function may be longer than the limit if the comment before it, the one
// that silences the linter, says why.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type FileShape, measureShape } from "./shape.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const MEDIAN_LINES = 12;
const P90_LINES = 40;
const LONGEST_LINES = 60;

type Measured = FileShape & { readonly file: string };

function shippedFiles(): readonly string[] {
  const listed = execFileSync("git", ["ls-files", "--", "packages/*/src/*.ts", "apps/*/src/*.ts"], { cwd: root });
  // Generated code has the shape of its generator.
  const files = listed.toString().split("\n");
  return files.filter((file) => file !== "" && !file.includes("/generated/"));
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

function linesOf(files: readonly Measured[]): readonly number[] {
  return files.flatMap((file) => file.functions.map((one) => one.lines));
}

/** What is wrong in single places. Names that a program's own files share among themselves may do without a docstring. */
function findPlaces(files: readonly Measured[]): readonly string[] {
  return files.flatMap(({ file, functions, exports, bareErrors }) => [
    ...functions
      .filter((one) => one.lines > LONGEST_LINES && !one.hasReason)
      .map((one) => `${file}:${one.line}: ${one.name} has ${one.lines} lines and no reason`),
    ...exports
      .filter((one) => !one.isDocumented && file.startsWith("packages/"))
      .map((one) => `${file}:${one.line}: exported ${one.name} has no docstring`),
    ...bareErrors.map((line) => `${file}:${line}: makes a bare Error`),
  ]);
}

function findFigures(workspace: string, files: readonly Measured[]): readonly string[] {
  const lines = linesOf(files);
  const [median, p90] = [quantile(lines, 0.5), quantile(lines, 0.9)];
  return [
    ...(median > MEDIAN_LINES ? [`${workspace}: the median function has ${median} lines, over ${MEDIAN_LINES}`] : []),
    ...(p90 > P90_LINES ? [`${workspace}: the 90th percentile function has ${p90} lines, over ${P90_LINES}`] : []),
  ];
}

function row(workspace: string, files: readonly Measured[]): string {
  const lines = linesOf(files);
  const exported = files.flatMap((file) => file.exports);
  const documented = exported.filter((one) => one.isDocumented).length;
  const share = exported.length === 0 ? 1 : documented / exported.length;
  return [
    workspace.padEnd(20),
    `${lines.length}`.padStart(10),
    `${quantile(lines, 0.5)}`.padStart(7),
    `${quantile(lines, 0.9)}`.padStart(5),
    `${lines.filter((one) => one > LONGEST_LINES).length}`.padStart(8),
    `${Math.floor(100 * share)}%`.padStart(12),
    `${files.reduce((sum, file) => sum + file.bareErrors.length, 0)}`.padStart(12),
  ].join("");
}

const measured = shippedFiles().map((file) => ({
  file,
  ...measureShape(file, readFileSync(join(root, file), "utf8")),
}));
const workspaces = Map.groupBy(measured, ({ file }) => file.split("/").slice(0, 2).join("/"));
const rows = [...workspaces].map(([workspace, files]) => row(workspace, files));
const figures = [...workspaces].flatMap(([workspace, files]) => findFigures(workspace, files));
const problems = [...findPlaces(measured), ...figures];

process.stdout.write("workspace            functions median  p90  over 60  documented  bare errors\n");
process.stdout.write(`${rows.join("\n")}\n`);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(`shape: ${measured.length} files, ${problems.length} problems\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
