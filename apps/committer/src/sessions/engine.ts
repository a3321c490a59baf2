import { StorageError } from "@synod/storage";
import {
  type Abort,
  affineCoordinates,
  encodePublicRecord,
  type IdentityKey,
  type KeyShare,
  type Presignature,
  partnerStatus,
  partyIndex,
  type Rng,
  type SchemeKeygenOutput,
  type ThresholdScheme,
} from "@synod/tss";
import { bytesToHex, hexToBytes } from "viem";
import { messageOf } from "../failure.ts";
import { type HandoverParts, prove, reshare, switchProof } from "./handover-run.ts";
import { LiveSessions } from "./live-sessions.ts";
import type {
  KeepOrder,
  Kept,
  KeygenOrder,
  PresignOrder,
  RunId,
  RunOutcome,
  SessionReport,
  SessionRequest,
  ShareRef,
  SignOrder,
} from "./messages.ts";
import { PresignaturePools } from "./presignature-pools.ts";
import type { ShareVault } from "./share-vault.ts";
import { SigningRun } from "./signing-run.ts";

/** What the engine works with. */
export type EngineOptions = {
  /** The protocol behind keygen, presigning and signing. */
  readonly scheme: ThresholdScheme<KeyShare, Presignature>;
  readonly identity: IdentityKey;
  readonly vault: ShareVault;
  readonly rng: Rng;
  readonly report: (report: SessionReport) => void;
};

/** A share without pair state with some other member is out of a backup. */
function opened(share: KeyShare): Kept {
  const others = [...share.record.parties.keys()].filter((party) => party !== share.self);
  const isRestored = others.some((party) => partnerStatus(share, party) === "absent");
  const record = encodePublicRecord(share.record);
  return isRestored ? { record, isRestored } : { record };
}

/**
 * Runs protocol sessions and holds the key shares and the presignatures. Everything in it is synchronous; it is meant
 * to live in a thread of its own, so that heavy mathematics delays nobody and no other code can reach a share.
 */
export class SessionEngine {
  readonly #options: EngineOptions;
  readonly #sessions: LiveSessions;
  readonly #pools: PresignaturePools;

  constructor(options: EngineOptions) {
    const { rng, report } = options;
    this.#options = options;
    this.#sessions = new LiveSessions(rng, report);
    this.#pools = new PresignaturePools((share, sets) => report({ kind: "pooled", share, sets }));
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
      case "presign":
        this.#guard(request.run, () => this.#presign(request));
        break;
      case "sign":
        this.#guard(request.run, () => this.#sign(request));
        break;
      case "reshare":
        this.#guard(request.run, () => reshare(request, this.#handoverParts(request.run, request.share)));
        break;
      case "prove":
        this.#guard(request.run, () => prove(request, this.#handoverParts(request.run, request.share)));
        break;
      case "warm":
      case "activate":
      case "retire":
      case "destroy":
        this.#keep(request);
        break;
      case "tend":
        this.#pools.tend(request.living, request.atBlock);
        break;
      case "frame":
        this.#guard(request.slot, () => this.#sessions.deliver(request.slot, request.from, request.payload));
        break;
      case "expire":
        this.#guard(request.run, () => this.#sessions.expire(request.run));
        break;
      case "close":
        this.#sessions.clear();
        this.#pools.purge();
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

  #end(run: RunId, outcome: RunOutcome): void {
    this.#sessions.dropRun(run);
    this.#options.report({ kind: "ended", run, outcome });
  }

  /** A ban is durable in the share before the run is over. */
  #abort(run: RunId, share: ShareRef, abort: Abort): void {
    if (abort.severity === "ban") {
      this.#options.vault.burn(share, abort.culprits);
      for (const party of abort.culprits) this.#pools.burnPartner(share.name, party);
    }
    this.#end(run, { kind: "aborted", abort });
  }

  #handoverParts(run: RunId, share: ShareRef): HandoverParts {
    const { identity, rng, vault } = this.#options;
    return {
      identity,
      rng,
      vault,
      sessions: this.#sessions,
      ended: (outcome) => this.#end(run, outcome),
      aborted: (abort) => this.#abort(run, share, abort),
    };
  }

  #keep(order: KeepOrder): void {
    const { kind, share } = order;
    this.#options.report({ kind: "kept", order: kind, name: share.name, ...this.#tryToKeep(order) });
  }

  #tryToKeep(order: KeepOrder): Kept {
    const { vault } = this.#options;
    try {
      switch (order.kind) {
        case "activate":
          vault.activate(order, switchProof(order.proof));
          break;
        case "retire":
          vault.retire(order, order.successor, switchProof(order.proof));
          return {};
        case "destroy":
          vault.destroy(order.share);
          return {};
        case "warm":
      }
      return opened(vault.load(order));
    } catch (cause) {
      if (cause instanceof StorageError && cause.code === "STORE_IO") throw cause;
      return { failure: messageOf(cause) };
    }
  }

  #keygen(order: KeygenOrder): void {
    const { run, domain, self, minSigners, share } = order;
    const { identity, rng, scheme } = this.#options;
    const parties = new Map([...order.parties].map(([party, key]) => [partyIndex(party), key]));
    const terms = { domain, attempt: BigInt(run.attempt), self: partyIndex(self), parties, minSigners, identity };
    this.#sessions.open({ phase: "keygen", ...run }, scheme.startKeygen(terms, rng), {
      done: (output) => this.#stored(order, output),
      aborted: (abort) => this.#abort(run, share, abort),
    });
  }

  /** The share is durable before anybody hears that it exists. */
  #stored({ run, share: ref }: KeygenOrder, { share, record, recordHash }: SchemeKeygenOutput<KeyShare>): void {
    this.#options.vault.save(ref, share);
    const { x, y } = affineCoordinates(record.groupKey);
    const description = { groupKeyX: bytesToHex(x), groupKeyY: bytesToHex(y), recordHash: bytesToHex(recordHash) };
    this.#end(run, { kind: "keygenDone", description });
  }

  #presign(order: PresignOrder): void {
    const { run, domain, self, signers, banned, share, count, pool } = order;
    const { identity, rng, scheme, vault } = this.#options;
    const terms = {
      domain,
      purpose: hexToBytes(run.subject),
      attempt: BigInt(run.attempt),
      self: partyIndex(self),
      signers: signers.map(partyIndex),
      share: vault.load(order),
      identity,
      banned: new Set(banned.map(partyIndex)),
      count,
    };
    this.#sessions.open({ phase: "pool", ...run }, scheme.startPresignBatch(terms, rng), {
      done: (batch) => {
        this.#pools.add(share.name, batch, pool);
        this.#end(run, { kind: "presigned" });
      },
      aborted: (abort) => this.#abort(run, share, abort),
    });
  }

  #sign(order: SignOrder): void {
    const { run, share } = order;
    const { scheme, identity, rng, report, vault } = this.#options;
    const attempt = new SigningRun(order, {
      scheme,
      identity,
      rng,
      report,
      sessions: this.#sessions,
      pools: this.#pools,
      loadShare: () => vault.load(order),
      ended: (outcome) => this.#end(run, outcome),
      aborted: (abort) => this.#abort(run, share, abort),
    });
    attempt.begin();
  }
}
