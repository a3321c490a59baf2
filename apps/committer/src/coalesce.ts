/** Runs `work` once soon, however often it is asked for meanwhile. Before it runs, other waiting input is handled. */
export function coalesce(work: () => void): () => void {
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    setImmediate(() => {
      isWaiting = false;
      work();
    });
  };
}
