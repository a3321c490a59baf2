import { recoverAddress } from "viem";
import { expect } from "vitest";
import type { HandoverRecord, RunOutcome, SwitchMaterial } from "../../src/sessions/messages.ts";
import type { SessionBench } from "./session-bench.ts";

/** Shares of epoch 1 and pending ones of epoch 2, and what shows that the latter sign. */
export type Handed = {
  readonly bench: SessionBench;
  readonly handover: HandoverRecord;
  readonly proof: SwitchMaterial;
};

/** A committee on a bench whose key is handed from epoch 1 to epoch 2, step by step. */
export class HandoverStage {
  /** The encoded public record of epoch 1. */
  readonly previous: Uint8Array;
  readonly all: readonly number[];
  /** Who deals, and signs unless others are named. */
  readonly dealers: readonly number[];
  /** Who signs the proof of possession. */
  readonly provers: readonly number[];

  private constructor(previous: Uint8Array, count: number, minSigners: number) {
    this.previous = previous;
    this.all = Array.from({ length: count }, (_, i) => i + 1);
    this.dealers = this.all.slice(0, minSigners);
    this.provers = this.all.slice(-minSigners);
  }

  /** The stage of a committee that has its key. */
  static async of(bench: SessionBench): Promise<HandoverStage> {
    const { record } = await bench.member(1).host.keep({ kind: "warm", ...bench.owner(1) });
    if (record === undefined) throw new TypeError("the share does not open");
    return new HandoverStage(record, bench.members.length, bench.minSigners);
  }

  /** Pending shares at all, and the proof that they sign. */
  async handOver(bench: SessionBench): Promise<Handed> {
    const handover = await this.reshare(bench);
    return { bench, handover, proof: await this.prove(bench, handover) };
  }

  async reshare(bench: SessionBench, attempt = 0): Promise<HandoverRecord> {
    const order = (self: number) => bench.reshareOrder(self, this.previous, this.dealers, attempt);
    return handoverOf(await bench.run(this.all, order));
  }

  async prove(bench: SessionBench, handover: HandoverRecord, attempt = 0): Promise<SwitchMaterial> {
    const [first] = await bench.run(this.provers, (self) => bench.proveOrder(self, this.provers, attempt));
    if (first?.kind !== "proved") throw new TypeError("not proved");
    return bench.material(handover, first.signature);
  }

  /** Signs with an epoch's shares; the address that the signature is of, or how the first run ended. */
  async sign(bench: SessionBench, epoch: bigint, decision: number, signers = this.dealers): Promise<string> {
    const [first] = await bench.run(signers, (self) => bench.signOrder(self, signers, decision, undefined, epoch));
    if (first?.kind !== "signed") return first?.kind ?? "nothing";
    return recoverAddress({ hash: first.digest, signature: first.signature });
  }

  /** Signs with the old share of the first dealer and the new ones of the others; how each run ended. */
  async signMixed(bench: SessionBench, decision: number): Promise<readonly string[]> {
    const { dealers } = this;
    const orderOf = (self: number) =>
      bench.signOrder(self, dealers, decision, undefined, self === dealers[0] ? 1n : 2n);
    const runs = dealers.map((self) => bench.begin(self, dealers, orderOf(self)));
    bench.deliver();
    for (const party of dealers) bench.member(party).host.expire(orderOf(party).run);
    return (await Promise.all(runs)).map(({ kind }) => kind);
  }

  /** Makes the pending shares ones that sign; the parties that have them. */
  async activate(bench: SessionBench, proof: SwitchMaterial, parties = this.all): Promise<readonly number[]> {
    for (const party of parties) {
      const kept = await bench.member(party).host.keep({ kind: "activate", ...bench.owner(party, 2n), proof });
      expect(kept).toHaveProperty("record");
    }
    return parties;
  }

  /** Destroys the old shares; the parties that have none any more. */
  async retire(bench: SessionBench, proof: SwitchMaterial): Promise<readonly number[]> {
    for (const party of this.all) {
      const place = { ...bench.owner(party), successor: bench.owner(party, 2n) };
      expect(await bench.member(party).host.keep({ kind: "retire", ...place, proof })).toEqual({});
    }
    return this.all;
  }
}

/** The work ends with the death of a member at its next write, before or after that; it begins again then. */
export async function dies(
  bench: SessionBench,
  party: number,
  moment: "before" | "after",
  work: () => Promise<unknown>,
): Promise<void> {
  const { keystore } = bench.member(party);
  keystore.failure = { write: keystore.writes + 1, moment };
  await expect(work()).rejects.toThrow("the process died");
  bench.restart(party);
}

function handoverOf(outcomes: readonly RunOutcome[]): HandoverRecord {
  const [first] = outcomes;
  if (first?.kind !== "keygenDone" || first.handover === undefined) throw new TypeError("no handover");
  return first.handover;
}
