import { assertDomain, type Domain, encodeDomain } from "../envelope/domain.ts";
import { type Phase, PROTOCOL_VERSION } from "../envelope/envelope.ts";
import type { IdentityKey } from "../envelope/identity-key.ts";
import { TssError } from "../errors.ts";
import { assertLength, concat, equalBytes, u8, u16, u64 } from "../math/bytes.ts";
import { knownPoint } from "../math/known-point.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { Point } from "../math/point.ts";
import { H } from "../transcript/hash.ts";

/** Identity public keys (33 bytes, compressed) by party. */
export type Parties = ReadonlyMap<PartyIndex, Uint8Array>;

/** Largest number of members of a committee: the registry allows no more. */
export const MAX_PARTIES = 64;

/** Largest number of parties of a session: in a reshare two committees meet that may have no member in common. */
export const MAX_SESSION_PARTIES = 2 * MAX_PARTIES;

/** What all parties of a session agree on before the first message: the preimage of its handle. Nothing is secret. */
export type AgreedTerms = {
  readonly domain: Domain;
  readonly phase: Phase;
  /** Decision id, or the hash of another purpose, 32 bytes. */
  readonly purpose: Uint8Array;
  /** Number of this attempt, 0..2^64-1: never used twice for the same purpose. */
  readonly attempt: bigint;
  /** Everybody in the session, with identity keys. */
  readonly parties: Parties;
  /** Whatever else the protocol fixes before the first message; any length. */
  readonly binding: Uint8Array;
};

/** What a session is started with. */
export type SessionTerms = AgreedTerms & { readonly self: PartyIndex; readonly identity: IdentityKey };

/** Validated terms of a session. */
export type SessionContext = {
  readonly domain: Domain;
  readonly phase: Phase;
  readonly self: PartyIndex;
  /** Ascending by party. */
  readonly parties: Parties;
  /** Everybody but this party, ascending. */
  readonly others: readonly PartyIndex[];
  /** Identity keys as points. */
  readonly keys: ReadonlyMap<PartyIndex, Point>;
  readonly identity: IdentityKey;
  /** A copy of what the handle binds, for evidence. */
  readonly agreed: AgreedTerms;
  /** 32 bytes: names the session before any message is exchanged. */
  readonly handle: Uint8Array;
};

/**
 * Validates the terms of a session and derives its handle (docs/protocol/envelope.md step 4).
 * @throws TssError `invalidDomain`, `invalidParties`, `invalidIdentityKey`, `invalidLength`, `integerOutOfRange`
 */
export function createContext(terms: SessionTerms): SessionContext {
  assertDomain(terms.domain);
  assertLength(terms.purpose, 32, "purpose");
  const parties = sortParties(terms.parties, MAX_SESSION_PARTIES);
  const own = parties.get(terms.self);
  if (own === undefined) throw new TssError("invalidParties", `party ${terms.self} is not part of its own session`);
  if (!equalBytes(own, terms.identity.publicKey)) {
    throw new TssError("invalidIdentityKey", `the identity key is not the registered one of party ${terms.self}`);
  }
  const { domain, phase, self, identity } = terms;
  const others = [...parties.keys()].filter((party) => party !== self);
  const keys = identityPoints(parties);
  const agreed = copyTerms(terms, parties);
  return { domain, phase, self, parties, others, keys, identity, agreed, handle: deriveHandle(agreed) };
}

function copyTerms({ domain, phase, attempt, purpose, binding }: AgreedTerms, parties: Parties): AgreedTerms {
  return { domain, phase, attempt, purpose: purpose.slice(), parties, binding: binding.slice() };
}

/**
 * H('session/handle', version, domain, phase, attempt, purpose, parties, binding), 32 bytes; the parties ascend.
 * @throws TssError `integerOutOfRange`
 */
export function deriveHandle(terms: AgreedTerms): Uint8Array {
  return H(
    "session/handle",
    u8(PROTOCOL_VERSION),
    encodeDomain(terms.domain),
    u8(terms.phase),
    u64(terms.attempt),
    terms.purpose,
    encodeParties(terms.parties),
    terms.binding,
  );
}

/** index(2) ‖ identity key(33) for each party in map order. */
export function encodeParties(parties: Parties): Uint8Array {
  return concat(...[...parties].map(([party, key]) => concat(u16(party), key)));
}

/** Ascending, with the same key arrays. */
function sortParties(parties: Parties, most: number): Parties {
  if (parties.size < 2 || parties.size > most) {
    throw new TssError("invalidParties", `there must be 2..${most} parties, not ${parties.size}`);
  }
  const distinct = new Set([...parties.values()].map((key) => key.join()));
  if (distinct.size !== parties.size) throw new TssError("invalidParties", "two parties have the same identity key");
  return new Map([...parties].sort(([a], [b]) => a - b));
}

/**
 * The members of a committee, ascending, with copies of the keys that nobody else can change.
 * @throws TssError `invalidParties` unless there are 2..64 with distinct keys
 */
export function copyParties(parties: Parties): Parties {
  return new Map([...sortParties(parties, MAX_PARTIES)].map(([party, key]) => [party, key.slice()]));
}

function identityPoints(parties: Parties): ReadonlyMap<PartyIndex, Point> {
  const points = new Map<PartyIndex, Point>();
  for (const [party, key] of parties) {
    const point = knownPoint(key);
    if (point === undefined) throw new TssError("invalidParties", `party ${party} has no valid identity key`);
    points.set(party, point);
  }
  return points;
}
