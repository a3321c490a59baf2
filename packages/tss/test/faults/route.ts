import type { Envelope } from "../../src/envelope/envelope.ts";
import { decodeFrame, encodeFrame } from "../../src/envelope/frame.ts";
import type { PartyIndex, Rng } from "../../src/index.ts";
import { encodePoint, multiplyBase } from "../../src/math/point.ts";
import { decodeScalar, encodeScalar, ORDER, randomScalar } from "../../src/math/scalar.ts";
import { must } from "../harness/committee.ts";
import { flip, overwrite } from "../harness/tamper.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import type { Delivery, Parcel, Route } from "./arena.ts";
import type { FaultCase } from "./fault-case.ts";
import { forge, type Loot } from "./forge.ts";
import { below } from "./mutation.ts";
import { type Plan, reached } from "./plan.ts";
import { EARLIER_SESSION, nonceOf, recordingOf } from "./recording.ts";
import { honestOf } from "./scene.ts";

/** What the network and a bad party's own frames make of the fault. */
export function routeOf(
  fault: FaultCase,
  plan: Plan,
  looted: ReadonlyMap<PartyIndex, Loot>,
  id: string,
  label: string,
): Route<unknown> {
  const targets = reached(fault);
  return (parcel) => {
    const rng = seededRng(`${TEST_SEED}/${id}/${parcel.from}/${parcel.to}`);
    if (parcel.round !== fault.round || !targets.includes(parcel.to)) return asIs(parcel);
    const own = must(looted.get(parcel.from));
    switch (fault.fault.kind) {
      case "payload":
        return routePayload(fault, plan, parcel, own);
      case "envelope":
        return [{ frame: envelopeFault(fault.fault.name, parcel, own, fault, rng), when: "now" }];
      case "transport":
        return transportFault(fault, fault.fault.name, parcel, own, rng);
      case "hello":
        return [{ frame: helloFault(fault, fault.fault.name, parcel, own, rng, label), when: "now" }];
    }
  };
}

function asIs({ frame }: Parcel<unknown>): readonly Delivery[] {
  return [{ frame, when: "now" }];
}

/** A broadcast to one recipient only, or of a protocol of one round, is changed after its own session made it. */
function routePayload(fault: FaultCase, { changes }: Plan, parcel: Parcel<unknown>, own: Loot): readonly Delivery[] {
  const { reach, target } = fault;
  const isBroadcast = fault.fault.kind === "payload" && fault.fault.part === "broadcast";
  if (!isBroadcast || (reach === "all" && target.hasHello)) return asIs(parcel);
  const change = must(changes.get(parcel.from));
  const skip = target.hasHello && parcel.round === 1 ? 65 : 0;
  const frame = forge(parcel, own, ({ broadcast }) => ({
    broadcast: new Uint8Array([...broadcast.subarray(0, skip), ...change(broadcast.slice(skip), parcel.to)]),
  }));
  return [{ frame, when: "now" }];
}

function envelopeFault(
  name: string,
  parcel: Parcel<unknown>,
  own: Loot,
  { topology }: FaultCase,
  rng: Rng,
): Uint8Array {
  if (name === "signature") return withSignature(parcel.frame, (signature) => flip(signature, below(rng, 64)));
  if (name === "signature-high-s") return withSignature(parcel.frame, negateS);
  const honest = must(honestOf(topology).find((party) => party !== parcel.to) ?? parcel.to);
  return forge(parcel, own, ({ signed: { envelope } }) => ({ envelope: envelopeChange(name, envelope, honest, rng) }));
}

