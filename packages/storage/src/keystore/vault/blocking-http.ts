import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { HttpAnswer, HttpReply, HttpRequest, HttpThreadData } from "./http-exchange.ts";

/** How much longer than the request's own limit is waited for the thread that carries it out. */
const GRACE_MS = 2_000;

/**
 * HTTP for code that must not go on before the answer is there: the thread sleeps while another one fetches. One
 * request at a time.
 */
export class BlockingHttp {
  readonly #flag = new Int32Array(new SharedArrayBuffer(4));
  readonly #port: MessagePort;
  readonly #worker: Worker;
  #id = 0;

  /** Side effects: starts a thread, which does not keep the process alive. */
  constructor() {
    const { port1, port2 } = new MessageChannel();
    const workerData: HttpThreadData = { signal: this.#flag.buffer as SharedArrayBuffer, port: port2 };
    this.#worker = new Worker(new URL("./http-thread.ts", import.meta.url), {
      name: "keystore",
      workerData,
      transferList: [port2],
    });
    this.#worker.unref();
    port1.unref();
    this.#port = port1;
  }

  /** Blocks until the answer is there or the request's time is over. Never throws. */
  request(request: Omit<HttpRequest, "id">): HttpAnswer {
    this.#id += 1;
    const deadlineMs = performance.now() + request.timeoutMs + GRACE_MS;
    Atomics.store(this.#flag, 0, 0);
    this.#port.postMessage({ ...request, id: this.#id } satisfies HttpRequest);
    for (;;) {
      const answer = this.#take();
      if (answer !== undefined) return answer;
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) return { kind: "failed", reason: "no answer within the time limit" };
      Atomics.wait(this.#flag, 0, 0, leftMs);
      Atomics.store(this.#flag, 0, 0);
    }
  }

  /** The answer to the present request, if it lies in the port; what comes too late for an earlier one is dropped. */
  #take(): HttpAnswer | undefined {
    for (;;) {
      const received = receiveMessageOnPort(this.#port) as { readonly message: HttpReply } | undefined;
      if (received === undefined) return undefined;
      if (received.message.id === this.#id) return received.message.answer;
    }
  }

  /** Ends the thread. */
  close(): void {
    this.#port.close();
    void this.#worker.terminate();
  }
}
