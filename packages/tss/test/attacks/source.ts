import { readdirSync, readFileSync } from "node:fs";

const SOURCE = new URL("../../src/", import.meta.url);

/** Every source file of the library by its path below src, without comments. */
export function sourceFiles(): ReadonlyMap<string, string> {
  const paths = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
  return new Map(
    paths.map((path) => [path.replaceAll("\\", "/"), withoutComments(readFileSync(new URL(path, SOURCE), "utf8"))]),
  );
}

/** The files in which the pattern occurs. */
export function filesWith(pattern: RegExp): readonly string[] {
  return [...sourceFiles()]
    .filter(([, text]) => pattern.test(text))
    .map(([path]) => path)
    .sort();
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}
