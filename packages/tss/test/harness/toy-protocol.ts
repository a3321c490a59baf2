import { blameNobody } from "../../src/engine/abort.ts";
import { createContext, encodeParties, type SessionContext } from "../../src/engine/context.ts";
import { type Opening, openSession } from "../../src/engine/open.ts";
import {
  evenSize,
  type FinalRound,
  finalStage,
  type Incoming,
  type Outgoing,
  type Round,
  type RoundSize,
  type RoundState,
  stage,
} from "../../src/engine/stage.ts";
import { PHASE } from "../../src/envelope/envelope.ts";
import type { PartyIndex, Rng, Started } from "../../src/index.ts";
import { concat, u8, u16 } from "../../src/math/bytes.ts";
import { bytes32, type Committee } from "./committee.ts";
import { type Tamper, tamperOpening } from "./tamper.ts";

/*
 * A protocol that only adds numbers, to test the engine in milliseconds. Round 1: broadcast a byte. Round 2: broadcast
 * the sum so far and send each other party a byte in private. Round 3: broadcast the sum of all private bytes.
 */

export type ToyFirst = RoundState & { readonly others: readonly PartyIndex[]; readonly scratch: Uint8Array };
export type ToySecond = RoundState & { readonly sum: number; readonly carried: Uint8Array };
export type ToyThird = RoundState & { readonly result: number };

export const TOY_SIZES: readonly RoundSize[] = [evenSize(1, 0), evenSize(1, 4), evenSize(1, 0)];

/** Values of 200 and more are malformed. */
function decodeByte({ broadcast }: Incoming): number | undefined {
  const [value] = broadcast;
  return value !== undefined && value < 200 ? value : undefined;
}

function total(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum % 200;
}

export const toyRound1: Round<ToyFirst, number, ToySecond> = {
  decode: decodeByte,
  run(state, inbox) {
    const sum = total(inbox.values());
    const direct = new Map(state.others.map((party) => [party, Uint8Array.of(party, party, party, party)]));
    const carried = Uint8Array.of(9, 9);
    const next = { sum, carried, secrets: [carried] };
    return { kind: "advance", next, outgoing: { broadcast: Uint8Array.of(7), direct } };
  },
};

export const toyRound2: Round<ToySecond, number, ToyThird> = {
  decode: ({ direct }) => (direct[0] !== undefined && direct[0] < 200 ? direct[0] : undefined),
  run(state, inbox) {
    const sum = total([state.sum, ...inbox.values()]);
    const next = { result: sum, secrets: [] };
    return { kind: "advance", next, outgoing: { broadcast: Uint8Array.of(8), direct: new Map() } };
  },
};

export const toyRound3: FinalRound<ToyThird, number, number> = {
  decode: decodeByte,
  run(state, inbox) {
    // A broadcast of 13 stands for a failed check of the protocol itself.
    if ([...inbox.values()].includes(13)) return { kind: "abort", abort: blameNobody("echoMismatch") };
    return { kind: "finish", output: state.result, keeps: [] };
  },
};

/** The opening of the toy protocol; `scratch` is its secret of round 1. */
export function openToy(others: readonly PartyIndex[], value: number, scratch: Uint8Array): Opening<number> {
  const first: ToyFirst = { others, scratch, secrets: [scratch] };
  const outgoing: Outgoing = { broadcast: Uint8Array.of(value), direct: new Map() };
  return {
    kind: "opened",
    outgoing,
    stage: stage(toyRound1, first, (s2) => stage(toyRound2, s2, (s3) => finalStage(toyRound3, s3))),
  };
}

export type ToyOptions = {
  readonly tamper?: Tamper;
  readonly purpose?: string;
  readonly rng?: Rng;
  readonly scratch?: Uint8Array;
  readonly context?: Partial<Parameters<typeof createContext>[0]>;
};

/** A binding of presigning, so that a judge knows what the phase's messages look like. */
function toyBinding({ parties, minSigners }: Committee): Uint8Array {
  return concat(bytes32("record"), u16(minSigners), encodeParties(parties), u8(1), u8(0));
}

export function toyContext(committee: Committee, self: PartyIndex, options: ToyOptions = {}): SessionContext {
  return createContext({
    domain: committee.domain,
    phase: PHASE.presign,
    purpose: bytes32(options.purpose ?? "toy"),
    attempt: 0n,
    self,
    parties: committee.parties,
    identity: committee.identityOf(self),
    binding: toyBinding(committee),
    ...options.context,
  });
}

export function startToy(committee: Committee, self: PartyIndex, options: ToyOptions = {}): Started<number> {
  const context = toyContext(committee, self, options);
  const tamper = options.tamper ?? ((outgoing: Outgoing) => outgoing);
  const begin = () =>
    tamperOpening(openToy(context.others, self, options.scratch ?? new Uint8Array(4).fill(5)), tamper);
  return openSession(context, TOY_SIZES, begin, options.rng ?? committee.rngOf(self));
}
