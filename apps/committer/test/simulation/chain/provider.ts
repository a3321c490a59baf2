import {
  type Address,
  type Hex,
  isHex,
  keccak256,
  numberToHex,
  parseTransaction,
  recoverTransactionAddress,
} from "viem";
import type { Message } from "./contracts.ts";
import type { PoolEntry } from "./pool.ts";
import { Revert } from "./revert.ts";
import { type ChainBlock, GAS_USED, type MinedLog, type VirtualChain } from "./virtual-chain.ts";

const ZERO_BLOOM: Hex = `0x${"00".repeat(256)}`;
const TIP: Hex = numberToHex(1_000_000_000n);
const CODE: Hex = "0x00";

/** What a provider answers instead of a result, as JSON-RPC has it. */
export class RpcFailure extends Error {
  override readonly name = "RpcFailure";
  readonly code: number;
  readonly data: Hex | undefined;

  constructor(code: number, message: string, data?: Hex) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** How far a provider looks: it may lag behind the chain. */
export type ProviderView = { readonly head: () => ChainBlock; readonly finalised: () => ChainBlock };

type Parameters = readonly unknown[];

function blockOf(chain: VirtualChain, view: ProviderView, tag: unknown): ChainBlock | undefined {
  if (tag === "latest" || tag === "pending" || tag === undefined) return view.head();
  if (tag === "finalized" || tag === "safe") return view.finalised();
  const number = BigInt(String(tag));
  return number > view.head().number ? undefined : chain.block(number);
}

function requireBlock(chain: VirtualChain, view: ProviderView, tag: unknown): ChainBlock {
  const block = blockOf(chain, view, tag);
  if (block === undefined) throw new RpcFailure(-32_000, "header not found");
  return block;
}

function showBlock(block: ChainBlock) {
  return {
    number: numberToHex(block.number),
    hash: block.hash,
    parentHash: block.parentHash,
    timestamp: numberToHex(block.time),
    baseFeePerGas: numberToHex(block.baseFee),
    gasLimit: numberToHex(30_000_000n),
    gasUsed: numberToHex(GAS_USED * BigInt(block.transactions.length)),
    transactions: block.transactions.map(({ entry }) => entry.hash),
  };
}

function showLog(block: ChainBlock, log: MinedLog) {
  return {
    address: log.address,
    topics: log.topics,
    data: log.data,
    blockNumber: numberToHex(block.number),
    blockHash: block.hash,
    transactionHash: log.transactionHash,
    transactionIndex: "0x0",
    logIndex: numberToHex(log.logIndex),
    removed: false,
  };
}

function field(parameters: Parameters, name: string): unknown {
  const [object] = parameters;
  return typeof object === "object" && object !== null && name in object
    ? (object as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function hexField(parameters: Parameters, name: string, fallback: Hex): Hex {
  const value = field(parameters, name);
  return isHex(value) ? value : fallback;
}

function messageOf(parameters: Parameters): { readonly sender: Address; readonly message: Message } {
  const message = {
    to: hexField(parameters, "to", "0x"),
    data: hexField(parameters, "data", "0x"),
    value: BigInt(hexField(parameters, "value", "0x0")),
  };
  return { sender: hexField(parameters, "from", `0x${"00".repeat(20)}`), message };
}

function call(chain: VirtualChain, parameters: Parameters, block: ChainBlock): Hex {
  const { sender, message } = messageOf(parameters);
  try {
    return chain.call(sender, message, block);
  } catch (cause) {
    if (!(cause instanceof Revert)) throw cause;
    throw new RpcFailure(3, "execution reverted", cause.data);
  }
}

function logs(chain: VirtualChain, view: ProviderView, parameters: Parameters) {
  const to = requireBlock(chain, view, field(parameters, "toBlock"));
  const from = BigInt(String(field(parameters, "fromBlock") ?? "0x0"));
  const address = field(parameters, "address");
  const wanted = new Set((Array.isArray(address) ? address : [address]).map((text) => String(text).toLowerCase()));
  return chain
    .range(from, to.number)
    .flatMap((block) =>
      block.logs.filter((log) => wanted.has(log.address.toLowerCase())).map((log) => showLog(block, log)),
    );
}

function receipt(chain: VirtualChain, view: ProviderView, hash: Hex) {
  const found = chain.mined(hash);
  if (found === undefined || found.block.number > view.head().number) return null;
  const { block, transaction } = found;
  return {
    transactionHash: hash,
    transactionIndex: "0x0",
    blockHash: block.hash,
    blockNumber: numberToHex(block.number),
    from: transaction.entry.sender,
    to: transaction.entry.message.to,
    gasUsed: numberToHex(GAS_USED),
    cumulativeGasUsed: numberToHex(GAS_USED),
    effectiveGasPrice: numberToHex(block.baseFee),
    contractAddress: null,
    logs: block.logs.filter(({ transactionHash }) => transactionHash === hash).map((log) => showLog(block, log)),
    logsBloom: ZERO_BLOOM,
    status: transaction.status === "success" ? "0x1" : "0x0",
    type: "0x2",
  };
}

/** Recovering a sender is dear and pure, and the same transaction is sent again and again. */
const parsedBefore = new Map<Hex, PoolEntry>();
const MOST_PARSED = 1_000;

/** A signed EIP-1559 transaction, as the pool keeps it. */
async function parseRaw(raw: Hex): Promise<PoolEntry> {
  const known = parsedBefore.get(raw);
  if (known !== undefined) return known;
  if (parsedBefore.size >= MOST_PARSED) parsedBefore.clear();
  const entry = await parse(raw);
  parsedBefore.set(raw, entry);
  return entry;
}

async function parse(raw: Hex): Promise<PoolEntry> {
  const parsed = parseTransaction(raw);
  const sender = await recoverTransactionAddress({ serializedTransaction: raw as `0x02${string}` });
  const { to, data = "0x", value = 0n, nonce = 0, gas = 0n, maxFeePerGas = 0n, maxPriorityFeePerGas = 0n } = parsed;
  if (to === undefined || to === null) throw new RpcFailure(-32_000, "contract creation");
  const message = { to, data, value };
  return { hash: keccak256(raw), sender, nonce, message, gas, maxFeePerGas, tip: maxPriorityFeePerGas };
}

async function send(chain: VirtualChain, raw: Hex): Promise<Hex> {
  const entry = await parseRaw(raw);
  const refusal = chain.pool.offer(entry, chain.head.state);
  if (refusal !== undefined) throw new RpcFailure(-32_000, refusal);
  return entry.hash;
}

/**
 * Answers one JSON-RPC request as a node of the chain would.
 * Errors: `RpcFailure`.
 * @param view what the node has seen of the chain
 */
export async function answer(
  chain: VirtualChain,
  view: ProviderView,
  method: string,
  parameters: Parameters,
): Promise<unknown> {
  const [first, second] = parameters;
  switch (method) {
    case "eth_chainId":
      return numberToHex(chain.terms.chainId);
    case "eth_blockNumber":
      return numberToHex(view.head().number);
    case "eth_getBlockByNumber": {
      const block = blockOf(chain, view, first);
      return block === undefined ? null : showBlock(block);
    }
    case "eth_getLogs":
      return logs(chain, view, parameters);
    case "eth_getTransactionReceipt":
      return receipt(chain, view, first as Hex);
    case "eth_getTransactionCount":
      return numberToHex(requireBlock(chain, view, second).state.account(first as Address).nonce);
    case "eth_getBalance":
      return numberToHex(requireBlock(chain, view, second).state.account(first as Address).balance);
    case "eth_getCode":
      return chain.hasCode(first as Address, requireBlock(chain, view, second)) ? CODE : "0x";
    case "eth_maxPriorityFeePerGas":
      return TIP;
    case "eth_gasPrice":
      return numberToHex(view.head().baseFee + BigInt(TIP));
    case "eth_call":
      return call(chain, parameters, requireBlock(chain, view, second));
    case "eth_estimateGas":
      call(chain, parameters, view.head());
      return numberToHex(GAS_USED);
    case "eth_sendRawTransaction":
      return send(chain, first as Hex);
    default:
      throw new RpcFailure(-32_601, `the method ${method} does not exist`);
  }
}
