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

/** An option that takes a TCP port, 0 for a free one. Errors: commander's, for anything else. */
export function portNumber(text: string): number {
  const port = wholeNumber(text);
  if (port <= 65_535) return port;
  throw new InvalidArgumentError("give a port from 0 to 65535.");
}
