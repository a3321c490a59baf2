import { createPublicClient, type PublicClient } from "viem";
import { withoutUrlSecrets } from "../../failure.ts";
import type { Answer } from "./agree.ts";
import { boundedTransport } from "./bounded-transport.ts";
import { canonicalText } from "./canonical.ts";
import { Lane } from "./lane.ts";

/** Requests to one provider at once, and how many more may wait. */
const WIDTH = 32;
const QUEUE = 4_096;

/** The provider said nothing in time. */
export class ProviderSilentError extends Error {
  override readonly name = "ProviderSilentError";
  readonly code = "providerSilent";

  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
  }
}

/** Does `work` after a delay, unless it is cancelled before. */
export type After = (delayMs: number, work: () => void) => { readonly cancel: () => void };

function afterRealTime(delayMs: number, work: () => void) {
  const timer = setTimeout(work, delayMs);
  return { cancel: () => clearTimeout(timer) };
}

/** What a provider is made of. */
export type ProviderOptions = {
  /** Stands in alarms, logs and metrics. */
  readonly name: string;
  /** Where it is, for people: no secret of its URL may stand in it. */
  readonly place: string;
  readonly client: PublicClient;
  /** Longest that an answer may take, all tries and waiting included. */
  readonly timeoutMs: number;
  /** Measures the time-out; absent: in real time. */
  readonly after?: After;
};

/** A provider behind a URL. */
export type HttpProviderOptions = Omit<ProviderOptions, "place" | "client"> & { readonly httpUrl: string };

/** A provider that is asked over HTTP, with limits on what it may send. */
export function httpProvider({ name, httpUrl, timeoutMs }: HttpProviderOptions): Provider {
  const transport = boundedTransport({ url: httpUrl, timeoutMs });
  // Off-chain look-ups would let a provider choose a URL that is fetched from here.
  const client = createPublicClient({ transport, cacheTime: 0, ccipRead: false });
  return new Provider({ name, place: withoutUrlSecrets(httpUrl), client, timeoutMs });
}

/** One RPC provider. Nothing that it says is believed here. */
export class Provider {
  readonly name: string;
  readonly place: string;
  readonly #client: PublicClient;
  readonly #timeoutMs: number;
  readonly #after: After;
  readonly #lane = new Lane(WIDTH, QUEUE);
  /** Number of the newest block that it named last; `undefined` before the first. */
  newest: bigint | undefined;
  /** Whether its last answer that others waited for came while they did. */
  isPrompt = true;

  constructor({ name, place, client, timeoutMs, after = afterRealTime }: ProviderOptions) {
    this.name = name;
    this.place = place;
    this.#client = client;
    this.#timeoutMs = timeoutMs;
    this.#after = after;
  }

  /** Whether it has said that it has a block of this number, or has not been asked yet. */
  mayKnow(number: bigint): boolean {
    return this.newest === undefined || this.newest >= number;
  }

  /** Asks it. Never rejects: whatever goes wrong is an answer, too. */
  async ask<Value>(question: (client: PublicClient) => Promise<Value>): Promise<Answer<Value>> {
    const provider = this.name;
    const silent = Promise.withResolvers<never>();
    const deadline = new AbortController();
    const timer = this.#after(this.#timeoutMs, () => {
      const cause = new ProviderSilentError(this.#timeoutMs);
      deadline.abort(cause);
      silent.reject(cause);
    });
    try {
      const answer = this.#lane.run(() => question(this.#client), deadline.signal);
      const value = await Promise.race([answer, silent.promise]);
      return { kind: "said", provider, value, text: canonicalText(value) };
    } catch (cause) {
      return { kind: "failed", provider, cause };
    } finally {
      timer.cancel();
    }
  }
}
