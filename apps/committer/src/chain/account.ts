import type { SignedTransaction } from "@synod/core";
import { type SynodRevert, showRevert } from "@synod/sdk";
import { type Address, type Hex, keccak256, type PublicClient, parseSignature, serializeTransaction } from "viem";
import { messageOf } from "../failure.ts";
import type { Identity } from "../identity.ts";
import { revertOf } from "./revert.ts";

/** What a transaction should do. */
export type Intent = { readonly to: Address; readonly data: Hex };

/** What came of preparing a transaction. `reverts` and `noGasMoney` are found before anything is signed. */
export type Preparation =
  | { readonly kind: "prepared"; readonly transaction: SignedTransaction }
  | { readonly kind: "reverts"; readonly revert: SynodRevert; readonly reason: string }
  | { readonly kind: "noGasMoney"; readonly reason: string }
  | { readonly kind: "feeCapped"; readonly reason: string };

/** What came of handing bytes to the chain. `known`: it has them already, or their nonce is used up. */
export type Sending =
  | { readonly kind: "sent" }
  | { readonly kind: "known" }
  | { readonly kind: "failed"; readonly reason: string };

type Fees = { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint };

const GAS_MARGIN_PERCENT = 130n;
const REPLACEMENT_PERCENT = 125n;
const KNOWN = /already known|already imported|nonce too low|known transaction|already been used/i;

/** The committer's own account on the chain. It prepares, signs and sends; which nonce is free is not its business. */
export class Account {
  readonly #client: PublicClient;
  readonly #identity: Identity;
  readonly #chainId: number;
  readonly #feeCapWei: bigint;

  constructor(
    client: PublicClient,
    identity: Identity,
    terms: { readonly chainId: number; readonly feeCapWei: bigint },
  ) {
    this.#client = client;
    this.#identity = identity;
    this.#chainId = terms.chainId;
    this.#feeCapWei = terms.feeCapWei;
  }

  get address(): Address {
    return this.#identity.address;
  }

  /** The chain's next nonce for this account, by mined transactions alone. */
  minedNonce(): Promise<number> {
    return this.#client.getTransactionCount({ address: this.address, blockTag: "latest" });
  }

  /**
   * Simulates an intent on the newest block and signs it for a nonce.
   * Errors: viem's, when the provider does not answer.
   * @param replacesFeeWei fee cap per gas of the version it replaces; the new one offers a quarter more
   */
  async prepare(intent: Intent, nonce: number, replacesFeeWei?: bigint): Promise<Preparation> {
    const estimated = await this.#estimate(intent);
    if (typeof estimated !== "bigint") return estimated;
    const gas = (estimated * GAS_MARGIN_PERCENT) / 100n;
    const fees = await this.#fees(replacesFeeWei);
    if (fees.maxFeePerGas > this.#feeCapWei)
      return {
        kind: "feeCapped",
        reason: `the chain asks for ${fees.maxFeePerGas} wei per gas, the cap is ${this.#feeCapWei}`,
      };
    const balance = await this.#client.getBalance({ address: this.address });
    if (balance < gas * fees.maxFeePerGas)
      return {
        kind: "noGasMoney",
        reason: `${this.address} holds ${balance} wei and needs ${gas * fees.maxFeePerGas}`,
      };
    return { kind: "prepared", transaction: await this.#sign({ ...intent, ...fees, gas, nonce }) };
  }

  /** Hands signed bytes to the chain. Sending the same bytes twice is harmless. */
  async send(raw: Hex): Promise<Sending> {
    try {
      await this.#client.sendRawTransaction({ serializedTransaction: raw });
      return { kind: "sent" };
    } catch (cause) {
      const reason = messageOf(cause);
      return KNOWN.test(reason) ? { kind: "known" } : { kind: "failed", reason };
    }
  }

  async #estimate(intent: Intent): Promise<bigint | Preparation> {
    try {
      return await this.#client.estimateGas({ account: this.address, ...intent });
    } catch (cause) {
      const revert = revertOf(cause);
      if (revert !== undefined) return { kind: "reverts", revert, reason: showRevert(revert) };
      if (/insufficient funds|exceeds the balance|gas required exceeds allowance/i.test(messageOf(cause)))
        return { kind: "noGasMoney", reason: `${this.address} cannot pay for gas` };
      throw cause;
    }
  }

  async #fees(replacesFeeWei: bigint | undefined): Promise<Fees> {
    const { maxFeePerGas, maxPriorityFeePerGas } = await this.#client.estimateFeesPerGas();
    const least = ((replacesFeeWei ?? 0n) * REPLACEMENT_PERCENT) / 100n;
    const raised = maxFeePerGas > least ? maxFeePerGas : least;
    const tip = replacesFeeWei === undefined ? maxPriorityFeePerGas : (raised * maxPriorityFeePerGas) / maxFeePerGas;
    return { maxFeePerGas: raised, maxPriorityFeePerGas: tip > maxPriorityFeePerGas ? tip : maxPriorityFeePerGas };
  }

  async #sign(fields: Intent & Fees & { readonly gas: bigint; readonly nonce: number }): Promise<SignedTransaction> {
    const unsigned = { type: "eip1559", chainId: this.#chainId, value: 0n, ...fields } as const;
    const signature = await this.#identity.sign({ kind: "transaction", transaction: unsigned });
    const raw = serializeTransaction(unsigned, parseSignature(signature));
    return { hash: keccak256(raw), raw, maxFeePerGasWei: fields.maxFeePerGas };
  }
}
