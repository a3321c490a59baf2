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

/** A share, whose it is and for what: enough to open its file. */
export type ShareOwner = {
  readonly share: ShareRef;
  readonly domain: Domain;
  /** Own party number, from 1. */
  readonly self: number;
};

/** What the members of a new epoch signed when they took a key over. Public. */
export type HandoverRecord = {
  /** The new epoch's public record, encoded. */
  readonly record: Hex;
  /** Every member's identity signature of it, 64 bytes each, in the order of the members. */
  readonly signatures: readonly Hex[];
};

/** Shows that an epoch has taken a key over and that its shares sign. Public. */
export type SwitchMaterial = HandoverRecord & {
  /** Hash of the members as the registry has it. */
  readonly membersHash: Hex;
  /** The epoch's proof of possession, 65 bytes. */
  readonly signature: Hex;
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

/** Take over the key of another epoch, with all members of the new one, and store the own share, pending. */
export type ReshareOrder = ShareOwner & {
  readonly kind: "reshare";
  readonly run: RunId;
  /** Identity keys (33 bytes) of all members of the new epoch, self included. */
  readonly parties: ReadonlyMap<number, Uint8Array>;
  readonly minSigners: number;
  /** The public record of the epoch that has the key; its hash is the one that the registry confirms. */
  readonly previous: Uint8Array;
  /** Members of that epoch that deal, by their party numbers in it. All of them are members of the new one. */
  readonly dealers: readonly number[];
  /** The own share of that epoch; absent where this party does not deal. */
  readonly dealing?: ShareOwner;
};

/** Sign the proof of possession of an epoch that takes a key over, with pending shares. */
export type ProveOrder = ShareOwner & {
  readonly kind: "prove";
  readonly run: RunId;
  readonly signers: readonly number[];
  readonly banned: readonly number[];
  readonly membersHash: Hex;
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

/**
 * What may be done with a stored share. `warm`: open it now, so that the first signature does not wait for its
 * decryption. `activate`: make it one that signs, if it is not yet, by the proof that the new shares sign. `retire`:
 * destroy it, because the proof shows that another epoch has its key, and the own share of that epoch signs. `destroy`: destroy it.
 */
export type KeepOrder = ShareOwner &
  (
    | { readonly kind: "warm" }
    | { readonly kind: "activate"; readonly proof: SwitchMaterial }
    | { readonly kind: "retire"; readonly proof: SwitchMaterial; readonly successor: ShareOwner }
    | { readonly kind: "destroy" }
  );

/** What became of a {@link KeepOrder}. */
export type Kept = {
  /** Why it could not be done; absent: it is done. */
  readonly failure?: string;
  /** The encoded public record of a share that can be used. */
  readonly record?: Uint8Array;
  /** The share came back from a backup: it can hand the key over, but sign with nobody. */
  readonly isRestored?: true;
};

/** What the daemon tells the thread that holds the key shares. */
export type SessionRequest =
  | KeepOrder
  | KeygenOrder
  | ReshareOrder
  | ProveOrder
  | PresignOrder
  | SignOrder
  | TendOrder
  | { readonly kind: "frame"; readonly slot: Slot; readonly from: number; readonly payload: Uint8Array }
  | { readonly kind: "expire"; readonly run: RunId }
  | { readonly kind: "close" };

/** How a run ended. `failed` is a bug or a damaged store, told apart from what peers did. */
export type RunOutcome =
  | {
      readonly kind: "keygenDone";
      readonly description: ShareDescription;
      /** For a key that was taken over. */
      readonly handover?: HandoverRecord;
    }
  | { readonly kind: "proved" /** 65 bytes r ‖ s ‖ v, verified. */; readonly signature: Hex }
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
  | (Kept & { readonly kind: "kept"; readonly order: KeepOrder["kind"]; readonly name: string })
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
