import { type Fees, raisedFees, type SignedTransaction } from "@synod/core";
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
import { type Answer, agree, reached } from "./providers/agree.ts";
import { canonicalText } from "./providers/canonical.ts";
import type { Providers } from "./providers/providers.ts";
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

/** What a transaction does, without what it offers. */
type Terms = Intent & { readonly gas: bigint; readonly nonce: number };

const GAS_MARGIN_PERCENT = 130n;
const KNOWN = /already known|already imported|nonce too low|known transaction|already been used/i;

function withMargin(gas: bigint): bigint {
  return (gas * GAS_MARGIN_PERCENT) / 100n;
}

/** What one provider expects of an intent. `fate` is alike when the outcome is, however much gas it takes. */
type Estimate =
  | { readonly kind: "gas"; readonly fate: "gas"; readonly gas: bigint }
  | (Extract<Preparation, { kind: "reverts" | "noGasMoney" }> & { readonly fate: string });

/** Kinds of node word an unknown revert differently; its bytes are the same. */
function fateOf(revert: SynodRevert): string {
  return `reverts ${revert.kind === "named" ? canonicalText(revert) : revert.data}`;
}

async function estimateOn(client: PublicClient, call: Intent & { readonly account: Address }): Promise<Estimate> {
  try {
    return { kind: "gas", fate: "gas", gas: await client.estimateGas(call) };
  } catch (cause) {
    const revert = revertOf(cause);
    if (revert !== undefined) return { kind: "reverts", fate: fateOf(revert), revert, reason: showRevert(revert) };
    if (/insufficient funds|exceeds the balance|gas required exceeds allowance/i.test(messageOf(cause)))
      return { kind: "noGasMoney", fate: "noGasMoney", reason: `${call.account} cannot pay for gas` };
    throw cause;
  }
}

async function sendTo(client: PublicClient, raw: Hex): Promise<Sending> {
  try {
    await client.sendRawTransaction({ serializedTransaction: raw });
    return { kind: "sent" };
  } catch (cause) {
    const reason = messageOf(cause);
    return KNOWN.test(reason) ? { kind: "known" } : { kind: "failed", reason };
  }
}

function isTaken(answer: Answer<Sending>): boolean {
  return answer.kind === "said" && answer.value.kind !== "failed";
}

/** The committer's own account on the chain. It prepares, signs and sends; which nonce is free is not its business. */
export class Account {
  readonly #providers: Providers;
  readonly #identity: Identity;
  readonly #chainId: number;
  readonly #feeCapWei: bigint;

  constructor(
    providers: Providers,
    identity: Identity,
    terms: { readonly chainId: number; readonly feeCapWei: bigint },
  ) {
    this.#providers = providers;
    this.#identity = identity;
    this.#chainId = terms.chainId;
    this.#feeCapWei = terms.feeCapWei;
  }

  get address(): Address {
    return this.#identity.address;
  }

  /** The chain's next nonce for this account, by mined transactions alone. */
  async minedNonce(): Promise<number> {
    const { address } = this;
    const ask = async (client: PublicClient) =>
      BigInt(await client.getTransactionCount({ address, blockTag: "latest" }));
    return Number(await this.#providers.reached("newest transaction count", ask));
  }

  /**
   * Simulates an intent on the newest block and signs it for a nonce.
   * Errors: `NoAgreementError`, when too few providers answer alike.
   */
  async prepare(intent: Intent, nonce: number): Promise<Preparation> {
    const estimated = await this.#estimate(intent);
    if (typeof estimated !== "bigint") return estimated;
    return this.#price({ ...intent, nonce, gas: withMargin(estimated) });
  }

  /**
   * Signs the same intent for the same nonce, offering at least a quarter more of everything. What would revert by now
   * is replaced all the same, because its nonce must be used up before any later one can be.
   * Errors: `NoAgreementError`, when too few providers answer alike.
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
    const fees = raisedFees(await this.#fees(), replaced);
    if (fees.maxFeePerGas > this.#feeCapWei)
      return {
        kind: "feeCapped",
        reason: `the chain asks for ${fees.maxFeePerGas} wei per gas, the cap is ${this.#feeCapWei}`,
      };
    const { address } = this;
    const balance = await this.#providers.reached("newest balance", (client) => client.getBalance({ address }));
    if (balance < gas * fees.maxFeePerGas)
      return {
        kind: "noGasMoney",
        reason: `${this.address} holds ${balance} wei and needs ${gas * fees.maxFeePerGas}`,
      };
    return { kind: "prepared", transaction: await this.#sign({ ...terms, ...fees }) };
  }

  /**
   * Hands signed bytes to every provider; one that takes them is enough. Sending the same bytes twice is harmless.
   */
  async send(raw: Hex): Promise<Sending> {
    const said = await this.#providers.collected(
      { call: "send", topic: "send", standing: "passing", ask: (client) => sendTo(client, raw) },
      { atLeast: 0, isEnough: (answers) => answers.some(isTaken) },
    );
    const taken = said.find(isTaken) ?? said[0];
    return taken?.value ?? { kind: "failed", reason: "no provider answers" };
  }

  /** Gas for an intent on the newest block. What a quorum says alike of its fate counts, and a gas that a quorum reaches. */
  async #estimate(intent: Intent): Promise<bigint | Preparation> {
    const call = { account: this.address, ...intent };
    const question = { call: "gas estimate", topic: "gas estimate", standing: "passing" } as const;
    const said = await this.#providers.collected({ ...question, ask: (client) => estimateOn(client, call) });
    const fates = said.map((answer) => ({ ...answer, text: answer.value.fate }));
    const agreement = agree(fates, fates.length, this.#providers.quorum);
    if (agreement.kind !== "agreed") throw this.#providers.noAgreement(question, said, true);
    if (agreement.value.kind !== "gas") return agreement.value;
    const gas = fates.flatMap(({ value }) => (value.kind === "gas" ? [value.gas] : []));
    return reached(gas, this.#providers.quorum)[0] ?? agreement.value.gas;
  }

  /** The fees that a quorum asks for. */
  async #fees(): Promise<Fees> {
    const question = { call: "newest fees", topic: "newest fees", standing: "passing" } as const;
    const said = await this.#providers.collected({ ...question, ask: (client) => client.estimateFeesPerGas() });
    const { quorum } = this.#providers;
    const [maxFeePerGas] = reached(
      said.map(({ value }) => value.maxFeePerGas),
      quorum,
    );
    const [maxPriorityFeePerGas] = reached(
      said.map(({ value }) => value.maxPriorityFeePerGas),
      quorum,
    );
    if (maxFeePerGas === undefined || maxPriorityFeePerGas === undefined)
      throw this.#providers.noAgreement(question, said, false);
    return { maxFeePerGas, maxPriorityFeePerGas };
  }

  async #sign(fields: Terms & Fees): Promise<SignedTransaction> {
    const unsigned = { type: "eip1559", chainId: this.#chainId, value: 0n, ...fields } as const;
    const signature = await this.#identity.sign({ kind: "transaction", transaction: unsigned });
    const raw = serializeTransaction(unsigned, parseSignature(signature));
    return { hash: keccak256(raw), raw, maxFeePerGasWei: fields.maxFeePerGas };
  }
}
