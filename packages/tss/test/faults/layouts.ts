import type { PartyIndex } from "../../src/index.ts";
import { POINT_LENGTH } from "../../src/math/point.ts";
import type { PresignShape } from "../../src/presign/terms.ts";
import { BLOCKS, LAMBDA_C, ROW_LENGTH, SIGMA, VOLE_MESSAGE_LENGTH } from "../../src/primitives/parameters.ts";
import { ban, nobody, pairwise, poisoned, provable } from "./expectation.ts";
import { type FieldSpec, field, type Layout, layout } from "./field.ts";
import { setupFields } from "./setup-fields.ts";

/*
 * Which fields each message has, and what a change of each must lead to at an honest recipient: the table of severities
 * in docs/protocol, written once more and independently. A test asserts that the fields cover the payloads exactly.
 */

const ECHO = nobody("echoMismatch");

/** A commitment; a copied one is refused before it is echoed. */
export const COMMITMENT = field("com", "hash", 32, ECHO, {
  on: { other: nobody("commitmentReused") },
  onEqual: nobody("commitmentReused"),
});

/** Payloads of presigning (docs/protocol/presign.md, table of messages). */
export function presignLayouts(shape: PresignShape, from: PartyIndex, to: PartyIndex): readonly Layout[] {
  const isEphemeral = shape.otMode === "ephemeral";
  const shift = isEphemeral ? 3 : 0;
  const setups = isEphemeral
    ? ([1, 2, 3] as const).map((message) => layout(1 + message, "direct", setupFields(message, from, to)))
    : [];
  return [layout(1, "broadcast", [COMMITMENT]), ...setups, ...multiplicationLayouts(shape, shift)];
}

/** The rounds after the commitments and the ephemeral setups. Pairs of the session alone are not worth a ban. */
function multiplicationLayouts({ count, otMode }: PresignShape, shift: number): readonly Layout[] {
  const cheat = otMode === "ephemeral" ? pairwise : ban;
  const OPENING = provable("commitmentOpening");
  const openings = { on: { swapped: OPENING } };
  const batch = (specs: (name: (field: string) => string) => readonly FieldSpec[]): readonly FieldSpec[] =>
    Array.from({ length: count }, (_, b) => specs((name) => (count === 1 ? name : `${name}${b}`))).flat();
  return [
    layout(2 + shift, "broadcast", [field("dig", "hash", 32, ECHO)]),
    layout(2 + shift, "direct", [
      ...batch((name) => [
        field(name("u"), "bytes", BLOCKS * ROW_LENGTH, cheat("cotCheck")),
        field(name("x"), "bytes", SIGMA / 8, cheat("cotCheck")),
        field(name("t"), "bytes", LAMBDA_C * (SIGMA / 8), cheat("cotCheck")),
      ]),
      // Another renewal of the pair ended at one of them only: nobody's fault, and never a ban.
      field("pairId", "hash", 32, nobody("pairMismatch")),
    ]),
    layout(3 + shift, "broadcast", [
      ...batch((name) => [field(name("R"), "point", POINT_LENGTH, OPENING)]),
      field("salt", "bytes", 32, OPENING),
      ...batch((name) => [field(name("pk"), "point", POINT_LENGTH, cheat("inputConsistency"), openings)]),
    ]),
    layout(
      3 + shift,
      "direct",
      batch((name) => [
        field(name("a"), "scalars", VOLE_MESSAGE_LENGTH - 64, cheat("voleCheck")),
        field(name("eta"), "scalar", 32, cheat("voleCheck")),
        field(name("mu"), "hash", 32, cheat("voleCheck")),
        field(name("gammaU"), "point", POINT_LENGTH, cheat("inputConsistency")),
        field(name("gammaV"), "point", POINT_LENGTH, cheat("inputConsistency")),
        field(name("psi"), "scalar", 32, poisoned("invalidSignature"), { on: { swapped: cheat("voleCheck") } }),
      ]),
    ),
    layout(4 + shift, "broadcast", [
      field("view", "hash", 32, ECHO),
      ...batch((name) => [field(name("sumR"), "point", POINT_LENGTH, ECHO)]),
    ]),
  ];
}

/** The payload of signing (docs/protocol/online.md). */
export const SIGN_LAYOUTS: readonly Layout[] = [
  layout(1, "broadcast", [
    field("u", "scalar", 32, nobody("invalidSignature")),
    field("w", "scalar", 32, nobody("invalidSignature")),
  ]),
];
