/** Entry point of the thread that fetches for a thread which waits: it answers each request once. */
import { workerData } from "node:worker_threads";
import type { HttpAnswer, HttpReply, HttpRequest, HttpThreadData } from "./http-exchange.ts";

const { signal, port } = workerData as HttpThreadData;
const flag = new Int32Array(signal);

async function boundedText(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new RangeError(`the answer has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function exchange({ id: _, url, timeoutMs, maxBytes, ...init }: HttpRequest): Promise<HttpAnswer> {
  try {
    const response = await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(timeoutMs) });
    return { kind: "answered", status: response.status, body: await boundedText(response, maxBytes) };
  } catch (error) {
    return { kind: "failed", reason: reasonOf(error) };
  }
}

/** The error at the bottom says what happened; the ones above only that fetching failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}

port.on("message", async (request: HttpRequest) => {
  const reply: HttpReply = { id: request.id, answer: await exchange(request) };
  port.postMessage(reply);
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
});
