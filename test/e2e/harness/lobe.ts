import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Address } from "viem";
import { killHard, startCommitter, untilReady } from "./committer.ts";
import { type Deployment, membersOf } from "./deployment.ts";
import type { Program } from "./program.ts";

/**
 * Restarts every committer of a devnet with a lobe that approves of whatever one account asks for, so that the policy of
 * a vault is all that stands against it. The caller stops the programs.
 */
export async function approveAllOf(deployment: Deployment, submitter: Address): Promise<readonly Program[]> {
  const members = membersOf(deployment);
  const rules = { version: 1, rules: [{ name: "whatever it asks for", when: { submitter }, reply: true }] };
  const programs: Program[] = [];
  for (const member of members) {
    const file = join(dirname(member.settingsFile), "rules-of-one.json");
    writeFileSync(file, JSON.stringify(rules));
    const settings: object = JSON.parse(readFileSync(member.settingsFile, "utf8"));
    writeFileSync(member.settingsFile, JSON.stringify({ ...settings, lobes: [{ kind: "rules", file }] }));
    await killHard(member.pid);
    programs.push(startCommitter(member));
  }
  await Promise.all(members.map(untilReady));
  return programs;
}
