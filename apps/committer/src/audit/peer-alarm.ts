import type { AlarmName, Alarms } from "../alarms.ts";

/** An alarm that stands as long as it concerns any peer, and names all of them. */
export class PeerAlarm {
  readonly #alarms: Pick<Alarms, "raise" | "clear">;
  readonly #name: AlarmName;
  readonly #reasons = new Map<string, string>();

  constructor(alarms: Pick<Alarms, "raise" | "clear">, name: AlarmName) {
    this.#alarms = alarms;
    this.#name = name;
  }

  /** It concerns a peer, for a reason that names it. */
  raise(peer: string, reason: string): void {
    this.#reasons.set(peer, reason);
    this.#show();
  }

  /** It does not concern a peer any more. */
  clear(peer: string): void {
    if (this.#reasons.delete(peer)) this.#show();
  }

  #show(): void {
    if (this.#reasons.size === 0) this.#alarms.clear(this.#name);
    else this.#alarms.raise(this.#name, [...this.#reasons.values()].join("; "));
  }
}
