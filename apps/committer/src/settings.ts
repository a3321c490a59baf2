import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { KeystorePlace } from "@synod/storage";
import type { z } from "zod";
import { messageOf, StartError } from "./failure.ts";
import { type ParsedSettings, settingsSchema } from "./settings-schema.ts";

/** How a block becomes final: by the chain's own `finalized` tag, or when it lies `depthBlocks` below the head. */
export type Finality = { readonly kind: "tag" } | { readonly kind: "depth"; readonly depthBlocks: number };

/** Where one lobe is found and whose decisions it answers; without `agentId`, those of any agent. */
export type LobeSettings = ParsedSettings["lobes"][number];

/** One RPC provider of the chain. */
export type ProviderSettings = {
  /** Stands in alarms, logs and metrics; unique. */
  readonly name: string;
  readonly httpUrl: string;
  readonly webSocketUrl?: string | undefined;
};

/** The chain and who is asked about it. */
export type ChainSettings = Readonly<
  Omit<ParsedSettings["chain"], "finality" | "httpUrl" | "webSocketUrl" | "providers" | "rpcQuorum"> & {
    finality: Finality;
    providers: readonly ProviderSettings[];
    /** How many of them must agree. More than half. */
    rpcQuorum: number;
  }
>;

/** Everything that a committer is told. All paths are absolute. */
export type Settings = Readonly<
  Omit<ParsedSettings, "chain" | "keystore" | "lobes"> & {
    /** Where the sealed keys are. */
    keystore: KeystorePlace;
    chain: ChainSettings;
    lobes: readonly LobeSettings[];
  }
>;

/** Chains whose `finalized` tag is known to mean finality. Any other chain needs `chain.finality` in the settings. */
const TAGGED_CHAINS: ReadonlySet<number> = new Set([1, 10, 100, 8_453, 17_000, 31_337, 42_161, 560_048, 11_155_111]);

/** Environment variable → path in the settings file. Numbers are parsed, all else stays text. */
const OVERRIDES: Readonly<Record<string, readonly string[]>> = {
  SYNOD_CHAIN_HTTP_URL: ["chain", "httpUrl"],
  SYNOD_CHAIN_WEBSOCKET_URL: ["chain", "webSocketUrl"],
  SYNOD_DATA_DIR: ["dataDir"],
  SYNOD_LISTEN: ["listen"],
  SYNOD_HTTP_HOST: ["http", "host"],
  SYNOD_HTTP_PORT: ["http", "port"],
  SYNOD_LOG_LEVEL: ["logLevel"],
};

type JsonObject = { readonly [key: string]: unknown };

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new StartError(
      "settingsUnreadable",
      `settings file ${file} cannot be read (${messageOf(cause)}): name an existing file with --settings`,
      { cause },
    );
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new StartError(
      "settingsInvalid",
      `settings file ${file} is not JSON (${messageOf(cause)}): correct the file`,
      { cause },
    );
  }
}

function withValue(target: unknown, path: readonly string[], value: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  const object = isObject(target) ? target : {};
  return { ...object, [head]: withValue(object[head], rest, value) };
}

function overridden(raw: unknown, environment: NodeJS.ProcessEnv): unknown {
  return Object.entries(OVERRIDES).reduce((settings, [name, path]) => {
    const text = environment[name];
    if (text === undefined || text === "") return settings;
    return withValue(settings, path, name === "SYNOD_HTTP_PORT" ? Number(text) : text);
  }, raw);
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return value[Number(key)];
    return isObject(value) ? value[String(key)] : undefined;
  }, raw);
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** The first defect that a schema found: where, the value that stands there, and what is wanted. One line. */
export function describeDefect(error: z.ZodError, raw: unknown): string {
  const issue = error.issues[0];
  if (issue === undefined) return "unknown defect";
  const path = issue.path.length === 0 ? "(root)" : issue.path.map(String).join(".");
  return `${path}: found ${shown(valueAt(raw, issue.path))}; ${issue.message}`;
}

function settledFinality(parsed: ParsedSettings): Finality {
  if (parsed.chain.finality !== undefined) return parsed.chain.finality;
  if (TAGGED_CHAINS.has(parsed.chain.id)) return { kind: "tag" };
  throw new StartError(
    "finalityUnknown",
    `chain.finality: found nothing; it is not known how blocks of chain ${parsed.chain.id} become final, so set {"kind":"tag"} or {"kind":"depth","depthBlocks":n}`,
  );
}

