/**
 * The one registry of domain tags. Every hash of this library names one of these, so that no two uses of the hash can
 * be mistaken for each other. A test asserts that they stay pairwise distinct, with the suffixes of
 * {@link file://./hash.ts | hashToScalar} and as hash-to-curve tags too.
 */
export const TAGS = [
  // base OT and pair setup (docs/protocol/pair-setup.md)
  "ot/h",
  "ot/key",
  "ot/extended",
  "pprf",
  "pprf/leaf",
  "pprf/digest",
  "pair/alice",
  "pair/bob",
  "setup/transcript",
  // OT extension (docs/protocol/vole.md)
  "ss/exp",
  "ss/u",
  "ss/chi",
  "ss/out",
  // random VOLE (docs/protocol/vole.md)
  "vole/g",
  "vole/at",
  "vole/theta",
  "vole/mu",
  // zero shares
  "zero",
  "zero/seed",
  // proofs of knowledge
  "pok/nonce",
  // start of a batch of multiplications
  "multiply/offset",
  // session ids
  "rv",
  "sid",
  "session/handle",
  // key generation
  "dkg/com",
  "dkg/sid",
  "dkg/e1",
  "dkg/e2",
  "dkg/pok",
  "dkg/confirm",
  "dkg/setup",
  "dkg/cc",
  // resharing, beside those of key generation
  "reshare/sid",
  // presigning
  "ps/com",
  "ps/index",
  "ps/random",
  "ps/r1",
  "ps/view",
  "presig/id",
  "presig/order",
  // signing
  "rerand",
  // renewal of pair state
  "renew/id",
  // key share and public record
  "record",
  "record/chain-code",
  "record/degree",
  "record/signature",
  "pair/binding",
  "share",
  "backup",
  // envelopes
  "envelope/view",
  "envelope/key",
] as const;

/** A registered domain tag. */
export type Tag = (typeof TAGS)[number];
