import { toMemberIndex } from "@synod/core";
import { MemoryPresignatures, StorageError } from "@synod/storage";
import {
  affineCoordinates,
  type Effect,
  expire,
  type GroupSignature,
  type IdentityKey,
  intentDigest,
  type KeyShare,
  type Presignature,
  partyIndex,
  type Rng,
  receive,
  type SchemeKeygenOutput,
  type Session,
  type Started,
  sessionHandle,
  type ThresholdScheme,
} from "@synod/tss";
import { bytesToHex, type Hex, hexToBytes } from "viem";
import { messageOf } from "../failure.ts";
import { type Slot, slotKey } from "./frame.ts";
import {
  type KeygenOrder,
  type RunId,
  type RunOutcome,
  runKey,
  type SessionReport,
  type SessionRequest,
  type ShareRef,
  type SignOrder,
  type WarmOrder,
} from "./messages.ts";
import type { ShareVault } from "./share-vault.ts";

function memberOf(party: number) {
  return toMemberIndex(party - 1);
}

/** What the engine works with. */
export type EngineOptions = {
  /** The protocol behind keygen, presigning and signing. */
  readonly scheme: ThresholdScheme<KeyShare, Presignature>;
  readonly identity: IdentityKey;
  readonly vault: ShareVault;
  readonly rng: Rng;
  readonly report: (report: SessionReport) => void;
};

/** One protocol session under way, with the type of its output hidden. */
type Live = {
  readonly slot: Slot;
  receive(from: number, payload: Uint8Array): void;
  expire(): void;
};

/**
 * Runs protocol sessions and holds the key shares. Everything in it is synchronous; it is meant to live in a thread of
 * its own, so that heavy mathematics delays nobody and no other code can reach a share.
 */
export class SessionEngine {
  readonly #options: EngineOptions;
  readonly #live = new Map<string, Live>();
  readonly #presignatures = new MemoryPresignatures<Presignature>();

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  /**
   * Carries out one request. What goes wrong in a run ends that run and no other.
   * Errors: `StorageError` `STORE_IO` when the keystore cannot be written: a share may not be durable, or a pair with a
   * cheater not destroyed, so the thread must end.
   */
  handle(request: SessionRequest): void {
    switch (request.kind) {
      case "keygen":
        this.#guard(request.run, () => this.#keygen(request));
        break;
      case "sign":
        this.#guard(request.run, () => this.#presign(request));
        break;
      case "warm":
        this.#warm(request);
        break;
      case "frame": {
        const live = this.#live.get(slotKey(request.slot));
        if (live !== undefined) this.#guard(request.slot, () => live.receive(request.from, request.payload));
        break;
      }
      case "expire":
        this.#guard(request.run, () => this.#expire(request.run));
        break;
      case "close":
        this.#live.clear();
        this.#presignatures.purge();
    }
  }

