import type { KeystoreAssociatedData } from "@synod/core";
import { zeroHash } from "viem";

/** Under which name a committer keeps its identity key, and what the file is bound to. */
export const IDENTITY_KEY: { readonly name: string; readonly associatedData: KeystoreAssociatedData } = {
  name: "identity",
  associatedData: { product: "synod", keyId: zeroHash, epoch: 0n, party: 0, version: 1 },
};
