import { deriveChannels } from "../envelope/channel.ts";
import { concat, equalBytes } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { decodePoint, encodePoint, multiplyBase, POINT_LENGTH, type Point } from "../math/point.ts";
import { assertNotStuck, type Rng, randomBytes } from "../math/rng.ts";
import { randomScalar } from "../math/scalar.ts";
import { Secret } from "../math/secret.ts";
import { H } from "../transcript/hash.ts";
import { type AbortReason, blameNobody, blamePairwise, blamePublicly } from "./abort.ts";
import type { SessionContext } from "./context.ts";
import type { Agreement, Hello } from "./session.ts";

/** Bytes of the fresh nonce that a party contributes to the session id. */
export const NONCE_LENGTH = 32;

/** Bytes that a session of several rounds puts in front of its first broadcast: nonce(32) ‖ ephemeral point(33). */
export const HELLO_LENGTH = NONCE_LENGTH + POINT_LENGTH;

/** A fresh hello and its encoding. Throws `brokenRng` if the source is stuck. */
export function createHello(rng: Rng): { readonly hello: Hello; readonly encoded: Uint8Array } {
  assertNotStuck(rng);
  const nonce = randomBytes(rng, NONCE_LENGTH);
  const ephemeral = new Secret(randomScalar(rng));
  const encoded = concat(nonce, encodePoint(multiplyBase(ephemeral.expose())));
  return { hello: { nonce, ephemeral }, encoded };
}

/**
 * Derives the session id and the channels from everybody's hello (docs/protocol/envelope.md step 5).
 * @param hellos first {@link HELLO_LENGTH} bytes of each other party's first broadcast, ascending
 * @returns an abort if an ephemeral point is malformed or two nonces are equal
 */
export function agree(
  context: SessionContext,
  own: Hello,
  hellos: ReadonlyMap<PartyIndex, Uint8Array>,
):
  | { readonly kind: "agreed"; readonly agreement: Agreement }
  | { readonly kind: "abort"; readonly abort: AbortReason } {
  const points = new Map<PartyIndex, Point>();
  const nonces = new Map<PartyIndex, Uint8Array>();
  for (const party of context.parties.keys()) {
    const hello = hellos.get(party);
    nonces.set(party, hello?.slice(0, NONCE_LENGTH) ?? own.nonce);
    const point = hello && decodePoint(hello.subarray(NONCE_LENGTH));
    if (point) points.set(party, point);
    else if (hello) return { kind: "abort", abort: blamePublicly("malformedMessage", [party], { rounds: [1] }) };
  }
  const reused = reusedNonce(context, nonces);
  if (reused) return { kind: "abort", abort: reused };
  // Everybody's nonce is in the session id: no single party and no restored database can force an old one.
  const sid = H("sid", context.handle, ...nonces.values());
  const channels = new Map(
    [...points].map(([party, point]) => [
      party,
      deriveChannels(sid, context.self, party, own.ephemeral.expose(), point),
    ]),
  );
  return { kind: "agreed", agreement: { sid, nonces, channels } };
}

/** A copied nonce: whoever repeats ours is the copier, of two others nobody can tell. */
function reusedNonce(context: SessionContext, nonces: ReadonlyMap<PartyIndex, Uint8Array>): AbortReason | undefined {
  const own = nonces.get(context.self);
  const copiers = context.others.filter((party) => isSame(nonces.get(party), own));
  if (copiers.length > 0) return blamePairwise("nonceReused", copiers);
  return hasDuplicate([...nonces.values()]) ? blameNobody("nonceReused") : undefined;
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && equalBytes(a, b);
}

/** True if two of the byte strings are equal. */
export function hasDuplicate(values: readonly Uint8Array[]): boolean {
  return values.some((a, i) => values.slice(i + 1).some((b) => equalBytes(a, b)));
}
