import { clientOf } from "../harness/client.ts";
import { type Deployment, first, type Member, membersOf } from "../harness/deployment.ts";
import { eventually } from "../harness/eventually.ts";
import { synod } from "../harness/program.ts";
import { type Lag, lagSinceScrape, metricOfAll } from "./measuring.ts";

/** What making new shares of the key costs, which is as heavy as making a key. */
export type NewShares = {
  /** From the first member's being asked to the switch. */
  readonly seconds: number;
  /** Time of one member's protocol run: from its first message to the stored share. */
  readonly runSeconds: number;
  readonly eventLoopLag: Lag;
};

/** Asks one member for new shares, as its operator would. */
async function ask({ settingsFile, passphraseFile }: Member, committeeId: string, epoch: number): Promise<void> {
  const place = ["--settings", settingsFile, "--committee", committeeId, "--epoch", String(epoch)];
  const program = synod(["committer", "refresh", ...place], { SYNOD_PASSPHRASE_FILE: passphraseFile });
  const { code } = await program.exited;
  if (code !== 0) throw new TypeError(`synod committer refresh ended with ${code}: ${program.stderr.text}`);
}

async function runsOf(members: readonly Member[]) {
  return {
    count: await metricOfAll(members, "synod_keygen_duration_seconds_count"),
    seconds: await metricOfAll(members, "synod_keygen_duration_seconds_sum"),
  };
}

/** All members take the key over to new shares, while nothing else is asked of them. */
export async function measureNewShares(deployment: Deployment): Promise<NewShares> {
  const client = clientOf(deployment);
  const { id: committeeId, epoch, members: all, quorum } = first(deployment.committees);
  const members = membersOf(deployment);
  const before = await runsOf(members);
  const start = performance.now();
  for (const member of all.slice(0, quorum)) await ask(member, committeeId, epoch);
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
