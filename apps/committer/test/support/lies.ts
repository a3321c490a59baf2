import type { ServerResponse } from "node:http";
import type { Writable } from "node:stream";
import { type Hex, numberToHex, toFunctionSelector } from "viem";

/** A JSON-RPC request as it arrives. */
export type Call = { readonly id: number; readonly method: string; readonly params: readonly unknown[] };

/** One way for a provider to mislead. What it leaves out is done honestly. */
export type Lie = {
  readonly name: string;
  /** `contradiction`: it says something else than the truth about final facts. `failure`: it says nothing of use. */
  readonly kind: "contradiction" | "failure" | "passing";
  /** Asks the node something else. */
  ask?(call: Call): Call;
  /** Changes the node's result. */
  change?(call: Call, result: unknown): unknown;
  /** Sends the answer in its own way. */
  send?(response: ServerResponse, text: string, call: Call): void;
};

type Json = Record<string, unknown>;
type Change = NonNullable<Lie["change"]>;

const OTHER_HASH = `0x${"be".repeat(32)}`;
const POLICY = toFunctionSelector("policy()");
const SPENT = toFunctionSelector("spentInWindow(address)");

function flipped(hex: unknown): unknown {
  if (typeof hex !== "string" || hex.length < 4) return hex;
  const last = Number.parseInt(hex.slice(-1), 16) ^ 1;
  return `${hex.slice(0, -1)}${last.toString(16)}`;
}

/** Changes the result of one method. */
function onMethod<Result = Json>(method: string, change: (result: Result, call: Call) => unknown): Change {
  return (call, result) => (call.method === method ? change(result as Result, call) : result);
}

/** Changes what the logs' list is, or each of its logs. */
function onLogs(change: (logs: readonly Json[]) => unknown): Change {
  return onMethod("eth_getLogs", change);
}

/** Changes the results of calls to a function. */
function onCall(selector: Hex, change: (result: string) => unknown): Change {
  return onMethod<string>("eth_call", (result, { params }) => {
    const { data } = params[0] as { readonly data: string };
    return data.startsWith(selector) ? change(result) : result;
  });
}

/** The vault's policy with every amount of it a thousand times what it is. */
function generous(result: string): string {
  const one = 10n ** 18n;
  return result.replaceAll(numberToHex(one, { size: 32 }).slice(2), numberToHex(one * 1_000n, { size: 32 }).slice(2));
}

function endless(stream: Writable, piece: string): void {
  const more = () => {
    while (!stream.destroyed && stream.write(piece));
    if (!stream.destroyed) stream.once("drain", more);
  };
  more();
}

/** Chunks of one byte each, past Node's own way to put small ones together. */
function crumbs(response: ServerResponse): void {
  response.flushHeaders();
  if (response.socket !== null) endless(response.socket, "1\r\n \r\n".repeat(10_000));
}

const HEADER = "eth_getBlockByNumber";
const isTag = (tag: string, { params }: Call) => params[0] === tag;

/** Lies about facts that are final. */
export const CONTRADICTIONS: readonly Lie[] = [
  {
    name: "other block hash",
    kind: "contradiction",
    change: onMethod(HEADER, (block) => ({ ...block, hash: OTHER_HASH })),
  },
  {
    name: "other block time",
    kind: "contradiction",
    change: onMethod(HEADER, (block) => ({ ...block, timestamp: "0x1" })),
  },
  { name: "missing log", kind: "contradiction", change: onLogs((logs) => logs.slice(1)) },
  { name: "no logs", kind: "contradiction", change: onLogs(() => []) },
  {
    name: "extra log",
    kind: "contradiction",
    change: onLogs((logs) => [...logs, ...logs.map((log) => ({ ...log, logIndex: "0x63" }))]),
  },
  {
    name: "changed log data",
    kind: "contradiction",
    change: onLogs((logs) => logs.map((log) => ({ ...log, data: flipped(log.data) }))),
  },
  {
    name: "changed log topic",
    kind: "contradiction",
    change: onLogs((logs) => logs.map((log) => ({ ...log, topics: (log.topics as string[]).map(flipped) }))),
  },
  {
    name: "other log index",
    kind: "contradiction",
    change: onLogs((logs) => logs.map((log, index) => ({ ...log, logIndex: numberToHex(index + 40) }))),
  },
  {
    name: "logs of another block",
    kind: "contradiction",
    change: onLogs((logs) => logs.map((log) => ({ ...log, blockHash: OTHER_HASH }))),
  },
  { name: "other call result", kind: "contradiction", change: onMethod("eth_call", flipped) },
  { name: "other policy", kind: "contradiction", change: onCall(POLICY, generous) },
  { name: "less spent", kind: "contradiction", change: onCall(SPENT, flipped) },
  {
    name: "other receipt",
    kind: "contradiction",
    change: onMethod("eth_getTransactionReceipt", (receipt) => ({ ...receipt, status: "0x0" })),
  },
  { name: "no receipt", kind: "contradiction", change: onMethod("eth_getTransactionReceipt", () => null) },
  { name: "other final nonce", kind: "contradiction", change: onMethod("eth_getTransactionCount", () => "0x999") },
];

