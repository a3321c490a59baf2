import {
  type Abort,
  type GroupSignature,
  type IdentityKey,
  intentDigest,
  type KeyShare,
  type Presignature,
  partyIndex,
  type Rng,
  type ThresholdScheme,
} from "@synod/tss";
import { bytesToHex, hexToBytes } from "viem";
import { equalBytes } from "./equal-bytes.ts";
import type { Slot } from "./frame.ts";
import type { LiveSessions } from "./live-sessions.ts";
import type { RunOutcome, SessionReport, SignOrder } from "./messages.ts";
import type { PresignaturePools } from "./presignature-pools.ts";
import { choiceHandle } from "./share-name.ts";

/** What an attempt at a signature works with. */
export type SigningParts = {
  readonly scheme: ThresholdScheme<KeyShare, Presignature>;
  readonly identity: IdentityKey;
  readonly rng: Rng;
  readonly sessions: LiveSessions;
  readonly pools: PresignaturePools;
  readonly report: (report: SessionReport) => void;
  readonly loadShare: () => KeyShare;
  readonly ended: (outcome: RunOutcome) => void;
  readonly aborted: (abort: Abort) => void;
};

/** Says that no presignature that waits is used: one is made for the attempt. */
const NONE = new Uint8Array(32);

/**
 * One attempt at a signature. The set's leader takes a presignature from its pool and says which; the others take the
 * same from theirs, out of the pool before a byte leaves. Whoever has not got it says so to all, and so does a leader
 * with an empty pool: then all make a presignature for this attempt. So members whose pools differ lose one hop, not
 * the attempt. The message and its digest are the same either way.
 */
export class SigningRun {
  readonly #order: SignOrder;
  readonly #parts: SigningParts;
  readonly #handle: Uint8Array;
  #state: "undecided" | "pooled" | "onDemand" = "undecided";

  constructor(order: SignOrder, parts: SigningParts) {
    this.#order = order;
    this.#parts = parts;
    this.#handle = choiceHandle(order);
  }

  /** Waits for the leader's choice, or makes it. Errors: `TssError` and the keystore's; the run has failed then. */
  begin(): void {
    const { leader, self, share, signers } = this.#order;
    const live = {
      slot: this.#slot("choice"),
      receive: (from: number, payload: Uint8Array) => this.#onChoice(from, payload),
      expire: () => this.#expire(),
    };
    this.#parts.sessions.add(live, this.#handle);
    if (leader !== self) return;
    const presignature = this.#parts.pools.takeOldest(share.name, signers);
    if (presignature === undefined) this.#presign();
    else {
      this.#say(presignature.terms.id);
      this.#signPooled(presignature);
    }
  }

  #slot(phase: Slot["phase"]): Slot {
    return { phase, ...this.#order.run };
  }

  #say(choice: Uint8Array): void {
    const slot = this.#slot("choice");
    this.#parts.report({ kind: "send", slot, to: "all", handle: this.#handle, payload: choice });
  }

  #onChoice(from: number, choice: Uint8Array): void {
    const { leader, share, signers } = this.#order;
    if (equalBytes(choice, NONE)) this.#fallBack();
    else if (from === leader && this.#state === "undecided") {
      const presignature = this.#parts.pools.take(share.name, choice, signers);
      if (presignature === undefined) this.#presign();
      else this.#signPooled(presignature);
    } else this.#parts.report({ kind: "ignored", slot: this.#slot("choice"), from, reason: "choiceMade" });
  }

  /** A signer has not got what was chosen. It will not have what was made with it either. */
  #fallBack(): void {
    const { leader, self, share, signers } = this.#order;
    if (this.#state === "onDemand") return;
    if (this.#state === "pooled" && leader === self) this.#parts.pools.burnSet(share.name, signers);
    this.#parts.sessions.drop(this.#slot("pooledSign"));
    this.#presign();
  }

  #presign(): void {
    this.#state = "onDemand";
    this.#say(NONE);
    const { domain, signers, banned } = this.#order;
    const { scheme, rng, sessions, loadShare, aborted } = this.#parts;
    const terms = {
      ...this.#place(),
      domain,
      signers: signers.map(partyIndex),
      share: loadShare(),
      banned: new Set(banned.map(partyIndex)),
    };
    sessions.open(this.#slot("presign"), scheme.startPresign(terms, rng), {
      done: (presignature) => this.#sign("sign", presignature),
      aborted,
    });
  }

  #signPooled(presignature: Presignature): void {
    this.#state = "pooled";
    this.#sign("pooledSign", presignature);
  }

  /** The presignature is consumed by the start, whatever happens then. */
  #sign(phase: "pooledSign" | "sign", presignature: Presignature): void {
    const { intent, beacon } = this.#order;
    const { scheme, rng, sessions, aborted } = this.#parts;
    const started = scheme.startSigning({ ...this.#place(), presignature, intent, tweak: 0n, beacon }, rng);
    sessions.open(this.#slot(phase), started, { done: (signature) => this.#signed(signature), aborted });
  }

  #place() {
    const { run, domain, self } = this.#order;
    const { identity } = this.#parts;
    return {
      domain,
      purpose: hexToBytes(run.subject),
      attempt: BigInt(run.attempt),
      self: partyIndex(self),
      identity,
    };
  }

  #signed({ bytes }: GroupSignature): void {
    this.#parts.ended({
      kind: "signed",
      signature: bytesToHex(bytes),
      digest: bytesToHex(intentDigest(this.#order.intent)),
      presignature: this.#state === "pooled" ? "pooled" : "onDemand",
    });
  }

  /** A session that is open expires by itself, and says who was silent. */
  #expire(): void {
    if (this.#state !== "undecided") return;
    const silent = [partyIndex(this.#order.leader)];
    const nobody = { culprits: [], blame: "nobody", evidence: [] } as const;
    this.#parts.aborted({ code: "expired", severity: "retry", round: 1, silent, ...nobody });
  }
}
