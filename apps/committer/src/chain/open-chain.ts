import type { Address } from "viem";
import { messageOf, StartError } from "../failure.ts";
import type { Settings } from "../settings.ts";
import { sayings } from "./providers/agree.ts";
import { NoAgreementError } from "./providers/no-agreement.ts";
import { httpProvider } from "./providers/provider.ts";
import { Providers } from "./providers/providers.ts";
import { Witness, type WitnessOptions } from "./providers/witness.ts";
import { ChainReader } from "./reader.ts";

/** Longest that one answer of a provider may take. */
const TIMEOUT_MS = 10_000;

/** How long the others are waited for where honest providers differ: for a while, not for a stalled one's time-out. */
const PATIENCE_MS = 500;

function unreachable(providers: Providers, cause: unknown): StartError {
  return new StartError(
    "rpcUnreachable",
    `chain.providers: ${providers.places} cannot be used (${messageOf(cause)}); start the chain's RPC or correct the URL`,
    { cause },
  );
}

function otherChain(settings: Settings, providers: Providers, found: number): StartError {
  return new StartError(
    "chainIdMismatch",
    `chain.id: the settings say ${settings.chain.id}, ${providers.places} serves chain ${found}; correct one of them`,
  );
}

/** A quorum must serve the chain of the settings. One provider of another chain is named in an alarm, like any liar. */
async function requireChain(settings: Settings, providers: Providers): Promise<void> {
  const { id } = settings.chain;
  const question = { call: "chain id", topic: "chain id", standing: "final" } as const;
  try {
    const found = await providers.agreed({ ...question, ask: (client) => client.getChainId() });
    if (found !== id) throw otherChain(settings, providers, found);
  } catch (cause) {
    if (!(cause instanceof NoAgreementError)) throw cause;
    const other = sayings(cause.answers).find(({ value }) => value !== id);
    throw typeof other?.value === "number"
      ? otherChain(settings, providers, other.value)
      : unreachable(providers, cause);
  }
}

async function requireContract(providers: Providers, name: string, address: Address): Promise<void> {
  const call = `code of ${name}`;
  const ask = { call, topic: call, standing: "passing" } as const;
  try {
    const code = await providers.agreed({ ...ask, ask: (client) => client.getCode({ address }) });
    if (code !== undefined && code !== "0x") return;
  } catch (cause) {
    if (cause instanceof NoAgreementError) throw unreachable(providers, cause);
    throw cause;
  }
  throw new StartError(
    "contractMissing",
    `contracts.${name}: there is no contract at ${address} on this chain; correct the address or deploy it`,
  );
}

/** The providers of the settings. Side effects: none before the first question. */
export function providersOf({ chain }: Pick<Settings, "chain">, notices: WitnessOptions): Providers {
  const list = chain.providers.map(({ name, httpUrl }) => httpProvider({ name, httpUrl, timeoutMs: TIMEOUT_MS }));
  return new Providers({ list, quorum: chain.rpcQuorum, patienceMs: PATIENCE_MS, witness: new Witness(notices) });
}

/**
 * Connects to the chain of the settings and makes sure that it is the right one.
 * @throws StartError `rpcUnreachable`, `chainIdMismatch` or `contractMissing`.
 */
export async function openChain(settings: Settings, notices: WitnessOptions): Promise<ChainReader> {
  const { contracts } = settings;
  const providers = providersOf(settings, notices);
  await requireChain(settings, providers);
  await requireContract(providers, "committeeRegistry", contracts.committeeRegistry);
  await requireContract(providers, "decisionRegistry", contracts.decisionRegistry);
  return new ChainReader(providers, settings);
}
