/** Limits of one transport, each per peer. */
export interface NetworkBounds {
  /** The longest frame, sent or received, in bytes. */
  readonly maxFrameBytes: number;
  /** Frames that may wait for one peer. */
  readonly maxQueueFrames: number;
  /** Bytes that may wait for one peer. */
  readonly maxQueueBytes: number;
  /** Bytes per second one peer may send for long. */
  readonly bytesPerSecond: number;
  /** Bytes one peer may send at once after it was quiet. */
  readonly burstBytes: number;
  /** Frames per second one peer may send for long. */
  readonly framesPerSecond: number;
  /** Frames one peer may send at once after it was quiet. */
  readonly burstFrames: number;
}

const MIB = 1 << 20;

/**
 * Room for ten signatures at once with 64 members, on an ordinary line. A decision takes some ten frames from each peer;
 * a frame of a peer that means harm costs a quarter of a millisecond or more.
 */
export const DEFAULT_BOUNDS: NetworkBounds = {
  maxFrameBytes: MIB,
  maxQueueFrames: 4096,
  maxQueueBytes: 16 * MIB,
  bytesPerSecond: 8 * MIB,
  burstBytes: 32 * MIB,
  framesPerSecond: 500,
  burstFrames: 4000,
};
