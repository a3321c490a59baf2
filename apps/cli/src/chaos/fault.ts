import type { Hex } from "viem";
import type { Check } from "../demo/demo-row.ts";
import type { ChaosStage } from "./chaos-stage.ts";
import type { Evidence } from "./evidence.ts";
import type { Sight } from "./watch.ts";

/** A fault that stands. */
export type Injection = {
  /** What was done, in words. */
  readonly what: string;
  /** Members at which it is aimed; none when it hits all alike. */
  readonly hit: readonly number[];
  /** Who or what is to blame for it, as {@link Judgement.blame} should have it. */
  readonly culprit: string;
  /** A decision that the chain took back, if the fault is that. */
  readonly ghost?: Hex;
  /** Whether enough was seen for the fault to end; asked about twice a second. */
  readonly isOver: (sight: Sight) => boolean;
  /** Takes the fault away. */
  readonly heal: () => Promise<void>;
};

/** What a fault came to. */
export type Judgement = {
  /** What happened, in a few words. */
  readonly happened: string;
  /** Whom the committee's own observations blame, in a few words; "nobody" is an answer. */
  readonly blame: string;
  /** What must hold besides {@link commonChecks}. */
  readonly checks: readonly Check[];
  /** Alarms that belong to the fault; any other is unexpected. */
  readonly alarms: readonly string[];
};

/** One named fault. It meets a healthy committee, and leaves one behind. */
export type Fault = {
  readonly name: string;
  /** One line for a list of faults. */
  readonly summary: string;
  /** What a sound committee does, in a few words. */
  readonly expected: string;
  /** Brings the fault about. */
  readonly inject: (stage: ChaosStage) => Promise<Injection>;
  /** Says what came of it, from the evidence alone. */
  readonly judge: (evidence: Evidence) => Judgement;
};
