// Finds the checks of a source file and how to take each of them away: what `mutate:tss` tries one at a time.
import { children, isNode, lineAt, parseSyntax, type SyntaxNode, walk } from "../syntax.ts";

/** One change that removes or weakens one check. */
export type Mutant = {
  readonly line: number;
  /** The check as it stands in the source. */
  readonly text: string;
  /** What stands there instead. */
  readonly replacement: string;
  /** Where it stands: UTF-16 offsets, end excluded. */
  readonly start: number;
  readonly end: number;
  /** The expression or statement that the change is a change of: for a moved bound the whole comparison. */
  readonly around: Span;
};

/** A stretch of the source: UTF-16 offsets, end excluded. */
export type Span = { readonly start: number; readonly end: number };

const READS = new Set(["bytes", "u8", "u16", "u32", "u64", "scalar", "point"]);

type Change = { readonly node: SyntaxNode; readonly replacement: string; readonly around?: SyntaxNode };

const BOUNDARY = new Map([
  ["<", "<="],
  ["<=", "<"],
  [">", ">="],
  [">=", ">"],
]);
const REJECTION = /^(?:undefined|abort|ignored|malformed|fail\w*|reject\w*|unproven|blame\w*)$/;
const FUNCTIONS = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);
const PREDICATE_CALLS = new Set(["filter", "some", "every", "find"]);

/**
 * The mutants of a source, in the order of the text:
 * every operand of a condition or of a boolean verdict (also one that is named first) taken away (`true` inside a conjunction, `false` inside a
 * disjunction); a condition that is one check alone, made to hold never, and a verdict that is one check alone, made to
 * hold always and never; every bound moved by one; every call of an assertion deleted.
 */
export function findMutants(file: string, source: string): readonly Mutant[] {
  const { program } = parseSyntax(file, source);
  const changes = [...walk(program)].flatMap(({ node, above }) => changesAt(node, above));
  const narrowings = redundantNarrowings(program);
  const mutants = changes.map(({ node, replacement, around = node }) => ({
    line: lineAt(source, node.start),
    text: source.slice(node.start, node.end),
    replacement,
    start: node.start,
    end: node.end,
    around: { start: around.start, end: around.end },
  }));
  const real = mutants.filter(({ text, replacement, start }) => text !== replacement && !narrowings.has(start));
  const byPlace = new Map(real.map((mutant) => [`${mutant.start}/${mutant.end}/${mutant.replacement}`, mutant]));
  return [...byPlace.values()].toSorted((a, b) => a.start - b.start || a.end - b.end);
}

/** The source with one mutant in it. */
export function applyMutant(source: string, mutant: Mutant): string {
  return source.slice(0, mutant.start) + mutant.replacement + source.slice(mutant.end);
}

function changesAt(node: SyntaxNode, above: readonly SyntaxNode[]): readonly Change[] {
  switch (node.type) {
    case "IfStatement":
      return isNode(node.test) ? weaken(node.test, ["false"]) : [];
    case "ConditionalExpression":
      return isNode(node.test) && rejects(node) ? weaken(node.test, ["true", "false"]) : [];
    case "ReturnStatement":
      return isNode(node.argument) && answers(node.argument, above) ? weaken(node.argument, ["true", "false"]) : [];
    case "ArrowFunctionExpression":
      return isPredicate(node, above[0]) && isNode(node.body) ? weaken(node.body, ["true", "false"]) : [];
    case "VariableDeclarator":
      return isNode(node.init) && isDecision(node.init) ? weaken(node.init, ["true", "false"]) : [];
    case "AssignmentExpression":
      return isNode(node.right) && isFlag(node, node.right) ? weaken(node.right, ["false"]) : [];
    case "ExpressionStatement":
      return isAssertion(node) ? [{ node, replacement: ";" }] : [];
    default:
      return [];
  }
}

/**
 * Where a condition asks for a field that a byte reader gave and for the reader's success as well, here or where the
 * reader came from. A reader that failed
 * once stays failed, so the first question is for the compiler only, and no test could miss it.
 */
