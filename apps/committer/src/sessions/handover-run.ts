import {
  type Abort,
  affineCoordinates,
  decodePublicRecord,
  encodePublicRecord,
  type IdentityKey,
  type PartyIndex,
  partyIndex,
  type ReshareOutput,
  type Rng,
  type SwitchProof,
  startReshare,
  startTestPresign,
  startTestSigning,
} from "@synod/tss";
import { bytesToHex, hexToBytes } from "viem";
import type { LiveSessions } from "./live-sessions.ts";
import type { ProveOrder, ReshareOrder, RunOutcome, SwitchMaterial } from "./messages.ts";
import type { ShareVault } from "./share-vault.ts";

/** What handing a key over works with. */
export type HandoverParts = {
  readonly identity: IdentityKey;
  readonly rng: Rng;
  readonly vault: ShareVault;
  readonly sessions: LiveSessions;
  readonly ended: (outcome: RunOutcome) => void;
  readonly aborted: (abort: Abort) => void;
};

/**
 * Hands a key over to new shares and stores the own one, pending, before anybody hears that it exists. The old share is
 * not changed. Errors: `TssError` and the keystore's; the run has failed then.
 */
export function reshare(order: ReshareOrder, { identity, rng, vault, sessions, ended, aborted }: HandoverParts): void {
  const { run, domain, minSigners, dealing, share } = order;
  const parties = new Map([...order.parties].map(([party, key]) => [partyIndex(party), key]));
  const terms = {
    previous: decodePublicRecord(order.previous),
    dealers: order.dealers.map(partyIndex),
    parties,
    domain,
    attempt: BigInt(run.attempt),
    minSigners,
    share: dealing && vault.load(dealing),
    identity,
  };
  sessions.open({ phase: "reshare", ...run }, startReshare(terms, rng), {
    done: (output) => {
      if (output.share !== undefined) vault.savePending(share, output.share);
      ended(described(output));
    },
    aborted,
  });
}

function described({ record, recordHash, recordSignatures }: ReshareOutput): RunOutcome {
  const { x, y } = affineCoordinates(record.groupKey);
  const description = { groupKeyX: bytesToHex(x), groupKeyY: bytesToHex(y), recordHash: bytesToHex(recordHash) };
  const signatures = [...recordSignatures.values()].map((signature) => bytesToHex(signature));
  return { kind: "keygenDone", description, handover: { record: bytesToHex(encodePublicRecord(record)), signatures } };
}

/**
 * Signs the new epoch's proof of possession with pending shares: it is all that they can sign.
 * Errors: as {@link reshare}.
 */
export function prove(order: ProveOrder, { identity, rng, vault, sessions, ended, aborted }: HandoverParts): void {
  const { run, signers, banned, membersHash } = order;
  const self = partyIndex(order.self);
  const attempt = BigInt(run.attempt);
  const terms = {
    share: vault.loadPending(order),
    attempt,
    signers: signers.map(partyIndex),
    banned: new Set(banned.map(partyIndex)),
    identity,
  };
  const signed = {
    aborted,
    done: ({ bytes }: { bytes: Uint8Array }) => ended({ kind: "proved", signature: bytesToHex(bytes) }),
  };
  sessions.open({ phase: "presign", ...run }, startTestPresign(terms, rng), {
    done: (presignature) => {
      const test = { presignature, self, attempt, membersHash: hexToBytes(membersHash), identity };
      sessions.open({ phase: "sign", ...run }, startTestSigning(test, rng), signed);
    },
    aborted,
  });
}

/** The proof of a switch in the protocol library's form. Errors: `TssError` `invalidKeyShare` when it is malformed. */
export function switchProof({ record: encoded, signatures, membersHash, signature }: SwitchMaterial): SwitchProof {
  const record = decodePublicRecord(hexToBytes(encoded));
  const members = [...record.parties.keys()];
  const recordSignatures = new Map<PartyIndex, Uint8Array>();
  for (const [i, member] of members.entries()) recordSignatures.set(member, hexToBytes(signatures[i] ?? "0x"));
  return { record, recordSignatures, membersHash: hexToBytes(membersHash), signature: hexToBytes(signature) };
}
