import type { KeystoreAssociatedData } from "@synod/core";
import type { Abort, Domain, SigningIntent } from "@synod/tss";
import type { Hex } from "viem";
import type { Slot } from "./frame.ts";

/** A key share in the keystore: file name and what the file is bound to. */
export type ShareRef = { readonly name: string; readonly associatedData: KeystoreAssociatedData };

/** What is public about a share. */
export type ShareDescription = {
  /** Affine coordinates of the group key, 32 bytes each. */
  readonly groupKeyX: Hex;
  readonly groupKeyY: Hex;
  /** Hash of the key generation's public record. */
  readonly recordHash: Hex;
};

/** Names one run of the protocols: a key generation, a batch of presignatures, or an attempt at a signature. */
export type RunId = { readonly subject: Hex; readonly attempt: number };

/** Generate a key with all parties and store the own share before saying so. */
export type KeygenOrder = {
  readonly kind: "keygen";
  readonly run: RunId;
  readonly domain: Domain;
  /** Own party number, from 1. */
  readonly self: number;
  /** Identity keys (33 bytes) of all parties, self included. */
  readonly parties: ReadonlyMap<number, Uint8Array>;
  readonly minSigners: number;
  readonly share: ShareRef;
};

/** Bounds of a pool of presignatures, and the moment on the clock that ages are told by. */
export type PoolTerms = {
  /** Most that are kept for one signing set. */
  readonly perSigningSet: number;
  /** What has waited for so many finalised blocks is burnt. */
  readonly maxAgeBlocks: bigint;
  /** The newest finalised block. */
  readonly atBlock: bigint;
};

/** Make presignatures with exactly these parties and keep them for later. */
export type PresignOrder = {
  readonly kind: "presign";
  readonly run: RunId;
  readonly domain: Domain;
  readonly self: number;
  /** Exactly `minSigners` party numbers, ascending, self included. */
  readonly signers: readonly number[];
  /** Party numbers with which this committer must not compute any more. */
  readonly banned: readonly number[];
  readonly share: ShareRef;
  /** 1 … 16, the same at all signers. */
  readonly count: number;
  readonly pool: PoolTerms;
};

/** How many unused presignatures there are for one signing set. */
export type PooledSet = { readonly signers: readonly number[]; readonly count: number };

/** Burn presignatures that are too old, of banned parties, or of shares that are not named. */
export type TendOrder = {
  readonly kind: "tend";
  /** Banned parties by the name of the share. */
  readonly living: ReadonlyMap<string, readonly number[]>;
  readonly atBlock: bigint;
};

/** Sign one typed message with a presignature of exactly these parties, one that waits or a new one. */
export type SignOrder = {
  readonly kind: "sign";
  readonly run: RunId;
  readonly domain: Domain;
  readonly self: number;
  /** Exactly `minSigners` party numbers, ascending, self included. */
  readonly signers: readonly number[];
  /** The signer that chooses the presignature. */
  readonly leader: number;
  /** Party numbers with which this committer must not compute any more. */
  readonly banned: readonly number[];
  readonly share: ShareRef;
  readonly intent: SigningIntent;
  /** 32 bytes that nobody knew when the message was fixed. */
  readonly beacon: Uint8Array;
};

/** Open a share now, so that the first signature does not wait for its decryption. */
export type WarmOrder = {
  readonly kind: "warm";
  readonly domain: Domain;
  readonly self: number;
  readonly share: ShareRef;
};

/** What the daemon tells the thread that holds the key shares. */
export type SessionRequest =
  | WarmOrder
  | KeygenOrder
  | PresignOrder
  | SignOrder
  | TendOrder
  | { readonly kind: "frame"; readonly slot: Slot; readonly from: number; readonly payload: Uint8Array }
  | { readonly kind: "expire"; readonly run: RunId }
  | { readonly kind: "close" };

/** How a run ended. `failed` is a bug or a damaged store, told apart from what peers did. */
export type RunOutcome =
  | { readonly kind: "keygenDone"; readonly description: ShareDescription }
  | { readonly kind: "presigned" }
  | {
      readonly kind: "signed";
      /** 65 bytes r ‖ s ‖ v, verified. */
      readonly signature: Hex;
      readonly digest: Hex;
      /** Whether the presignature had waited or was made for this attempt. */
      readonly presignature: "pooled" | "onDemand";
    }
  | { readonly kind: "aborted"; readonly abort: Abort }
  | { readonly kind: "failed"; readonly reason: string };

/** What that thread tells the daemon. No message ever carries a secret. */
export type SessionReport =
  | { readonly kind: "ready"; readonly points: PointArithmetic }
  | { readonly kind: "unusable"; readonly reason: string }
  | {
      readonly kind: "warmed";
      readonly name: string /** Why the share cannot be used; absent: it can. */;
      readonly failure?: string;
    }
  | { readonly kind: "pooled"; readonly share: string; readonly sets: readonly PooledSet[] }
  | { readonly kind: "opened"; readonly slot: Slot; readonly handle: Uint8Array }
  | {
      readonly kind: "send";
      readonly slot: Slot;
      readonly to: number | "all";
      readonly handle: Uint8Array;
      readonly payload: Uint8Array;
    }
  | { readonly kind: "ignored"; readonly slot: Slot; readonly from: number; readonly reason: string }
  | { readonly kind: "ended"; readonly run: RunId; readonly outcome: RunOutcome };

/** Who multiplies points in the thread; `failure`: why it is not the faster one. */
export type PointArithmetic = { readonly name: string; readonly failure?: string };

/** The way to and from the sessions, whichever thread they live in. */
export type SessionPort = {
  post(request: SessionRequest): void;
  onReport(handler: (report: SessionReport) => void): void;
  /** Ends the thread; what runs in it is burnt. */
  close(): Promise<void>;
};

/** One text per run, to be used as a map's key. */
export function runKey(run: RunId): string {
  return `${run.subject}:${run.attempt}`;
}
