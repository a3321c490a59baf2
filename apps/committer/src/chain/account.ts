import type { SignedTransaction } from "@synod/core";
import { type SynodRevert, showRevert } from "@synod/sdk";
import {
  type Address,
  type Hex,
  keccak256,
  type PublicClient,
  parseSignature,
  parseTransaction,
  serializeTransaction,
} from "viem";
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

/** What a transaction does, without what it offers. */
type Terms = Intent & { readonly gas: bigint; readonly nonce: number };

const GAS_MARGIN_PERCENT = 130n;
const REPLACEMENT_PERCENT = 125n;
const KNOWN = /already known|already imported|nonce too low|known transaction|already been used/i;

function withMargin(gas: bigint): bigint {
  return (gas * GAS_MARGIN_PERCENT) / 100n;
}

/** The chain's fees, or a quarter above what they replace: a pool takes a replacement only if cap and tip both rise. */
function raised(asked: Fees, replaced: Fees = { maxFeePerGas: 0n, maxPriorityFeePerGas: 0n }): Fees {
  const least = (wei: bigint) => (wei * REPLACEMENT_PERCENT + 99n) / 100n;
  const larger = (a: bigint, b: bigint) => (a > b ? a : b);
  const maxPriorityFeePerGas = larger(asked.maxPriorityFeePerGas, least(replaced.maxPriorityFeePerGas));
  const maxFeePerGas = larger(asked.maxFeePerGas, least(replaced.maxFeePerGas));
  return { maxPriorityFeePerGas, maxFeePerGas: larger(maxFeePerGas, maxPriorityFeePerGas) };
}

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
   */
  async prepare(intent: Intent, nonce: number): Promise<Preparation> {
    const estimated = await this.#estimate(intent);
    if (typeof estimated !== "bigint") return estimated;
    return this.#price({ ...intent, nonce, gas: withMargin(estimated) });
  }

  /**
   * Signs the same intent for the same nonce, offering at least a quarter more of everything. What would revert by now
   * is replaced all the same, because its nonce must be used up before any later one can be.
   * Errors: viem's, when the provider does not answer.
   * @param raw a transaction that {@link prepare} or this made
   */
  async replace(raw: Hex): Promise<Preparation> {
    const old = parseTransaction(raw);
    const { to, data = "0x", nonce = 0, gas = 0n, maxFeePerGas = 0n, maxPriorityFeePerGas = 0n } = old;
    const intent = { to: to ?? this.address, data };
    const estimated = await this.#estimate(intent);
    if (typeof estimated !== "bigint" && estimated.kind !== "reverts") return estimated;
    const renewed = typeof estimated === "bigint" ? withMargin(estimated) : gas;
    return this.#price({ ...intent, nonce, gas: renewed }, { maxFeePerGas, maxPriorityFeePerGas });
  }

  async #price(terms: Terms, replaced?: Fees): Promise<Preparation> {
    const { gas } = terms;
    const fees = raised(await this.#client.estimateFeesPerGas(), replaced);
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
    return { kind: "prepared", transaction: await this.#sign({ ...terms, ...fees }) };
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

  async #sign(fields: Terms & Fees): Promise<SignedTransaction> {
    const unsigned = { type: "eip1559", chainId: this.#chainId, value: 0n, ...fields } as const;
    const signature = await this.#identity.sign({ kind: "transaction", transaction: unsigned });
    const raw = serializeTransaction(unsigned, parseSignature(signature));
    return { hash: keccak256(raw), raw, maxFeePerGasWei: fields.maxFeePerGas };
  }
}
