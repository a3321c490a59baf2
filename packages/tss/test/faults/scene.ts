import type { Opening } from "../../src/engine/open.ts";
import type { RoundSize } from "../../src/engine/stage.ts";
import { type KnownCommittee, type PartyIndex, partyIndex, type Started, usablePartners } from "../../src/index.ts";
import { exposeKeyShare, KeyShare, type KeyShareSecrets, type PairState } from "../../src/keyshare/key-share.ts";
import { encodeScalar } from "../../src/math/scalar.ts";
import { Secret } from "../../src/math/secret.ts";
import { type Committee, createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import type { Ending } from "./arena.ts";
import type { Layout } from "./field.ts";

/** Who takes part and who of them is bad. */
export type Topology = {
  readonly name: string;
  readonly minSigners: number;
  readonly size: number;
  readonly parties: readonly PartyIndex[];
  readonly bad: readonly PartyIndex[];
};

/** Builds a topology from plain numbers; its name is "t of n, b bad". */
export function topology(
  minSigners: number,
  size: number,
  parties: readonly number[],
  bad: readonly number[],
): Topology {
  const name = `${minSigners}of${size}-${bad.length}bad`;
  return { name, minSigners, size, parties: parties.map(partyIndex), bad: bad.map(partyIndex) };
}

/** The honest parties of a topology. */
export function honestOf({ parties, bad }: Topology): readonly PartyIndex[] {
  return parties.filter((party) => !bad.includes(party));
}

/** Changes what a party does: the harness tampers with it, records it, or spares it work that was done before. */
export type Wrap = <Output>(opening: Opening<Output>) => Opening<Output>;

/** One run of a protocol, ready to start: fresh random sources, secrets that a test may look for. */
export type Scene<Output> = {
  readonly committee: Committee;
  /** What a stranger knows who judges evidence of this session. */
  readonly judges: KnownCommittee;
  /** Starts a party whose first message and rounds are what `wrap` makes of its own. */
  readonly start: (party: PartyIndex, wrap: Wrap) => Started<Output>;
  /** Values that must never leave an honest party, 16 bytes or more each. */
  readonly secrets: () => readonly Uint8Array[];
  /**
   * Uses the outputs: undefined when that went well, an abort code when it ended in that abort. Throws otherwise.
   * Parties that the fault has reached take part before others.
   */
  use(endings: ReadonlyMap<PartyIndex, Ending<Output>>, aimed: readonly PartyIndex[]): string | undefined;
  /** Checks what must hold of honest parties' long-lived state; throws if not. */
  inspect(endings: ReadonlyMap<PartyIndex, Ending<Output>>): void;
  /** Runs the next session as the abort asks for: with everybody, or refusing the culprits. Throws if that fails. */
  next(endings: ReadonlyMap<PartyIndex, Ending<Output>>): void;
};

/** A protocol under fault injection. */
export type Target<Output> = {
  readonly name: string;
  readonly rounds: number;
  readonly hasHello: boolean;
  /** Fields of what `from` sends in every round: to all, and to `to` directly. */
  readonly layouts: (topology: Topology, from: PartyIndex, to: PartyIndex) => readonly Layout[];
  /** Payload lengths by round, from the library. */
  readonly sizes: (topology: Topology) => readonly RoundSize[];
  readonly topologies: readonly Topology[];
  readonly open: (topology: Topology, label: string) => Scene<Output>;
};

/** A committee with random sources of its own, the same ones for the same label. */
export function freshCommittee({ name, minSigners, size }: Topology, label: string): Committee {
  const committee = createCommittee(minSigners, size, `faults ${size}`);
  const sources = new Map(
    committee.members.map((party) => [party, seededRng(`${TEST_SEED}/faults/${name}/${label}/${party}`)]),
  );
  return { ...committee, rngOf: (party) => must(sources.get(party)) };
}

type Dealt = { readonly shares: Map<PartyIndex, KeyShare>; readonly copies: ReadonlyMap<PartyIndex, KeyShareSecrets> };

const dealt = new Map<string, Dealt>();

/** Key shares of a topology's committee with no pair burnt: those of which an earlier case burnt one are made again. */
export function unburntShares({ minSigners, size }: Topology): ReadonlyMap<PartyIndex, KeyShare> {
  const key = `${minSigners}of${size}`;
  const { shares, copies } = dealt.get(key) ?? deal(minSigners, size);
  dealt.set(key, { shares, copies });
  for (const [party, share] of shares) {
    if (usablePartners(share).size === size - 1) continue;
    shares.set(party, new KeyShare(party, share.record, copySecrets(must(copies.get(party)))));
  }
  return shares;
}

/** Key shares of a topology's committee for one session alone, which may change them. */
export function ownShares({ minSigners, size }: Topology): ReadonlyMap<PartyIndex, KeyShare> {
  const key = `${minSigners}of${size}`;
  const { shares, copies } = dealt.get(key) ?? deal(minSigners, size);
  dealt.set(key, { shares, copies });
  return new Map(
    [...shares].map(([party, { record }]) => [
      party,
      new KeyShare(party, record, copySecrets(must(copies.get(party)))),
    ]),
  );
}

/** Throws unless the shares hold what was dealt. */
export function assertIntact({ minSigners, size }: Topology, shares: ReadonlyMap<PartyIndex, KeyShare>): void {
  const { copies } = must(dealt.get(`${minSigners}of${size}`));
  for (const [party, share] of shares) {
    const [now, then] = [exposeKeyShare(share), must(copies.get(party))];
    const isSame =
      now.share.expose() === then.share.expose() &&
      Buffer.compare(now.chainCode, then.chainCode) === 0 &&
      [...then.zeroSeeds].every(([other, seed]) => Buffer.compare(must(now.zeroSeeds.get(other)), seed) === 0) &&
      [...then.pairs].every(
        ([other, { bob }]) => Buffer.compare(must(now.pairs.get(other)).bob.leaves, bob.leaves) === 0,
      );
    if (!isSame) throw new TypeError(`the share of party ${party} was changed`);
  }
}

function deal(minSigners: number, size: number): Dealt {
  const shares = new Map(dealKeyShares(createCommittee(minSigners, size, `faults ${size}`)));
  return { shares, copies: new Map([...shares].map(([party, share]) => [party, copySecrets(exposeKeyShare(share))])) };
}

function copySecrets({ share, chainCode, zeroSeeds, pairs }: KeyShareSecrets): KeyShareSecrets {
  return {
    share: new Secret(share.expose()),
    chainCode: chainCode.slice(),
    zeroSeeds: new Map([...zeroSeeds].map(([other, seed]) => [other, seed.slice()])),
    pairs: new Map([...pairs].map(([other, state]) => [other, copyPair(state)])),
  };
}

function copyPair({ alice, bob }: PairState): PairState {
  return {
    alice: { ...alice, delta: alice.delta.slice(), leaves: alice.leaves.slice() },
    bob: { ...bob, leaves: bob.leaves.slice() },
  };
}

/** The long-lived secrets of a share: s_i, the zero seeds, Δ and a leaf of every pair. */
export function shareSecrets(share: KeyShare): readonly Uint8Array[] {
  const { share: s, zeroSeeds, pairs } = exposeKeyShare(share);
  const states = [...pairs.values()].flatMap(({ alice, bob }) => [
    alice.delta.slice(),
    alice.leaves.slice(0, 16),
    bob.leaves.slice(0, 16),
  ]);
  return [encodeScalar(s.expose()), ...[...zeroSeeds.values()].map((seed) => seed.slice()), ...states];
}

/** Copies the scalars and bytes among a stage's secrets without disturbing it. */
export function openingSecrets(opening: Opening<unknown>): readonly Uint8Array[] {
  if (opening.kind === "abort") return [];
  return opening.stage.secrets.flatMap((part) => {
    const value = part instanceof Secret ? part.expose() : part;
    if (typeof value === "bigint") return [encodeScalar(value)];
    return value instanceof Uint8Array && value.length >= 16 ? [value.slice()] : [];
  });
}
