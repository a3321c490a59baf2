import type { TransactionWork } from "../../execution/transaction.ts";
import type { Command } from "../command.ts";
import type { CommitterView } from "../view.ts";
import { periodOf } from "./context.ts";

/**
 * Next step of a transaction whose nonce is taken. A prepared one may have left before a crash, so it is always sent:
 * the same bytes twice are one transaction. That also leaves no gap in the nonces.
 */
export function transactionCommands(work: TransactionWork, view: CommitterView): readonly Command[] {
  const { purpose, decisionId, nonce, versions, atBlock } = work;
  const newest = versions.at(-1);
  if (newest === undefined) return [];
  if (nonce < view.minedNonce) {
    const hashes = versions.map(({ hash }) => hash);
    return [{ kind: "ReconcileTransaction", purpose, decisionId, nonce, hashes, atBlock: view.finalised.number }];
  }
  const { hash, raw, maxFeePerGasWei } = newest;
  if (work.kind === "prepared") return [{ kind: "SendTransaction", purpose, decisionId, hash, raw }];
  const period = periodOf(view.head.number, atBlock, view.settings.stuckBlocks);
  if (period === 0n) return [];
  return [{ kind: "ReplaceTransaction", purpose, decisionId, nonce, hash, raw, maxFeePerGasWei, period }];
}