function envelopeChange(name: string, envelope: Envelope, honest: PartyIndex, rng: Rng): Partial<Envelope> {
  const { domain } = envelope;
  const changes: Readonly<Record<string, Partial<Envelope>>> = {
    chainId: { domain: { ...domain, chainId: domain.chainId + 1n } },
    verifyingContract: { domain: { ...domain, verifyingContract: rng(20) } },
    keyId: { domain: { ...domain, keyId: rng(32) } },
    epoch: { domain: { ...domain, epoch: domain.epoch + 1n } },
    phase: { phase: (envelope.phase % 3) + 1 },
    session: { session: rng(32) },
    sid: { sid: rng(32) },
    "sid-zero": { sid: new Uint8Array(32) },
    "round-zero": { round: 0 },
    "round-unknown": { round: 200 },
    "round-earlier": { round: Math.max(0, envelope.round - 1) },
    "from-zero": { from: 0 },
    "from-honest": { from: honest },
    "from-unknown": { from: 77 },
    "to-recipient": { to: honest },
    prevView: { prevView: rng(32) },
    "prevView-zero": { prevView: new Uint8Array(32) },
    payloadHash: { payloadHash: rng(32) },
  };
  return must(changes[name], name);
}

function withSignature(bytes: Uint8Array, change: (signature: Uint8Array) => Uint8Array): Uint8Array {
  const frame = must(decodeFrame(bytes), "frame");
  const { envelope, signature } = frame.signed;
  return encodeFrame({ ...frame, signed: { envelope, signature: change(signature) } });
}

function negateS(signature: Uint8Array): Uint8Array {
  const s = must(decodeScalar(signature.subarray(32)), "s");
  return overwrite(signature, 32, encodeScalar(ORDER - s));
}

function transportFault(
  { target, round }: FaultCase,
  name: string,
  parcel: Parcel<unknown>,
  own: Loot,
  rng: Rng,
): readonly Delivery[] {
  const { frame } = parcel;
  const now = (bytes: Uint8Array): Delivery => ({ frame: bytes, when: "now" });
  const garbled = (): Uint8Array => flip(frame, below(rng, frame.length));
  switch (name) {
    case "dropped":
      return [];
    case "duplicated":
      return [now(frame), now(frame), { frame, when: "idle" }, { frame, when: "tooLate" }];
    case "late":
      return [{ frame, when: "idle" }];
    case "early":
      return [{ frame, when: round < target.rounds ? "afterNext" : "idle" }];
    case "too-late":
      return [{ frame, when: "tooLate" }];
    case "garbled":
      return [now(garbled())];
    case "garbled-then-good":
      // The resend comes when nothing else is under way: a frame that is early, and so cannot be decrypted yet, holds its
      // slot with whatever ciphertext came first, and a second one with the same envelope counts as a duplicate till then.
      return [now(garbled()), { frame, when: "idle" }];
    case "cut-short":
      return [now(frame.slice(0, below(rng, frame.length)))];
    case "stretched":
      return [now(new Uint8Array([...frame, ...rng(1 + below(rng, 300))]))];
    default: {
      const second = forge(parcel, own, () => ({ envelope: { prevView: rng(32) } }));
      return below(rng, 2) === 0 ? [now(frame), now(second)] : [now(second), now(frame)];
    }
  }
}

function helloFault(
  { target, topology }: FaultCase,
  name: string,
  parcel: Parcel<unknown>,
  own: Loot,
  rng: Rng,
  label: string,
): Uint8Array {
  const honest = must(honestOf(topology)[0]);
  return forge(parcel, own, ({ broadcast }) => {
    const changes: Readonly<Record<string, () => Uint8Array>> = {
      "nonce-flip": () => flip(broadcast, below(rng, 32)),
      "nonce-other": () => overwrite(broadcast, 0, nonceOf(recordingOf(target, topology, label), honest)),
      "nonce-earlier": () =>
        overwrite(broadcast, 0, nonceOf(recordingOf(target, topology, EARLIER_SESSION), parcel.from)),
      "ephemeral-random": () => overwrite(broadcast, 32, encodePoint(multiplyBase(randomScalar(rng)))),
      "ephemeral-invalid": () => overwrite(broadcast, 32, new Uint8Array(33)),
    };
    return { broadcast: must(changes[name], name)() };
  });
}
