import type { AgentId } from "../decision/ids.ts";
import type { Decision } from "../decision/types.ts";
import type { Later } from "./later.ts";

/** What a lobe says to one decision request. */
export interface LobeReply {
  /** `true` approves, `false` rejects. */
  readonly reply: boolean;
  /** Why, for people; at most 1,024 characters are kept. */
  readonly reason: string;
}

/** Answers decision requests of one agent, or of any. */
export interface Lobe {
  /** The agent it answers for; absent: any. */
  readonly agentId?: AgentId;
  /**
   * The reply to one decision. An implementation that cannot answer rejects; the committer journals `LobeUnanswered`
   * and asks again later, it never invents a reply.
   */
  replyDecision(decision: Decision): Later<LobeReply>;
}
