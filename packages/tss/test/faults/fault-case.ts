import type { Field, FieldKind, Layout } from "./field.ts";
import type { MutationName } from "./mutation.ts";
import { honestOf, type Target, type Topology } from "./scene.ts";

/** Fields of the envelope and of the frame around it, as the owner of the identity key can set them. */
export const ENVELOPE_FAULTS = [
  "chainId",
  "verifyingContract",
  "keyId",
  "epoch",
  "phase",
  "session",
  "sid",
  "sid-zero",
  "round-zero",
  "round-unknown",
  "round-earlier",
  "from-zero",
  "from-honest",
  "from-unknown",
  "to-recipient",
  "prevView",
  "prevView-zero",
  "payloadHash",
  "signature",
  "signature-high-s",
] as const;

/** What can happen to a frame on its way. */
export const TRANSPORT_FAULTS = [
  "dropped",
  "duplicated",
  "late",
  "early",
  "too-late",
  "garbled",
  "garbled-then-good",
  "cut-short",
  "stretched",
  "equivocated",
] as const;

/** What a bad party does with the fields of its hello. */
export const HELLO_FAULTS = [
  "nonce-flip",
  "nonce-other",
  "nonce-earlier",
  "ephemeral-random",
  "ephemeral-invalid",
] as const;

/** Whom the fault reaches: every recipient, or the first honest one only. */
export type Reach = "all" | "one";

/** A field of a payload, changed. */
export type PayloadFault = {
  readonly kind: "payload";
  readonly part: Layout["part"];
  /** As one of the bad parties sends it to one of the honest ones; another pair's may lie elsewhere. */
  readonly field: Field;
  readonly mutation: MutationName | "swapped";
};

/** One fault. Its id names it for ever; `variant` chooses bits, elements, randomness and delivery order. */
export type FaultCase = {
  readonly target: Target<unknown>;
  readonly topology: Topology;
  readonly round: number;
  readonly reach: Reach;
  readonly variant: number;
  readonly fault:
    | PayloadFault
    | { readonly kind: "envelope"; readonly name: (typeof ENVELOPE_FAULTS)[number] }
    | { readonly kind: "transport"; readonly name: (typeof TRANSPORT_FAULTS)[number] }
    | { readonly kind: "hello"; readonly name: (typeof HELLO_FAULTS)[number] };
};

/** protocol/topology/round/fault/reach#variant. */
export function caseId({ target, topology, round, fault, reach, variant }: FaultCase): string {
  const what =
    fault.kind === "payload" ? `${fault.part}.${fault.field.name}.${fault.mutation}` : `${fault.kind}.${fault.name}`;
  return `${target.name}/${topology.name}/r${round}/${what}/${reach}#${variant}`;
}

const BY_KIND: Readonly<Record<FieldKind, readonly MutationName[]>> = {
  scalar: ["flip", "zero", "one", "order", "order-1", "max", "random"],
  scalars: ["flip", "zero", "one", "order", "order-1", "max", "random"],
  point: ["flip", "zero", "one", "order", "order-1", "max", "identity", "off-curve", "negated", "random"],
  points: ["flip", "zero", "one", "order", "order-1", "max", "identity", "off-curve", "negated", "random"],
  hash: ["flip", "zero", "one", "order", "order-1", "max", "random"],
  bytes: ["flip", "zero", "one", "order", "order-1", "max", "random"],
};

const EVERYWHERE: readonly MutationName[] = ["other", "earlier", "other-round", "truncated", "extended", "empty"];

/** Every fault of a target's topologies, for one variant. */
export function faultsOf(target: Target<unknown>, variant: number): readonly FaultCase[] {
  return target.topologies.flatMap((topology) => {
    const base = { target, topology, variant };
    const reaches: readonly Reach[] = honestOf(topology).length > 1 ? ["all", "one"] : ["all"];
    const rounds = Array.from({ length: target.rounds }, (_, i) => i + 1);
    const anyRound = rounds.flatMap((round) =>
      reaches.flatMap((reach) => [
        ...ENVELOPE_FAULTS.map((name): FaultCase => ({ ...base, round, reach, fault: { kind: "envelope", name } })),
        ...TRANSPORT_FAULTS.map((name): FaultCase => ({ ...base, round, reach, fault: { kind: "transport", name } })),
      ]),
    );
    const hello = reaches.flatMap((reach) =>
      HELLO_FAULTS.map((name): FaultCase => ({ ...base, round: 1, reach, fault: { kind: "hello", name } })),
    );
    const payload = fieldsOf(target, topology).flatMap(({ round, part, field }) =>
      mutationsOf(part, field, topology).flatMap((mutation) =>
        reaches.map(
          (reach): FaultCase => ({ ...base, round, reach, fault: { kind: "payload", part, field, mutation } }),
        ),
      ),
    );
    return [...payload, ...anyRound, ...(target.hasHello ? hello : [])];
  });
}

/** Every field that some bad party sends to some honest one, once by name. */
function fieldsOf(
  target: Target<unknown>,
  topology: Topology,
): readonly { readonly round: number; readonly part: Layout["part"]; readonly field: Field }[] {
  const layouts = topology.bad.flatMap((from) =>
    honestOf(topology).flatMap((to) => target.layouts(topology, from, to)),
  );
  const all = layouts.flatMap(({ round, part, fields }) => fields.map((field) => ({ round, part, field })));
  const byName = new Map(
    all
      .filter(({ field }) => field.length > 0)
      .map((entry) => [`${entry.round} ${entry.part} ${entry.field.name}`, entry]),
  );
  return [...byName.values()];
}

function mutationsOf(
  part: Layout["part"],
  { kind }: Field,
  { parties }: Topology,
): readonly (MutationName | "swapped")[] {
  const wrongRecipient: readonly MutationName[] = part === "direct" && parties.length > 2 ? ["other-recipient"] : [];
  return [...BY_KIND[kind], ...EVERYWHERE, ...wrongRecipient, "swapped"];
}
