import type { Parties } from "../../src/engine/context.ts";
import { type Domain, type IdentityKey, identityKeyFromBytes, type PartyIndex, partyIndex } from "../../src/index.ts";
import type { Rng } from "../../src/math/rng.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

/** A committee of a test: everything that is fixed before a session, and a random source per party. */
export type Committee = {
  readonly domain: Domain;
  readonly members: readonly PartyIndex[];
  readonly minSigners: number;
  readonly parties: Parties;
  readonly identityOf: (party: PartyIndex) => IdentityKey;
  readonly rngOf: (party: PartyIndex) => Rng;
};

/** `text` as 32 bytes, zero-padded. */
export function bytes32(text: string): Uint8Array {
  const out = new Uint8Array(32);
  out.set(new TextEncoder().encode(text).subarray(0, 32));
  return out;
}

/** Members, identity keys and random sources from a label and a seed; the run's seed unless a fixture needs its own. */
export function createCommittee(minSigners: number, size: number, label: string, from = TEST_SEED): Committee {
  const seed = `${from}/${label}/${minSigners}-of-${size}`;
  const members = Array.from({ length: size }, (_, i) => partyIndex(i + 1));
  const keys = new Map(members.map((party) => [party, identityKeyFromBytes(seededRng(`${seed}/id/${party}`)(32))]));
  const rngs = new Map(members.map((party) => [party, seededRng(`${seed}/rng/${party}`)]));
  return {
    domain: {
      chainId: 31337n,
      verifyingContract: new Uint8Array(20).fill(0xc0),
      keyId: bytes32(`key of ${label}`),
      epoch: 1n,
    },
    members,
    minSigners,
    parties: new Map(members.map((party) => [party, must(keys.get(party)).publicKey])),
    identityOf: (party) => must(keys.get(party)),
    rngOf: (party) => must(rngs.get(party)),
  };
}

/** The value, or a failed test. */
export function must<T>(value: T | undefined, name = "value"): T {
  if (value === undefined) throw new TypeError(`${name} is missing`);
  return value;
}
