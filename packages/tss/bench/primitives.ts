import { secp256k1 } from "@noble/curves/secp256k1.js";
import { type Envelope, envelopeDigest } from "../src/envelope/envelope.ts";
import { identityKeyFromBytes, isSignedBy, signWithIdentity } from "../src/envelope/identity-key.ts";
import type { Rng } from "../src/index.ts";
import { knownPoint } from "../src/math/known-point.ts";
import { perCallMs } from "./measure.ts";

/** Cost of the curve library's own operations, the yardstick of everything else. */
export function curveCost(rng: Rng) {
  const scalar = secp256k1.Point.Fn.fromBytes(rng(32));
  const point = secp256k1.Point.BASE.multiply(7n);
  const secret = rng(32);
  const digest = rng(32);
  const publicKey = secp256k1.getPublicKey(secret);
  const signature = secp256k1.sign(digest, secret, { prehash: false });
  return {
    baseMultiplyMs: perCallMs(() => secp256k1.Point.BASE.multiply(scalar), 50),
    multiplyMs: perCallMs(() => point.multiply(scalar), 20),
    verifyMs: perCallMs(() => secp256k1.verify(signature, digest, publicKey, { prehash: false }), 20),
  };
}

/** Cost of authenticating one message: paid once per party and round by the sender, once per message by a recipient. */
export function envelopeCost(rng: Rng) {
  const identity = identityKeyFromBytes(rng(32));
  const envelope: Envelope = {
    domain: { chainId: 1n, verifyingContract: rng(20), keyId: rng(32), epoch: 1n },
    phase: 2,
    session: rng(32),
    sid: rng(32),
    round: 1,
    from: 1,
    to: 0,
    prevView: rng(32),
    payloadHash: rng(32),
  };
  const digest = envelopeDigest(envelope);
  const signature = signWithIdentity(identity, digest);
  const key = secp256k1.Point.fromBytes(identity.publicKey);
  const [keyWithTable = key] = [1, 2, 3].map(() => knownPoint(identity.publicKey));
  return {
    digestMs: perCallMs(() => envelopeDigest(envelope), 100),
    signMs: perCallMs(() => signWithIdentity(identity, digest), 20),
    firstVerifyMs: perCallMs(() => isSignedBy(key, digest, signature), 20),
    verifyMs: perCallMs(() => isSignedBy(keyWithTable, digest, signature), 20),
  };
}
