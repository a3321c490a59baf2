import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeEnvelope } from "../../src/envelope/envelope.ts";
import {
  decodeEvidence,
  EVIDENCE_VERSION,
  type Evidence,
  encodeEvidence,
  MAX_EVIDENCE_LENGTH,
  type MessagesEvidence,
  type ViewEvidence,
} from "../../src/index.ts";
import { concat, u8, u32 } from "../../src/math/bytes.ts";
import { must } from "../harness/committee.ts";
import { accuse } from "../harness/paper-session.ts";
import { overwrite } from "../harness/tamper.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { keygenOf, one, provenCases, two } from "./cases.ts";

const honest = keygenOf();
const view: ViewEvidence = {
  kind: "view",
  terms: honest.terms,
  accepted: [...honest.messages.values()].map((messages) => must(messages[1]).signed),
};
const share: MessagesEvidence = accuse(honest, one, "feldmanShare", { to: two });

describe("the encoding of evidence", () => {
  it.each([...provenCases().map(([name, , evidence]) => [name, evidence] as const), ["a view", view] as const])(
    "%s: comes back as it was",
    (_name, evidence) => {
      const bytes = encodeEvidence(evidence);
      expect(bytes[0]).toBe(EVIDENCE_VERSION);
      const decoded = must(decodeEvidence(bytes));
      expect(decoded).toEqual(evidence);
      expect(encodeEvidence(decoded)).toEqual(bytes);
    },
  );

  it("has one form: what decodes at all encodes to the same bytes", { timeout: 60_000 }, () => {
    const rng = seededRng(`${TEST_SEED}/evidence-codec`);
    for (const original of [encodeEvidence(share), encodeEvidence(view)]) {
      for (let at = 0; at < original.length; at++) {
        const changed = overwrite(original, at, rng(1));
        const decoded = decodeEvidence(changed);
        if (decoded !== undefined) expect(encodeEvidence(decoded), `byte ${at}`).toEqual(changed);
      }
    }
  });

  it("random bytes never throw and never decode", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 0, max: 4 }), (bytes, kind) => {
        expect(decodeEvidence(new Uint8Array([EVIDENCE_VERSION, kind, ...bytes]))).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  it("may have the greatest length and no more", { timeout: 60_000 }, () => {
    const direct = must(share.direct);
    const room = MAX_EVIDENCE_LENGTH - encodeEvidence(share).length + direct.payload.length;
    const longest = { ...share, direct: { ...direct, payload: new Uint8Array(room) } };
    const encoded = encodeEvidence(longest);
    expect(encoded).toHaveLength(MAX_EVIDENCE_LENGTH);
    expect(decodeEvidence(encoded)).toBeDefined();
    const longer = { ...longest, direct: { ...direct, payload: new Uint8Array(room + 1) } };
    expect(() => encodeEvidence(longer)).toThrowError(
      expect.objectContaining({ code: "invalidLength", message: expect.stringContaining("1048577 bytes") }),
    );
    // By hand: the length of the payload, a byte more of it, and the two empty lists behind it.
    const at = encoded.length - 4 - room;
    const stretched = concat(encoded.slice(0, at - 4), u32(room + 1), new Uint8Array(room + 1), encoded.slice(-4));
    expect(stretched).toHaveLength(MAX_EVIDENCE_LENGTH + 1);
    expect(decodeEvidence(stretched)).toBeUndefined();
  });

  it("has nothing behind it, and no fault that is none", () => {
    const first = must(share.messages[0]);
    const bytes = encodeEvidence({ ...share, messages: [first], direct: undefined });
    const envelope = encodeEnvelope(first.signed.envelope);
    const at = bytes.findIndex((_, i) => envelope.every((byte, k) => bytes[i + k] === byte));
    expect(at).toBeGreaterThan(3);
    // The fault stands before the number of messages.
    const changes = [concat(bytes, u8(0)), overwrite(bytes, at - 3, u8(200))];
    expect(changes.map(decodeEvidence)).toEqual([undefined, undefined]);
    expect(decodeEvidence(bytes)).toBeDefined();
  });

  it.each<[string, (short: Uint8Array) => Evidence]>([
    ["purpose", (purpose) => ({ ...view, terms: { ...view.terms, purpose } })],
    ["identity key", (key) => ({ ...view, terms: { ...view.terms, parties: new Map([[one, key]]) } })],
    ["signature", (signature) => ({ ...view, accepted: [{ ...must(view.accepted[0]), signature }] })],
    ["nonce", (nonce) => ({ ...share, nonces: [nonce] })],
    ["leaf", (leaf) => ({ ...share, messages: [{ ...must(share.messages[0]), directLeaves: [leaf] }] })],
    ["salt", (salt) => ({ ...share, direct: { ...must(share.direct), salt } })],
  ])("names a %s of another length", (name, change) => {
    expect(() => encodeEvidence(change(new Uint8Array(31)))).toThrowError(
      expect.objectContaining({ code: "invalidLength", message: expect.stringContaining(`${name} must have`) }),
    );
  });

  it("has no envelope of a domain that is none", () => {
    const [first] = view.accepted;
    const { envelope, signature } = must(first);
    const foreign = { ...envelope, domain: { ...envelope.domain, epoch: 0n } };
    expect(() => encodeEvidence({ ...view, accepted: [{ envelope: foreign, signature }] })).toThrowError(
      expect.objectContaining({ code: "invalidDomain" }),
    );
  });

  it("has every hash of an envelope in its own place: a short one is not made up for by the next", () => {
    const [first, ...accepted] = view.accepted;
    const { envelope, signature } = must(first);
    const moved = { ...envelope, session: envelope.session.slice(1), sid: new Uint8Array([0, ...envelope.sid]) };
    expect(() => encodeEvidence({ ...view, accepted: [{ envelope: moved, signature }, ...accepted] })).toThrowError(
      expect.objectContaining({ code: "invalidLength" }),
    );
  });

  it("a view has at most one envelope of each party", () => {
    const first = must(view.accepted[0]);
    const accepted = [...view.accepted, { ...first, signature: first.signature.toReversed() }];
    expect(() => encodeEvidence({ ...view, accepted })).toThrowError(
      expect.objectContaining({ code: "invalidLength" }),
    );
  });

  it("has a longest form", () => {
    const broadcast = new Uint8Array(MAX_EVIDENCE_LENGTH);
    const messages = [{ ...must(share.messages[0]), broadcast }];
    expect(() => encodeEvidence({ ...share, messages })).toThrowError(
      expect.objectContaining({ code: "invalidLength" }),
    );
    expect(decodeEvidence(new Uint8Array(MAX_EVIDENCE_LENGTH + 1))).toBeUndefined();
  });

  it.each([
    ["another version", 0, Uint8Array.of(2)],
    ["no kind", 1, Uint8Array.of(0)],
    ["no chain", 2, new Uint8Array(32)],
    ["no epoch", 2 + 84, new Uint8Array(8)],
    ["no phase", 2 + 92, Uint8Array.of(0)],
    ["more parties than bytes", 2 + 133, Uint8Array.of(0xff, 0xff)],
    ["one party", 2 + 133, Uint8Array.of(0, 1)],
    ["a party of index 0", 2 + 135, Uint8Array.of(0, 0)],
    ["parties that do not ascend", 2 + 135, Uint8Array.of(0, 2)],
  ])("%s: not decoded", (_name, at, part) => {
    expect(decodeEvidence(overwrite(encodeEvidence(share), at, part))).toBeUndefined();
  });

  it.each<readonly [string, Partial<MessagesEvidence>, string]>([
    ["a short nonce", { nonces: [new Uint8Array(31)] }, "invalidLength"],
    ["a negative leaf", { direct: { ...must(share.direct), leaf: -1 } }, "integerOutOfRange"],
    ["a short salt", { direct: { ...must(share.direct), salt: new Uint8Array(31) } }, "invalidLength"],
    ["a short purpose", { terms: { ...share.terms, purpose: new Uint8Array(31) } }, "invalidLength"],
    ["a negative attempt", { terms: { ...share.terms, attempt: -1n } }, "integerOutOfRange"],
    [
      "one party",
      { terms: { ...share.terms, parties: new Map([...share.terms.parties].slice(1, 2)) } },
      "invalidLength",
    ],
    ["a short key", { terms: { ...share.terms, parties: new Map([[one, new Uint8Array(32)]]) } }, "invalidLength"],
    ["epoch 0", { terms: { ...share.terms, domain: { ...share.terms.domain, epoch: 0n } } }, "invalidDomain"],
  ])("%s: has none", (_name, change, code) => {
    expect(() => encodeEvidence({ ...share, ...change })).toThrowError(expect.objectContaining({ code }));
  });
});
