import { createHash } from "node:crypto";
import { createRequire } from "node:module";

/**
 * A condition of the source: what an `if`, a loop or a `? :` asks, an operand of `&&` or `||`, the first argument of
 * `require` or `assert`. Each has two branches, true and false. What is put together by `&&` and `||` does not count
 * besides its operands, which tell its outcome. What assembly asks is not among them.
 */
export type Condition = {
  /** Line of its beginning, from 1. */
  readonly line: number;
  /** What the instrumented code reports when it was true, and when it was false: 64 hexadecimal digits. */
  readonly tags: readonly [whenTrue: string, whenFalse: string];
};

/** A place in a source, in bytes of its UTF-8 form. */
type Place = { readonly start: number; readonly end: number };
type Node = { readonly nodeType?: string; readonly src?: string; readonly [key: string]: unknown };

const compiler: { compile(input: string): string } = createRequire(import.meta.url)("solc");

/** The conditions of a source, in the order in which the parser meets them. */
export function conditionsOf(sourceName: string, content: string): readonly Condition[] {
  const bytes = Buffer.from(content);
  return placesOf(content).map(({ start }, index) => ({
    line: bytes.subarray(0, start).toString().split("\n").length,
    tags: [tagOf(sourceName, index, true), tagOf(sourceName, index, false)],
  }));
}

/**
 * Makes every condition of an instrumented source report its outcome and go on as before.
 *
 * @param content The source itself, to count its conditions.
 * @param instrumented The same source with statements added by Hardhat, none of which has a condition.
 */
export function reportBranches(sourceName: string, content: string, instrumented: string): string {
  const conditions = conditionsOf(sourceName, content);
  const places = placesOf(instrumented);
  if (places.length !== conditions.length) {
    throw new TypeError(`${sourceName}: ${conditions.length} conditions, ${places.length} after instrumentation`);
  }
  if (conditions.length === 0) return instrumented;
  const file = createHash("sha256").update(sourceName).digest("hex").slice(0, 16);
  const insertions = places.flatMap(({ start, end }, index) => [
    { at: start, text: `${reporterName(file, index)}(`, isOpening: true, size: end - start },
    { at: end, text: ")", isOpening: false, size: end - start },
  ]);
  const reporters = conditions.map(({ tags }, index) => reporter(reporterName(file, index), tags));
  return `${insertAll(Buffer.from(instrumented), insertions)}\n${reporters.join("")}`;
}

/** Hardhat's hits are reported by a call, which empties the return data that a contract may be about to read. */
export function keepReturnData(coverageLibrary: string): string {
  const call = /pop\(\s*staticcall\([^)]*gas\(\)[\s\S]*?\)\s*\)/;
  if (!call.test(coverageLibrary)) throw new TypeError("the coverage library does not report by a call any more");
  return coverageLibrary.replace(
    call,
    `let size := returndatasize()
      returndatacopy(add(ptr, 0x20), 0x00, size)
      pop(staticcall(gas(), coverageAddress, ptr, 0x20, 0x00, 0x00))
      // The identity precompile answers what it is given.
      pop(staticcall(gas(), 0x04, add(ptr, 0x20), size, 0x00, 0x00))`,
  );
}

type Insertion = { readonly at: number; readonly text: string; readonly isOpening: boolean; readonly size: number };

/** Of what is inserted at one place, ends come first, the innermost before others; beginnings the outermost first. */
function insertAll(source: Buffer, insertions: readonly Insertion[]): string {
  const sorted = insertions.toSorted((left, right) => {
    if (left.at !== right.at) return left.at - right.at;
    if (left.isOpening !== right.isOpening) return left.isOpening ? 1 : -1;
    return left.isOpening ? right.size - left.size : left.size - right.size;
  });
  const parts: string[] = [];
  let done = 0;
  for (const { at, text } of sorted) {
    parts.push(source.subarray(done, at).toString(), text);
    done = at;
  }
  return [...parts, source.subarray(done).toString()].join("");
}

function reporterName(file: string, index: number): string {
  return `__branch_${file}_${index}`;
}

/** A function per condition, with its tags inside: arguments would take room on a stack that is often full. */
function reporter(name: string, [whenTrue, whenFalse]: Condition["tags"]): string {
  return `function ${name}(bool outcome) pure returns (bool) {
  __NomicFoundationCoverage.sendHit(outcome ? 0x${whenTrue} : 0x${whenFalse});
  return outcome;
}
`;
}

function tagOf(sourceName: string, index: number, outcome: boolean): string {
  return createHash("sha256").update(`${sourceName}/${index}/${outcome}`).digest("hex");
}

function placesOf(content: string): readonly Place[] {
  const input = {
    language: "Solidity",
    sources: { file: { content } },
    settings: { stopAfter: "parsing", outputSelection: { "*": { "": ["ast"] } } },
  };
  const output = JSON.parse(compiler.compile(JSON.stringify(input)));
  const places: Place[] = [];
  visit(output.sources.file.ast, places);
  return places;
}

function visit(value: unknown, places: Place[]): void {
  if (Array.isArray(value)) for (const one of value) visit(one, places);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  const node = value as Node;
  for (const condition of askedBy(node)) if (!isPutTogether(condition)) places.push(placeOf(condition));
  for (const child of Object.values(node)) visit(child, places);
}

function askedBy(node: Node): readonly Node[] {
  switch (node.nodeType) {
    case "IfStatement":
    case "Conditional":
    case "WhileStatement":
    case "DoWhileStatement":
    case "ForStatement":
      return node.condition === null || node.condition === undefined ? [] : [node.condition as Node];
    case "BinaryOperation":
      return ["&&", "||"].includes(String(node.operator))
        ? [node.leftExpression as Node, node.rightExpression as Node]
        : [];
    case "FunctionCall": {
      const callee = node.expression as Node;
      const isAssertion = callee.nodeType === "Identifier" && ["require", "assert"].includes(String(callee.name));
      return isAssertion ? (node.arguments as readonly Node[]).slice(0, 1) : [];
    }
    default:
      return [];
  }
}

/** Whether something is made of operands, which are conditions themselves. */
function isPutTogether(node: Node): boolean {
  switch (node.nodeType) {
    case "BinaryOperation":
      return ["&&", "||"].includes(String(node.operator));
    case "TupleExpression":
      return isPutTogether((node.components as readonly Node[])[0] ?? {});
    case "UnaryOperation":
      return isPutTogether(node.subExpression as Node);
    default:
      return false;
  }
}

function placeOf(node: Node): Place {
  const [start = 0, length = 0] = String(node.src).split(":").map(Number);
  return { start, end: start + length };
}
