import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { z } from "zod";
import type { CommandContext } from "../command-context.ts";
import { CliError } from "../errors/cli-error.ts";
import { type Deployment, deploymentSchema } from "./deployment.ts";

/** Where `synod devnet` writes and every other command looks, unless told otherwise; relative to the working folder. */
export const DEFAULT_DEPLOYMENT_FILE = ".synod/devnet/deployment.json";

/** Reads and checks a deployment file. Errors: DEPLOYMENT_MISSING, DEPLOYMENT_INVALID. */
export function readDeployment(file: string): Deployment {
  const parsed = deploymentSchema.safeParse(parseJson(file, readText(file)));
  if (parsed.success) return parsed.data;
  throw invalid(file, describeIssue(parsed.error));
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CliError(
      {
        code: "DEPLOYMENT_MISSING",
        what: "there is no readable deployment file",
        where: file,
        remedy: "start `synod devnet` first, or name the file with --deployment",
      },
      error,
    );
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(file, error instanceof Error ? error.message : "not JSON");
  }
}

function invalid(file: string, what: string): CliError {
  return new CliError({
    code: "DEPLOYMENT_INVALID",
    what: `the deployment file is malformed: ${what}`,
    where: file,
    remedy: "correct it, or let `synod devnet` write it anew",
  });
}

/** The first problem of a failed parse as "path: message". */
export function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return "unknown problem";
  const path = issue.path.map(String).join(".");
  return path === "" ? issue.message : `${path}: ${issue.message}`;
}

/** Reads the deployment file a command was given, relative to where it runs. Errors: see {@link readDeployment}. */
export function loadDeployment(context: Pick<CommandContext, "cwd">, file: string): Deployment {
  return readDeployment(resolve(context.cwd, file));
}
