import type { Started } from "../engine/session.ts";
import type { Domain } from "../envelope/domain.ts";
import type { KeygenOutput } from "../keygen/round5.ts";
import type { KeygenInput } from "../keygen/start.ts";
import type { PublicRecord } from "../keyshare/record.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { Rng } from "../math/rng.ts";
import type { PresignBatchInput, PresignInput } from "../presign/start.ts";
import type { GroupSignature } from "../sign/combine.ts";
import type { SigningInput } from "../sign/start.ts";

/** What a protocol can do, for whoever chooses signing sets, deadlines and what to do after a failure. */
export type SchemeCapabilities = {
  /** How many of a key's shares sign, for each threshold that the scheme offers: "exact" takes exactly t signers. */
  readonly signers: "exact" | "atLeast";
  /** Smallest threshold of a key. */
  readonly minSigners: number;
  /** Largest number of members. */
  readonly maxParties: number;
  /** Whom a failed run names at best: nobody, the culprit to one peer, or the culprit to anybody. */
  readonly identifiable: "none" | "pairwise" | "public";
  /** Whether a signature comes out although some signers of the set fail. */
  readonly robust: boolean;
  readonly keygenRounds: number;
  /** Rounds before the message is known. */
  readonly presignRounds: number;
  /** Rounds once the message is known. */
  readonly onlineRounds: number;
  /** Whether a presignature may be used for any child key: signing takes a tweak. */
  readonly childKeys: boolean;
};

/** Result of a key generation under any scheme. */
export type SchemeKeygenOutput<Share> = Omit<KeygenOutput, "share"> & { readonly share: Share };

/** Input of a presigning under any scheme. */
export type SchemePresignInput<Share> = Omit<PresignInput, "share"> & { readonly share: Share };

/** Input of a presigning of several presignatures under any scheme. */
export type SchemePresignBatchInput<Share> = Omit<PresignBatchInput, "share"> & { readonly share: Share };

/** Input of a signing under any scheme. Never a digest: the intent is typed, and hashed by the scheme. */
export type SchemeSigningInput<Presignature> = Omit<SigningInput, "presignature"> & {
  readonly presignature: Presignature;
};

/** What a caller may know of a share. */
export type ShareView = {
  readonly self: PartyIndex;
  readonly record: PublicRecord;
  /** Hash of the record, 32 bytes: what is confirmed on chain. */
  readonly recordHash: Uint8Array;
};

/**
 * A threshold ECDSA protocol over the session engine of this library. Callers that are written against this type run
 * any protocol that stands behind it: sessions are fed with `receive` and `expire`, envelopes, evidence and records are
 * the engine's. What a share and a presignature hold is the protocol's own.
 *
 * Every implementation keeps these promises, which `test/scheme` checks: all starts refuse what they cannot do before
 * anything is sent; a presignature is consumed by the first call of `startSigning`; a signature is verified and has low
 * s before it is an output; after `burn` a party is not computed with, in this object and in every stored copy of it.
 */
export type ThresholdScheme<Share extends ShareView, Presignature> = {
  /** Stable name, for logs and stored files. */
  readonly name: string;
  readonly capabilities: SchemeCapabilities;
  /** All members make a key. @throws TssError */
  readonly startKeygen: (input: KeygenInput, rng: Rng) => Started<SchemeKeygenOutput<Share>>;
  /** A signing set makes one presignature. @throws TssError */
  readonly startPresign: (input: SchemePresignInput<Share>, rng: Rng) => Started<Presignature>;
  /** A signing set makes several presignatures in one session. @throws TssError */
  readonly startPresignBatch: (input: SchemePresignBatchInput<Share>, rng: Rng) => Started<readonly Presignature[]>;
  /** Consumes the presignature. @throws TssError */
  readonly startSigning: (input: SchemeSigningInput<Presignature>, rng: Rng) => Started<GroupSignature>;
  /** Secret bytes that the caller encrypts and wipes. @throws TssError `secretWiped` */
  readonly encodeShare: (share: Share) => Uint8Array;
  /** @throws TssError `invalidKeyShare`, `keyShareMismatch` */
  readonly decodeShare: (bytes: Uint8Array, expected: { readonly domain: Domain; readonly self: PartyIndex }) => Share;
  /** Parties that the share can presign with. @throws TssError `secretWiped` */
  readonly usablePartners: (share: Share) => ReadonlySet<PartyIndex>;
  /** After a ban; the owner stores the share again. Side effects: changes `share`. */
  readonly burn: (share: Share, party: PartyIndex) => void;
  /** Destroys the share's secrets. Side effects: changes `share`. */
  readonly wipeShare: (share: Share) => void;
  /** Destroys a presignature unused. Side effects: consumes it. */
  readonly burnPresignature: (presignature: Presignature) => void;
};
