import { eventually } from "@synod/testing/eventually";
import type { Hex } from "viem";
import { type Deployment, type Member, membersOf } from "./deployment.ts";
import { type Program, startProgram } from "./program.ts";

/** What a committer answers about one decision. */
export type DecisionReport = {
  readonly decisionId: Hex;
  readonly state: string;
  readonly attesters: readonly number[];
  readonly signers: readonly number[];
  readonly attempts: number;
  readonly refusal?: string;
};

/** Starts a member's committer, as an operator would. */
export function startCommitter(member: Member, env: Readonly<Record<string, string>> = {}): Program {
  const secrets = { SYNOD_PASSPHRASE_FILE: member.passphraseFile };
  return startProgram("apps/committer/src/main.ts", ["--settings", member.settingsFile], { ...secrets, ...env });
}

/** Kills a process that is not our child, as by `kill -9`, and waits until it is gone. */
export async function killHard(pid: number): Promise<void> {
  process.kill(pid, "SIGKILL");
  await eventually(async () => (isAlive(pid) ? undefined : true));
}

/** Whether a process with this id still runs. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Waits until a member's committer says that it is ready. */
export async function untilReady(member: Member): Promise<void> {
  await eventually(async () => ((await answers(`${member.httpUrl}/readyz`)) ? true : undefined));
}

/** Whether an endpoint answers with success. */
export async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** What a member's committer says of a decision; `undefined` while it does not know it. */
export async function reportOf(member: Member, decisionId: Hex): Promise<DecisionReport | undefined> {
  const response = await fetch(`${member.httpUrl}/decisions/${decisionId}`);
  return response.ok ? ((await response.json()) as DecisionReport) : undefined;
}

/** Waits until every member's committer has refused a decision, and answers why. */
export async function untilAllRefuse(deployment: Deployment, decisionId: Hex): Promise<readonly string[]> {
  return eventually(async () => {
    const reports = await Promise.all(membersOf(deployment).map((member) => reportOf(member, decisionId)));
    const refusals = reports.flatMap((report) => report?.refusal ?? []);
    return refusals.length === reports.length ? refusals : undefined;
  });
}
