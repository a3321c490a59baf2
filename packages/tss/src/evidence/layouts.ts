import { type AgreedTerms, encodeParties, MAX_PARTIES } from "../engine/context.ts";
import { HELLO_LENGTH } from "../engine/hello.ts";
import type { RoundSize } from "../engine/stage.ts";
import { PHASE } from "../envelope/envelope.ts";
import { keygenSizes } from "../keygen/terms.ts";
import { equalBytes, u16 } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { POINT_LENGTH } from "../math/point.ts";
import { type PresignShape, presignSizes, shapeOfBinding } from "../presign/terms.ts";
import { VOLE_INPUTS, VOLE_WIDTH, XI } from "../primitives/parameters.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import { bytesField, type Layout, layoutLength, pointsField, scalarsField } from "./layout.ts";

/** What a message of one round looks like. */
export type RoundLayout = {
  readonly broadcast: (from: PartyIndex) => Layout;
  /** Undefined in a round without direct payloads. */
  readonly direct: ((from: PartyIndex, to: PartyIndex) => Layout) | undefined;
};

/**
 * The layouts of all rounds of a session, from what its handle binds; the same rules as the decoders of the rounds.
 * @returns undefined if the binding is not one of the phase
 */
export function sessionLayouts(terms: AgreedTerms): readonly RoundLayout[] | undefined {
  switch (terms.phase) {
    case PHASE.keygen: {
      const t = keygenThreshold(terms);
      return t === undefined ? undefined : keygenLayouts(t);
    }
    case PHASE.presign: {
      const shape = shapeOfBinding(terms.binding, terms.parties);
      return shape === undefined ? undefined : presignLayouts(shape);
    }
    case PHASE.sign:
      return SIGN_LAYOUTS;
    case PHASE.reshare:
      return undefined;
  }
}

/** t: how many shares sign, as the binding of a key generation says; undefined if it is none. */
export function keygenThreshold({ binding, parties }: AgreedTerms): number | undefined {
  const t = 256 * (binding[0] ?? 0) + (binding[1] ?? 0);
  const isBinding = equalBytes(binding.slice(0, 2), u16(t)) && equalBytes(binding.slice(2), encodeParties(parties));
  return isBinding && t >= 2 && t <= Math.min(parties.size, MAX_PARTIES) ? t : undefined;
}

const HELLO: Layout = [bytesField(HELLO_LENGTH - POINT_LENGTH), pointsField(1)];

/** docs/protocol/dkg.md, table of messages. Payloads of the pair setup are bytes: only their recipient can judge them. */
function keygenLayouts(t: number): readonly RoundLayout[] {
  const sizes = keygenSizes(t);
  const proofs = Array.from({ length: t }, () => [pointsField(1), scalarsField(1)]).flat();
  return [
    { broadcast: () => [...HELLO, bytesField(HASH_LENGTH)], direct: undefined },
    { broadcast: () => [bytesField(HASH_LENGTH)], direct: startingWith([], sizes[1]) },
    { broadcast: () => [pointsField(t), bytesField(2 * HASH_LENGTH), ...proofs], direct: startingWith([], sizes[2]) },
    { broadcast: () => [bytesField(HASH_LENGTH)], direct: startingWith([scalarsField(1)], sizes[3]) },
    { broadcast: () => [pointsField(1), scalarsField(1), bytesField(2 * HASH_LENGTH + 64)], direct: undefined },
  ];
}

/** A direct payload whose first fields are given and whose rest, up to the size of the round, is bytes. */
function startingWith(fields: Layout, size: RoundSize | undefined): RoundLayout["direct"] {
  return (from, to) => [...fields, bytesField((size?.directBytes?.(from, to) ?? 0) - layoutLength(fields))];
}

/** docs/protocol/presign.md, table of messages. */
function presignLayouts(shape: PresignShape): readonly RoundLayout[] {
  const { count } = shape;
  const sizes = presignSizes(shape);
  const setups = sizes.slice(1, -3).map((size) => ({ broadcast: () => [], direct: startingWith([], size) }));
  const answer = [
    scalarsField(XI * VOLE_WIDTH + 1),
    bytesField(HASH_LENGTH),
    pointsField(VOLE_INPUTS),
    scalarsField(1),
  ];
  return [
    { broadcast: () => [...HELLO, bytesField(HASH_LENGTH)], direct: undefined },
    ...setups,
    { broadcast: () => [bytesField(HASH_LENGTH)], direct: startingWith([], sizes.at(-3)) },
    {
      broadcast: () => [pointsField(count), bytesField(HASH_LENGTH), pointsField(count)],
      direct: () => Array.from({ length: count }, () => answer).flat(),
    },
    { broadcast: () => [bytesField(HASH_LENGTH), pointsField(count)], direct: undefined },
  ];
}

/** docs/protocol/online.md step 5. */
const SIGN_LAYOUTS: readonly RoundLayout[] = [{ broadcast: () => [scalarsField(2)], direct: undefined }];
