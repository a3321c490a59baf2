import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { BoundedBody } from "./bounded-body.ts";

/** A whole answer. Redirects are answers like any other. */
export type HttpAnswer = { readonly status: number; readonly text: string };

/** One request. */
export type Posting = {
  readonly body: string;
  /** Longest answer, in bytes. */
  readonly limit: number;
  /** Ends the request, wherever it is. */
  readonly signal: AbortSignal;
};

/** Posts to one URL. Errors: Node's; `UnusableAnswerError` for a body that is too much. */
export type Post = (posting: Posting) => Promise<HttpAnswer>;

function read(response: IncomingMessage, limit: number): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const body = new BoundedBody(limit);
  const take = (add: () => void) => {
    try {
      add();
    } catch (cause) {
      reject(cause);
      response.destroy();
    }
  };
  take(() => body.expect(Number(response.headers["content-length"] ?? 0)));
  response.on("data", (piece: Uint8Array) => take(() => body.add(piece)));
  response.on("end", () => resolve({ status: response.statusCode ?? 0, text: body.text() }));
  response.on("error", reject);
  return promise;
}

/**
 * Posts JSON to a URL over connections that are kept. Node's own client rather than fetch: it hands over a body as it
 * comes, piece by piece, so that one in crumbs can be refused before it has cost much.
 */
export function postJson(url: URL): Post {
  const options = { method: "POST", headers: { "content-type": "application/json" } } as const;
  const https = new HttpsAgent({ keepAlive: true });
  const http = new HttpAgent({ keepAlive: true });
  return ({ body, limit, signal }) => {
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
    const onResponse = (response: IncomingMessage) => resolve(read(response, limit));
    const request =
      url.protocol === "https:"
        ? requestHttps(url, { ...options, agent: https, signal }, onResponse)
        : requestHttp(url, { ...options, agent: http, signal }, onResponse);
    request.on("error", reject);
    request.end(body);
    return promise;
  };
}
