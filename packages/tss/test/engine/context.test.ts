import { describe, expect, it } from "vitest";
import { createContext, MAX_SESSION_PARTIES, type SessionTerms } from "../../src/engine/context.ts";
import { PHASE } from "../../src/envelope/envelope.ts";
import { identityKeyFromBytes } from "../../src/envelope/identity-key.ts";
import { type PartyIndex, partyIndex } from "../../src/math/party-index.ts";
import { encodeScalar } from "../../src/math/scalar.ts";

const keyOf = (party: number) => identityKeyFromBytes(encodeScalar(BigInt(party)));

function parties(count: number): ReadonlyMap<PartyIndex, Uint8Array> {
  return new Map(Array.from({ length: count }, (_, i) => [partyIndex(i + 1), keyOf(i + 1).publicKey]));
}

const terms: SessionTerms = {
  domain: { chainId: 1n, verifyingContract: new Uint8Array(20), keyId: new Uint8Array(32), epoch: 1n },
  phase: PHASE.presign,
  purpose: new Uint8Array(32),
  attempt: 0n,
  parties: parties(3),
  binding: new Uint8Array(0),
  self: partyIndex(1),
  identity: keyOf(1),
};

describe("the terms of a session", () => {
  it.each([2, 3, MAX_SESSION_PARTIES])("may name %i parties", (count) => {
    const context = createContext({ ...terms, parties: parties(count) });
    expect(context.others).toHaveLength(count - 1);
    expect(context.others).not.toContain(terms.self);
  });

  it.each<[string, Partial<SessionTerms>, string]>([
    ["a domain of epoch 0", { domain: { ...terms.domain, epoch: 0n } }, "invalidDomain"],
    ["a purpose of 31 bytes", { purpose: new Uint8Array(31) }, "invalidLength"],
    ["an attempt below 0", { attempt: -1n }, "integerOutOfRange"],
    ["an attempt above 64 bits", { attempt: 2n ** 64n }, "integerOutOfRange"],
    ["one party", { parties: parties(1) }, "invalidParties"],
    ["too many parties", { parties: parties(MAX_SESSION_PARTIES + 1) }, "invalidParties"],
    ["a party outside", { self: partyIndex(4) }, "invalidParties"],
    ["another's identity key", { identity: keyOf(2) }, "invalidIdentityKey"],
    ["one key twice", { parties: new Map([...parties(2), [partyIndex(3), keyOf(2).publicKey]]) }, "invalidParties"],
    [
      "a key that is no point",
      { parties: new Map([...parties(2), [partyIndex(3), new Uint8Array(33)]]) },
      "invalidParties",
    ],
  ])("are refused with %s", (_, change, code) => {
    expect(() => createContext({ ...terms, ...change })).toThrowError(expect.objectContaining({ code }));
  });

  it("are copied: the caller's bytes may change", () => {
    const purpose = new Uint8Array(32);
    const { agreed } = createContext({ ...terms, purpose });
    purpose.fill(1);
    expect(agreed.purpose).toEqual(new Uint8Array(32));
  });
});