function resolvedKeystore(keystore: ParsedSettings["keystore"], dataDir: string, folder: string): KeystorePlace {
  if (keystore.kind === "files") return { kind: "files", directory: join(dataDir, "keys") };
  const { namespace, tokenFile, ...place } = keystore;
  return { ...place, tokenFile: resolve(folder, tokenFile), ...(namespace === undefined ? {} : { namespace }) };
}

/** What a schema cannot say: one way to name providers, each once, and a quorum that two answers cannot both have. */
function providersDefect({ httpUrl, webSocketUrl, providers, rpcQuorum }: ParsedSettings["chain"]): string | undefined {
  if (providers === undefined && httpUrl === undefined)
    return "chain.httpUrl: found nothing; name one provider here, or several in chain.providers";
  if (providers !== undefined && (httpUrl ?? webSocketUrl) !== undefined)
    return "chain.httpUrl: found beside chain.providers; name all providers there, and unset SYNOD_CHAIN_HTTP_URL and SYNOD_CHAIN_WEBSOCKET_URL";
  const urls = (providers ?? []).map((one) => one.httpUrl);
  if (new Set(urls).size < urls.length)
    return "chain.providers: found one URL twice; the same provider asked twice is no second opinion";
  const count = Math.max(urls.length, 1);
  if (rpcQuorum !== undefined && (rpcQuorum > count || 2 * rpcQuorum <= count))
    return `chain.rpcQuorum: found ${rpcQuorum}; it must be more than half of the ${count} providers and at most all of them`;
  return undefined;
}

/** Providers without a name are called by their host; a second one of a name gets a number. */
function namedProviders(chain: ParsedSettings["chain"]): readonly ProviderSettings[] {
  const { httpUrl = "", webSocketUrl, providers = [{ httpUrl, webSocketUrl }] } = chain;
  const taken = new Set<string>();
  return providers.map(({ name, ...urls }) => {
    const wanted = name ?? new URL(urls.httpUrl).host;
    let unique = wanted;
    for (let number = 2; taken.has(unique); number += 1) unique = `${wanted}-${number}`;
    taken.add(unique);
    return { name: unique, ...urls };
  });
}

function settledChain(parsed: ParsedSettings, file: string): ChainSettings {
  const { httpUrl: _url, webSocketUrl: _socket, providers: _list, rpcQuorum, finality: _kind, ...rest } = parsed.chain;
  const defect = providersDefect(parsed.chain);
  if (defect !== undefined) throw new StartError("settingsInvalid", `settings file ${file}: ${defect}`);
  const named = namedProviders(parsed.chain);
  const majority = Math.floor(named.length / 2) + 1;
  return { ...rest, finality: settledFinality(parsed), providers: named, rpcQuorum: rpcQuorum ?? majority };
}

function resolvedLobe(lobe: LobeSettings, folder: string): LobeSettings {
  return lobe.kind === "rules" ? { ...lobe, file: resolve(folder, lobe.file) } : lobe;
}

/**
 * Validates settings that were read from `file`; `file` only serves to resolve relative paths and to name the culprit.
 * @throws StartError `settingsInvalid` (path, value, what is wanted) or `finalityUnknown`.
 */
export function parseSettings(raw: unknown, file: string): Settings {
  const result = settingsSchema.safeParse(raw);
  if (!result.success)
    throw new StartError("settingsInvalid", `settings file ${file}: ${describeDefect(result.error, raw)}`);
  const folder = dirname(resolve(file));
  const { chain: _chain, lobes, keystore, ...rest } = result.data;
  const dataDir = resolve(folder, rest.dataDir);
  return {
    ...rest,
    chain: settledChain(result.data, file),
    dataDir,
    keystore: resolvedKeystore(keystore, dataDir, folder),
    lobes: lobes.map((lobe) => resolvedLobe(lobe, folder)),
  };
}

/**
 * Reads the settings file, applies the environment overrides (`SYNOD_CHAIN_HTTP_URL`, `SYNOD_CHAIN_WEBSOCKET_URL`,
 * `SYNOD_DATA_DIR`, `SYNOD_LISTEN`, `SYNOD_HTTP_HOST`, `SYNOD_HTTP_PORT`, `SYNOD_LOG_LEVEL`) and validates the result.
 * @throws StartError `settingsUnreadable`, `settingsInvalid` or `finalityUnknown`.
 */
export function loadSettings(file: string, environment: NodeJS.ProcessEnv): Settings {
  return parseSettings(overridden(readJson(file), environment), file);
}
