import { SynodSdkError, type SynodSdkErrorCode } from "@synod/sdk";
import { CommanderError } from "commander";
import { CliError, type CliErrorCode, type CliErrorReport } from "./cli-error.ts";

/** The report for any thrown value. What no part of the program foresaw is reported as BUG with its message. */
export function reportOf(error: unknown): CliErrorReport {
  if (error instanceof CliError) return error.report;
  if (error instanceof SynodSdkError) return sdkReport(error);
  if (error instanceof CommanderError) return usageReport(error);
  if (isAbort(error)) return { code: "INTERRUPTED", what: "interrupted", where: "synod", remedy: "run it again" };
  return bugReport(error);
}

/** The one line a person sees for a report. */
export function formatReport(report: CliErrorReport): string {
  const line = `synod: ${report.what} (${report.where}): ${report.remedy}`;
  return line.replaceAll(/\s+/g, " ").trim();
}

function sdkReport(error: SynodSdkError): CliErrorReport {
  return { code: cliCodeOf(error.code), what: error.what, where: "chain", remedy: error.remedy };
}

function cliCodeOf(code: SynodSdkErrorCode): CliErrorCode {
  switch (code) {
    case "ACCOUNT_MISSING":
      return "KEY_MISSING";
    case "ARGUMENT_INVALID":
      return "ARGUMENT_INVALID";
    case "UNKNOWN_ID":
      return "NOT_FOUND";
    case "CONTRACT_REVERTED":
    case "FUNDS_INSUFFICIENT":
    case "TRANSACTION_FAILED":
      return "TRANSACTION_FAILED";
    case "WAIT_TIMED_OUT":
      return "TIMED_OUT";
    case "WAIT_ABORTED":
      return "INTERRUPTED";
    case "CONTRACT_MISSING":
    case "WRONG_CHAIN":
      return "WRONG_CHAIN";
    case "RPC_FAILED":
      return "RPC_FAILED";
    case "RPC_UNREACHABLE":
      return "RPC_UNREACHABLE";
  }
}

function usageReport(error: CommanderError): CliErrorReport {
  const what = error.code === "commander.help" ? "no command given" : error.message.replace(/^error: /, "");
  return { code: "USAGE", what, where: "command line", remedy: "see `synod help`" };
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function bugReport(error: unknown): CliErrorReport {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: "BUG", what, where: "synod", remedy: "this is a defect of synod, please report it" };
}
