import { killHard, startCommitter, untilReady } from "./committer.ts";
import type { Member } from "./deployment.ts";
import type { Program } from "./program.ts";

/**
 * The process that stands for each member now. The devnet started the first one; whoever replaces it here owns the
 * successor and gives it up with {@link MemberProcesses.close}.
 */
export class MemberProcesses {
  readonly #ours = new Map<number, Program>();

  /** Kills a member's process as by `kill -9`, whoever started it. */
  async kill(member: Member): Promise<void> {
    const own = this.#ours.get(member.memberIndex);
    this.#ours.delete(member.memberIndex);
    if (own !== undefined) await own.stop("SIGKILL");
    else await killHard(member.pid);
  }

  /** Starts a member's committer again and waits until it is ready. */
  async restart(member: Member, env: Readonly<Record<string, string>> = {}): Promise<Program> {
    const program = startCommitter(member, env);
    this.#ours.set(member.memberIndex, program);
    await untilReady(member);
    return program;
  }

  /** A process of ours has ended by itself. */
  forget(member: Member): void {
    this.#ours.delete(member.memberIndex);
  }

  /** Ends every process that was started here. */
  async close(): Promise<void> {
    await Promise.all([...this.#ours.values()].map((program) => program.stop("SIGTERM")));
    this.#ours.clear();
  }
}
