import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** A running server that speaks the HTTP API of a HashiCorp Vault, as far as a KV engine needs it. */
export type TestVault = {
  readonly url: string;
  readonly mount: string;
  readonly token: string;
  /** Bodies of all requests that came with the token, in order. */
  readonly received: readonly string[];
  readonly stop: () => Promise<void>;
};

type Message =
  | { readonly kind: "listening"; readonly url: string }
  | { readonly kind: "request"; readonly sent: string };

/** Starts such a server on a free port, in a thread of its own. See {@link KvEngine} for what it is written after. */
export async function startTestVault(): Promise<TestVault> {
  const place = { mount: "secret", token: "hvs.test-token" };
  const worker = new Worker(new URL("./vault-thread.ts", import.meta.url), { workerData: place });
  const [first] = (await once(worker, "message")) as [Message];
  if (first.kind !== "listening") throw new TypeError("the server answered before it listened");
  const received: string[] = [];
  worker.on("message", (message: Message) => {
    if (message.kind === "request") received.push(message.sent);
  });
  return { ...place, url: first.url, received, stop: async () => void (await worker.terminate()) };
}
