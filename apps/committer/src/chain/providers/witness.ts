import type { Alarms } from "../../alarms.ts";
import type { Log } from "../../log.ts";
import type { Metrics } from "../../metrics.ts";

/** How often in a row a provider that contradicted must agree before its name leaves the alarm. */
const TRUSTED_AFTER = 100;

/** Head blocks after which a question that found no agreement, and was not asked again, is no longer held open. */
const FORGOTTEN_AFTER = 16;

type Contradiction = { readonly call: string; agreements: number };
type Dispute = { readonly reason: string; blocks: number };

/** Where disagreement is shown. */
export type WitnessOptions = {
  readonly alarms: Pick<Alarms, "raise" | "clear">;
  readonly metrics: Pick<Metrics, "rpcDisagreements" | "rpcFailures">;
  readonly log: Pick<Log, "warn">;
};

/**
 * Remembers who contradicted the quorum about a final block, and which questions found no quorum. Nobody is banned: a
 * provider is asked again each time, and what it says counts as much as before.
 */
export class Witness {
  readonly #options: WitnessOptions;
  readonly #contradictions = new Map<string, Contradiction>();
  readonly #disputes = new Map<string, Dispute>();

  constructor(options: WitnessOptions) {
    this.#options = options;
  }

  /** A provider said something else than the quorum did. The first time is told; every time is counted. */
  contradicted(provider: string, call: string): void {
    const { alarms, metrics, log } = this.#options;
    metrics.rpcDisagreements.inc({ provider });
    const known = this.#contradictions.get(provider);
    this.#contradictions.set(provider, { call: known?.call ?? call, agreements: 0 });
    if (known !== undefined) return;
    log.warn("a provider contradicts the quorum", { provider, action: call });
    alarms.raise("rpcDisagreement", this.#accusations());
  }

  /** A provider said what the quorum said. */
  concurred(provider: string): void {
    const contradiction = this.#contradictions.get(provider);
    if (contradiction === undefined) return;
    contradiction.agreements += 1;
    if (contradiction.agreements < TRUSTED_AFTER) return;
    this.#contradictions.delete(provider);
    const { alarms } = this.#options;
    if (this.#contradictions.size === 0) alarms.clear("rpcDisagreement");
    else alarms.raise("rpcDisagreement", this.#accusations());
  }

  /** A provider did not answer, or nothing that can be understood. */
  failed(provider: string): void {
    this.#options.metrics.rpcFailures.inc({ provider });
  }

  /** Providers contradict each other, and none of their answers has a quorum. */
  disputed(topic: string, reason: string): void {
    const known = this.#disputes.get(topic);
    this.#disputes.set(topic, { reason: known?.reason ?? reason, blocks: 0 });
    if (known === undefined) this.#showDisputes();
  }

  /** A question has its quorum. */
  settled(topic: string): void {
    if (this.#disputes.delete(topic)) this.#showDisputes();
  }

  /** The head moved on: what nobody asks any more is forgotten. */
  onBlock(): void {
    let isChanged = false;
    for (const [topic, dispute] of this.#disputes) {
      dispute.blocks += 1;
      if (dispute.blocks >= FORGOTTEN_AFTER) isChanged = this.#disputes.delete(topic) || isChanged;
    }
    if (isChanged) this.#showDisputes();
  }

  #showDisputes(): void {
    const { alarms } = this.#options;
    const [open] = this.#disputes.values();
    if (open === undefined) alarms.clear("rpcQuorumLost");
    else alarms.raise("rpcQuorumLost", `${open.reason}; signing is paused`);
  }

  #accusations(): string {
    const accused = [...this.#contradictions].map(([provider, { call }]) => `${provider} about ${call}`);
    return `contradicts the other providers: ${accused.join("; ")}`;
  }
}
