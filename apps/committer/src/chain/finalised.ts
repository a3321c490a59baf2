import { type BlockRef, type DecisionId, type PeerId, toDecisionId } from "@synod/core";
import { type Address, isAddressEqual } from "viem";
import type { CommitterEvent } from "../journal/events.ts";
import type { Log } from "../log.ts";
import type { Memory } from "../memory.ts";
import type { RegistryEvent } from "./logs.ts";
import { translateAll } from "./translate.ts";

/** Blocks without news after which progress is written all the same. Reading a block twice is harmless. */
const PROGRESS_BLOCKS = 32n;

function logEntry(log: Log, entry: CommitterEvent): void {
  if (entry.kind === "DecisionObserved") {
    const { id: decisionId, agentId } = entry.decision;
    log.info("decision observed", { decisionId, agentId, blockNumber: entry.block.number });
  } else if (entry.kind === "EpochObserved") {
    const { committeeId, epoch, self: memberIndex, minSigners, quorum } = entry;
    log.info("epoch observed", { committeeId, epoch, memberIndex, minSigners, quorum });
  }
}

/** What {@link finalisedHandler} needs. */
export type FinalisedOptions = {
  readonly memory: Memory;
  /** Own identity key, compressed. */
  readonly self: PeerId;
  /** Who may propose committees that this committer joins; `undefined`: anybody. */
  readonly proposers: readonly Address[] | undefined;
  readonly log: Log;
  /** Called for every decision of this committer that became known. */
  readonly onDecision: (decisionId: DecisionId) => void;
};

/**
 * Journals what finalised events mean to this committer, in one transaction with how far it has read: after a crash it
 * goes on exactly there.
 */
export function finalisedHandler({ memory, self, proposers, log, onDecision }: FinalisedOptions) {
  return (events: readonly RegistryEvent[], to: BlockRef): void => {
    const entries = translateAll(events, {
      peer: self,
      isWelcome: ({ committeeId, proposer }) =>
        proposers === undefined ||
        proposers.some((welcome) => isAddressEqual(welcome, proposer)) ||
        memory.book.entries().some((known) => known.committeeId === committeeId),
      isMember: (key) => memory.book.get(key) !== undefined,
      isOpen: (decisionId) => memory.state.open.has(toDecisionId(decisionId)),
    });
    for (const entry of entries) logEntry(log, entry);
    const last = memory.processed?.number;
    if (entries.length === 0 && last !== undefined && to.number - last < PROGRESS_BLOCKS) return;
    memory.record([...entries, { kind: "BlocksProcessed", block: to }]);
    for (const entry of entries) if (entry.kind === "DecisionObserved") onDecision(entry.decision.id);
  };
}
