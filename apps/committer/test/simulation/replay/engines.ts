import { toCommitteeId, toEpoch } from "@synod/core";
import { dkls23, identityKeyFromBytes, type SigningIntent } from "@synod/tss";
import { bytesToHex, type Hex, hexToBytes, keccak256, stringToHex } from "viem";
import { SessionEngine } from "../../../src/sessions/engine.ts";
import type { Phase } from "../../../src/sessions/frame.ts";
import type { RunOutcome, SessionReport, SignOrder } from "../../../src/sessions/messages.ts";
import { shareRef } from "../../../src/sessions/share-name.ts";
import { ShareVault } from "../../../src/sessions/share-vault.ts";
import { chanceOf } from "../chance.ts";
import { DiskKeystore } from "../disk/stores.ts";
import { VirtualDisk } from "../disk/virtual-disk.ts";
import { PLACES } from "../world/terms.ts";
import type { WorldImage } from "../world/world.ts";

type Sent = Extract<SessionReport, { kind: "send" }>;

/** A message as it went from one party to another. */
export type Recorded = {
  readonly phase: Phase;
  readonly subject: Hex;
  readonly attempt: number;
  readonly from: number;
  readonly to: number;
  readonly payload: Uint8Array;
};

/** One session to be run: about what, which try, by whom. */
export type SessionPlan = { readonly subject: Hex; readonly attempt: number; readonly signers: readonly number[] };

/** A party's session engine with the share of an image, and what it says. */
class Party {
  readonly party: number;
  readonly reports: SessionReport[] = [];
  readonly engine: SessionEngine;

  constructor(image: WorldImage, party: number) {
    this.party = party;
    const owner = {
      isAlive: () => true,
      faultOf: () => undefined,
      onKilled: () => undefined,
      onFailed: () => undefined,
    };
    const disk = new VirtualDisk(owner, image.disks[party - 1]);
    this.engine = new SessionEngine({
      scheme: dkls23,
      identity: identityKeyFromBytes(hexToBytes(keccak256(stringToHex(`simulated identity ${party - 1}`)))),
      vault: new ShareVault(new DiskKeystore(disk)),
      rng: chanceOf("replay", `party ${party}`).bytes,
      report: (report) => void this.reports.push(report),
    });
  }
}

function intentOf(subject: Hex, committeeId: Uint8Array): SigningIntent {
  const word = hexToBytes(subject);
  const address = word.slice(0, 20);
  return {
    kind: "authorization",
    chainId: PLACES.chainId,
    epoch: 1n,
    deadline: 1n,
    vault: address,
    decisionId: word,
    agentId: word,
    committeeId,
    payloadHash: word,
    policyHash: word,
    registry: address,
  };
}

/** The session engines of a whole committee, with messages carried by hand. */
export class Engines {
  readonly #parties: ReadonlyMap<number, Party>;
  readonly #committeeId: Hex;

  constructor(image: WorldImage) {
    const numbers = image.disks.map((_, index) => index + 1);
    this.#parties = new Map(numbers.map((party) => [party, new Party(image, party)]));
    const [committeeId] = image.chain.head.state.committees.keys();
    this.#committeeId = committeeId ?? "0x";
  }

  /**
   * Runs a session. Before each message that is delivered, `between` may do what it likes to the parties; it is
   * given all messages so far.
   * @returns every message that went, and how it ended for each signer
   */
  run(plan: SessionPlan, between: (sofar: readonly Recorded[]) => void = () => undefined) {
    const messages: Recorded[] = [];
    const outcomes = new Map<number, RunOutcome>();
    const waiting: Recorded[] = [];
    for (const party of plan.signers) this.#parties.get(party)?.engine.handle(this.#order(plan, party));
    for (;;) {
      for (const party of plan.signers) this.#collect(plan, party, waiting, outcomes);
      const message = waiting.shift();
      if (message === undefined) return { messages, outcomes };
      messages.push(message);
      between(messages);
      this.#deliver(message);
    }
  }

  /**
   * Delivers a recorded message into another place.
   * @returns what the receiving engine says to it
   */
  replay(message: Recorded, into: Omit<Recorded, "payload">): readonly SessionReport[] {
    const party = this.#parties.get(into.to);
    if (party === undefined) return [];
    const before = party.reports.length;
    this.#deliver({ ...into, payload: message.payload });
    return party.reports.splice(before);
  }

  #deliver({ phase, subject, attempt, from, to, payload }: Recorded): void {
    const slot = { phase, subject, attempt };
    this.#parties.get(to)?.engine.handle({ kind: "frame", slot, from, payload: Uint8Array.from(payload) });
  }

  #collect({ signers }: SessionPlan, party: number, waiting: Recorded[], outcomes: Map<number, RunOutcome>): void {
    for (const report of this.#parties.get(party)?.reports.splice(0) ?? []) {
      if (report.kind === "ended") outcomes.set(party, report.outcome);
      if (report.kind === "send") waiting.push(...this.#copies(report, party, signers));
    }
  }

  #copies({ slot, to, payload }: Sent, from: number, signers: readonly number[]): readonly Recorded[] {
    const receivers = signers.filter((party) => party !== from && (to === "all" || to === party));
    return receivers.map((party) => ({ ...slot, from, to: party, payload }));
  }

  #order({ subject, attempt, signers }: SessionPlan, self: number): SignOrder {
    const { chainId, committeeRegistry } = PLACES;
    const keyId = hexToBytes(this.#committeeId);
    return {
      kind: "sign",
      run: { subject, attempt },
      domain: { chainId, verifyingContract: hexToBytes(committeeRegistry), keyId, epoch: 1n },
      self,
      signers,
      leader: signers[0] ?? self,
      banned: [],
      share: shareRef(toCommitteeId(this.#committeeId), toEpoch(1n), self - 1),
      intent: intentOf(subject, keyId),
      beacon: hexToBytes(keccak256(subject)),
    };
  }
}

/** A subject that follows from a name. */
export function subjectOf(name: string): Hex {
  return keccak256(bytesToHex(new TextEncoder().encode(name)));
}
