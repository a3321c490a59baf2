// A committer that carries out core's commands against the model chain; every journal write is a possible crash point.
import type { Hex } from "viem";
import {
  authorizationDigest,
  type Command,
  type CommitteeView,
  type CommitterState,
  type CommitterView,
  commandKey,
  EMPTY_STATE,
  isPeriodic,
  type JournalEvent,
  nextCommands,
  nextNonce,
  type PeerId,
  parseJournalEvent,
  rebuildAuthorization,
  reduce,
  replay,
  type SignedTransaction,
  type TransactionPurpose,
} from "../../src/index.ts";
import {
  aCommittee,
  anAttestation,
  aView,
  member,
  peer,
  REGISTRY,
  RESULT_HASH,
  signatureOf,
  verdictOf,
  word,
} from "../builders.ts";
import type { ModelChain } from "./model-chain.ts";

/** What a set of committers shares: the chain, the sessions they meet in, who is up. */
export interface ModelWorld {
  readonly chain: ModelChain;
  readonly committers: readonly ModelCommitter[];
  readonly down: ReadonlySet<number>;
  /** Members that joined a session, by decision, attempt and signers. */
  readonly sessions: Map<string, Set<number>>;
}

type Claim = Extract<Command, { kind: "ClaimAndSign" }>;
type Preparation = Extract<Command, { kind: "PostResult" | "Execute" }>;

export class ModelCommitter {
  readonly self: number;
  readonly #committee: CommitteeView;
  journal: JournalEvent[] = [];
  state: CommitterState = EMPTY_STATE;
  readonly #issued = new Set<string>();
  #finalised = 0;

  constructor(self: number, memberCount: number) {
    this.self = self;
    this.#committee = aCommittee({ self: member(self) }, memberCount);
  }

  get peer(): PeerId {
    return peer(this.self);
  }

  record(...events: readonly JournalEvent[]): void {
    for (const event of events) {
      this.journal.push(event);
      this.state = reduce(this.state, event);
    }
  }

  /** Forgets everything but the journal, which goes through its stored form. */
  crash(): void {
    this.#issued.clear();
    this.state = replay(this.journal.map((event) => parseJournalEvent(structuredClone(event))));
  }

  view({ chain, down, committers }: ModelWorld): CommitterView {
    const finalised = chain.blocks[this.#finalised] ?? chain.head;
    const ids = chain.blocks.flatMap(({ submissions }) => submissions.map(({ id }) => id));
    const connected = committers.filter(({ self }) => !down.has(self)).map(({ peer }) => peer);
    return aView(
      {
        finalised: { number: finalised.ref.number, time: finalised.time },
        head: { number: chain.head.ref.number, time: chain.head.time },
        connected: new Set(connected),
        headResolved: new Set(ids.filter((id) => chain.result(id) !== undefined)),
        headExecuted: new Set(ids.filter((id) => chain.success("execute", id) !== undefined)),
        minedNonce: chain.minedNonce(this.self),
        issued: this.#issued,
      },
      this.#committee,
    );
  }

  /** Journals what the chain shows: submissions of the head, and everything of newly finalised blocks. */
  observe({ chain }: ModelWorld): void {
    const seen = new Map(
      chain.blocks.flatMap((block) => block.submissions.map((each) => [each.id, block.ref.hash] as const)),
    );
    for (const work of this.state.open.values()) {
      if (!work.finalised && seen.get(work.decision.id) !== work.block.hash) {
        this.record({ kind: "DecisionReorged", decisionId: work.decision.id });
      }
    }
    for (const { ref, submissions } of chain.blocks) {
      for (const decision of submissions) {
        const isKnown = this.state.open.has(decision.id) || this.state.closed.has(decision.id);
        if (!isKnown) this.record({ kind: "DecisionObserved", decision, block: ref, logIndex: 0 });
      }
    }
    this.#observeFinalised(chain);
  }

  #observeFinalised(chain: ModelChain): void {
    this.#finalised = chain.finalisedNumber;
    const blocks = chain.finalisedBlocks();
    for (const { ref, submissions } of blocks) {
      for (const { id } of submissions) {
        const work = this.state.open.get(id);
        if (work?.finalised === false) this.record({ kind: "DecisionFinalised", decisionId: id, block: ref });
      }
    }
    for (const work of this.state.open.values()) {
      const { id: decisionId } = work.decision;
      const result = chain.result(decisionId, blocks);
      if (result !== undefined && work.result === undefined) {
        const { readyAt, block } = result;
        this.record({ kind: "ResultObserved", decisionId, reply: true, resultHash: RESULT_HASH, readyAt, block });
      }
      const executed = chain.success("execute", decisionId, blocks);
      if (executed !== undefined && work.ending === undefined) {
        this.record({ kind: "EndingObserved", decisionId, ending: "executed", block: executed.ref });
      }
    }
  }

  commands(world: ModelWorld): readonly Command[] {
    return nextCommands(this.state, this.view(world));
  }

  /** Carries out one command. `failing` stops between the effect on the world and the journal write. */
  perform(world: ModelWorld, command: Command, outcome: "done" | "failing"): void {
    const events = this.#effect(world, command);
    if (outcome === "failing") {
      this.crash();
      return;
    }
    this.record(...events);
    if (isPeriodic(command)) this.#issued.add(commandKey(command));
    if (command.kind === "ClaimAndSign") this.#meet(world, command);
  }

