import { BaseError, custom, HttpRequestError, RpcRequestError, type Transport } from "viem";
import { messageOf } from "../../failure.ts";
import { type HttpAnswer, postJson } from "./post-json.ts";
import { UnusableAnswerError } from "./unusable-answer.ts";

/** Where a provider is and how long one request to it may take, body included. */
export type Endpoint = { readonly url: string; readonly timeoutMs: number };

type RpcRequest = { readonly jsonrpc: "2.0"; readonly id: number; readonly method: string; readonly params: unknown };
type RpcFailure = { readonly code: number; readonly message: string; readonly data?: unknown };

const MEBIBYTE = 1_048_576;

/** Logs of many blocks can be long; nothing else that is asked for can. */
const LIMITS: Readonly<Record<string, number>> = { eth_getLogs: 16 * MEBIBYTE };
const LIMIT_BYTES = MEBIBYTE;
const RETRIES = 2;

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFailure(error: unknown): error is RpcFailure {
  return (
    isObject(error) &&
    "code" in error &&
    typeof error.code === "number" &&
    "message" in error &&
    typeof error.message === "string"
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnusableAnswerError("nonsense", "the answer is not JSON");
  }
}

/** The result in an answer to this very request. */
function resultOf({ status, text }: HttpAnswer, request: RpcRequest, url: string): unknown {
  const body = { method: request.method };
  const ok = status >= 200 && status < 300;
  const answer = ok || text.startsWith("{") ? parsed(text) : {};
  if (!isObject(answer)) throw new UnusableAnswerError("nonsense", "the answer is no JSON-RPC response");
  if ("error" in answer && isFailure(answer.error)) throw new RpcRequestError({ body, error: answer.error, url });
  if (!ok) throw new HttpRequestError({ body, details: "the answer is no success", status, url });
  if (!("id" in answer) || answer.id !== request.id)
    throw new UnusableAnswerError("nonsense", "the answer is to another request");
  if (!("result" in answer) || "error" in answer)
    throw new UnusableAnswerError("nonsense", "the answer is no JSON-RPC response");
  return answer.result;
}

/**
 * A viem transport for a provider that is not trusted: no answer may be longer than its method allows, come in crumbs, or
 * take longer than `timeoutMs`; redirects are not followed; an answer counts only if it is a JSON-RPC response to the
 * request.
 * Errors: viem's `HttpRequestError` and `RpcRequestError`, and `UnusableAnswerError`.
 */
export function boundedTransport({ url, timeoutMs }: Endpoint): Transport {
  const post = postJson(new URL(url));
  let lastId = 0;
  const request = async ({ method, params }: { readonly method: string; readonly params?: unknown }) => {
    lastId += 1;
    const asked: RpcRequest = { jsonrpc: "2.0", id: lastId, method, params: params ?? [] };
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const limit = LIMITS[method] ?? LIMIT_BYTES;
      return resultOf(await post({ body: JSON.stringify(asked), limit, signal }), asked, url);
    } catch (cause) {
      if (cause instanceof BaseError) throw cause;
      if (signal.aborted) throw new UnusableAnswerError("late", `no whole answer within ${timeoutMs} ms`);
      throw new HttpRequestError({ body: { method }, details: messageOf(cause), url });
    }
  };
  return custom({ request }, { retryCount: RETRIES });
}
