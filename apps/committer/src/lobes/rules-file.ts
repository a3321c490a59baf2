import { readFileSync } from "node:fs";
import { type Address, getAddress, type Hex, isAddress } from "viem";
import { z } from "zod";
import { messageOf, StartError } from "../failure.ts";
import { describeDefect } from "../settings.ts";

const address = z
  .string()
  .refine((text) => isAddress(text, { strict: false }), "must be a 20-byte address in hex")
  .transform((text): Address => getAddress(text));

const oneOrMore = <Item extends z.ZodType>(item: Item) =>
  z.union([item.transform((one) => [one]), z.array(item).min(1).max(1_024)]);

const selector = z
  .string()
  .regex(/^0x[0-9a-fA-F]{8}$/, "must be a 4-byte selector in hex (0x and 8 digits)")
  .transform((text): Hex => `0x${text.slice(2).toLowerCase()}`);

const amount = z
  .union([
    z.string().regex(/^\d{1,78}$/, "must be a whole number in the smallest unit, as decimal text"),
    z.int().min(0),
  ])
  .transform((value) => BigInt(value));

const erc20Transfer = z.strictObject({
  token: address,
  to: oneOrMore(address).optional(),
  amountAtMost: amount.optional(),
});

const conditions = z.strictObject({
  submitter: oneOrMore(address).optional(),
  targets: oneOrMore(address).optional(),
  anyTarget: oneOrMore(address).optional(),
  selectors: oneOrMore(selector).optional(),
  nativeValueAtMost: amount.optional(),
  callCountAtMost: z.int().min(0).max(65_535).optional(),
  erc20Transfer: erc20Transfer.optional(),
  deadlineWithinSeconds: z.int().min(0).optional(),
  deadlineAfterSeconds: z.int().min(0).optional(),
});

const rule = z.strictObject({
  name: z.string().min(1).max(200),
  when: conditions.default({}),
  reply: z.boolean(),
});

/** The rule file of the rules lobe, version 1. The first rule whose conditions all hold gives the reply. */
export const rulesSchema = z.strictObject({
  version: z.literal(1),
  default: z.enum(["reject", "noAnswer"]).default("reject"),
  rules: z.array(rule).max(1_024),
});

/** A validated rule file. */
export type RuleFile = z.infer<typeof rulesSchema>;

/** What must hold for one rule to give its reply; an absent condition holds always. */
export type RuleConditions = RuleFile["rules"][number]["when"];

/**
 * Reads and validates a rule file.
 * @throws StartError `rulesInvalid`: unreadable, not JSON, or the first defect with its path and value.
 */
export function loadRules(file: string): RuleFile {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new StartError(
      "rulesInvalid",
      `rule file ${file} cannot be read as JSON (${messageOf(cause)}): correct the file or the path in lobes`,
      { cause },
    );
  }
  const result = rulesSchema.safeParse(raw);
  if (!result.success) throw new StartError("rulesInvalid", `rule file ${file}: ${describeDefect(result.error, raw)}`);
  return result.data;
}
