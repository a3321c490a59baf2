import { InvalidArgumentError } from "commander";
import { DEFAULT_DEPLOYMENT_FILE } from "../deployment/read-deployment.ts";

/** `--deployment <file>`, the same for every command that reads one. */
export const DEPLOYMENT_OPTION = ["--deployment <file>", "deployment file", DEFAULT_DEPLOYMENT_FILE] as const;

/** `--json`, the same for every command. */
export const JSON_OPTION = ["--json", "print results and errors as JSON"] as const;

/** An option that takes a whole number. Errors: commander's, for anything else. */
export function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("give a whole number.");
}
