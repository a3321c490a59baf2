/** Every way the network can fail by exception, with what belongs to it. What peers do is an event, never an error. */
export type NetworkFailure =
  /** Invalid argument: not 32 bytes of a secp256k1 secret key. Says nothing of the bytes. */
  | { readonly code: "IDENTITY_INVALID" }
  /** Invalid argument: two transports of one hub with one identity. */
  | { readonly code: "IDENTITY_TAKEN"; readonly peer: string }
  /** Invalid argument: not a compressed secp256k1 key of 33 bytes in hex. */
  | { readonly code: "PEER_KEY_INVALID"; readonly publicKey: string }
  /** Invalid argument: not a TCP multiaddr. */
  | { readonly code: "ENDPOINT_INVALID"; readonly endpoint: string; readonly why: string }
  /** Invalid argument: a frame longer than the transport carries. */
  | { readonly code: "FRAME_TOO_LARGE"; readonly bytes: number; readonly maxBytes: number }
  /** Invalid argument: a frame without a byte. */
  | { readonly code: "FRAME_EMPTY" }
  /** Environment: the address is taken or not of this machine. */
  | { readonly code: "LISTEN_FAILED"; readonly endpoint: string; readonly reason: string }
  /** Bug of the caller: started twice, or after `close`. */
  | { readonly code: "START_REFUSED"; readonly state: "started" | "closed" };

/** The codes alone. */
export type NetworkErrorCode = NetworkFailure["code"];

function describe(failure: NetworkFailure): string {
  switch (failure.code) {
    case "IDENTITY_INVALID":
      return "the identity is not a secp256k1 secret key of 32 bytes";
    case "IDENTITY_TAKEN":
      return `peer ${failure.peer} has a transport in this hub already`;
    case "PEER_KEY_INVALID":
      return `${failure.publicKey} is not a compressed secp256k1 public key (0x and 66 hex digits)`;
    case "ENDPOINT_INVALID":
      return `${failure.endpoint} ${failure.why}: give an address like /ip4/192.0.2.1/tcp/9001`;
    case "FRAME_TOO_LARGE":
      return `a frame of ${failure.bytes} bytes is over the limit of ${failure.maxBytes}`;
    case "FRAME_EMPTY":
      return "a frame needs at least one byte";
    case "LISTEN_FAILED":
      return `could not listen on ${failure.endpoint}: ${failure.reason}`;
    case "START_REFUSED":
      return `the transport is already ${failure.state}: make a new one`;
  }
}

/** The one error class of network. Match on `code`; the message is for people. */
export class NetworkError extends Error {
  readonly failure: NetworkFailure;

  constructor(failure: NetworkFailure, options?: ErrorOptions) {
    super(describe(failure), options);
    this.name = "NetworkError";
    this.failure = failure;
  }

  /** The failure's code. */
  get code(): NetworkErrorCode {
    return this.failure.code;
  }
}
