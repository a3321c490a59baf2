import { createECDH } from "node:crypto";
import type { PeerId } from "@synod/core";

/** A committer's identity for tests. */
export interface TestIdentity {
  readonly secret: Uint8Array;
  readonly publicKey: PeerId;
}

/** The n-th test identity, n from 1: the same key in every run, made of the node's own curve code and not libp2p's. */
export function identityAt(index: number): TestIdentity {
  const secret = Buffer.alloc(32);
  secret.writeUInt32BE(index, 28);
  const ecdh = createECDH("secp256k1");
  ecdh.setPrivateKey(secret);
  return { secret: new Uint8Array(secret), publicKey: `0x${ecdh.getPublicKey("hex", "compressed")}` };
}
