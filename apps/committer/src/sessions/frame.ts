import type { Hex } from "viem";
import { bytesToHex, hexToBytes } from "viem";

/**
 * Which protocol a session frame belongs to. `choice`: which presignature an attempt uses, 32 bytes; zero: none that
 * waits. `pooledSign`: a signature with a presignature that waited. `pool`: a batch of presignatures. `reshare`: new
 * shares of a key that there is.
 */
export type Phase = "keygen" | "presign" | "sign" | "choice" | "pooledSign" | "pool" | "reshare";

/** All phases; the position in this list is the phase's byte on the wire. */
export const PHASES: readonly Phase[] = ["keygen", "presign", "sign", "choice", "pooledSign", "pool", "reshare"];

/** Names one session before it exists: what it is about, which protocol, which attempt. */
export type Slot = {
  readonly phase: Phase;
  /** Decision id, or what stands for an epoch's key generation, proof of possession or a pooled set. 32 bytes. */
  readonly subject: Hex;
  /** From 0; a new number for every attempt. */
  readonly attempt: number;
};

/**
 * What committers send each other.
 * `session`: a protocol message; `handle` commits to the whole session context, so that members who chose different
 * signing sets ignore each other instead of blaming each other.
 * `attestation`: one signed attestation. `signature`: a finished group signature for a decision or an epoch's proof of
 * possession. `stored`: the sender's share of a key generation is durable. `ask`: the sender lacks the public record of
 * the epoch that has the key (subject: the new epoch's key generation), or the new epoch's proof of possession.
 * `record`: that public record. `approval`: a signed approval of the epoch to come (subject: the active one's key
 * generation). `chainView`: the newest final block that the sender acts on. `auditHead`: a head of the sender's audit
 * log, with the hashes of the entries that lead to it from the log's length `from` on. `auditCoSignature`: the newest
 * head of the receiver's log that the sender has co-signed, with the signature of each.
 */
export type PeerFrame =
  | { readonly kind: "session"; readonly slot: Slot; readonly handle: Uint8Array; readonly payload: Uint8Array }
  | {
      readonly kind: "attestation";
      readonly decisionId: Hex;
      readonly reply: boolean;
      readonly resultHash: Hex;
      readonly signature: Hex;
    }
  | { readonly kind: "signature"; readonly subject: Hex; readonly signature: Hex }
  | { readonly kind: "stored"; readonly subject: Hex; readonly attempt: number; readonly recordHash: Hex }
  | { readonly kind: "ask"; readonly subject: Hex }
  | { readonly kind: "approval"; readonly subject: Hex; readonly signature: Hex }
  | { readonly kind: "record"; readonly subject: Hex; readonly record: Uint8Array }
  | { readonly kind: "chainView"; readonly number: bigint; readonly hash: Hex }
  | (HeadTerms & {
      readonly kind: "auditHead";
      readonly signature: Hex;
      readonly from: number;
      /** As many as `length` − `from`, at most {@link MOST_ENTRY_HASHES}; 32 bytes each. */
      readonly entryHashes: readonly Hex[];
    })
  | (HeadTerms & { readonly kind: "auditCoSignature"; readonly ownSignature: Hex; readonly signature: Hex });

/** A head of an audit log, as a member of an epoch. */
type HeadTerms = { readonly committeeId: Hex; readonly epoch: bigint; readonly length: number; readonly hash: Hex };

const KINDS = {
  session: 1,
  attestation: 2,
  signature: 3,
  stored: 4,
  ask: 5,
  record: 6,
  approval: 7,
  chainView: 8,
  auditHead: 9,
  auditCoSignature: 10,
} as const;

const SESSION_HEADER = 1 + 1 + 32 + 4 + 32;
const SIGNATURE_BYTES = 65;
const ATTESTATION_BYTES = 1 + 32 + 1 + 32 + SIGNATURE_BYTES;
const SIGNATURE_FRAME_BYTES = 1 + 32 + SIGNATURE_BYTES;
const STORED_BYTES = 1 + 32 + 4 + 32;
const ASK_BYTES = 1 + 32;

