// Reads the syntax of a TypeScript file for the checks that need more than a line's text. The parser is the one that
// the test runner brings along.
import { parseSync } from "rolldown/utils";
import { UnparsableError } from "./unparsable-error.ts";

/** A node of the syntax tree: its kind, and where it stands in the text (UTF-16 offsets, end excluded). */
export type SyntaxNode = {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
};

/** A comment with its place; `text` is what stands between the comment's marks. */
export type SyntaxComment = {
  readonly isBlock: boolean;
  readonly text: string;
  readonly start: number;
  readonly end: number;
};

/** A parsed file. */
export type Syntax = {
  readonly source: string;
  readonly program: SyntaxNode;
  readonly comments: readonly SyntaxComment[];
};

/** Parses TypeScript. @throws UnparsableError when its syntax is wrong. */
export function parseSyntax(file: string, source: string): Syntax {
  const { program, comments, errors } = parseSync(file, source);
  const [error] = errors;
  if (error !== undefined) throw new UnparsableError(file, error.message);
  const placed = comments.map(({ type, value, start, end }) => ({
    isBlock: type === "Block",
    text: value,
    start,
    end,
  }));
  const root: unknown = program;
  if (!isNode(root)) throw new UnparsableError(file, "the parser returned no program");
  return { source, program: root, comments: placed };
}

/** Whether `value` is a node of a syntax tree. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** The nodes directly under `node`, in the order of their fields. */
export function children(node: SyntaxNode): readonly SyntaxNode[] {
  return Object.values(node).flatMap((value) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );
}

/** `node` and everything under it, each with the nodes above it, nearest first. */
export function* walk(
  node: SyntaxNode,
  above: readonly SyntaxNode[] = [],
): Generator<{ readonly node: SyntaxNode; readonly above: readonly SyntaxNode[] }> {
  yield { node, above };
  for (const child of children(node)) yield* walk(child, [node, ...above]);
}

/** The line, from 1, on which the character at `offset` stands. */
export function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split("\n").length;
}
