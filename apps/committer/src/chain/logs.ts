import { committeeRegistryAbi, decisionRegistryAbi } from "@synod/sdk";
import { type Address, type Hex, isAddress, isHash, isHex, type Log, type PublicClient, parseEventLogs } from "viem";
import { NonsenseError } from "./providers/newest-block.ts";

/** A contract event with the place where it stands. */
type Placed<Parsed> = Parsed & { readonly blockNumber: bigint; readonly blockHash: Hex; readonly logIndex: number };

const registriesAbi = [...committeeRegistryAbi, ...decisionRegistryAbi] as const;

/** An event of the committee registry or the decision registry, told apart by `eventName`. */
export type RegistryEvent = Placed<ReturnType<typeof parseEventLogs<typeof registriesAbi, true, undefined>>[number]>;

/** The registry events whose name is `Name`. */
export type RegistryEventOf<Name extends RegistryEvent["eventName"]> = Extract<RegistryEvent, { eventName: Name }>;

/** A log in one form: all text lower-case, and nothing in it that providers fill in differently. */
export type PlacedLog = {
  readonly blockNumber: bigint;
  readonly blockHash: Hex;
  readonly logIndex: number;
  readonly address: Address;
  readonly topics: readonly Hex[];
  readonly data: Hex;
};

/** Which logs are asked for. */
export type LogRange = { readonly addresses: readonly Address[]; readonly from: bigint; readonly to: bigint };

/** The same bytes in the one form that is compared. */
export function lowerHex(text: Hex): Hex {
  return `0x${text.slice(2).toLowerCase()}`;
}

function isPlain(log: Log): log is Log<bigint, number, false> {
  const { blockNumber, blockHash, logIndex, address, topics, data } = log;
  const isPlaced = typeof blockNumber === "bigint" && typeof blockHash === "string" && Number.isSafeInteger(logIndex);
  const isWhole =
    isAddress(address, { strict: false }) && Array.isArray(topics) && topics.every((topic) => isHash(topic));
  return isPlaced && isHash(blockHash) && isWhole && isHex(data) && data.length % 2 === 0;
}

function placed(log: Log, { addresses, from, to }: LogRange): PlacedLog {
  if (!isPlain(log)) throw new NonsenseError("list of logs");
  const { blockNumber, blockHash, logIndex, address, topics, data } = log;
  const isWanted = addresses.some((wanted) => lowerHex(wanted) === lowerHex(address));
  if (!isWanted || blockNumber < from || blockNumber > to) throw new NonsenseError("list of the logs asked for");
  const text = { blockHash: lowerHex(blockHash), address: lowerHex(address), data: lowerHex(data) };
  return { blockNumber, logIndex, ...text, topics: topics.map(lowerHex) };
}

function byPlace(one: PlacedLog, other: PlacedLog): number {
  if (one.blockNumber !== other.blockNumber) return one.blockNumber < other.blockNumber ? -1 : 1;
  return one.logIndex - other.logIndex;
}

/**
 * Reads the logs of a range from one provider, in the chain's order, each place once.
 * Errors: viem's, and {@link NonsenseError} for logs that were not asked for, stand nowhere, or share a place.
 */
export async function readLogs(client: PublicClient, range: LogRange): Promise<readonly PlacedLog[]> {
  const { addresses, from, to } = range;
  const logs = await client.getLogs({ address: [...addresses], fromBlock: from, toBlock: to });
  if (!Array.isArray(logs)) throw new NonsenseError("list of logs");
  const sorted = logs
    .filter(({ removed }) => !removed)
    .map((log) => placed(log, range))
    .toSorted(byPlace);
  if (sorted.some((log, index) => index > 0 && byPlace(sorted[index - 1] ?? log, log) === 0))
    throw new NonsenseError("list of logs, each in its place");
  return sorted;
}

/** The registries' events in these logs; other logs of theirs are left out. */
export function toEvents(logs: readonly PlacedLog[]): readonly RegistryEvent[] {
  if (logs.length === 0) return [];
  return parseEventLogs({ abi: registriesAbi, logs: logs as unknown as Log[], strict: true }) as RegistryEvent[];
}
