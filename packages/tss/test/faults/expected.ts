import type { RoundSize } from "../../src/engine/stage.ts";
import type { PartyIndex } from "../../src/index.ts";
import { must } from "../harness/committee.ts";
import { anyOf, type Expectation, HARMLESS, nobody, pairwise, provable, SILENCE } from "./expectation.ts";
import type { FaultCase, PayloadFault } from "./fault-case.ts";
import { type Field, isCanonical, type Layout } from "./field.ts";
import { honestOf, type Topology } from "./scene.ts";

const VIEW = nobody("viewMismatch");

/** What a bystander may see of a fault that reached another honest party only. */
export const BYSTANDER: readonly Expectation[] = [SILENCE, VIEW, HARMLESS];

/** What a mutated payload leads to: the first field that is not canonical decides, then the mutated field's own rule. */
export function expectPayload(
  { round, reach, target }: FaultCase,
  { part, mutation }: PayloadFault,
  { layout, field }: { readonly layout: Layout; readonly field: Field },
  { original, mutated }: { readonly original: Uint8Array; readonly mutated: Uint8Array },
): readonly Expectation[] {
  if (original.length !== mutated.length) return [provable("malformedMessage")];
  const outcome = firstInvalid(layout, mutated) ?? field.on[mutation] ?? field.onChange;
  const outcomes = outcome.kind === "anyOf" ? outcome.of : [outcome];
  // A first message that differs between two honest recipients shows as soon as they echo it.
  const isSplitFirst = reach === "one" && round === 1 && target.rounds > 1 && part === "broadcast";
  return isSplitFirst ? [...outcomes, VIEW] : outcomes;
}

function firstInvalid({ fields }: Layout, payload: Uint8Array): Expectation | undefined {
  return fields.find(({ kind, offset, length }) => !isCanonical(kind, payload.subarray(offset, offset + length)))
    ?.onInvalid;
}

/** What a fault of envelope, transport or hello leads to. */
export function expectFrameFault(faultCase: FaultCase, from: PartyIndex, to: PartyIndex): readonly Expectation[] {
  const { fault, round, target, topology } = faultCase;
  switch (fault.kind) {
    case "payload":
      return [];
    case "envelope":
      return [expectEnvelope(fault.name, faultCase, from, to)];
    case "transport":
      return expectTransport(fault.name, round === target.rounds);
    case "hello":
      return expectHello(fault.name, to === honestOf(topology)[0]);
  }
}

function expectEnvelope(
  name: string,
  { round, target, topology }: FaultCase,
  from: PartyIndex,
  to: PartyIndex,
): Expectation {
  switch (name) {
    case "prevView":
      return VIEW;
    case "prevView-zero":
      // Zero is what round 1 says.
      return round === 1 ? HARMLESS : VIEW;
    case "sid":
      return round === 1 ? SILENCE : VIEW;
    case "round-earlier":
      // The slot of round 2 or later is filled by another envelope of the same session id, or will be: then the first
      // to come is of a wrong length, or names a wrong view.
      return round > 2 && !isTooLong(target.sizes(topology), round, topology, from, to)
        ? anyOf(provable("equivocation"), provable("malformedMessage"), VIEW)
        : SILENCE;
    default:
      return SILENCE;
  }
}

/** Whether a frame of the round is longer than any frame of the round before it may be. */
function isTooLong(
  sizes: readonly RoundSize[],
  round: number,
  { parties }: Topology,
  from: PartyIndex,
  to: PartyIndex,
): boolean {
  const [earlier, own] = [round - 2, round - 1].map((i) => {
    const { broadcastBytes, directBytes } = must(sizes[i]);
    return broadcastBytes(from) + (directBytes === undefined ? 0 : 32 * parties.length + 16 + directBytes(from, to));
  });
  return must(own) > must(earlier) + 256;
}

function expectTransport(name: string, isLastRound: boolean): readonly Expectation[] {
  switch (name) {
    case "dropped":
    case "too-late":
    case "garbled":
    case "cut-short":
    case "stretched":
      return [SILENCE];
    case "equivocated":
      // Either envelope may complete its round before the other comes; the second one names another view.
      return isLastRound ? [provable("equivocation"), VIEW, HARMLESS] : [provable("equivocation"), VIEW];
    default:
      return [HARMLESS];
  }
}

/** The first honest party is the one whose nonce is copied. */
function expectHello(name: string, isOwner: boolean): readonly Expectation[] {
  switch (name) {
    case "nonce-other":
      return [isOwner ? pairwise("nonceReused") : nobody("nonceReused")];
    case "ephemeral-invalid":
      return [provable("malformedMessage")];
    default:
      // Another nonce or key than its own code works with: the views differ, nothing that it sends can be read, or it
      // stops by itself because to it the others are in another session.
      return [SILENCE, VIEW];
  }
}
