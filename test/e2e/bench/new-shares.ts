import { eventually } from "@synod/testing/eventually";
import { clientOf } from "../harness/client.ts";
import { type Deployment, first, type Member, membersOf } from "../harness/deployment.ts";
import { refreshShares } from "../harness/handover.ts";
import { type Lag, lagSinceScrape, metricOfAll } from "./measuring.ts";

/** What making new shares of the key costs, which is as heavy as making a key. */
export type NewShares = {
  /** From the first member's being asked to the switch. */
  readonly seconds: number;
  /** Time of one member's protocol run: from its first message to the stored share. */
  readonly runSeconds: number;
  readonly eventLoopLag: Lag;
};

async function runsOf(members: readonly Member[]) {
  return {
    count: await metricOfAll(members, "synod_keygen_duration_seconds_count"),
    seconds: await metricOfAll(members, "synod_keygen_duration_seconds_sum"),
  };
}

/** All members take the key over to new shares, while nothing else is asked of them. */
export async function measureNewShares(deployment: Deployment): Promise<NewShares> {
  const client = clientOf(deployment);
  const committee = first(deployment.committees);
  const { id: committeeId, epoch } = committee;
  const members = membersOf(deployment);
  const before = await runsOf(members);
  const start = performance.now();
  await refreshShares(committee, BigInt(epoch));
  await eventually(async () => {
    const { activeEpoch } = await client.getCommittee({ committeeId });
    return activeEpoch === BigInt(epoch + 1) ? true : undefined;
  });
  const seconds = Number(((performance.now() - start) / 1_000).toFixed(1));
  const eventLoopLag = await lagSinceScrape(members);
  const after = await runsOf(members);
  const runSeconds = (after.seconds - before.seconds) / (after.count - before.count);
  return { seconds, runSeconds: Number(runSeconds.toFixed(1)), eventLoopLag };
}
