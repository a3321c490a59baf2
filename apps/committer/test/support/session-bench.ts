import { printSeed, type SeededRng, seededRng } from "@synod/testing";
import { type Domain, dkls23, identityKeyFromBytes, type SigningIntent } from "@synod/tss";
import { type Address, bytesToHex, type Hex, hexToBytes, keccak256, stringToHex } from "viem";
import { publicKeyToAddress } from "viem/accounts";
import { SessionEngine } from "../../src/sessions/engine.ts";
import { decodeFrame, type PeerFrame } from "../../src/sessions/frame.ts";
import type {
  HandoverRecord,
  PoolTerms,
  PresignOrder,
  ProveOrder,
  ReshareOrder,
  RunId,
  RunOutcome,
  SessionReport,
  ShareOwner,
  SignOrder,
  SwitchMaterial,
} from "../../src/sessions/messages.ts";
import { SessionHost } from "../../src/sessions/session-host.ts";
import { keygenSubject, poolSubject, poolTag, proofSubject, shareRef } from "../../src/sessions/share-name.ts";
import { ShareVault } from "../../src/sessions/share-vault.ts";
import { ReplaceableKeystore } from "./replaceable-keystore.ts";

type SessionFrame = Extract<PeerFrame, { kind: "session" }>;

/** A frame on its way, and by whom and to whom, as party numbers. */
export type Letter = { readonly from: number; readonly to: number; readonly frame: SessionFrame };

/** One member: the daemon's side of its sessions, and everything its session thread has said. */
export type BenchMember = {
  readonly party: number;
  readonly peer: Hex;
  readonly host: SessionHost;
  readonly reports: readonly SessionReport[];
  readonly secret: Uint8Array;
  readonly keystore: ReplaceableKeystore;
};

const COMMITTEE: Hex = keccak256(stringToHex("bench committee"));
const EPOCH = 1n;
const MEMBERS_HASH: Hex = keccak256(stringToHex("bench members"));

function domainOf(epoch: bigint): Domain {
  return { chainId: 31_337n, verifyingContract: new Uint8Array(20).fill(7), keyId: hexToBytes(COMMITTEE), epoch };
}

const DOMAIN = domainOf(EPOCH);

/**
 * Real hosts, engines and key shares of a whole committee in one thread, joined by a queue of letters that the test
 * moves. The key generation is a real one.
 */
export class SessionBench {
  readonly members: BenchMember[];
  readonly minSigners: number;
  /** The protocol of all members; a test may put another function in its place. */
  readonly scheme = { ...dkls23 };
  /** Looks at each letter before it arrives: another letter replaces it, `undefined` loses it. */
  intercept: (letter: Letter) => Letter | undefined = (letter) => letter;
  #groupAddress: Address | undefined;
  readonly #letters: Letter[] = [];
  readonly #rng: SeededRng;

  private constructor(count: number, minSigners: number, like?: SessionBench) {
    this.#rng = like === undefined ? seededRng(printSeed(`session bench ${minSigners} of ${count}`)) : like.#rng;
    this.minSigners = minSigners;
    this.members = Array.from({ length: count }, (_, i) => {
      const known = like?.member(i + 1);
      return this.#member(i + 1, known?.secret ?? this.#rng(32), known?.keystore.copy() ?? new ReplaceableKeystore());
    });
  }

