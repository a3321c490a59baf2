import { type Hash, isHash, type PublicClient } from "viem";
import { type Answer, agree, reached, type Saying } from "./agree.ts";
import { NoAgreementError } from "./no-agreement.ts";
import type { Provider } from "./provider.ts";
import type { Providers, Question } from "./providers.ts";

/** One block of the chain. */
export type Block = {
  readonly number: bigint;
  /** Lower-case. */
  readonly hash: Hash;
  /** Seconds of chain time. */
  readonly time: bigint;
};

/** A block by its number, or the newest of a kind. */
export type BlockPlace = { readonly blockTag: "latest" | "finalized" } | { readonly blockNumber: bigint };

/** A provider's answer cannot be what was asked for. */
export class NonsenseError extends Error {
  override readonly name = "NonsenseError";
  readonly code = "nonsense";

  constructor(what: string) {
    super(`the answer is no ${what}`);
  }
}

/** Reads one block from one provider, in one form. Errors: viem's, and {@link NonsenseError}. */
export async function readBlock(client: PublicClient, at: BlockPlace): Promise<Block> {
  const { number, hash, timestamp } = await client.getBlock(at);
  if (typeof number !== "bigint" || hash === null || typeof timestamp !== "bigint") throw new NonsenseError("block");
  if (!isHash(hash)) throw new NonsenseError("block");
  if ("blockNumber" in at && at.blockNumber !== number) throw new NonsenseError("block of that number");
  return { number, hash: `0x${hash.slice(2).toLowerCase()}`, time: timestamp };
}

/** The question for the block of a number. */
export function blockQuestion(number: bigint, standing: Question<Block>["standing"]): Question<Block> {
  const call = `header of block ${number}`;
  const ask = (client: PublicClient) => readBlock(client, { blockNumber: number });
  return { call, topic: call, atBlock: number, standing, ask };
}

/** How far below what was named a block is looked for while the newest ones differ, as they do in a reorganisation. */
const DESCENT = [1n, 2n, 4n, 8n, 16n, 32n, 64n] as const;

/**
 * The greatest block that a quorum of the providers has reached and agrees upon by its hash. Honest providers name
 * different newest blocks, so what they name is asked for by number until a quorum knows the same.
 * Side effects: notes how far each provider is; a dispute that no block settles raises an alarm.
 * Errors: {@link NoAgreementError} when there is no such block.
 */
export async function newestBlock(providers: Providers, blockTag: "latest" | "finalized"): Promise<Block> {
  const { quorum } = providers;
  const call = `${blockTag} block`;
  const named = (answers: readonly Answer<Block>[]) => agree(answers, answers.length, quorum);
  let settled: Block | undefined;
  const said = await providers.collected(
    { call, topic: call, standing: "passing", ask: (client) => readBlock(client, { blockTag }) },
    {
      isEnough: (answers) => named(answers).kind === "agreed",
      onAnswer: (answer, provider) => {
        if (answer.kind === "failed") return;
        noteReached(provider, answer.value.number, blockTag);
        if (blockTag === "finalized" && settled !== undefined) accuse(providers, answer, settled);
      },
    },
  );
  const alike = named(said);
  const block = alike.kind === "agreed" ? alike.value : await greatestAgreed(providers, said, blockTag);
  providers.settled(call);
  settled = block;
  if (blockTag === "finalized") for (const saying of said) accuse(providers, saying, block);
  return block;
}

/**
 * A provider has what it names. A final block can be newer than the head it named a moment ago: what is asked about that
 * block must not pass it over.
 */
function noteReached(provider: Provider, number: bigint, blockTag: "latest" | "finalized"): void {
  if (blockTag === "latest" || (provider.newest ?? number) < number) provider.newest = number;
}

/** Numbers at which a quorum may agree, greatest first. Final blocks cannot differ: there is nothing below to look for. */
function candidates(said: readonly Saying<Block>[], quorum: number, blockTag: "latest" | "finalized") {
  const numbers = said.map(({ value }) => value.number);
  const named = reached(numbers, quorum);
  const least = named.at(-1);
  if (blockTag === "finalized" || least === undefined) return named;
  return [...named, ...DESCENT.map((depth) => least - depth).filter((number) => number >= 0n)];
}

async function greatestAgreed(
  providers: Providers,
  said: readonly Saying<Block>[],
  blockTag: "latest" | "finalized",
): Promise<Block> {
  let failure: NoAgreementError | undefined;
  for (const number of candidates(said, providers.quorum, blockTag)) {
    try {
      return await providers.agreed(blockQuestion(number, "passing"));
    } catch (cause) {
      if (!(cause instanceof NoAgreementError)) throw cause;
      failure ??= cause;
    }
  }
  const unsettled = failure ?? providers.noAgreement({ call: `${blockTag} block` }, said, false);
  if (unsettled.code === "rpcQuorumLost") providers.disputed(`${blockTag} block`, unsettled);
  throw unsettled;
}

/** Who calls another block of the same number final contradicts; who names another number lags or is ahead. */
function accuse(providers: Providers, { provider, value }: Saying<Block>, { number, hash }: Block): void {
  if (value.number === number && value.hash !== hash) providers.contradicted(provider, `finalized block ${number}`);
}
