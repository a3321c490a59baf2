import { exposeKeyShare, type KeyShare } from "../keyshare/key-share.ts";
import { u32, wipe } from "../math/bytes.ts";
import { type Rng, randomBytes } from "../math/rng.ts";
import { encodeScalar } from "../math/scalar.ts";
import { H, HASH_LENGTH } from "../transcript/hash.ts";

/**
 * A source as good as `rng` that still tells nobody its bytes, and never repeats them, if `rng` is weak, stuck or
 * rewound: fresh randomness, the key share, the context and a counter are hashed into every 32 bytes.
 * @param context names this use; never the same twice for one share
 * @throws TssError `secretWiped`, when the share is
 */
export function hedgedRng(share: KeyShare, context: readonly Uint8Array[], rng: Rng): Rng {
  let counter = 0;
  return (length) => {
    const out = new Uint8Array(length);
    const secret = encodeScalar(exposeKeyShare(share).share.expose());
    for (let offset = 0; offset < length; offset += HASH_LENGTH) {
      const seed = randomBytes(rng, HASH_LENGTH);
      const block = H("ps/random", seed, secret, u32(counter++), ...context);
      out.set(block.subarray(0, length - offset), offset);
      wipe(seed, block);
    }
    wipe(secret);
    return out;
  };
}
