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

/** Names one run of the protocols: a key generation, or a presignature with the signature made of it. */
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

/** Make one presignature with exactly these parties and sign one typed message with it. */
export type SignOrder = {
  readonly kind: "sign";
  readonly run: RunId;
  readonly domain: Domain;
  readonly self: number;
  /** Exactly `minSigners` party numbers, ascending, self included. */
  readonly signers: readonly number[];
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
  | SignOrder
  | { readonly kind: "frame"; readonly slot: Slot; readonly from: number; readonly payload: Uint8Array }
  | { readonly kind: "expire"; readonly run: RunId }
  | { readonly kind: "close" };

/** How a run ended. `failed` is a bug or a damaged store, told apart from what peers did. */
export type RunOutcome =
  | { readonly kind: "keygenDone"; readonly description: ShareDescription }
  | { readonly kind: "signed" /** 65 bytes r ‖ s ‖ v, verified. */; readonly signature: Hex; readonly digest: Hex }
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
