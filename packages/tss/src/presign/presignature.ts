import type { Parties } from "../engine/context.ts";
import type { Domain } from "../envelope/domain.ts";
import { TssError } from "../errors.ts";
import { isStanding, type KeyShare } from "../keyshare/key-share.ts";
import { OneTime } from "../math/one-time.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { Scalar } from "../math/scalar.ts";
import type { Secret } from "../math/secret.ts";

/** This party's secret part of a presignature. */
export type PresignatureSecrets = {
  /** φ_i: share of the inverse mask. */
  readonly phi: Secret<Scalar>;
  /** u_i: the shares add up to k φ. */
  readonly u: Secret<Scalar>;
  /** v_i: the shares add up to sk φ. */
  readonly v: Secret<Scalar>;
};

/** The public part of a presignature: equal at all its signers. */
export type PresignatureTerms = {
  /** H('presig/id', sid, R), 32 bytes. */
  readonly id: Uint8Array;
  readonly domain: Domain;
  readonly self: PartyIndex;
  /** The t signers with their identity keys, ascending. No other set can use this presignature. */
  readonly parties: Parties;
  /** pk, 33 bytes. */
  readonly groupKey: Uint8Array;
  /** Hash of the public record of the key, 32 bytes. */
  readonly recordHash: Uint8Array;
  /** R = k G before re-randomisation, 33 bytes. */
  readonly noncePoint: Uint8Array;
};

/**
 * ready: confirmed by all signers and unused. used: its secrets were taken for signing. burned: destroyed unused, or its
 * key share was wiped or has banned one of the signers.
 */
export type PresignatureStatus = "ready" | "used" | "burned";

type Entry = { readonly secrets: OneTime<PresignatureSecrets>; readonly share: KeyShare; burned: boolean };

const entryOf = new WeakMap<Presignature, Entry>();

/**
 * A presignature: good for one signature, never stored, never copied. Starting to sign consumes it, whatever happens
 * then. Its secrets are not properties of the object.
 */
export class Presignature {
  readonly terms: PresignatureTerms;

  /**
   * Takes ownership of `secrets`.
   * @param share that it was made with: it does not outlive it
   */
  constructor(terms: PresignatureTerms, secrets: PresignatureSecrets, share: KeyShare) {
    this.terms = terms;
    entryOf.set(this, { secrets: new OneTime(secrets), share, burned: false });
  }

  /** Whether it was taken for signing or burnt. */
  get isConsumed(): boolean {
    return this.status !== "ready";
  }

  /**
   * Where it is in its life; there is no way back. An object that imitates the class is burned.
   *
   * Side effects: destroys the secrets if the key share is gone or has banned a signer.
   */
  get status(): PresignatureStatus {
    const entry = entryOf.get(this);
    if (entry !== undefined && !isStanding(entry.share, this.terms.parties.keys())) burnPresignature(this);
    if (entry === undefined || entry.burned) return "burned";
    return entry.secrets.isConsumed ? "used" : "ready";
  }
}

/**
 * Takes the secrets out of a presignature, once. Not exported from the package.
 * @throws TssError `stateConsumed` if it was taken or burnt before, its key share is gone, or a signer was banned
 */
export function takePresignature(presignature: Presignature): PresignatureSecrets {
  const entry = entryOf.get(presignature);
  // Only an object that imitates the class has no entry.
  if (entry === undefined) throw new TssError("stateConsumed", "this is no presignature of this library");
  if (!isStanding(entry.share, presignature.terms.parties.keys())) burnPresignature(presignature);
  return entry.secrets.take();
}

/** Destroys an unused presignature, for example on a ban inside its signing set. Safe to call twice. */
export function burnPresignature(presignature: Presignature): void {
  const entry = entryOf.get(presignature);
  if (entry === undefined || entry.secrets.isConsumed) return;
  entry.burned = true;
  const { phi, u, v } = entry.secrets.take();
  for (const secret of [phi, u, v]) secret.wipe();
}
