import type { ReportSource } from "./report.ts";

/** A response before it is sent. */
export type Reply = { readonly status: number; readonly contentType: string; readonly body: string };

type Route = { readonly pattern: RegExp; answer(source: ReportSource, parameter: string): Reply | Promise<Reply> };

/** A JSON response. Bigints are written as decimal text. */
export function json(status: number, value: unknown): Reply {
  const body = JSON.stringify(value, (_key, item) => (typeof item === "bigint" ? item.toString() : item));
  return { status, contentType: "application/json; charset=utf-8", body: `${body}\n` };
}

/** A JSON error: `{"error":{"code","message"}}`. */
export function jsonError(status: number, code: string, message: string): Reply {
  return json(status, { error: { code, message } });
}

function readyz(source: ReportSource): Reply {
  const readiness = source.readiness();
  return json(readiness.ready ? 200 : 503, readiness);
}

function oneDecision(source: ReportSource, decisionId: string): Reply {
  const report = source.decision(decisionId.toLowerCase());
  if (report === undefined) return jsonError(404, "decisionUnknown", `decision ${decisionId} is not known here`);
  return json(200, report);
}

async function metrics(source: ReportSource): Promise<Reply> {
  const { contentType, body } = await source.metrics();
  return { status: 200, contentType, body };
}

const ROUTES: readonly Route[] = [
  { pattern: /^\/healthz$/, answer: () => json(200, { alive: true }) },
  { pattern: /^\/readyz$/, answer: readyz },
  { pattern: /^\/metrics$/, answer: metrics },
  { pattern: /^\/status$/, answer: (source) => json(200, source.status()) },
  { pattern: /^\/decisions$/, answer: (source) => json(200, { decisions: source.decisions() }) },
  { pattern: /^\/decisions\/(0x[0-9a-fA-F]{64})$/, answer: oneDecision },
];

/** Answers one request line. Unknown paths give 404, other methods than GET and HEAD give 405. */
export async function route(source: ReportSource, method: string, target: string): Promise<Reply> {
  const path = target.split("?", 1)[0] ?? "";
  for (const { pattern, answer } of ROUTES) {
    const match = pattern.exec(path);
    if (match === null) continue;
    if (method !== "GET" && method !== "HEAD")
      return jsonError(405, "methodNotAllowed", `${method} is not allowed here; use GET`);
    return answer(source, match[1] ?? "");
  }
  return jsonError(404, "notFound", "there are /healthz, /readyz, /metrics, /status, /decisions and /decisions/<id>");
}