  /** A committee with a key. */
  static async open(count: number, minSigners: number): Promise<SessionBench> {
    const bench = new SessionBench(count, minSigners);
    const run = { subject: keygenSubject(COMMITTEE, EPOCH), attempt: 0 };
    const parties = new Map(bench.members.map(({ party, peer }) => [party, hexToBytes(peer)]));
    const outcomes = await bench.run(
      bench.members.map(({ party }) => party),
      (self) => ({
        ...({ kind: "keygen", run, domain: DOMAIN, self, parties, minSigners } as const),
        share: bench.share(self),
      }),
    );
    const [first] = outcomes;
    if (first?.kind !== "keygenDone") throw new TypeError("the key generation failed");
    bench.#groupAddress = publicKeyToAddress(
      `0x04${first.description.groupKeyX.slice(2)}${first.description.groupKeyY.slice(2)}`,
    );
    return bench;
  }

  get groupAddress(): Address {
    if (this.#groupAddress === undefined) throw new TypeError("there is no key yet");
    return this.#groupAddress;
  }

  /** Where a party's share is. */
  share(party: number, epoch = EPOCH) {
    return shareRef(COMMITTEE, epoch, party - 1);
  }

  /** A party's share, to be opened. */
  owner(party: number, epoch = EPOCH): ShareOwner {
    return { share: this.share(party, epoch), domain: domainOf(epoch), self: party };
  }

  /** Another bench of the same members, with copies of their keystores. */
  copy(): SessionBench {
    const copy = new SessionBench(this.members.length, this.minSigners, this);
    copy.#groupAddress = this.#groupAddress;
    return copy;
  }

  /** The member's thread ends and begins again with what is in its keystore; its runs are lost. */
  restart(party: number): void {
    const { secret, keystore } = this.member(party);
    keystore.failure = undefined;
    this.members[party - 1] = this.#member(party, secret, keystore);
  }

  /** The order to take the key over into epoch 2. */
  reshareOrder(self: number, previous: Uint8Array, dealers: readonly number[], attempt = 0): ReshareOrder {
    const run = { subject: keygenSubject(COMMITTEE, 2n), attempt };
    const parties = new Map(this.members.map(({ party, peer }) => [party, hexToBytes(peer)]));
    const order = { kind: "reshare", ...this.owner(self, 2n), run, parties, previous, dealers } as const;
    const terms = { ...order, minSigners: this.minSigners };
    return dealers.includes(self) ? { ...terms, dealing: this.owner(self) } : terms;
  }

  /** The order to sign epoch 2's proof of possession. */
  proveOrder(self: number, signers: readonly number[], attempt = 0): ProveOrder {
    const run = { subject: proofSubject(COMMITTEE, 2n), attempt };
    return { kind: "prove", ...this.owner(self, 2n), run, signers, banned: [], membersHash: MEMBERS_HASH };
  }

  /** What shows that epoch 2 took the key over. */
  material(handover: HandoverRecord, signature: Hex): SwitchMaterial {
    return { ...handover, membersHash: MEMBERS_HASH, signature };
  }

  /** How many presignatures each of these parties has for the set. */
  pooled(signers: readonly number[]): readonly number[] {
    return signers.map((party) => this.member(party).host.pooled(this.share(party).name, signers));
  }

  member(party: number): BenchMember {
    const found = this.members[party - 1];
    if (found === undefined) throw new TypeError(`there is no party ${party}`);
    return found;
  }

  /** Starts the same run at several parties and moves all letters until none is left; what became of each run. */
  async run(
    parties: readonly number[],
    orderOf: (self: number) => Parameters<SessionHost["run"]>[0],
  ): Promise<readonly RunOutcome[]> {
    const outcomes = parties.map((self) => this.begin(self, parties, orderOf(self)));
    this.deliver();
    return Promise.all(outcomes);
  }

  /** Starts a run at one party. */
  begin(self: number, parties: readonly number[], order: Parameters<SessionHost["run"]>[0]): Promise<RunOutcome> {
    const others = parties.filter((party) => party !== self);
    return this.member(self).host.run(order, new Map(others.map((party) => [this.member(party).peer, party])));
  }

  /** Moves letters until none is left. */
  deliver(): void {
    for (let letter = this.#letters.shift(); letter !== undefined; letter = this.#letters.shift()) {
      const arrived = this.intercept(letter);
      if (arrived !== undefined) this.member(arrived.to).host.deliver(this.member(arrived.from).peer, arrived.frame);
    }
  }

  /** The order of a batch of presignatures. */
  presignOrder(
    self: number,
    signers: readonly number[],
    count: number,
    attempt = 0,
    changes: Partial<PoolTerms> = {},
  ): PresignOrder {
    const subject = poolSubject(poolTag(COMMITTEE, EPOCH), { count, signers: signers.map((party) => party - 1) });
    const pool = { perSigningSet: 16, maxAgeBlocks: 100n, atBlock: 10n, ...changes };
    const place = { run: { subject, attempt }, domain: DOMAIN, self, share: this.share(self) };
    return { kind: "presign", ...place, signers, banned: [], count, pool };
  }

  /** The order of a signature for a decision with this number. */
  signOrder(
    self: number,
    signers: readonly number[],
    decision: number,
    leader = Math.min(...signers),
    epoch = EPOCH,
  ): SignOrder {
    const decisionId = keccak256(stringToHex(`decision ${decision}`));
    const run: RunId = { subject: decisionId, attempt: 0 };
    const place = { run, ...this.owner(self, epoch) };
    const beacon = new Uint8Array(32).fill(9);
    return { kind: "sign", ...place, signers, leader, banned: [], intent: intentFor(decisionId, epoch), beacon };
  }

  #member(party: number, secret: Uint8Array, keystore: ReplaceableKeystore): BenchMember {
    const identity = identityKeyFromBytes(secret);
    const peer = bytesToHex(identity.publicKey);
    const reports: SessionReport[] = [];
    let onReport: (report: SessionReport) => void = () => undefined;
    const engine = new SessionEngine({
      scheme: this.scheme,
      identity,
      vault: new ShareVault(keystore),
      rng: this.#rng,
      report: (report) => {
        reports.push(report);
        onReport(report);
      },
    });
    const host = new SessionHost({
      port: {
        post: (request) => engine.handle(request),
        onReport: (handler) => {
          onReport = handler;
        },
        close: async () => undefined,
      },
      transport: { self: peer, send: (to, bytes) => this.#post(party, to, bytes) },
      isExpected: () => true,
      onDrop: () => undefined,
      onIgnored: () => undefined,
      nowMs: () => 0,
    });
    return { party, peer, host, reports, secret, keystore };
  }

  #post(from: number, peer: Hex, bytes: Uint8Array): void {
    const to = this.members.find((member) => member.peer === peer)?.party;
    const frame = decodeFrame(bytes);
    if (to === undefined || frame?.kind !== "session") throw new TypeError("a letter to nobody");
    this.#letters.push({ from, to, frame });
  }
}

/** The authorization of a decision. */
function intentFor(decisionId: Hex, epoch: bigint): SigningIntent {
  return {
    kind: "authorization",
    chainId: DOMAIN.chainId,
    epoch,
    deadline: 1_900_000_000n,
    vault: new Uint8Array(20).fill(1),
    decisionId: hexToBytes(decisionId),
    agentId: new Uint8Array(32).fill(2),
    committeeId: DOMAIN.keyId,
    payloadHash: new Uint8Array(32).fill(3),
    policyHash: new Uint8Array(32).fill(4),
    registry: new Uint8Array(20).fill(5),
  };
}