function redundantNarrowings(program: SyntaxNode): ReadonlySet<number> {
  const nodes = [...walk(program)];
  const found = new Set<number>();
  for (const { node: condition, above } of nodes) {
    if (condition.type !== "LogicalExpression" || above[0]?.type === "LogicalExpression") continue;
    const parts = operands(condition).map(({ node }) => node);
    const complete = parts
      .flatMap((part) => [...walk(part)])
      .flatMap(({ node }) => methodCall(node, "isComplete") ?? []);
    const around = above.find(({ type }) => FUNCTIONS.has(type));
    const inside = around === undefined ? [] : [...walk(around)].map(({ node }) => node);
    const readers = [...complete, ...givenReaders(around)];
    const fields = inside.flatMap((node) => fieldRead(node, readers) ?? []);
    for (const part of parts) {
      const subject = part.type === "UnaryExpression" ? part.argument : part.left;
      if (isNode(subject) && typeof subject.name === "string" && fields.includes(subject.name)) found.add(part.start);
    }
  }
  return found;
}

/** Parameters that are byte readers: whoever made one asks whether it succeeded. */
function givenReaders(around: SyntaxNode | undefined): readonly string[] {
  const params = Array.isArray(around?.params) ? around.params.filter(isNode) : [];
  return params.flatMap(({ name, typeAnnotation }) => {
    const type =
      isNode(typeAnnotation) && isNode(typeAnnotation.typeAnnotation) ? typeAnnotation.typeAnnotation : undefined;
    const isReader = isNode(type?.typeName) && type.typeName.name === "ByteReader";
    return isReader && typeof name === "string" ? [name] : [];
  });
}

/** The name of the object whose method `method` a node calls. */
function methodCall(node: SyntaxNode, method?: string): string | undefined {
  const { callee } = node;
  if (node.type !== "CallExpression" || !isNode(callee) || !isNode(callee.object) || !isNode(callee.property)) {
    return undefined;
  }
  const name = `${callee.property.name}`;
  const isWanted = method === undefined ? READS.has(name) : name === method;
  return isWanted && typeof callee.object.name === "string" ? callee.object.name : undefined;
}

/** The name of a constant that one of the readers gave. */
function fieldRead(node: SyntaxNode, readers: readonly string[]): string | undefined {
  if (node.type !== "VariableDeclarator" || !isNode(node.init) || !isNode(node.id)) return undefined;
  const reader = methodCall(node.init);
  return reader !== undefined && readers.includes(reader) ? `${node.id.name}` : undefined;
}

/** Takes away each operand of a condition, or the whole of it if it is one check alone. */
function weaken(test: SyntaxNode, whenAlone: readonly string[]): readonly Change[] {
  const parts = operands(test);
  const isAlone = parts.length === 1;
  return parts.flatMap(({ node, replacement }) => [
    ...(isAlone && node.type !== "BlockStatement" ? whenAlone : [replacement]).map((text) => ({
      node,
      replacement: text,
    })),
    ...moveBounds(node),
  ]);
}

/** The operands of nested && and ||, each with the value that makes its condition ignore it. */
function operands(node: SyntaxNode, neutral = "false"): readonly Change[] {
  if (node.type === "ParenthesizedExpression" && isNode(node.expression)) return operands(node.expression, neutral);
  // Under a negation && and || trade their meaning, but not the value that makes each ignore an operand.
  if (node.type === "UnaryExpression" && node.operator === "!" && isNode(node.argument)) {
    const inner = operands(node.argument);
    return inner.length > 1 ? inner : [{ node, replacement: neutral }];
  }
  if (node.type !== "LogicalExpression" || node.operator === "??") return [{ node, replacement: neutral }];
  const own = node.operator === "&&" ? "true" : "false";
  return [node.left, node.right].filter(isNode).flatMap((side) => operands(side, own));
}