  #effect(world: ModelWorld, command: Command): readonly JournalEvent[] {
    const { decisionId } = command;
    const decision = this.state.open.get(decisionId)?.decision;
    const atBlock = world.chain.head.ref.number;
    switch (command.kind) {
      case "ValidateDecision":
        return [{ kind: "DecisionValidated", decisionId }];
      case "AskLobe":
        return [{ kind: "LobeAnswered", decisionId, reply: true, resultHash: RESULT_HASH, reason: "" }];
      case "SignAttestation":
        return decision === undefined
          ? []
          : [{ kind: "AttestationSigned", attestation: anAttestation(decision, this.self), atBlock }];
      case "BroadcastAttestation":
      case "RebroadcastSignature":
        return this.#tell(world, command);
      case "PostResult":
      case "Execute":
        return this.#prepare(world, command);
      case "FindReadyBlock": {
        const readyBlock = world.chain.blocks.find(({ time }) => time >= command.readyAt)?.ref.number ?? 0n;
        return [{ kind: "DecisionReady", decisionId, readyBlock }];
      }
      case "CheckPolicy":
        return decision === undefined ? [] : [verdictOf(decision, command.attempt, "allow")];
      case "ClaimAndSign":
        return this.#claim(command);
      case "SendTransaction":
        world.chain.send({ ...command, from: this.self, nonce: this.#nonceOf(command.hash) });
        return [{ kind: "TransactionSent", purpose: command.purpose, decisionId, hash: command.hash, atBlock }];
      case "ReplaceTransaction": {
        const transaction = this.#sign(
          command.purpose,
          command.decisionId,
          command.nonce,
          command.maxFeePerGasWei + 1n,
        );
        return [
          {
            kind: "TransactionPrepared",
            purpose: command.purpose,
            decisionId,
            nonce: command.nonce,
            transaction,
            atBlock,
          },
        ];
      }
      case "ReconcileTransaction":
        return this.#reconcile(world, command);
      case "Park":
        return [{ kind: "DecisionParked", decisionId, reason: command.reason }];
      case "CloseDecision":
        return [{ kind: "DecisionClosed", decisionId, state: command.state }];
    }
  }

  #tell(world: ModelWorld, { decisionId }: Command): readonly JournalEvent[] {
    const work = this.state.open.get(decisionId);
    const atBlock = world.chain.head.ref.number;
    for (const other of world.committers) {
      if (other === this || world.down.has(other.self) || !other.state.open.has(decisionId)) continue;
      if (work?.ownAttestation !== undefined) {
        other.record({ kind: "AttestationReceived", attestation: work.ownAttestation, atBlock });
      }
      if (work?.signature !== undefined) {
        const { digest, signature } = work.signature;
        other.record({ kind: "SignatureProduced", decisionId, digest, signature, origin: "peer", atBlock });
      }
    }
    return [];
  }

  #prepare(world: ModelWorld, command: Preparation): readonly JournalEvent[] {
    const taken = [...this.state.transactions.values()].map(({ nonce }) => nonce);
    const nonce = nextNonce(taken, world.chain.minedNonce(this.self));
    const purpose = command.kind === "Execute" ? "execute" : "postResult";
    const transaction = this.#sign(purpose, command.decisionId, nonce, 10n);
    const { decisionId } = command;
    return [
      { kind: "TransactionPrepared", purpose, decisionId, nonce, transaction, atBlock: world.chain.head.ref.number },
    ];
  }

  #sign(purpose: TransactionPurpose, decisionId: Hex, nonce: number, maxFeePerGasWei: bigint): SignedTransaction {
    const hash = word(`${this.self} ${purpose} ${decisionId} ${nonce} ${maxFeePerGasWei}`);
    return { hash, raw: hash, maxFeePerGasWei };
  }

  #nonceOf(hash: Hex): number {
    const works = [...this.state.transactions.values()];
    return works.find(({ versions }) => versions.some((version) => version.hash === hash))?.nonce ?? -1;
  }

  #reconcile(world: ModelWorld, command: Extract<Command, { kind: "ReconcileTransaction" }>): readonly JournalEvent[] {
    const { purpose, decisionId, atBlock } = command;
    return command.hashes.flatMap((hash): readonly JournalEvent[] => {
      const found = world.chain.finalOutcome(hash);
      if (found === undefined) return [];
      const outcome = found.succeeded
        ? ({ kind: "succeeded" } as const)
        : ({ kind: "reverted", reason: "late" } as const);
      return [{ kind: "TransactionConfirmed", purpose, decisionId, hash, outcome, atBlock }];
    });
  }

  #claim({ decisionId, attempt, signers }: Claim): readonly JournalEvent[] {
    const decision = this.state.open.get(decisionId)?.decision;
    if (decision === undefined) return [];
    const digest = authorizationDigest(rebuildAuthorization(decision, REGISTRY));
    return [
      { kind: "SignClaimed", decisionId, epoch: decision.epoch, digest },
      { kind: "SigningAttemptStarted", decisionId, attempt, signers },
    ];
  }

  /** Joins the session; when all its signers are in it, each of them has the signature. */
  #meet(world: ModelWorld, { decisionId, attempt, signers }: Claim): void {
    const key = `${decisionId}/${attempt}/${signers}`;
    const joined = (world.sessions.get(key) ?? new Set<number>()).add(this.self);
    world.sessions.set(key, joined);
    if (joined.size < signers.length) return;
    for (const signer of world.committers.filter(({ self }) => joined.has(self)))
      signer.finish(world, decisionId, attempt);
  }

  /** The session's end, unless a crash burnt it in the meantime. */
  finish(world: ModelWorld, decisionId: Claim["decisionId"], attempt: number): void {
    const work = this.state.open.get(decisionId);
    if (work?.claim === undefined || work.attempt?.attempt !== attempt || world.down.has(this.self)) return;
    const atBlock = world.chain.head.ref.number;
    const signature = signatureOf(`group ${decisionId}`);
    this.record({
      kind: "SignatureProduced",
      decisionId,
      digest: work.claim.digest,
      signature,
      origin: "session",
      atBlock,
    });
  }
}