/** The public record of 64 members has less than this. */
const MOST_RECORD_BYTES = 8_192;
const CHAIN_VIEW_BYTES = 1 + 8 + 32;
const HASH_BYTES = 32;
const HEAD_TERMS_BYTES = 1 + 32 + 8 + 4 + 32;
const AUDIT_HEAD_BYTES = HEAD_TERMS_BYTES + SIGNATURE_BYTES + 4;
const CO_SIGNATURE_BYTES = HEAD_TERMS_BYTES + 2 * SIGNATURE_BYTES;

/** Entries of an audit log over which one head can follow another in a frame; a log that grew by more takes several. */
export const MOST_ENTRY_HASHES = 1_024;

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function uint64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

function headTerms({ committeeId, epoch, length, hash }: HeadTerms): Uint8Array {
  return concat([hexToBytes(committeeId), uint64(epoch), uint32(length), hexToBytes(hash)]);
}

/** Bytes of a frame: one kind byte, then fields of fixed length; only the last one of some kinds varies. */
export function encodeFrame(frame: PeerFrame): Uint8Array {
  switch (frame.kind) {
    case "session": {
      const { phase, subject, attempt } = frame.slot;
      const head = Uint8Array.of(KINDS.session, PHASES.indexOf(phase));
      return concat([head, hexToBytes(subject), uint32(attempt), frame.handle, frame.payload]);
    }
    case "attestation":
      return concat([
        Uint8Array.of(KINDS.attestation),
        hexToBytes(frame.decisionId),
        Uint8Array.of(frame.reply ? 1 : 0),
        hexToBytes(frame.resultHash),
        hexToBytes(frame.signature),
      ]);
    case "signature":
      return concat([Uint8Array.of(KINDS.signature), hexToBytes(frame.subject), hexToBytes(frame.signature)]);
    case "stored":
      return concat([
        Uint8Array.of(KINDS.stored),
        hexToBytes(frame.subject),
        uint32(frame.attempt),
        hexToBytes(frame.recordHash),
      ]);
    case "approval":
      return concat([Uint8Array.of(KINDS.approval), hexToBytes(frame.subject), hexToBytes(frame.signature)]);
    case "ask":
      return concat([Uint8Array.of(KINDS.ask), hexToBytes(frame.subject)]);
    case "record":
      return concat([Uint8Array.of(KINDS.record), hexToBytes(frame.subject), frame.record]);
    case "chainView":
      return concat([Uint8Array.of(KINDS.chainView), uint64(frame.number), hexToBytes(frame.hash)]);
    case "auditHead": {
      const { signature, from, entryHashes } = frame;
      const head = [Uint8Array.of(KINDS.auditHead), headTerms(frame), hexToBytes(signature), uint32(from)];
      return concat([...head, ...entryHashes.map((hash) => hexToBytes(hash))]);
    }
    case "auditCoSignature": {
      const signatures = [hexToBytes(frame.ownSignature), hexToBytes(frame.signature)];
      return concat([Uint8Array.of(KINDS.auditCoSignature), headTerms(frame), ...signatures]);
    }
  }
}

function decodeSession(bytes: Uint8Array): PeerFrame | undefined {
  const phase = PHASES[bytes[1] ?? PHASES.length];
  if (bytes.length <= SESSION_HEADER || phase === undefined) return undefined;
  const attempt = new DataView(bytes.buffer, bytes.byteOffset).getUint32(34);
  const slot = { phase, subject: bytesToHex(bytes.subarray(2, 34)), attempt };
  return { kind: "session", slot, handle: bytes.slice(38, 70), payload: bytes.slice(SESSION_HEADER) };
}

function decodeAttestation(bytes: Uint8Array): PeerFrame | undefined {
  const reply = bytes[33];
  if (bytes.length !== ATTESTATION_BYTES || (reply !== 0 && reply !== 1)) return undefined;
  return {
    kind: "attestation",
    decisionId: bytesToHex(bytes.subarray(1, 33)),
    reply: reply === 1,
    resultHash: bytesToHex(bytes.subarray(34, 66)),
    signature: bytesToHex(bytes.subarray(66)),
  };
}

function decodeSignature(kind: "signature" | "approval", bytes: Uint8Array): PeerFrame | undefined {
  if (bytes.length !== SIGNATURE_FRAME_BYTES) return undefined;
  return {
    kind,
    subject: bytesToHex(bytes.subarray(1, 33)),
    signature: bytesToHex(bytes.subarray(33)),
  };
}

