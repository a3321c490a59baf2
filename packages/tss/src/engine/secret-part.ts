import { wipe } from "../math/bytes.ts";
import { OneTime } from "../math/one-time.ts";
import type { Scalar } from "../math/scalar.ts";
import type { Secret } from "../math/secret.ts";

/** One secret inside a round's state, listed so that it can be destroyed. Compared by identity. */
export type SecretPart = Secret<Scalar> | Secret<Uint8Array> | OneTime<unknown> | Uint8Array;

/** Destroys the secrets that are not among `kept`. One-time state is taken, and its bytes zeroed, if nobody took it. */
export function destroySecrets(secrets: readonly SecretPart[], kept: readonly SecretPart[] = []): void {
  for (const secret of secrets) {
    if (!kept.includes(secret)) destroy(secret);
  }
}

/** Runs `action`. If it throws, nothing carries the secrets on any more, so they are destroyed. */
export function destroyOnThrow<T>(secrets: readonly SecretPart[], action: () => T): T {
  try {
    return action();
  } catch (error) {
    destroySecrets(secrets);
    throw error;
  }
}

function destroy(secret: SecretPart): void {
  if (secret instanceof Uint8Array) wipe(secret);
  else if (!(secret instanceof OneTime)) secret.wipe();
  else if (!secret.isConsumed) wipeFields(secret.take());
}

/** Numbers among the fields can only be forgotten. */
function wipeFields(content: unknown): void {
  for (const value of Object.values(content ?? {})) if (value instanceof Uint8Array) wipe(value);
}
