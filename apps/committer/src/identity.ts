import { createECDH } from "node:crypto";
import {
  type AttestationMessage,
  type AuditHeadMessage,
  attestationDigest,
  auditHeadDigest,
  type CommitteeRegistryPlace,
  type DecisionRegistryPlace,
  type EpochConfirmation,
  type EpochProposal,
  epochConfirmationDigest,
  epochProposalDigest,
  type Keystore,
  type KeystoreAssociatedData,
  type PeerId,
} from "@synod/core";
import { StorageError } from "@synod/storage";
import {
  type Address,
  bytesToHex,
  type Hex,
  keccak256,
  serializeTransaction,
  type TransactionSerializableEIP1559,
  zeroHash,
} from "viem";
import { publicKeyToAddress, sign } from "viem/accounts";
import { StartError } from "./failure.ts";

/** Name of the identity key's file in the keystore. */
export const IDENTITY_NAME = "identity";

/** What the identity key's file is bound to. */
export const IDENTITY_ASSOCIATED_DATA: KeystoreAssociatedData = {
  product: "synod",
  keyId: zeroHash,
  epoch: 0n,
  party: 0,
  version: 1,
};

/** Everything the identity key signs, by where it is checked. */
export type IdentityStatement =
  | { readonly kind: "attestation"; readonly place: DecisionRegistryPlace; readonly message: AttestationMessage }
  | { readonly kind: "epochConfirmation"; readonly place: CommitteeRegistryPlace; readonly message: EpochConfirmation }
  | { readonly kind: "epochProposal"; readonly place: CommitteeRegistryPlace; readonly message: EpochProposal }
  | { readonly kind: "auditHead"; readonly place: CommitteeRegistryPlace; readonly message: AuditHeadMessage }
  | { readonly kind: "transaction"; readonly transaction: TransactionSerializableEIP1559 };

function statementDigest(statement: IdentityStatement): Hex {
  switch (statement.kind) {
    case "attestation":
      return attestationDigest(statement.place, statement.message);
    case "epochConfirmation":
      return epochConfirmationDigest(statement.place, statement.message);
    case "epochProposal":
      return epochProposalDigest(statement.place, statement.message);
    case "auditHead":
      return auditHeadDigest(statement.place, statement.message);
    case "transaction":
      return keccak256(serializeTransaction(statement.transaction));
  }
}

/** The committer's own key: it attests, authenticates towards peers and pays for transactions. */
export type Identity = {
  /** Compressed public key, 33 bytes in hex. */
  readonly peer: PeerId;
  readonly address: Address;
  /**
   * 65 bytes r ‖ s ‖ v over a statement. Its digest is computed here from typed fields: there is no way to have 32
   * opaque bytes signed.
   */
  sign(statement: IdentityStatement): Promise<Hex>;
  /** Forgets the secret; signing fails from then on. */
  wipe(): void;
};

/** The committer's public key, both forms. The curve's arithmetic is Node's own. */
function publicKeyOf(secret: Uint8Array): { readonly compressed: Hex; readonly full: Hex } {
  const curve = createECDH("secp256k1");
  curve.setPrivateKey(secret);
  return { compressed: `0x${curve.getPublicKey("hex", "compressed")}`, full: `0x${curve.getPublicKey("hex")}` };
}

/** Compressed form of an affine point given by its coordinates, 32 bytes each. */
export function compressedKey(x: Hex, y: Hex): PeerId {
  const isOdd = (Number.parseInt(y.slice(-1), 16) & 1) === 1;
  return `0x${isOdd ? "03" : "02"}${x.slice(2).toLowerCase()}`;
}

/** Address of the account that an identity key with these coordinates controls. */
export function addressOf(x: Hex, y: Hex): Address {
  return publicKeyToAddress(`0x04${x.slice(2)}${y.slice(2)}`);
}

/**
 * The identity of a 32-byte secret; the secret is copied, the caller wipes its own. viem takes keys as text, so each
 * signature makes a short-lived string of it that JavaScript cannot wipe.
 */
export function identityOf(secret: Uint8Array): Identity {
  const own = Uint8Array.from(secret);
  const { compressed, full } = publicKeyOf(own);
  return {
    peer: compressed,
    address: publicKeyToAddress(full),
    sign: (statement) => sign({ hash: statementDigest(statement), privateKey: bytesToHex(own), to: "hex" }),
    wipe: () => void own.fill(0),
  };
}

function startFailure(cause: unknown): unknown {
  if (!(cause instanceof StorageError)) return cause;
  if (cause.code === "KEY_MISSING")
    return new StartError("identityMissing", `${cause.message}: create the identity key first, or correct dataDir`, {
      cause,
    });
  if (cause.code === "PASSPHRASE_WRONG")
    return new StartError("passphraseWrong", `${cause.message}: give the passphrase it was made with`, { cause });
  return new StartError("keystoreDamaged", cause.message, { cause });
}

/**
 * Opens the identity key's secret, 32 bytes; the caller owns and wipes it.
 * @throws StartError `identityMissing`, `passphraseWrong` or `keystoreDamaged`.
 */
export function loadIdentitySecret(keystore: Keystore): Uint8Array {
  try {
    return keystore.load(IDENTITY_NAME, IDENTITY_ASSOCIATED_DATA);
  } catch (cause) {
    throw startFailure(cause);
  }
}