  #guard(run: RunId, work: () => void): void {
    try {
      work();
    } catch (cause) {
      if (cause instanceof StorageError && cause.code === "STORE_IO") throw cause;
      this.#end(run, { kind: "failed", reason: messageOf(cause) });
    }
  }

  #expire(run: RunId): void {
    for (const live of [...this.#live.values()]) if (runKey(live.slot) === runKey(run)) live.expire();
  }

  #end(run: RunId, outcome: RunOutcome): void {
    for (const [key, live] of this.#live) if (runKey(live.slot) === runKey(run)) this.#live.delete(key);
    this.#options.report({ kind: "ended", run, outcome });
  }

  #warm({ share, domain, self }: WarmOrder): void {
    const { report, vault } = this.#options;
    try {
      vault.load(share, domain, self);
      report({ kind: "warmed", name: share.name });
    } catch (cause) {
      report({ kind: "warmed", name: share.name, failure: messageOf(cause) });
    }
  }

  #keygen(order: KeygenOrder): void {
    const { run, domain, self, minSigners } = order;
    const { identity, rng, scheme } = this.#options;
    const parties = new Map([...order.parties].map(([party, key]) => [partyIndex(party), key]));
    const terms = { domain, attempt: BigInt(run.attempt), self: partyIndex(self), parties, minSigners, identity };
    this.#open({ phase: "keygen", ...run }, order.share, scheme.startKeygen(terms, rng), (output) =>
      this.#stored(order, output),
    );
  }

  /** The share is durable before anybody hears that it exists. */
  #stored({ run, share: ref }: KeygenOrder, { share, record, recordHash }: SchemeKeygenOutput<KeyShare>): void {
    this.#options.vault.save(ref, share);
    const { x, y } = affineCoordinates(record.groupKey);
    const description = { groupKeyX: bytesToHex(x), groupKeyY: bytesToHex(y), recordHash: bytesToHex(recordHash) };
    this.#end(run, { kind: "keygenDone", description });
  }

  #presign(order: SignOrder): void {
    const { run, domain, self, signers, banned } = order;
    const { identity, rng, scheme, vault } = this.#options;
    const terms = {
      domain,
      purpose: hexToBytes(run.subject),
      attempt: BigInt(run.attempt),
      self: partyIndex(self),
      signers: signers.map(partyIndex),
      share: vault.load(order.share, domain, self),
      identity,
      banned: new Set(banned.map(partyIndex)),
    };
    this.#open({ phase: "presign", ...run }, order.share, scheme.startPresign(terms, rng), (presignature) => {
      const id = bytesToHex(presignature.terms.id);
      this.#presignatures.put(id, signers.map(memberOf), presignature);
      this.#sign(order, id);
    });
  }

  /** Takes the presignature out of the store first: from here on no other task can have it, whatever happens. */
  #sign(order: SignOrder, presignatureId: Hex): void {
    const presignature = this.#presignatures.take(presignatureId);
    if (presignature === undefined) {
      this.#end(order.run, { kind: "failed", reason: "the presignature is gone" });
      return;
    }
    const { run, domain, self, intent, beacon } = order;
    const { identity, rng, scheme } = this.#options;
    const purpose = hexToBytes(run.subject);
    const place = { domain, purpose, attempt: BigInt(run.attempt), self: partyIndex(self) };
    const terms = { ...place, presignature, intent, tweak: 0n, beacon, identity };
    this.#open({ phase: "sign", ...run }, order.share, scheme.startSigning(terms, rng), (signature) =>
      this.#signed(order, signature),
    );
  }

  #signed({ run, intent }: SignOrder, { bytes }: GroupSignature): void {
    this.#end(run, { kind: "signed", signature: bytesToHex(bytes), digest: bytesToHex(intentDigest(intent)) });
  }

  /** Registers a started session and carries out its first effects. */
  #open<Output>(slot: Slot, share: ShareRef, started: Started<Output>, done: (output: Output) => void): void {
    const handle = sessionHandle(started.session);
    let session: Session<Output> = started.session;
    const apply = (next: Started<Output>) => {
      session = next.session;
      for (const effect of next.effects) this.#perform(slot, share, handle, effect, done);
    };
    const { rng, report } = this.#options;
    this.#live.set(slotKey(slot), {
      slot,
      receive: (from, payload) => apply(receive(session, partyIndex(from), payload, rng)),
      expire: () => apply(expire(session)),
    });
    report({ kind: "opened", slot, handle });
    apply(started);
  }

  #perform<Output>(
    slot: Slot,
    share: ShareRef,
    handle: Uint8Array,
    effect: Effect<Output>,
    done: (output: Output) => void,
  ): void {
    const { report, vault } = this.#options;
    switch (effect.kind) {
      case "send":
        report({ kind: "send", slot, to: effect.to, handle, payload: effect.frame });
        break;
      case "ignored":
        report({ kind: "ignored", slot, from: effect.from, reason: effect.reason });
        break;
      case "abort":
        if (effect.abort.severity === "ban") vault.burn(share, effect.abort.culprits);
        this.#end(slot, { kind: "aborted", abort: effect.abort });
        break;
      case "done":
        this.#live.delete(slotKey(slot));
        done(effect.output);
    }
  }
}
