import type { Hex } from "viem";
import { z } from "zod";
import type { DeployedMember } from "../deployment/deployment.ts";

const reportSchema = z.object({
  state: z.string(),
  attesters: z.array(z.int().nonnegative()).readonly(),
  signers: z.array(z.int().nonnegative()).readonly(),
  attempts: z.int().nonnegative(),
  reason: z.string().optional(),
  refusal: z.string().optional(),
  parked: z.string().optional(),
  transactionHash: z.string().optional(),
});

/** What one committer says about one decision. */
export type CommitterReport = Readonly<z.infer<typeof reportSchema>> & { readonly memberIndex: number };

type Asked = Pick<DeployedMember, "memberIndex" | "httpUrl">;

const PATIENCE_MS = 2_000;

/** Asks every committer about a decision. One that is down or does not know the decision is left out. */
export async function askCommitters(members: readonly Asked[], decisionId: Hex): Promise<readonly CommitterReport[]> {
  const answers = await Promise.all(members.map((member) => askCommitter(member, decisionId)));
  return answers.filter((answer) => answer !== undefined);
}

/** Members that signed, by the account of those who took part in the latest attempt; empty when nobody tells. */
export function signersOf(reports: readonly CommitterReport[]): readonly number[] {
  const latest = reports.toSorted((a, b) => b.attempts - a.attempts).find(({ signers }) => signers.length > 0);
  return latest?.signers ?? [];
}

async function askCommitter({ memberIndex, httpUrl }: Asked, decisionId: Hex): Promise<CommitterReport | undefined> {
  try {
    const response = await fetch(`${httpUrl}/decisions/${decisionId}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const report = reportSchema.safeParse(await response.json());
    return response.ok && report.success ? { memberIndex, ...report.data } : undefined;
  } catch {
    return undefined;
  }
}
