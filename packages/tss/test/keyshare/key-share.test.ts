import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import {
  addressOfKey,
  affineCoordinates,
  burnPair,
  decodeKeyShare,
  encodeKeyShare,
  exposeChainCode,
  type KeyShare,
  type PartyIndex,
  type PublicRecord,
  pairId,
  partnerStatus,
  partyIndex,
  recordHash,
  TssError,
  usablePartners,
  wipeKeyShare,
} from "../../src/index.ts";
import { intentDigest } from "../../src/intent/intent.ts";
import {
  exposeKeyShare,
  installPair,
  isHeld,
  isStanding,
  KeyShare as KeyShareClass,
  type KeyShareSecrets,
} from "../../src/keyshare/key-share.ts";
import { encodePoint, GENERATOR } from "../../src/math/point.ts";
import { encodeScalar } from "../../src/math/scalar.ts";
import { Secret } from "../../src/math/secret.ts";
import { H } from "../../src/transcript/hash.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { toHex } from "../harness/hex.ts";
import { runPresign, runSigning, sampleIntent } from "../harness/sessions.ts";
import { flip, overwrite } from "../harness/tamper.ts";
import { addressOf, expectValid } from "../harness/verify.ts";

const [one, two, three] = [1, 2, 3].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex];
const committee = createCommittee(2, 3, "keyshare");

let shares: ReadonlyMap<PartyIndex, KeyShare>;
let share: KeyShare;

beforeEach(() => {
  shares = dealKeyShares(committee);
  share = must(shares.get(one));
});

const expected = { domain: committee.domain, self: one };
const frozen = createCommittee(2, 3, "fixture", "frozen");

function frozenShare(): KeyShare {
  return must(dealKeyShares(frozen, "fixture", "frozen").get(one));
}

/** A share that is ready with 2, has nothing with 3, has renewed its pair with 4 and burnt the one with 5. */
function everyStatus(): KeyShare {
  const five = createCommittee(2, 5, "fixture", "frozen");
  const dealt = must(dealKeyShares(five, "fixture", "frozen").get(one));
  const { share: s, chainCode, zeroSeeds, pairs } = exposeKeyShare(dealt);
  const kept = [two, partyIndex(4)];
  const secrets = {
    share: s,
    chainCode,
    zeroSeeds: new Map(kept.map((party) => [party, must(zeroSeeds.get(party))])),
    pairs: new Map(
      kept.map((party) => {
        const pair = must(pairs.get(party));
        return [party, party === two ? pair : { ...pair, renewal: new Uint8Array(32).fill(9) }];
      }),
    ),
  };
  return new KeyShareClass(one, dealt.record, secrets, new Set([partyIndex(5)]));
}

function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`./fixtures/${name}`, import.meta.url)));
}

