import { memberOrder, toDecisionId } from "@synod/core";
import { messageOf } from "../../../src/failure.ts";
import type { WriteFault } from "../disk/virtual-disk.ts";
import { contentOf, type Submitted, submitPlanned } from "../scenario/decisions.ts";
import type { PlannedDecision } from "../scenario/plan.ts";
import { checkEnd, isQuiet } from "../scenario/play.ts";
import type { Machine } from "../world/machine.ts";
import { World, type WorldImage } from "../world/world.ts";

const LIMIT_MS = 180_000;
const APPROVED: PlannedDecision = { atMs: 0, wish: "approve", agent: 0, wei: 1n, lifetime: 3_600n, stepInMs: 0 };
const REJECTED: PlannedDecision = { ...APPROVED, wish: "reject" };

/** What a member is to a decision: the first to post its result, the first to execute it, or neither. */
export type Role = "leader" | "submitter" | "follower";

/** A member, and the number of its write that goes wrong; without one, none does. */
export type CrashPoint = {
  readonly role: Role;
  readonly wrong?: { readonly write: number; readonly fault: WriteFault };
  /** Whether heads of audit logs are co-signed, and must be to their ends before it is over. */
  readonly hasHeads?: boolean;
};

/** What came of a case. */
export type CrashOutcome = {
  /** The broken rule; absent: none. */
  readonly failure?: string;
  /** How many processes the member had. */
  readonly lives: number;
  /** Virtual milliseconds from the restart until the member serves again. */
  readonly recoveryMs: number;
  readonly writes: number;
  readonly executions: number;
  /** Numbers of the member's writes of signed heads. */
  readonly headWrites: readonly number[];
};

/** A decision for which the three roles fall to three members, and who has which. */
export type Cast = { readonly planned: PlannedDecision; readonly members: ReadonlyMap<Role, number> };

/** Looks for such a decision: who has which role follows from its id, and the id from what it pays. */
export function castOf(image: WorldImage): Cast {
  for (let wei = 1n; ; wei += 1n) {
    const planned = { ...APPROVED, wei };
    const decisionId = toDecisionId(contentOf(image.chain, image, planned, 0).decisionId);
    const count = image.disks.length;
    const [leader = 0] = memberOrder(decisionId, "postResult", count);
    const [submitter = 0] = memberOrder(decisionId, "execute", count);
    if (leader === submitter) continue;
    const follower = Array.from({ length: count }, (_, index) => index).find(
      (index) => index !== leader && index !== submitter,
    );
    const members = new Map<Role, number>([
      ["leader", leader],
      ["submitter", submitter],
      ["follower", follower ?? 0],
    ]);
    return { planned, members };
  }
}

function worldOf(image: WorldImage, submitted: readonly Submitted[], hasHeads: boolean): World {
  const { disks, atMs } = image;
  const lobe: ConstructorParameters<typeof World>[0]["lobe"] = (_machine, { decision }) => {
    const known = submitted.find(({ decisionId }) => decisionId === decision.id);
    return { kind: "answer", reply: known?.planned.wish !== "reject", reason: "as planned" };
  };
  return new World({ seed: "crash", atMs, chain: image.chain.fork(), members: disks.length, disks, lobe, hasHeads });
}

/** Notes when the member's second process serves again. */
function recoveryOf(world: World, machine: Machine): { readonly look: () => void; readonly ms: () => number } {
  let recoveredAtMs = Number.POSITIVE_INFINITY;
  const look = () => {
    if (machine.lives < 2 || recoveredAtMs < Number.POSITIVE_INFINITY) return;
    if (machine.process?.isServing(world.chain.finalised.number, world.machines.length - 1) === true)
      recoveredAtMs = world.time.nowMs - machine.startedAtMs;
  };
  return { look, ms: () => recoveredAtMs };
}

/** Whether every member's log is co-signed to its end by all others. */
function isCoSigned({ machines }: World): boolean {
  return machines.every(({ process: { stores } = {}, address }) =>
    machines.every(
      (other) =>
        other.address === address ||
        stores?.memory.heads.coSignedBy(other.address)?.length === stores?.audit.head.length,
    ),
  );
}

/** Plays one approved and one rejected decision while one write of one member goes wrong. */
export async function playCrash(
  image: WorldImage,
  { planned, members }: Cast,
  { role, wrong, hasHeads = false }: CrashPoint,
): Promise<CrashOutcome> {
  const submitted: Submitted[] = [];
  const world = worldOf(image, submitted, hasHeads);
  const machine = world.machines[members.get(role) ?? 0];
  if (machine === undefined) throw new RangeError("a cast has members of its image");
  const headWrites: number[] = [];
  machine.faultOf = ({ index, text }) => {
    if (text.includes("AuditHeadKept")) headWrites.push(index);
    return index === wrong?.write ? wrong.fault : undefined;
  };
  const recovery = recoveryOf(world, machine);
  submitted.push(submitPlanned(world, image, planned, 0), submitPlanned(world, image, REJECTED, 1));
  world.start();
  let failure: string | undefined;
  try {
    const isInTime = await world.run(image.atMs + LIMIT_MS, () => {
      recovery.look();
      if (hasHeads && !isCoSigned(world)) return false;
      return isQuiet(world, submitted, 2) && (wrong === undefined || recovery.ms() < Number.POSITIVE_INFINITY);
    });
    checkEnd(world, submitted, isInTime);
  } catch (cause) {
    failure = `${messageOf(cause)}\n${world.trace.last().join("\n")}`;
  }
  const figures = { lives: machine.lives, recoveryMs: recovery.ms(), writes: machine.disk.writes };
  const outcome = { ...figures, executions: world.oracle.executions, headWrites };
  return failure === undefined ? outcome : { ...outcome, failure };
}