/** Lies about what is new, where honest providers may differ: they accuse nobody and decide nothing. */
export const PASSING: readonly Lie[] = [
  {
    name: "finalised block ahead",
    kind: "passing",
    change: onMethod(HEADER, (block, call) =>
      isTag("finalized", call) ? { ...block, number: "0xffffff", hash: OTHER_HASH } : block,
    ),
  },
  {
    name: "head far ahead",
    kind: "passing",
    change: onMethod(HEADER, (block, call) =>
      isTag("latest", call) ? { ...block, number: "0xffffff", hash: OTHER_HASH } : block,
    ),
  },
  {
    name: "head far behind",
    kind: "passing",
    ask: (call) => (call.method === HEADER && isTag("latest", call) ? { ...call, params: ["0x1", false] } : call),
  },
  { name: "gas too low", kind: "passing", change: onMethod("eth_estimateGas", () => "0x1") },
  { name: "gas too high", kind: "passing", change: onMethod("eth_estimateGas", () => "0xffffffffff") },
  { name: "no balance", kind: "passing", change: onMethod("eth_getBalance", () => "0x0") },
  { name: "high fees", kind: "passing", change: onMethod("eth_maxPriorityFeePerGas", () => "0xffffffffffffff") },
  {
    name: "a revert that is none",
    kind: "passing",
    send: (response, text, { id, method }) =>
      void response.end(
        method === "eth_estimateGas"
          ? JSON.stringify({
              jsonrpc: "2.0",
              id,
              error: { code: 3, message: "execution reverted", data: "0x12345678" },
            })
          : text,
      ),
  },
  {
    name: "transactions swallowed",
    kind: "passing",
    ask: (call) => (call.method === "eth_sendRawTransaction" ? { ...call, method: "eth_chainId", params: [] } : call),
  },
];

/** Answers that are none. */
export const FAILURES: readonly Lie[] = [
  { name: "huge body", kind: "failure", send: (response) => void response.end("x".repeat(17 * 1_048_576)) },
  { name: "endless body", kind: "failure", send: (response) => endless(response, "x".repeat(65_536)) },
  { name: "endless body in single bytes", kind: "failure", send: crumbs },
  {
    name: "half a body",
    kind: "failure",
    send: (response, text) => void response.write(text.slice(0, text.length / 2)),
  },
  { name: "malformed JSON", kind: "failure", send: (response, text) => void response.end(text.slice(1)) },
  {
    name: "wrong JSON-RPC id",
    kind: "failure",
    send: (response, text, { id }) => void response.end(text.replace(`"id":${id}`, `"id":${id + 1}`)),
  },
  { name: "stall", kind: "failure", send: () => undefined },
  { name: "hang up", kind: "failure", send: (response) => void response.destroy() },
  {
    name: "error",
    kind: "failure",
    send: (response, _text, { id }) =>
      void response.end(JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32_000, message: "header not found" } })),
  },
  { name: "null", kind: "failure", change: () => null },
  { name: "another type", kind: "failure", change: () => ({ deep: [[[[]]]] }) },
  { name: "redirect", kind: "failure", send: (response) => void response.writeHead(307, { location: "/" }).end() },
];

/** Another final block under the number of the right one, where the tag is asked for. By its number it is told right. */
export const OTHER_FINALISED: Lie = {
  name: "other finalised block",
  kind: "contradiction",
  change: onMethod(HEADER, (block, call) => (isTag("finalized", call) ? { ...block, hash: OTHER_HASH } : block)),
};

/** Calls answered with the state of an old block, at which the contracts stood already. */
export function oldState(block: () => bigint): Lie {
  const ask = (call: Call) =>
    call.method === "eth_call" ? { ...call, params: [call.params[0], numberToHex(block())] } : call;
  return { name: "old state", kind: "contradiction", ask };
}

/** A chain id that is another chain's. */
export const OTHER_CHAIN: Lie = {
  name: "other chain id",
  kind: "contradiction",
  change: onMethod("eth_chainId", () => "0x1"),
};

/** Several lies at once: each answer is changed by all that concern it. */
export function together(lies: readonly Lie[]): Lie {
  const change: Change = (call, result) =>
    lies.reduce((said, lie) => (lie.change === undefined ? said : lie.change(call, said)), result);
  return { name: lies.map(({ name }) => name).join(", "), kind: "contradiction", change };
}