function decodeStored(bytes: Uint8Array): PeerFrame | undefined {
  if (bytes.length !== STORED_BYTES) return undefined;
  const attempt = new DataView(bytes.buffer, bytes.byteOffset).getUint32(33);
  const subject = bytesToHex(bytes.subarray(1, 33));
  return { kind: "stored", subject, attempt, recordHash: bytesToHex(bytes.subarray(37)) };
}

function decodeRecord(bytes: Uint8Array): PeerFrame | undefined {
  if (bytes.length <= ASK_BYTES || bytes.length > ASK_BYTES + MOST_RECORD_BYTES) return undefined;
  return { kind: "record", subject: bytesToHex(bytes.subarray(1, ASK_BYTES)), record: bytes.slice(ASK_BYTES) };
}

function decodeChainView(bytes: Uint8Array): PeerFrame | undefined {
  if (bytes.length !== CHAIN_VIEW_BYTES) return undefined;
  const number = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(1);
  return { kind: "chainView", number, hash: bytesToHex(bytes.subarray(9)) };
}

function decodeHeadTerms(bytes: Uint8Array): HeadTerms {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return {
    committeeId: bytesToHex(bytes.subarray(1, 33)),
    epoch: view.getBigUint64(33),
    length: view.getUint32(41),
    hash: bytesToHex(bytes.subarray(45, HEAD_TERMS_BYTES)),
  };
}

function decodeAuditHead(bytes: Uint8Array): PeerFrame | undefined {
  if (bytes.length < AUDIT_HEAD_BYTES) return undefined;
  const terms = decodeHeadTerms(bytes);
  const from = new DataView(bytes.buffer, bytes.byteOffset).getUint32(AUDIT_HEAD_BYTES - 4);
  const count = terms.length - from;
  if (count < 0 || count > MOST_ENTRY_HASHES) return undefined;
  if (bytes.length !== AUDIT_HEAD_BYTES + count * HASH_BYTES) return undefined;
  const entryHashes = Array.from({ length: count }, (_, index) => {
    const at = AUDIT_HEAD_BYTES + index * HASH_BYTES;
    return bytesToHex(bytes.subarray(at, at + HASH_BYTES));
  });
  const signature = bytesToHex(bytes.subarray(HEAD_TERMS_BYTES, AUDIT_HEAD_BYTES - 4));
  return { kind: "auditHead", ...terms, signature, from, entryHashes };
}

function decodeCoSignature(bytes: Uint8Array): PeerFrame | undefined {
  if (bytes.length !== CO_SIGNATURE_BYTES) return undefined;
  const second = HEAD_TERMS_BYTES + SIGNATURE_BYTES;
  const ownSignature = bytesToHex(bytes.subarray(HEAD_TERMS_BYTES, second));
  const signature = bytesToHex(bytes.subarray(second));
  return { kind: "auditCoSignature", ...decodeHeadTerms(bytes), ownSignature, signature };
}

/** The frame of some bytes, or `undefined` when they are none: the caller drops them. */
export function decodeFrame(bytes: Uint8Array): PeerFrame | undefined {
  switch (bytes[0]) {
    case KINDS.session:
      return decodeSession(bytes);
    case KINDS.attestation:
      return decodeAttestation(bytes);
    case KINDS.signature:
      return decodeSignature("signature", bytes);
    case KINDS.approval:
      return decodeSignature("approval", bytes);
    case KINDS.stored:
      return decodeStored(bytes);
    case KINDS.ask:
      return bytes.length === ASK_BYTES ? { kind: "ask", subject: bytesToHex(bytes.subarray(1)) } : undefined;
    case KINDS.record:
      return decodeRecord(bytes);
    case KINDS.chainView:
      return decodeChainView(bytes);
    case KINDS.auditHead:
      return decodeAuditHead(bytes);
    case KINDS.auditCoSignature:
      return decodeCoSignature(bytes);
    default:
      return undefined;
  }
}

/** One text per slot, to be used as a map's key. */
export function slotKey(slot: Slot): string {
  return `${slot.phase}:${slot.subject}:${slot.attempt}`;
}
