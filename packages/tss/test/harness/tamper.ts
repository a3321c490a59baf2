import type { Opening } from "../../src/engine/open.ts";
import type { Outgoing, Stage } from "../../src/engine/stage.ts";
import { type Envelope, envelopeDigest } from "../../src/envelope/envelope.ts";
import { decodeFrame, encodeFrame, type Frame } from "../../src/envelope/frame.ts";
import { signWithIdentity } from "../../src/envelope/identity-key.ts";
import { payloadHash } from "../../src/envelope/payload.ts";
import type { IdentityKey, PartyIndex } from "../../src/index.ts";
import { must } from "./committee.ts";

/** Changes what a malicious party sends in a round, before it is signed. Rounds count from 1. */
export type Tamper = (outgoing: Outgoing, round: number) => Outgoing;

/** An opening of a party that runs the protocol but sends what `tamper` says. */
export function tamperOpening<Output>(opening: Opening<Output>, tamper: Tamper): Opening<Output> {
  if (opening.kind === "abort") return opening;
  return { ...opening, outgoing: tamper(opening.outgoing, 1), stage: tamperStage(opening.stage, tamper, 2) };
}

function tamperStage<Output>(stage: Stage<Output>, tamper: Tamper, round: number): Stage<Output> {
  return {
    secrets: stage.secrets,
    run(inbox, tools) {
      const result = stage.run(inbox, tools);
      if (result.kind !== "advance") return result;
      const outgoing = tamper(result.outgoing, round);
      return { ...result, outgoing, stage: tamperStage(result.stage, tamper, round + 1) };
    },
  };
}

/** Changes the broadcast of one round. */
export function tamperBroadcast(at: number, change: (bytes: Uint8Array) => Uint8Array): Tamper {
  return (outgoing, round) =>
    round === at ? { ...outgoing, broadcast: change(outgoing.broadcast.slice()) } : outgoing;
}

/** Changes the direct payloads of one round, all of them or that to one party. */
export function tamperDirect(
  at: number,
  change: (bytes: Uint8Array, to: PartyIndex) => Uint8Array,
  only?: PartyIndex,
): Tamper {
  return (outgoing, round) => {
    if (round !== at) return outgoing;
    const direct = [...outgoing.direct].map(([to, bytes]): [PartyIndex, Uint8Array] => [
      to,
      only === undefined || only === to ? change(bytes.slice(), to) : bytes,
    ]);
    return { ...outgoing, direct: new Map(direct) };
  };
}

/** A copy with one bit of the byte at `offset` flipped; a negative offset counts from the end. */
export function flip(bytes: Uint8Array, offset: number): Uint8Array {
  const out = bytes.slice();
  const at = offset < 0 ? out.length + offset : offset;
  out[at] = must(out[at], `byte ${offset}`) ^ 1;
  return out;
}

/** A copy with `part` written at `offset`. */
export function overwrite(bytes: Uint8Array, offset: number, part: Uint8Array): Uint8Array {
  const out = bytes.slice();
  out.set(part, offset < 0 ? out.length + offset : offset);
  return out;
}

/** Changes a frame's broadcast and envelope and signs it again: what the owner of the identity key can do. */
export function resignFrame(
  bytes: Uint8Array,
  identity: IdentityKey,
  change: (frame: Frame) => { readonly broadcast?: Uint8Array; readonly envelope?: Partial<Envelope> },
): Uint8Array {
  const frame = must(decodeFrame(bytes), "frame");
  const { broadcast = frame.broadcast, envelope: changes } = change(frame);
  const hashed = { ...frame.signed.envelope, payloadHash: payloadHash(broadcast, frame.directLeaves) };
  const envelope = { ...hashed, ...changes };
  const signature = signWithIdentity(identity, envelopeDigest(envelope));
  return encodeFrame({ ...frame, broadcast, signed: { envelope, signature } });
}

/** The round that a frame names. */
export function roundOf(bytes: Uint8Array): number {
  return must(decodeFrame(bytes), "frame").signed.envelope.round;
}
