import {
  getContractAddress,
  parseTransaction,
  recoverTransactionAddress,
  type TransactionSerializedLegacy,
} from "viem";
import { expect, it } from "vitest";
import { DEPLOYMENT_PROXY } from "../../src/index.ts";

it("is deployed by a transaction for any chain, by whom its signature recovers to, as that account's first", async () => {
  const { signer, address, cost } = DEPLOYMENT_PROXY;
  const transaction = DEPLOYMENT_PROXY.transaction as TransactionSerializedLegacy;
  const parsed = parseTransaction(transaction);
  expect(parsed.chainId).toBeUndefined();
  expect(parsed.nonce ?? 0).toBe(0);
  expect((parsed.gas ?? 0n) * (parsed.gasPrice ?? 0n)).toBe(cost);
  expect(await recoverTransactionAddress({ serializedTransaction: transaction })).toBe(signer);
  expect(getContractAddress({ from: signer, nonce: 0n })).toBe(address);
});
