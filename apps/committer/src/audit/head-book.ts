import { auditHeadText, type SignedAuditHead } from "@synod/core";
import type { Address } from "viem";
import type { AuditHeadKept, CommitterEvent } from "../journal/events.ts";
import type { AuditFile } from "./audit-file.ts";
import { JournalledLines } from "./journalled-lines.ts";

/** The signed heads that are remembered: of each peer's log the newest that was co-signed here, and who co-signed what of this one. */
export class HeadBook {
  readonly #peers = new Map<Address, SignedAuditHead>();
  readonly #coSigned = new Map<Address, SignedAuditHead>();

  /** The newest head of a peer's log that was co-signed here, with the peer's own signature. */
  ofPeer(committer: Address): SignedAuditHead | undefined {
    return this.#peers.get(committer);
  }

  /** The newest head of this committer's log that a peer has co-signed. */
  coSignedBy(signer: Address): SignedAuditHead | undefined {
    return this.#coSigned.get(signer);
  }

  /** The newest co-signature of each peer. */
  coSignatures(): readonly SignedAuditHead[] {
    return [...this.#coSigned.values()];
  }

  /** Everything that is remembered, newest heads alone. */
  all(): readonly SignedAuditHead[] {
    return [...this.#peers.values(), ...this.#coSigned.values()];
  }

  /** Folds one event. A head that its own committer signed is a peer's; any other is this committer's. */
  apply({ kind: _kind, ...head }: AuditHeadKept): void {
    const { committer, signer } = head;
    if (signer === committer) this.#peers.set(committer, head);
    else this.#coSigned.set(signer, head);
  }
}

function* headLines(events: Iterable<CommitterEvent>): Iterable<string> {
  for (const event of events) if (event.kind === "AuditHeadKept") yield auditHeadText(event);
}

/**
 * Keeps every signed head of the journal in a file beside the audit log, one JSON line each.
 * @throws StartError `auditBroken` with the first line that is not what the journal says
 * @returns adds the heads among events that are in the journal already
 */
export function openHeadFile(
  file: AuditFile,
  journal: Iterable<CommitterEvent>,
): (events: readonly CommitterEvent[]) => void {
  const lines = JournalledLines.open(file, headLines(journal));
  return (events) => lines.append([...headLines(events)]);
}
