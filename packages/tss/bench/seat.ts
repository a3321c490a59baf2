import { type PartyIndex, type Rng, receive, type Started } from "../src/index.ts";
import { timed } from "./measure.ts";

/** A frame on its way to one party. */
export type Letter = { readonly from: PartyIndex; readonly to: PartyIndex; readonly frame: Uint8Array };

/** One party of a run, and what it has cost so far. */
export class Seat<Output> {
  /** CPU milliseconds. */
  cpuMs = 0;
  /** Bytes sent, counted once per recipient. */
  bytes = 0;
  /** Frames sent, counted once per recipient. */
  frames = 0;
  output: Output | undefined;
  readonly #self: PartyIndex;
  readonly #others: readonly PartyIndex[];
  readonly #rng: Rng;
  #session: Started<Output>["session"] | undefined;

  constructor(self: PartyIndex, parties: Iterable<PartyIndex>, rng: Rng) {
    this.#self = self;
    this.#others = [...parties].filter((other) => other !== self);
    this.#rng = rng;
  }

  start(start: (rng: Rng) => Started<Output>): readonly Letter[] {
    return this.#step(() => start(this.#rng));
  }

  receive({ from, frame }: Letter): readonly Letter[] {
    const session = this.#session;
    return session === undefined ? [] : this.#step(() => receive(session, from, frame, this.#rng));
  }

  #step(run: () => Started<Output>): readonly Letter[] {
    const { ms, result } = timed(run);
    this.cpuMs += ms;
    this.#session = result.session;
    return result.effects.flatMap((effect) => {
      if (effect.kind === "abort" || effect.kind === "ignored") throw new TypeError(effect.kind);
      if (effect.kind === "done") this.output = effect.output;
      return effect.kind === "send" ? this.#post(effect.to, effect.frame) : [];
    });
  }

  #post(to: PartyIndex | "all", frame: Uint8Array): readonly Letter[] {
    const recipients = to === "all" ? this.#others : [to];
    this.bytes += frame.length * recipients.length;
    this.frames += recipients.length;
    return recipients.map((recipient) => ({ from: this.#self, to: recipient, frame }));
  }
}
