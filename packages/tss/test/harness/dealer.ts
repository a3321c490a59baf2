import { KeyShare, type PairState } from "../../src/keyshare/key-share.ts";
import type { PublicRecord } from "../../src/keyshare/record.ts";
import type { PartyIndex } from "../../src/math/party-index.ts";
import { encodePoint, multiplyBase } from "../../src/math/point.ts";
import { evaluatePolynomial, samplePolynomial } from "../../src/math/polynomial.ts";
import type { Rng } from "../../src/math/rng.ts";
import { Secret } from "../../src/math/secret.ts";
import type { AlicePair, BobPair } from "../../src/primitives/pair.ts";
import { BLOCKS, K, LEAVES, SEED_LENGTH } from "../../src/primitives/parameters.ts";
import { H } from "../../src/transcript/hash.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { type Committee, must } from "./committee.ts";

/** Both sides of one ordered pair, as a correct pair setup leaves them. */
function dealPair(rng: Rng): { readonly alice: AlicePair; readonly bob: BobPair } {
  const delta = rng(SEED_LENGTH);
  const all = rng(BLOCKS * LEAVES * SEED_LENGTH);
  const known = new Uint8Array(BLOCKS * (LEAVES - 1) * SEED_LENGTH);
  for (let block = 0; block < BLOCKS; block++) {
    const missing = (must(delta[block >>> 1]) >>> (K * (block & 1))) & 15;
    for (let e = 1; e < LEAVES; e++) {
      const at = (block * LEAVES + (missing ^ e)) * SEED_LENGTH;
      known.set(all.subarray(at, at + SEED_LENGTH), (block * (LEAVES - 1) + e - 1) * SEED_LENGTH);
    }
  }
  return { alice: { delta, leaves: known }, bob: { leaves: all } };
}

/**
 * Key shares of a trusted dealer: what a key generation would end with, in milliseconds. For tests of what comes after;
 * no such function exists in the library.
 * @param inherited the key of an earlier epoch, to be shared anew
 */
export function dealKeyShares(
  committee: Committee,
  label = "dealer",
  seed = TEST_SEED,
  inherited?: { readonly secret: bigint; readonly chainCode: Uint8Array },
): ReadonlyMap<PartyIndex, KeyShare> {
  const rng = seededRng(`${seed}/${label}/${committee.minSigners}-of-${committee.members.length}`);
  const [constant = 0n, ...slopes] = samplePolynomial(committee.minSigners, rng);
  const polynomial = [inherited?.secret ?? constant, ...slopes];
  const shares = new Map(committee.members.map((party) => [party, evaluatePolynomial(polynomial, party)]));
  const drawn = rng(32);
  const chainCode = inherited?.chainCode ?? drawn;
  const record: PublicRecord = {
    domain: committee.domain,
    minSigners: committee.minSigners,
    parties: committee.parties,
    groupKey: encodePoint(multiplyBase(must(polynomial[0]))),
    verificationShares: new Map([...shares].map(([party, share]) => [party, encodePoint(multiplyBase(share))])),
    chainCodeHash: H("record/chain-code", chainCode),
    openingsHash: rng(32),
  };
  const pairs = new Map<string, ReturnType<typeof dealPair>>();
  const seeds = new Map<string, Uint8Array>();
  for (const a of committee.members) {
    for (const b of committee.members) {
      if (a !== b) pairs.set(`${a}>${b}`, dealPair(rng));
      if (a < b) seeds.set(`${a}-${b}`, rng(32));
    }
  }
  const build = (self: PartyIndex): KeyShare => {
    const others = committee.members.filter((party) => party !== self);
    const state = (other: PartyIndex): PairState => ({
      alice: copyAlice(must(pairs.get(`${self}>${other}`)).alice),
      bob: { leaves: must(pairs.get(`${other}>${self}`)).bob.leaves.slice() },
    });
    return new KeyShare(self, record, {
      share: new Secret(must(shares.get(self))),
      chainCode: chainCode.slice(),
      zeroSeeds: new Map(
        others.map((other) => [other, must(seeds.get(`${Math.min(self, other)}-${Math.max(self, other)}`)).slice()]),
      ),
      pairs: new Map(others.map((other) => [other, state(other)])),
    });
  };
  return new Map(committee.members.map((party) => [party, build(party)]));
}

function copyAlice(pair: AlicePair): AlicePair {
  return { delta: pair.delta.slice(), leaves: pair.leaves.slice() };
}
