import { POINT_LENGTH } from "../../src/math/point.ts";
import { BLOCKS, LAMBDA_C, ROW_LENGTH, SIGMA, VOLE_MESSAGE_LENGTH } from "../../src/primitives/parameters.ts";
import { ban, nobody, poisoned, provable } from "./expectation.ts";
import { field, type Layout, layout } from "./field.ts";

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
export const PRESIGN_LAYOUTS: readonly Layout[] = [
  layout(1, "broadcast", [COMMITMENT]),
  layout(2, "broadcast", [field("dig", "hash", 32, ECHO)]),
  layout(2, "direct", [
    field("u", "bytes", BLOCKS * ROW_LENGTH, ban("cotCheck")),
    field("x", "bytes", SIGMA / 8, ban("cotCheck")),
    field("t", "bytes", LAMBDA_C * (SIGMA / 8), ban("cotCheck")),
    // Another renewal of the pair ended at one of them only: nobody's fault, and never a ban.
    field("pairId", "hash", 32, nobody("pairMismatch")),
  ]),
  layout(3, "broadcast", [
    field("R", "point", POINT_LENGTH, provable("commitmentOpening")),
    field("salt", "bytes", 32, provable("commitmentOpening")),
    field("pk", "point", POINT_LENGTH, ban("inputConsistency"), { on: { swapped: provable("commitmentOpening") } }),
  ]),
  layout(3, "direct", [
    field("a", "scalars", VOLE_MESSAGE_LENGTH - 64, ban("voleCheck")),
    field("eta", "scalar", 32, ban("voleCheck")),
    field("mu", "hash", 32, ban("voleCheck")),
    field("gammaU", "point", POINT_LENGTH, ban("inputConsistency")),
    field("gammaV", "point", POINT_LENGTH, ban("inputConsistency")),
    field("psi", "scalar", 32, poisoned("invalidSignature"), { on: { swapped: ban("voleCheck") } }),
  ]),
  layout(4, "broadcast", [field("view", "hash", 32, ECHO), field("sumR", "point", POINT_LENGTH, ECHO)]),
];

/** The payload of signing (docs/protocol/online.md). */
export const SIGN_LAYOUTS: readonly Layout[] = [
  layout(1, "broadcast", [
    field("u", "scalar", 32, nobody("invalidSignature")),
    field("w", "scalar", 32, nobody("invalidSignature")),
  ]),
];
