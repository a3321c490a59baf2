/** Whether the committer can do its work, with one line per missing condition. */
export type Readiness = { readonly ready: boolean; readonly missing: readonly string[] };

/** One decision as the endpoints show it. */
export type DecisionReport = {
  readonly decisionId: string;
  readonly agentId: string;
  readonly committeeId: string;
  readonly epoch: string;
  /** Where it stands in this committer's eyes; terminal states come from finalised chain facts. */
  readonly state: string;
  /** This committer's own lobe reply, once given. */
  readonly reply?: boolean;
  readonly reason?: string;
  /** Members that attested the canonical result, by the chain's account; before there is one, those heard here. */
  readonly attesters: readonly number[];
  /** Members of the latest signing attempt. */
  readonly signers: readonly number[];
  readonly attempts: number;
  readonly refusal?: string;
  readonly parked?: string;
  readonly transactionHash?: string;
};

/** What the endpoints read. Every call answers from memory, except the metrics' own collection. */
export type ReportSource = {
  readiness(): Readiness;
  status(): object;
  decisions(): readonly DecisionReport[];
  decision(decisionId: string): DecisionReport | undefined;
  metrics(): Promise<{ readonly contentType: string; readonly body: string }>;
};