describe("storing a key share", () => {
  it("loads what was stored: the loaded shares sign", () => {
    const loaded = new Map(
      [...shares].map(([self, original]) => [
        self,
        decodeKeyShare(encodeKeyShare(original), { domain: committee.domain, self }),
      ]),
    );
    expect(must(loaded.get(one)).record).toEqual(share.record);
    expect(exposeChainCode(must(loaded.get(one)))).toEqual(exposeChainCode(share));
    const { outputs } = runPresign({ committee, shares: loaded, signers: [one, three] });
    const signed = runSigning(committee, outputs);
    expectValid(must(signed.outputs.get(one)), intentDigest(sampleIntent(committee)), share.record.groupKey);
  });

  it("encodes deterministically, and a decoded share encodes to the same bytes", () => {
    const bytes = encodeKeyShare(share);
    expect(encodeKeyShare(decodeKeyShare(bytes, expected))).toEqual(bytes);
  });

  it("reads layout version 1 for ever", () => {
    const stored = fixture("key-share-v1.bin");
    expect(stored).toHaveLength(VERSION_1_LENGTH);
    const loaded = decodeKeyShare(stored, { domain: frozen.domain, self: one });
    expect(loaded.record.minSigners).toBe(2);
    expect(encodeKeyShare(loaded)).toEqual(encodeKeyShare(frozenShare()));
  });

  it("takes a pair without state in version 1 for burnt", () => {
    const body = fixture("key-share-v1.bin").slice(0, -32 - PARTNER_LENGTH);
    const seed = new Uint8Array(32).fill(7);
    const loaded = decodeKeyShare(sealed(new Uint8Array([...body, ...seed, 0])), { domain: frozen.domain, self: one });
    expect(partnerStatus(loaded, three)).toBe("burnt");
    expect(usablePartners(loaded)).toEqual(new Set([two]));
  });

  it("reads and writes layout version 2 for ever", () => {
    const stored = fixture("key-share-v2.bin");
    const loaded = decodeKeyShare(stored, { domain: frozen.domain, self: one });
    expect(["ready", "absent", "ready", "burnt"]).toEqual(
      [2, 3, 4, 5].map((party) => partnerStatus(loaded, partyIndex(party))),
    );
    expect(pairId(loaded, two)).toEqual(loaded.recordHash);
    expect(pairId(loaded, partyIndex(4))).toEqual(new Uint8Array(32).fill(9));
    expect(encodeKeyShare(loaded)).toEqual(stored);
    expect(encodeKeyShare(everyStatus())).toEqual(stored);
  });

  it("refuses another version", () => {
    const bytes = encodeKeyShare(share);
    bytes[0] = 3;
    expect(() => decodeKeyShare(bytes, expected)).toThrowError(expect.objectContaining({ code: "invalidKeyShare" }));
  });

  it.each([1, 40, 93, 130, 300, 700, 9000, -1])("refuses a flipped bit at byte %i", (offset) => {
    expect(() => decodeKeyShare(flip(encodeKeyShare(share), offset), expected)).toThrowError(
      expect.objectContaining({ code: "invalidKeyShare" }),
    );
  });

  it.each([0, 1, 33, 500, 20_000])("refuses a file cut to %i bytes", (length) => {
    expect(() => decodeKeyShare(encodeKeyShare(share).slice(0, length), expected)).toThrowError(
      expect.objectContaining({ code: "invalidKeyShare" }),
    );
  });

  it("refuses bytes that trail, even under a fresh checksum", () => {
    const body = encodeKeyShare(share).slice(0, -32);
    const longer = new Uint8Array([...body, 0]);
    const bytes = new Uint8Array([...longer, ...H("share", longer)]);
    expect(() => decodeKeyShare(bytes, expected)).toThrowError(expect.objectContaining({ code: "invalidKeyShare" }));
  });

  it("refuses another key, epoch, chain, contract or party", () => {
    const bytes = encodeKeyShare(share);
    const { domain } = committee;
    const others = [
      { domain: { ...domain, keyId: flip(domain.keyId, 0) }, self: one },
      { domain: { ...domain, epoch: 2n }, self: one },
      { domain: { ...domain, chainId: 1n }, self: one },
      { domain: { ...domain, verifyingContract: flip(domain.verifyingContract, 0) }, self: one },
      { domain, self: two },
    ];
    const refusal = { code: "keyShareMismatch", message: expect.stringContaining("another key, epoch or party") };
    for (const other of others) {
      expect(() => decodeKeyShare(bytes, other)).toThrowError(expect.objectContaining(refusal));
    }
  });

  it("refuses pair state of another key generation under this record", () => {
    const foreign = must(dealKeyShares(committee, "another dealer").get(one));
    const own = encodeKeyShare(share);
    const pairBytes = 2 * (32 + 1 + 7_728 + 8_224);
    const body = new Uint8Array([
      ...own.slice(0, -32 - pairBytes),
      ...encodeKeyShare(foreign).slice(-32 - pairBytes, -32),
    ]);
    const mixed = new Uint8Array([...body, ...H("share", body)]);
    expect(() => decodeKeyShare(mixed, expected)).toThrowError(expect.objectContaining({ code: "keyShareMismatch" }));
  });
});

type ByParty = ReadonlyMap<PartyIndex, Uint8Array>;

function reversed(map: ByParty): ByParty {
  return new Map([...map].reverse());
}

function withoutLast(map: ByParty): ByParty {
  return new Map([...map].slice(0, -1));
}

/** The body with a right checksum: what somebody can write who knows the format. */
function sealed(body: Uint8Array): Uint8Array {
  return new Uint8Array([...body, ...H("share", body)]);
}

