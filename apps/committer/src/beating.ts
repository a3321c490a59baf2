import type { Assembly, Foundations } from "./assemble.ts";
import type { HeadSignal, HeadSignalOptions } from "./chain/head-signal.ts";
import { singleFlight } from "./single-flight.ts";

/** Starts what calls `onHead` whenever there may be a new block. */
export type StartHeadSignal = (onHead: HeadSignalOptions["onHead"]) => HeadSignal;

/**
 * Lets the heart beat on every sign of a new block, and listen to peers.
 * @returns ends it; resolves when the last beat is over
 */
export function startBeating(
  { transport }: Pick<Foundations, "transport">,
  { heart, driver }: Pick<Assembly, "heart" | "driver">,
  startSignal: StartHeadSignal,
): () => Promise<void> {
  const beats = singleFlight(() => heart.beat());
  transport.onFrame((from, frame) => heart.onFrame(from, frame));
  transport.onPeerChange(({ peer, connected }) => {
    if (connected) heart.onPeerConnected(peer);
    heart.wake();
  });
  const signal = startSignal(() => beats.request());
  beats.request();
  return async () => {
    signal.close();
    await beats.close();
    driver.close();
  };
}
