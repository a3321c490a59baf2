import { CliError } from "../errors/cli-error.ts";
import type { CallDraft, DecisionDraft } from "./decision-file.ts";

/** The flags of `synod decide` that describe one call, as they were typed. */
export type CallFlags = {
  readonly to?: string;
  readonly value?: string;
  readonly token?: string;
  readonly amount?: string;
  readonly target?: string;
  readonly data?: string;
};

/**
 * The decision of one call that the flags describe: --to --value, --token --to --amount, or --target --data [--value].
 * Errors: USAGE for any other combination, ARGUMENT_INVALID for an amount that is no decimal number.
 */
export function draftFromFlags(flags: CallFlags): DecisionDraft {
  for (const flag of ["value", "amount"] as const) requireDecimal(flag, flags[flag]);
  return { name: "command line", calls: [callFromFlags(flags)] };
}

function callFromFlags({ to, value, token, amount, target, data }: CallFlags): CallDraft {
  const isAbsent = (...values: readonly (string | undefined)[]): boolean => values.every((item) => item === undefined);
  if (to !== undefined && value !== undefined && isAbsent(token, amount, target, data)) return { to, value };
  if (token !== undefined && to !== undefined && amount !== undefined && isAbsent(value, target, data))
    return { token, to, amount };
  if (target !== undefined && data !== undefined && isAbsent(to, token, amount))
    return value === undefined ? { target, data } : { target, data, value };
  throw unclear({ to, value, token, amount, target, data });
}

function requireDecimal(flag: string, text: string | undefined): void {
  if (text === undefined || /^\d+(\.\d+)?$/.test(text)) return;
  throw new CliError({
    code: "ARGUMENT_INVALID",
    what: `"${text}" is no amount`,
    where: `--${flag}`,
    remedy: "give a decimal number such as 0.5",
  });
}

function unclear(flags: Readonly<Record<string, string | undefined>>): CliError {
  const given = Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`]));
  return new CliError({
    code: "USAGE",
    what: given.length === 0 ? "nothing to decide" : `no single action can be made of ${given.join(" ")}`,
    where: "command line",
    remedy: "give --file, or --to --value, or --token --to --amount, or --target --data [--value]",
  });
}
