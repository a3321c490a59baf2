// The numbered steps of the protocol documents: which of them a document defines, and which of them a text cites.

const STEP = String.raw`(?:[EFRSV]\.?)?\d+(?:\.\d+)?`;
const BETWEEN = "(?:–|, | and | or | to )";
const LIST_ITEM = /^(\d+)\. /gm;
const BOLD = new RegExp(String.raw`\*\*(${STEP}(?:${BETWEEN}${STEP})*)\*\*`, "g");
const CITATION = new RegExp(String.raw`\b([a-z-]+)\.md\)?,? steps? (${STEP}(?:${BETWEEN}${STEP})*)`, "g");
const COMMENT_LINE = /\n\s*(?:\*(?!\/)|\/\/)? ?/g;

/** One step that a text names: of `docs/protocol/<protocol>.md`, with its number as written there. */
export type Citation = { readonly protocol: string; readonly step: string };

function stepsIn(list: string): readonly string[] {
  return list.match(new RegExp(STEP, "g")) ?? [];
}

/** Steps of a protocol document: the items of its numbered lists, and the numbers in bold, `**R1.1**` or `**E.1–E.3**`. */
export function definedSteps(text: string): ReadonlySet<string> {
  const items = [...text.matchAll(LIST_ITEM)].map((match) => match[1] ?? "");
  const bold = [...text.matchAll(BOLD)].flatMap((match) => stepsIn(match[1] ?? ""));
  return new Set([...items, ...bold]);
}

/** Steps that a text or the comments of a source cite as `dkg.md steps R2.1–R2.4`; of a range its two ends. */
export function citedSteps(text: string): readonly Citation[] {
  // A citation may go on in the next line of a comment.
  const flat = text.replace(COMMENT_LINE, " ");
  return [...flat.matchAll(CITATION)].flatMap(([, protocol = "", list = ""]) =>
    stepsIn(list).map((step) => ({ protocol, step })),
  );
}
