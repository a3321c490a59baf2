import { HELLO_LENGTH } from "../engine/hello.ts";
import type { RoundSize } from "../engine/stage.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { POINT_LENGTH } from "../math/point.ts";
import { bytesField, type Layout, layoutLength, pointsField, scalarsField } from "./layout.ts";

/** What a message of one round looks like. */
export type RoundLayout = {
  readonly broadcast: (from: PartyIndex) => Layout;
  /** Undefined in a round without direct payloads. */
  readonly direct: ((from: PartyIndex, to: PartyIndex) => Layout) | undefined;
};

/** What stands in front of the first broadcast of a session of several rounds. */
export const HELLO: Layout = [bytesField(HELLO_LENGTH - POINT_LENGTH), pointsField(1)];

/** Schnorr proofs. */
export function proofFields(count: number): Layout {
  return Array.from({ length: count }, () => [pointsField(1), scalarsField(1)]).flat();
}

/** A direct payload whose first fields are given and whose rest, up to the size of the round, is bytes. */
export function directStarting(
  size: RoundSize | undefined,
  fields: (from: PartyIndex, to: PartyIndex) => Layout = () => [],
): RoundLayout["direct"] {
  return (from, to) => {
    const first = fields(from, to);
    return [...first, bytesField((size?.directBytes?.(from, to) ?? 0) - layoutLength(first))];
  };
}
