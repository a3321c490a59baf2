import { readFileSync } from "node:fs";
import { z } from "zod";
import { describeIssue } from "../deployment/read-deployment.ts";
import { CliError } from "../errors/cli-error.ts";

const amount = z.string().regex(/^\d+(\.\d+)?$/, 'expected a decimal number as text, such as "0.5"');
const text = z.string().min(1);

/** Sends native coin. */
const nativeTransferSchema = z.strictObject({ to: text, value: amount });
/** Sends ERC-20 tokens. */
const tokenTransferSchema = z.strictObject({ token: text, to: text, amount });
/** Any call. */
const rawCallSchema = z.strictObject({ target: text, data: text, value: amount.optional() });

const callSchema = z.union([nativeTransferSchema, tokenTransferSchema, rawCallSchema], {
  error: "expected {to, value}, {token, to, amount} or {target, data, value?}",
});

const boundSchema = z.strictObject({ asset: text, maxOut: amount, minIn: amount.optional() });

const draftSchema = z.strictObject({
  name: text,
  description: z.string().optional(),
  calls: z.array(callSchema).min(1).readonly(),
  bounds: z.array(boundSchema).readonly().optional(),
  gasFloor: z.int().nonnegative().optional(),
  noNewAllowances: z.boolean().optional(),
  deadlineSeconds: z.int().positive().max(2_592_000).optional(),
});

const fileSchema = z.strictObject({ version: z.literal(1), decisions: z.array(draftSchema).min(1).readonly() });

/** One call as a person writes it: amounts with decimals, tokens by symbol, accounts by name or address. */
export type CallDraft = Readonly<z.infer<typeof callSchema>>;
/** One bound as a person writes it; `asset` is a token or "native". */
export type BoundDraft = Readonly<z.infer<typeof boundSchema>>;
/** One decision as a person writes it. Without bounds, transfers are bounded by their own sums. */
export type DecisionDraft = Readonly<z.infer<typeof draftSchema>>;

/** Reads a file of decisions. Errors: DECISION_FILE_INVALID, with the place of the first problem. */
export function readDecisionFile(file: string): readonly DecisionDraft[] {
  const parsed = fileSchema.safeParse(parseJson(file));
  if (parsed.success) return parsed.data.decisions;
  throw invalid(file, describeIssue(parsed.error));
}

/** The decision of that name, or the only one there is. Errors: DECISION_FILE_INVALID. */
export function pickDraft(file: string, drafts: readonly DecisionDraft[], name: string | undefined): DecisionDraft {
  const found = name === undefined && drafts.length === 1 ? drafts[0] : drafts.find((draft) => draft.name === name);
  if (found !== undefined) return found;
  const names = drafts.map((draft) => draft.name).join(", ");
  throw invalid(
    file,
    name === undefined ? "it holds several decisions" : `it holds no decision "${name}"`,
    `pick one with --name: ${names}`,
  );
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw invalid(file, error instanceof Error ? error.message : "unreadable");
  }
}

const REMEDY = "correct the file; examples/decisions.json shows the format";

function invalid(file: string, what: string, remedy = REMEDY): CliError {
  return new CliError({
    code: "DECISION_FILE_INVALID",
    what: `the decision file cannot be used: ${what}`,
    where: file,
    remedy,
  });
}
