import { evenSize, type RoundSize } from "../engine/stage.ts";
import { SIGNATURE_LENGTH } from "../envelope/identity-key.ts";
import { concat } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { POINT_LENGTH } from "../math/point.ts";
import { SCALAR_LENGTH } from "../math/scalar.ts";
import { PROOF_LENGTH } from "../math/schnorr.ts";
import { ZERO_SEED_LENGTH } from "../primitives/zero-share.ts";
import { setupBytes } from "../setup/sizes.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import type { ReshareTerms } from "./terms.ts";

/** What the layouts depend on: who deals and who receives. */
export type Roles = Pick<ReshareTerms, "dealers" | "receivers" | "minSigners">;

/** G_i ‖ salt_i ‖ t' proofs, of a dealer in round 3. */
export function openingLayout({ minSigners }: Roles): readonly [number, number, number] {
  return [minSigners * POINT_LENGTH, HASH_LENGTH, minSigners * PROOF_LENGTH];
}

/** Setup message 1, from one new member to another in round 2. */
function baseLayout(roles: Roles, from: PartyIndex, to: PartyIndex): readonly [number] {
  return [areNewMembers(roles, from, to) ? setupBytes(1, from, to) : 0];
}

/** Chain code from a dealer to a new member ‖ setup message 2 from one new member to another, in round 3. */
export function treesLayout(roles: Roles, from: PartyIndex, to: PartyIndex): readonly [number, number] {
  const chainCodeBytes = deals(roles, from, to) ? HASH_LENGTH : 0;
  return [chainCodeBytes, areNewMembers(roles, from, to) ? setupBytes(2, from, to) : 0];
}

/** g_i(j) from a dealer to a new member ‖ half of the zero seed, setup message 3 between new members, in round 4. */
export function sharesLayout(roles: Roles, from: PartyIndex, to: PartyIndex): readonly [number, number, number] {
  const shareBytes = deals(roles, from, to) ? SCALAR_LENGTH : 0;
  return areNewMembers(roles, from, to) ? [shareBytes, ZERO_SEED_LENGTH, setupBytes(3, from, to)] : [shareBytes, 0, 0];
}

/** Payload lengths of the five rounds (docs/protocol/reshare.md, table of messages). */
export function reshareSizes(roles: Roles): readonly RoundSize[] {
  const { dealers, receivers } = roles;
  const confirmationBytes = PROOF_LENGTH + 2 * HASH_LENGTH + SIGNATURE_LENGTH;
  const echoBytes = (): number => HASH_LENGTH;
  return [
    { ...evenSize(0, 0), broadcastBytes: (from) => (dealers.has(from) ? HASH_LENGTH : 0) },
    { broadcastBytes: echoBytes, directBytes: (from, to) => total(baseLayout(roles, from, to)) },
    {
      broadcastBytes: (from) => (dealers.has(from) ? total(openingLayout(roles)) : 0),
      directBytes: (from, to) => total(treesLayout(roles, from, to)),
    },
    { broadcastBytes: echoBytes, directBytes: (from, to) => total(sharesLayout(roles, from, to)) },
    { ...evenSize(0, 0), broadcastBytes: (from) => (receivers.has(from) ? confirmationBytes : HASH_LENGTH) },
  ];
}

/** The new members with whom this party sets up pairs: none if it is no new member. */
export function partnersOf({ receivers, self }: ReshareTerms): readonly PartyIndex[] {
  return receivers.has(self) ? [...receivers.keys()].filter((party) => party !== self) : [];
}

/**
 * One direct payload for every other party, joined from the parts that are there.
 * @returns fresh bytes that the caller owns
 */
export function addressAll(
  { others }: ReshareTerms,
  partsFor: (to: PartyIndex) => readonly (Uint8Array | undefined)[],
): ReadonlyMap<PartyIndex, Uint8Array> {
  return new Map(others.map((to) => [to, concat(...partsFor(to).filter((part) => part !== undefined))]));
}

function deals({ dealers, receivers }: Roles, from: PartyIndex, to: PartyIndex): boolean {
  return dealers.has(from) && receivers.has(to);
}

function areNewMembers({ receivers }: Roles, from: PartyIndex, to: PartyIndex): boolean {
  return receivers.has(from) && receivers.has(to);
}

function total(lengths: readonly number[]): number {
  return lengths.reduce((sum, length) => sum + length, 0);
}
