import pino from "pino";

/** The fields that may appear in a log line. A field that is not here is dropped, whatever it holds. */
export const LOG_FIELDS = [
  "action",
  "address",
  "agentId",
  "alarm",
  "attempt",
  "attesters",
  "blockHash",
  "blockNumber",
  "code",
  "committeeId",
  "count",
  "culprits",
  "decisionId",
  "durationMs",
  "endpoint",
  "epoch",
  "event",
  "fromBlock",
  "groupAddress",
  "kind",
  "lagBlocks",
  "listen",
  "memberIndex",
  "minSigners",
  "nonce",
  "order",
  "peer",
  "port",
  "provider",
  "quorum",
  "reason",
  "reply",
  "round",
  "signers",
  "stage",
  "state",
  "toBlock",
  "transactionHash",
  "version",
] as const;

/** A field that a log line may carry. */
export type LogField = (typeof LOG_FIELDS)[number];

/** What a field may hold. Objects and byte arrays are not accepted: they could carry what nobody looked at. */
export type LogValue = string | number | bigint | boolean | undefined;

/** The fields of one log line. */
export type LogFields = { readonly [field in LogField]?: LogValue };

/** Structured log. `message` is a constant text; all that varies goes into allowed fields. */
export type Log = {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
};

/** Where log lines go: one JSON text per call. */
export type LogSink = { write(line: string): void };

const ALLOWED: ReadonlySet<string> = new Set(LOG_FIELDS);
const VALUE_LIMIT = 300;

function allowedValue(value: unknown): string | number | boolean | undefined {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value !== "string") return undefined;
  return value.length > VALUE_LIMIT ? `${value.slice(0, VALUE_LIMIT)}…` : value;
}

/** What is left of `fields` after the allow-list: known names with plain values, long text cut. */
export function allowedFields(fields: object): Record<string, string | number | boolean> {
  const kept: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(fields)) {
    const plain = ALLOWED.has(name) ? allowedValue(value) : undefined;
    if (plain !== undefined) kept[name] = plain;
  }
  return kept;
}

/** A log that writes JSON lines of allowed fields to `sink` (standard output when absent), from `level` upwards. */
export function createLog(level: pino.Level, sink?: LogSink): Log {
  const options: pino.LoggerOptions = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const logger = sink === undefined ? pino(options, pino.destination({ dest: 1, sync: true })) : pino(options, sink);
  const write =
    (at: "debug" | "info" | "warn" | "error") =>
    (message: string, fields: LogFields = {}) =>
      logger[at](allowedFields(fields), message);
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}
