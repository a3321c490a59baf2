import { join } from "node:path";
import { startChild } from "../devnet/child-process.ts";
import { restartCommitter, waitUntilAlive } from "../devnet/committer-process.ts";
import { pollUntil } from "../devnet/poll-until.ts";
import { CliError } from "../errors/cli-error.ts";
import { ROGUE_MAIN } from "../repository-paths.ts";
import { type ChaosStage, committerAt, pickMember } from "./chaos-stage.ts";
import { committersNamed } from "./evidence.ts";
import type { Injection } from "./fault.ts";
import { isSound } from "./sound.ts";
import { type Sight, statusesOf } from "./watch.ts";

const CONNECT_LIMIT_MS = 60_000;
const ASK_MS = 500;

/**
 * Puts a committer that misbehaves in one way into a member's place, with its identity and its share, and waits until
 * the others are connected to it.
 * @param isFelt whether what was seen shows that it has misbehaved
 */
export async function misbehave(
  stage: ChaosStage,
  misdeed: "withhold" | "garbage" | "equivocate",
  isFelt: (sight: Sight, victim: number) => boolean,
): Promise<Injection> {
  const { devnet, signal } = stage;
  const victim = pickMember(stage, misdeed);
  const honest = committerAt(stage, victim);
  const { setup } = honest;
  await honest.child.stop();
  const child = startChild({
    args: [ROGUE_MAIN, "--settings", setup.settingsFile, "--misdeed", misdeed],
    cwd: setup.folder,
    env: { SYNOD_PASSPHRASE_FILE: setup.passphraseFile },
    logFile: join(setup.folder, "rogue.log"),
  });
  const heal = async (): Promise<void> => {
    await child.stop();
    await restartCommitter(devnet.committers, honest, signal);
  };
  try {
    await waitUntilAlive({ setup, child }, signal);
    await untilTaken(stage, misdeed);
  } catch (error) {
    await heal();
    throw error;
  }
  return {
    what: `committer ${victim} misbehaves: ${misdeed}`,
    hit: [victim],
    culprit: committersNamed([victim]),
    isOver: (sight) => sight.areDecided && isFelt(sight, victim),
    heal,
  };
}

async function untilTaken(stage: ChaosStage, misdeed: string): Promise<void> {
  const probe = async (): Promise<true | undefined> => ((await statusesOf(stage)).every(isSound) ? true : undefined);
  const options = { intervalMs: ASK_MS, timeoutMs: CONNECT_LIMIT_MS, signal: stage.signal };
  if ((await pollUntil(probe, options)) !== undefined) return;
  throw new CliError({
    code: "TIMED_OUT",
    what: "the committer that should misbehave was not taken for a member",
    where: misdeed,
    remedy: "read rogue.log in its folder",
  });
}
