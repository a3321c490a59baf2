import { SIGNATURE_LENGTH } from "../../src/envelope/identity-key.ts";
import type { PartyIndex } from "../../src/index.ts";
import { POINT_LENGTH } from "../../src/math/point.ts";
import {
  BLOCKS,
  EXTENSION_MESSAGE_LENGTH,
  OT_RECEIVER_MESSAGE_LENGTH,
  OT_SENDER_MESSAGE_LENGTH,
  PPRF_MESSAGE_LENGTH,
} from "../../src/primitives/parameters.ts";
import { isFirstAlice } from "../../src/setup/roles.ts";
import { anyOf, type Expectation, HARMLESS, pairwise, provable, SILENCE } from "./expectation.ts";
import { type FieldSpec, field } from "./field.ts";

const SETUP = pairwise("pairSetup");

/** Of two sums of a level the recipient opens one, by its secret Δ: a change of the other has no effect. */
const SUMS = anyOf(SETUP, HARMLESS);

const TREE = PPRF_MESSAGE_LENGTH / BLOCKS;

/** The trees of one direction: the first block in its parts, then the other 31. */
function treeFields(direction: string, swapped: Expectation | undefined): readonly FieldSpec[] {
  const more = swapped ? { on: { swapped } } : {};
  return [
    field(`${direction}.sums`, "bytes", TREE - 64, SUMS),
    field(`${direction}.leafSum`, "hash", 32, SETUP, more),
    field(`${direction}.digest`, "hash", 32, SETUP, more),
    field(`${direction}.blocks`, "bytes", (BLOCKS - 1) * TREE, SUMS),
  ];
}

/**
 * The fields of one message of the pair setup, by the roles of the pair (docs/protocol/pair-setup.md).
 * @param swapped what swapping a hash of it with the payload's first field of 32 bytes leads to, if that is not its own
 */
export function setupFields(
  message: 1 | 2 | 3,
  from: PartyIndex,
  to: PartyIndex,
  swapped?: Expectation,
): readonly FieldSpec[] {
  const isAlice = isFirstAlice(from, to);
  switch (message) {
    case 1:
      return isAlice
        ? // The recipient cannot see it: the sender itself finds that it does not know the keys, and stops.
          [field("ot.P", "points", OT_RECEIVER_MESSAGE_LENGTH, SILENCE, { onInvalid: SETUP })]
        : [field("ot.T", "point", OT_SENDER_MESSAGE_LENGTH, SETUP, { onInvalid: SETUP })];
    case 2:
      return isAlice
        ? []
        : [...treeFields("first", swapped), field("reverse", "bytes", EXTENSION_MESSAGE_LENGTH, SETUP)];
    case 3:
      return isAlice ? treeFields("second", swapped) : [];
  }
}

/** F or G and, further on, one proof for each coefficient. */
export function coefficientFields(minSigners: number): readonly FieldSpec[] {
  return Array.from({ length: minSigners }, (_, k) =>
    field(`F${k}`, "point", POINT_LENGTH, provable("commitmentOpening")),
  );
}

/** A proof of knowledge for each coefficient. What is swapped with one is a committed value. */
export function proofFields(minSigners: number): readonly FieldSpec[] {
  const swapped = { on: { swapped: provable("commitmentOpening") } };
  return Array.from({ length: minSigners }, (_, k) => [
    field(`proof${k}.A`, "point", POINT_LENGTH, provable("proofOfKnowledge"), swapped),
    field(`proof${k}.z`, "scalar", 32, provable("proofOfKnowledge"), swapped),
  ]).flat();
}

/** The confirmation of a member's share and of the record. */
export function confirmationFields(): readonly FieldSpec[] {
  return [
    field("proof.A", "point", POINT_LENGTH, provable("keyShareProof")),
    field("proof.z", "scalar", 32, provable("keyShareProof")),
    field("setup", "hash", 32, provable("keyShareProof")),
    field("record", "hash", 32, provable("recordMismatch")),
    field("signature", "bytes", SIGNATURE_LENGTH, provable("recordSignature")),
  ];
}
