import type { Backend } from "./backends.ts";
import type { CommitteeCosts } from "./committee-costs.ts";
import type { PhaseCost } from "./summary.ts";

/** One aim of the project, and what was measured. */
export type Goal = {
  readonly goal: string;
  readonly measured: string;
  readonly isMet: boolean;
};

/** How much more a counterparty may cost in a large committee before the cost no longer counts as linear. */
const LINEAR_SLACK = 1.15;

/** The most that the protocol of a phase may cost per party of a 2-of-3 committee, in V. */
const MOST_V = { noble: { presign: 6.3, keygen: 250 }, wasm: { presign: 4, keygen: 60 } } satisfies Readonly<
  Record<Backend, object>
>;

function phaseOf(costs: CommitteeCosts | undefined, name: string): PhaseCost | undefined {
  return costs?.phases.find(({ phase }) => phase === name);
}

function atMost(goal: string, measured: number | undefined, most: number, unit: string): readonly Goal[] {
  if (measured === undefined) return [];
  return [
    { goal: `${goal} at most ${most} ${unit}`, measured: `${measured.toFixed(2)} ${unit}`, isMet: measured <= most },
  ];
}

/** Whether the cost per counterparty stays what it is in the smallest committee. */
function linear(goal: string, committees: readonly CommitteeCosts[], phase: string): readonly Goal[] {
  const rows = committees.flatMap((costs) => {
    const cost = phaseOf(costs, phase);
    return cost === undefined
      ? []
      : [{ name: `${costs.minSigners}/${costs.size}`, v: cost.protocolV / (cost.parties - 1) }];
  });
  const [first, ...rest] = rows;
  if (first === undefined || rest.length === 0) return [];
  return [
    {
      goal,
      measured: rows.map(({ name, v }) => `${name} ${v.toFixed(1)}`).join(", "),
      isMet: rest.every(({ v }) => v <= first.v * LINEAR_SLACK),
    },
  ];
}

/** Every goal that the measured committees and phases can answer. */
export function goalsOf(committees: readonly CommitteeCosts[], backend: Backend): readonly Goal[] {
  const small = committees.find(({ minSigners, size }) => minSigners === 2 && size === 3);
  const [generated, presigned, online] = ["key generation", "presign", "online"].map((name) => phaseOf(small, name));
  const refreshed = phaseOf(small, "refresh");
  const most = MOST_V[backend];
  return [
    ...atMost("2 of 3: presign per party", presigned?.protocolV, most.presign, "V"),
    ...linear("presign linear in t - 1 (V per counterparty)", committees, "presign"),
    ...atMost("2 of 3: online per party", online?.protocolV, 0.35, "V"),
    ...atMost("2 of 3: key generation per party", generated?.protocolV, most.keygen, "V"),
    ...linear("key generation linear in n - 1 (V per counterparty)", committees, "key generation"),
    ...atMost("2 of 3: refresh per key generation", ratio(refreshed?.protocolV, generated?.protocolV), 1, ""),
    ...atMost("presign per counterparty", kilobytes(presigned?.bytesPerCounterparty), 59, "KB"),
    ...atMost("key share per counterparty", kilobytes(small?.shareBytesPerCounterparty), 30, "KB"),
    ...committees.flatMap((costs) =>
      costs.phases.flatMap((cost) =>
        atMost(
          `${costs.minSigners} of ${costs.size}: ${cost.phase}, envelope per protocol`,
          ratio(cost.envelopeV, cost.protocolV),
          1,
          "",
        ),
      ),
    ),
  ].map(({ goal, measured, isMet }) => ({ goal: goal.trim(), measured: measured.trim(), isMet }));
}

function ratio(part: number | undefined, whole: number | undefined): number | undefined {
  return part === undefined || whole === undefined ? undefined : part / whole;
}

function kilobytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / 1000;
}