function moveBounds(node: SyntaxNode): readonly Change[] {
  const moved = typeof node.operator === "string" ? BOUNDARY.get(node.operator) : undefined;
  if (node.type !== "BinaryExpression" || moved === undefined) return [];
  const { left, right } = node;
  if (!isNode(left) || !isNode(right)) return [];
  return [{ node: { type: "Operator", start: left.end, end: right.start }, replacement: ` ${moved} `, around: node }];
}

/** Whether one branch of a choice is a refusal: by its name, by its kind, or as the failure that was asked about. */
function rejects(node: SyntaxNode): boolean {
  const asked = isNode(node.test) && isNode(node.test.left) ? node.test.left : undefined;
  const failure =
    isNode(asked?.object) && isNode(asked.property) && asked.property.name === "kind" ? asked.object : undefined;
  return [node.consequent, node.alternate].filter(isNode).some((arm) => {
    if (arm.type === "Identifier" && arm.name === failure?.name) return true;
    const name = arm.type === "CallExpression" && isNode(arm.callee) ? arm.callee.name : (kindOf(arm) ?? arm.name);
    return typeof name === "string" && REJECTION.test(name);
  });
}

/** What stands as `kind` in an object that is written out. */
function kindOf(node: SyntaxNode): unknown {
  const properties = Array.isArray(node.properties) ? node.properties.filter(isNode) : [];
  const kind = properties.find(({ key }) => isNode(key) && key.name === "kind");
  return isNode(kind?.value) ? kind.value.value : undefined;
}

/** Whether an assignment adds a check to a flag: `failed ||= ...`, `passed = ... && passed`. */
function isFlag({ operator }: SyntaxNode, right: SyntaxNode): boolean {
  return operator === "||=" || (operator === "=" && right.type === "LogicalExpression" && right.operator !== "??");
}

/** Whether what a statement returns is a verdict, by the type of its function or by its looks. */
function answers(argument: SyntaxNode, above: readonly SyntaxNode[]): boolean {
  return isVerdict(above) || isDecision(argument);
}

/** Whether the nearest function around a statement says that it returns a boolean. */
function isVerdict(above: readonly SyntaxNode[]): boolean {
  const around = above.find((one) => FUNCTIONS.has(one.type));
  return around !== undefined && returnsBoolean(around);
}

function returnsBoolean({ returnType }: SyntaxNode): boolean {
  const annotation = isNode(returnType) ? returnType.typeAnnotation : undefined;
  return isNode(annotation) && (annotation.type === "TSBooleanKeyword" || annotation.type === "TSTypePredicate");
}

/** Whether an arrow without a block decides: by its type, as the argument of a filter, or by what it computes. */
function isPredicate(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  if (!isNode(node.body) || node.body.type === "BlockStatement") return false;
  if (returnsBoolean(node) || isDecision(node.body)) return true;
  if (parent?.type !== "CallExpression" || !isNode(parent.callee)) return false;
  const { property } = parent.callee;
  return isNode(property) && typeof property.name === "string" && PREDICATE_CALLS.has(property.name);
}

/** Whether an expression is a check by its looks: a comparison, or comparisons and calls joined by && and ||. */
function isDecision(node: SyntaxNode): boolean {
  const parts = operands(node).map((part) => part.node);
  return (
    isComparison(node) || (parts.length > 1 && parts.every((one) => one.type === "CallExpression" || isComparison(one)))
  );
}

function isComparison(node: SyntaxNode): boolean {
  if (node.type === "ParenthesizedExpression") return children(node).some(isComparison);
  if (node.type === "LogicalExpression") return node.operator !== "??" && children(node).every(isComparison);
  if (node.type === "UnaryExpression") return node.operator === "!";
  return node.type === "BinaryExpression" && /^(?:[!=]==|[<>]=?)$/.test(`${node.operator}`);
}

function isAssertion({ expression }: SyntaxNode): boolean {
  if (!isNode(expression) || expression.type !== "CallExpression" || !isNode(expression.callee)) return false;
  return typeof expression.callee.name === "string" && /^assert[A-Z]/.test(expression.callee.name);
}
