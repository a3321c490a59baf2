import type { Pace } from "./pace.ts";

/** Runs `work` once soon, however often it is asked for meanwhile. Before it runs, other waiting input is handled. */
export function coalesce(work: () => void, soon: Pace["soon"]): () => void {
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    soon(() => {
      isWaiting = false;
      work();
    });
  };
}
