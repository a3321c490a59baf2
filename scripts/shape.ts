// What check-shape counts in one file: function lengths, documented exports, throws of a bare Error.
import { isNode, lineAt, parseSyntax, type Syntax, type SyntaxComment, type SyntaxNode, walk } from "./syntax.ts";

/** One function with a block body. */
export type FunctionShape = {
  readonly name: string;
  readonly line: number;
  /** Lines from the signature to the closing brace, without empty ones. */
  readonly lines: number;
  /** Whether a comment right before it gives the reason for its length. */
  readonly hasReason: boolean;
};

/** What one file contributes. */
export type FileShape = {
  readonly functions: readonly FunctionShape[];
  readonly exports: readonly { readonly name: string; readonly line: number; readonly isDocumented: boolean }[];
  /** Lines that make a bare Error. */
  readonly bareErrors: readonly number[];
};

const FUNCTIONS = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);
const LENGTH_REASON = "biome-ignore lint/complexity/noExcessiveLinesPerFunction:";

/** Measures a TypeScript source. */
export function measureShape(file: string, source: string): FileShape {
  const syntax = parseSyntax(file, source);
  const nodes = [...walk(syntax.program)];
  return {
    functions: nodes.flatMap(({ node, above }) => measureFunction(syntax, node, above)),
    exports: mergeOverloads(nodes.flatMap(({ node, above }) => measureExports(syntax, node, above[0]))),
    bareErrors: nodes.filter(({ node }) => isBareError(node)).map(({ node }) => lineAt(source, node.start)),
  };
}

function measureFunction(syntax: Syntax, node: SyntaxNode, above: readonly SyntaxNode[]): readonly FunctionShape[] {
  if (!FUNCTIONS.has(node.type) || !isNode(node.body) || node.body.type !== "BlockStatement") return [];
  const text = syntax.source.slice(node.start, node.end);
  const statement = [node, ...above].find((one) => /Statement$|Declaration$/.test(one.type)) ?? node;
  const outer =
    above.find((one) => one.type === "ExportNamedDeclaration" && one.declaration === statement) ?? statement;
  return [
    {
      name: nameOf(node) ?? nameOf(above[0]) ?? "(anonymous)",
      line: lineAt(syntax.source, node.start),
      lines: text.split("\n").filter((line) => line.trim() !== "").length,
      hasReason: commentsBefore(syntax, outer.start).some((one) => one.text.includes(LENGTH_REASON)),
    },
  ];
}

/** Comments between the preceding code and the character at `offset`. */
function commentsBefore({ source, comments }: Syntax, offset: number): readonly SyntaxComment[] {
  const found: SyntaxComment[] = [];
  let at = offset;
  for (const comment of comments.toReversed()) {
    if (comment.end > at) continue;
    if (source.slice(comment.end, at).trim() !== "") break;
    found.push(comment);
    at = comment.start;
  }
  return found;
}

type Exported = FileShape["exports"][number];

/** Names that an export statement declares. A name exported from another file is documented there. */
function measureExports(syntax: Syntax, node: SyntaxNode, parent: SyntaxNode | undefined): readonly Exported[] {
  if (node.type !== "ExportNamedDeclaration" && node.type !== "ExportDefaultDeclaration") return [];
  // What a declared namespace exports inside belongs to the namespace.
  if (parent?.type !== "Program" || !isNode(node.declaration)) return [];
  const comments = commentsBefore(syntax, node.start);
  const isDocumented = comments.some((one) => one.isBlock && one.text.startsWith("*"));
  return declaredNames(node.declaration).map((name) => ({
    name,
    line: lineAt(syntax.source, node.start),
    isDocumented,
  }));
}

function declaredNames(declaration: SyntaxNode): readonly string[] {
  const { declarations } = declaration;
  const named = Array.isArray(declarations) ? declarations.filter(isNode) : [declaration];
  return named.map((one) => nameOf(one) ?? "default");
}

function nameOf(node: SyntaxNode | undefined): string | undefined {
  const id = node?.id ?? node?.key;
  return isNode(id) && typeof id.name === "string" ? id.name : undefined;
}

/** Overloads of one function are one name, and a branded type with its constructor shares a name: one docstring does. */
function mergeOverloads(exported: readonly Exported[]): readonly Exported[] {
  const byName = Map.groupBy(exported, (one) => one.name);
  return [...byName.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ ...first, isDocumented: same.some((one) => one.isDocumented) }];
  });
}

function isBareError(node: SyntaxNode): boolean {
  if (node.type !== "NewExpression" && node.type !== "CallExpression") return false;
  return isNode(node.callee) && node.callee.type === "Identifier" && node.callee.name === "Error";
}
