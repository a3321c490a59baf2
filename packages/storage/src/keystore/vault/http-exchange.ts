/** One request of the blocking client to its thread. */
export type HttpRequest = {
  /** Told again with the answer: one that comes too late must not pass for that of a later request. */
  readonly id: number;
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
};

/** What came back: an answer of any status, or why there is none. */
export type HttpAnswer =
  | { readonly kind: "answered"; readonly status: number; readonly body: string }
  | { readonly kind: "failed"; readonly reason: string };

/** What the thread sends back. */
export type HttpReply = { readonly id: number; readonly answer: HttpAnswer };

/** What the thread is started with. */
export type HttpThreadData = {
  /** One 32-bit word that becomes 1 when an answer lies in the port. */
  readonly signal: SharedArrayBuffer;
  readonly port: import("node:worker_threads").MessagePort;
};
