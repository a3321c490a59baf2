import { Worker } from "node:worker_threads";
import { StartError } from "../failure.ts";
import type { PointArithmetic, SessionPort, SessionReport } from "./messages.ts";
import type { WorkerOpening } from "./worker.ts";

function firstReport(worker: Worker): Promise<SessionReport> {
  const { promise, resolve, reject } = Promise.withResolvers<SessionReport>();
  worker.once("message", resolve);
  worker.once("error", reject);
  return promise;
}

/**
 * Starts the thread that holds the key shares and waits until its keystore is open.
 * @param opening its secrets are copied to the thread; the caller wipes its own
 * @param onCrash called when the thread ends by itself: nothing can be signed any more
 * @throws StartError `keystoreDamaged`
 */
export async function startSessionWorker(
  opening: WorkerOpening,
  onCrash: (cause: unknown) => void,
): Promise<SessionPort & { readonly points: PointArithmetic }> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { name: "sessions" });
  worker.postMessage(opening);
  const first = await firstReport(worker);
  if (first.kind !== "ready") {
    await worker.terminate();
    throw new StartError(
      "keystoreDamaged",
      first.kind === "unusable" ? first.reason : "the session thread did not start",
    );
  }
  let isClosing = false;
  worker.on("error", onCrash);
  worker.on("exit", (code) => {
    if (!isClosing) onCrash(`the session thread ended with code ${code}`);
  });
  return {
    points: first.points,
    post: (request) => worker.postMessage(request),
    onReport: (handler) => void worker.on("message", handler),
    async close() {
      isClosing = true;
      await worker.terminate();
    },
  };
}
