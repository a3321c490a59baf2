import { z } from "zod";
import { describeIssue } from "../deployment/read-deployment.ts";
import { CliError } from "../errors/cli-error.ts";

const block = z.string().optional();

const epochSchema = z.object({
  committeeId: z.string(),
  epoch: z.string(),
  status: z.string(),
  memberIndex: z.int().nonnegative(),
  minSigners: z.int(),
  hasShare: z.boolean(),
  members: z.array(z.object({ memberIndex: z.int(), connected: z.boolean() })).readonly(),
});

const statusSchema = z.object({
  self: z.object({ address: z.string(), listen: z.string() }),
  chain: z.object({
    head: block,
    finalised: block,
    processed: block,
    finality: z.string(),
    rpcQuorum: z.int(),
    providers: z.array(z.object({ name: z.string(), newest: block })).readonly(),
  }),
  epochs: z.array(epochSchema).readonly(),
  audit: z.object({ length: z.int(), hash: z.string() }),
  alarms: z.array(z.object({ alarm: z.string(), reason: z.string() })).readonly(),
  halted: z.string().optional(),
});

const readinessSchema = z.object({ ready: z.boolean(), missing: z.array(z.string()).readonly() });

/** What a committer tells about itself. */
export type CommitterStatus = Readonly<z.infer<typeof statusSchema>> & Readonly<z.infer<typeof readinessSchema>>;

/** One epoch in a committer's eyes. */
export type EpochStatusReport = CommitterStatus["epochs"][number];

const PATIENCE_MS = 5_000;

/** Asks a committer for its status. Errors: COMMITTER_FAILED when it does not answer, or not as a committer does. */
export async function askStatus(url: string): Promise<CommitterStatus> {
  const [status, readiness] = await Promise.all([
    ask(url, "/status", statusSchema),
    ask(url, "/readyz", readinessSchema),
  ]);
  return { ...status, ...readiness };
}

async function ask<T>(url: string, path: string, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await fetchJson(new URL(path, url)));
  if (parsed.success) return parsed.data;
  throw unanswered(url, `${path} does not answer as a committer does: ${describeIssue(parsed.error)}`);
}

async function fetchJson(url: URL): Promise<unknown> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return await response.json();
  } catch (error) {
    throw unanswered(url.origin, "no committer answers", error);
  }
}

function unanswered(where: string, what: string, cause?: unknown): CliError {
  const remedy = "start the committer, or give its http.host and http.port with --url";
  return new CliError({ code: "COMMITTER_FAILED", what, where, remedy }, cause);
}