describe("a key share file written by somebody else", () => {
  const MEMBERS = 1 + 92 + 2 + 2 + 2;

  function refused(change: (body: Uint8Array) => Uint8Array): void {
    const bytes = sealed(change(encodeKeyShare(share).slice(0, -32)));
    expect(() => decodeKeyShare(bytes, expected)).toThrowError(expect.objectContaining({ code: "invalidKeyShare" }));
  }

  it.each([0, 1, 3])("cannot name party 2 by the index %i", (index) => {
    refused((body) => overwrite(body, MEMBERS + 35, Uint8Array.of(0, index)));
  });

  it("cannot name no members, or more than a committee has", () => {
    refused((body) => overwrite(body, MEMBERS - 2, Uint8Array.of(0, 0)));
    refused((body) => overwrite(body, MEMBERS - 2, Uint8Array.of(0xff, 0xff)));
  });

  it("cannot hold a share of zero", () => {
    refused((body) => overwrite(body, MEMBERS + 3 * 35 + 33 + 3 * 33 + 64, new Uint8Array(32)));
  });

  it("fails with a typed error or is the only encoding of what it holds", () => {
    const body = encodeKeyShare(share).slice(0, -32);
    const header = MEMBERS + 3 * 35 + 33 + 3 * 33 + 64 + 64 + 32 + 1;
    const changes = fc.array(fc.tuple(fc.nat(header), fc.nat(255)), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(changes, fc.option(fc.nat(body.length)), (edits, cut) => {
        const changed = body.slice(0, cut ?? body.length);
        for (const [at, value] of edits) changed[at] = value;
        const bytes = sealed(changed);
        try {
          expect(encodeKeyShare(decodeKeyShare(bytes, expected))).toEqual(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(TssError);
          expect(["invalidKeyShare", "keyShareMismatch"]).toContain((error as TssError).code);
        }
      }),
      { numRuns: 400 },
    );
  });
});

/** What version 1 holds about a partner whose pair is ready. */
const PARTNER_LENGTH = 32 + 1 + 7_728 + 8_224;

const VERSION_1_LENGTH = 1 + 92 + 2 + (2 + 2 + 3 * 35 + 33 + 3 * 33 + 32 + 32) + 32 + 32 + 2 * PARTNER_LENGTH + 32;

describe("a key share", () => {
  function rebuild(
    record: Partial<PublicRecord>,
    secrets: Partial<KeyShareSecrets> = {},
    self = one,
    burnt: ReadonlySet<PartyIndex> = new Set(),
  ): () => KeyShare {
    const all = { ...exposeKeyShare(share), ...secrets };
    return () => new KeyShareClass(self, { ...share.record, ...record }, all, burnt);
  }

  function withShare(party: PartyIndex, point: Uint8Array): Partial<PublicRecord> {
    return { verificationShares: new Map(share.record.verificationShares).set(party, point) };
  }

  function withKey(party: PartyIndex, key: Uint8Array): PublicRecord["parties"] {
    return new Map(share.record.parties).set(party, key);
  }

  const invalid: readonly (readonly [string, () => () => KeyShare])[] = [
    ["a share that is not the record's", () => rebuild({}, { share: new Secret(5n) })],
    ["another party's share", () => rebuild({}, {}, two)],
    ["an unknown party", () => rebuild({}, {}, partyIndex(9))],
    ["minSigners of 1", () => rebuild({ minSigners: 1 })],
    ["minSigners above n", () => rebuild({ minSigners: 4 })],
    ["minSigners that the shares do not interpolate with", () => rebuild({ groupKey: encodePoint(GENERATOR) })],
    ["a verification share that is not on the polynomial", () => rebuild(withShare(three, encodePoint(GENERATOR)))],
    ["a verification share that is no point", () => rebuild(withShare(three, new Uint8Array(33)))],
    [
      "a verification share missing",
      () => rebuild({ verificationShares: withoutLast(share.record.verificationShares) }),
    ],
    [
      "verification shares in another order",
      () => rebuild({ verificationShares: reversed(share.record.verificationShares) }),
    ],
    ["parties in another order", () => rebuild({ parties: reversed(share.record.parties) })],
    ["an identity key that is no point", () => rebuild({ parties: withKey(two, new Uint8Array(33)) })],
    [
      "two parties with one identity key",
      () => rebuild({ parties: withKey(two, must(share.record.parties.get(one))) }),
    ],
    ["a chain code that is not the record's", () => rebuild({}, { chainCode: new Uint8Array(32) })],
    ["a share of zero", () => rebuild({}, { share: new Secret(0n) })],
    ["a missing zero seed", () => rebuild({}, { zeroSeeds: new Map() })],
    ["a zero seed without pair state", () => rebuild({}, { pairs: new Map() })],
    ["pair state with a burnt party", () => rebuild({}, {}, one, new Set([two]))],
    ["a burnt stranger", () => rebuild({}, {}, one, new Set([partyIndex(9)]))],
    [
      "pair state with a stranger",
      () =>
        rebuild(
          {},
          {
            pairs: new Map([[partyIndex(9), must([...exposeKeyShare(share).pairs.values()][0])]]),
            zeroSeeds: new Map([[partyIndex(9), new Uint8Array(32)]]),
          },
        ),
    ],
  ];

  it.each(invalid)("cannot be built with %s", (_name, build) => {
    expect(build()).toThrowError(expect.objectContaining({ code: "invalidKeyShare" }));
  });

  it("prints and serialises without its secrets", () => {
    const secrets = exposeKeyShare(share);
    const texts = [inspect(share, { depth: 10, showHidden: true }), JSON.stringify(share, replaceBigint)];
    for (const text of texts) {
      expect(text).not.toContain(secrets.share.expose().toString());
      expect(text).not.toContain(toHex(encodeScalar(secrets.share.expose())));
      expect(text).not.toContain(JSON.stringify(secrets.chainCode));
      expect(text).not.toContain([...secrets.chainCode].join(", "));
    }
  });

  it("forgets a burnt pair for good", () => {
    const pair = must(exposeKeyShare(share).pairs.get(two));
    const seed = must(exposeKeyShare(share).zeroSeeds.get(two));
    burnPair(share, two);
    burnPair(share, two);
    expect(usablePartners(share)).toEqual(new Set([3]));
    expect(partnerStatus(share, two)).toBe("burnt");
    expect(pairId(share, two)).toBeUndefined();
    expect(seed).toEqual(new Uint8Array(32));
    expect(pair.alice.delta).toEqual(new Uint8Array(16));
    expect(pair.bob.leaves.every((byte) => byte === 0)).toBe(true);
    const stored = decodeKeyShare(encodeKeyShare(share), expected);
    expect(usablePartners(stored)).toEqual(new Set([3]));
    expect(partnerStatus(stored, two)).toBe("burnt");
    expect(() => installPair(stored, two, pair, seed)).toThrowError(expect.objectContaining({ code: "bannedParty" }));
  });

  it("replaces and wipes the pair state that a renewal makes anew", () => {
    const before = must(exposeKeyShare(share).pairs.get(two));
    const foreign = exposeKeyShare(must(dealKeyShares(committee, "another dealer").get(one)));
    const renewal = new Uint8Array(32).fill(5);
    installPair(share, two, { ...must(foreign.pairs.get(two)), renewal }, must(foreign.zeroSeeds.get(two)));
    expect(before.alice.delta).toEqual(new Uint8Array(16));
    expect(pairId(share, two)).toEqual(renewal);
    const bytes = encodeKeyShare(share);
    expect(pairId(decodeKeyShare(bytes, expected), two)).toEqual(renewal);
    const at = bytes.findIndex((_, i) => bytes.subarray(i, i + 32).every((byte) => byte === 5));
    const moved = sealed(flip(bytes.slice(0, -32), at));
    expect(() => decodeKeyShare(moved, expected)).toThrowError(expect.objectContaining({ code: "keyShareMismatch" }));
  });

  it("burns a pair it has no state for, and knows only the other members", () => {
    const bare = new KeyShareClass(one, share.record, {
      ...exposeKeyShare(share),
      zeroSeeds: new Map(),
      pairs: new Map(),
    });
    expect(partnerStatus(bare, two)).toBe("absent");
    burnPair(bare, two);
    burnPair(bare, partyIndex(9));
    burnPair(bare, one);
    expect(partnerStatus(decodeKeyShare(encodeKeyShare(bare), expected), two)).toBe("burnt");
    // A burn of itself would take every presignature of the party along.
    expect([two, one, partyIndex(9)].map((party) => isStanding(bare, [party]))).toEqual([false, true, true]);
    for (const stranger of [one, partyIndex(9)]) {
      expect(() => partnerStatus(bare, stranger)).toThrowError(expect.objectContaining({ code: "invalidParties" }));
    }
  });

  it("wipes", () => {
    const { chainCode } = exposeKeyShare(share);
    expect(isHeld(share)).toBe(true);
    wipeKeyShare(share);
    expect(isHeld(share)).toBe(false);
    expect(chainCode).toEqual(new Uint8Array(32));
    expect(() => encodeKeyShare(share)).toThrowError(expect.objectContaining({ code: "secretWiped" }));
  });
});

function replaceBigint(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

describe("the public record", () => {
  it("hashes every field", () => {
    const { record } = share;
    const changes: readonly Partial<PublicRecord>[] = [
      { domain: { ...record.domain, epoch: 9n } },
      { minSigners: 3 },
      { parties: new Map([...record.parties].slice(1)) },
      { groupKey: flip(record.groupKey, 5) },
      { verificationShares: new Map([...record.verificationShares].reverse()) },
      { chainCodeHash: flip(record.chainCodeHash, 0) },
      { openingsHash: flip(record.openingsHash, 0) },
    ];
    for (const change of changes) expect(recordHash({ ...record, ...change })).not.toEqual(recordHash(record));
    expect(share.recordHash).toEqual(recordHash(record));
  });

  it("gives the address and the coordinates of a key", () => {
    const { groupKey } = share.record;
    expect(addressOfKey(groupKey)).toEqual(addressOf(groupKey));
    const { x, y } = affineCoordinates(groupKey);
    expect(x).toEqual(groupKey.slice(1));
    expect((must(y[31]) & 1) + 2).toBe(groupKey[0]);
    expect(() => addressOfKey(new Uint8Array(33))).toThrowError(expect.objectContaining({ code: "invalidKeyShare" }));
  });
});
