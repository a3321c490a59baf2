import {
  authorizationDigest,
  authorizeSigning,
  beaconOf,
  type ClaimAndSign,
  commandKey,
  type DecisionId,
  type DecisionWork,
  epochKey,
  type JournalEvent,
  leaderOf,
  type MemberIndex,
  nextCommands,
  type SigningAnswer,
  toMemberIndex,
} from "@synod/core";
import { type Abort, intentDigest, type SigningIntent } from "@synod/tss";
import { bytesToHex, type Hex, hexToBytes } from "viem";
import { banEvents } from "../../committee/bans.ts";
import { bannedParties, type EpochEntry, otherParties, partyOf } from "../../committee/epoch-book.ts";
import { domainOf } from "../../committee/protocol-domain.ts";
import type { RunOutcome, SignOrder } from "../../sessions/messages.ts";
import { shareRef } from "../../sessions/share-name.ts";
import { isSignedBy } from "../../signed-by.ts";
import type { DecisionContext, Handler } from "../context.ts";

type Authorized = Extract<SigningAnswer, { kind: "authorized" }>;
type Seat = { readonly work: DecisionWork; readonly entry: EpochEntry };

function seatOf(context: DecisionContext, decisionId: DecisionId): Seat | undefined {
  const work = context.state().open.get(decisionId);
  const entry = work && context.book.get(epochKey(work.decision.committeeId, work.decision.epoch));
  return work === undefined || entry === undefined ? undefined : { work, entry };
}

/** The same authorization in the protocol library's own form. It hashes it itself. */
function protocolIntent({ intent }: Authorized): SigningIntent {
  const { kind, chainId, epoch, deadline, vault, decisionId, agentId, committeeId, payloadHash, policyHash, registry } =
    intent;
  return {
    kind,
    chainId,
    epoch,
    deadline,
    vault: hexToBytes(vault),
    decisionId: hexToBytes(decisionId),
    agentId: hexToBytes(agentId),
    committeeId: hexToBytes(committeeId),
    payloadHash: hexToBytes(payloadHash),
    policyHash: hexToBytes(policyHash),
    registry: hexToBytes(registry),
  };
}

function orderOf(
  context: DecisionContext,
  seat: Seat,
  order: ClaimAndSign,
  intent: SigningIntent,
): SignOrder | undefined {
  const { entry, work } = seat;
  if (work.result === undefined) return undefined;
  const { chainId, committeeRegistry } = context;
  return {
    kind: "sign",
    run: { subject: order.decisionId, attempt: order.attempt },
    domain: domainOf(chainId, committeeRegistry, entry),
    self: partyOf(entry.self),
    signers: order.signers.map(partyOf),
    leader: partyOf(leaderOf(order.signers, entry.members.length)),
    banned: bannedParties(entry, context.state().banned),
    share: shareRef(entry.committeeId, entry.epoch, entry.self),
    intent,
    beacon: hexToBytes(beaconOf(work.result.block.hash, order.decisionId)),
  };
}

function halted(context: DecisionContext, decisionId: DecisionId, reason: string): readonly JournalEvent[] {
  context.alarms.raise("signingClaimConflict", `decision ${decisionId}: ${reason}`);
  return [{ kind: "SigningHalted", reason: `decision ${decisionId}: ${reason}` }];
}

function refused(context: DecisionContext, decisionId: DecisionId, codes: readonly string[]): readonly JournalEvent[] {
  context.log.warn("the guard refuses to sign", { decisionId, code: codes.join(", ") });
  return codes.includes("CLAIM_CONFLICT") ? halted(context, decisionId, "another digest was claimed before") : [];
}

/** Everything up to here may be repeated; from the first message on, the attempt is burnt whatever happens. */
function claimDurably(
  context: DecisionContext,
  order: ClaimAndSign,
  answer: Authorized,
): readonly JournalEvent[] | undefined {
  const { decisionId, attempt, signers } = order;
  const { epoch, digest } = answer.claim;
  if (context.claims.claim(answer.claim).kind === "conflict")
    return halted(context, decisionId, "the claim store holds another digest");
  context.record([
    { kind: "SignClaimed", decisionId, epoch, digest },
    { kind: "SigningAttemptStarted", decisionId, attempt, signers },
  ]);
  context.rehearsal.reached("after-claim", decisionId);
  return undefined;
}

function memberOf(party: number): MemberIndex {
  return toMemberIndex(party - 1);
}

function aborted(
  context: DecisionContext,
  entry: EpochEntry,
  order: ClaimAndSign,
  abort: Abort,
): readonly JournalEvent[] {
  const { decisionId, attempt } = order;
  const { code, severity, round, silent } = abort;
  const culprits = abort.culprits.map(memberOf);
  const reason = `silent: ${silent.map(memberOf).join()}`;
  context.log.warn("signing aborted", { decisionId, attempt, code, round, culprits: culprits.join(), reason });
  return [
    ...banEvents(context, entry, abort),
    { kind: "SigningAttemptAborted", decisionId, attempt, severity, code, culprits },
  ];
}

async function ended(
  context: DecisionContext,
  { entry }: Seat,
  order: ClaimAndSign,
  outcome: RunOutcome,
  digest: Hex,
): Promise<readonly JournalEvent[]> {
  const { decisionId, attempt } = order;
  if (outcome.kind === "aborted") return aborted(context, entry, order, outcome.abort);
  const isSigned = outcome.kind === "signed" && outcome.digest === digest;
  const signature = isSigned ? outcome.signature : "0x";
  const signer = entry.facts?.groupAddress;
  if (signer === undefined || !(await isSignedBy(signer, digest, signature))) {
    const reason = outcome.kind === "failed" ? outcome.reason : "the signature is not the group key's";
    context.log.error("signing failed", { decisionId, attempt, reason });
    return [{ kind: "SigningAttemptAborted", decisionId, attempt, severity: "retry", code: "failed", culprits: [] }];
  }
  const atBlock = context.view().head.number;
  context.record([{ kind: "SignatureProduced", decisionId, digest, signature, origin: "session", atBlock }]);
  context.rehearsal.reached("after-signature", decisionId);
  return [];
}

async function measured({ pace, metrics }: DecisionContext, run: () => Promise<RunOutcome>): Promise<RunOutcome> {
  const began = pace.nowMs();
  const outcome = await run();
  if (outcome.kind !== "signed") return outcome;
  metrics.signingDuration.observe((pace.nowMs() - began) / 1_000);
  metrics.signatures.inc({ presignature: outcome.presignature });
  return outcome;
}

/**
 * Whether core asks for this very attempt at this moment. The provider may have taken its time: the epoch may have
 * retired meanwhile, finality may have stalled, a later attempt may have its turn.
 */
function isStillDue(context: DecisionContext, order: ClaimAndSign): boolean {
  const view = { ...context.view(), issued: new Set<string>() };
  const key = commandKey(order);
  return nextCommands(context.state(), view).some((command) => commandKey(command) === key);
}

/**
 * Passes the guard with a fresh policy snapshot, binds the decision to its digest for ever, and takes part in one
 * signing session. While an earlier attempt of the decision still runs it waits: that one is about to end or expire.
 */
export const claimAndSign: Handler<ClaimAndSign> = async (context, order) => {
  const { decisionId, attempt } = order;
  const vault = context.state().open.get(decisionId)?.decision.action.vault;
  if (vault === undefined || context.host.runs().some(({ subject }) => subject === decisionId)) return [];
  const snapshot = await context.snapshots.read(vault, context.view().finalised);
  if (!isStillDue(context, order)) return [];
  const now = context.view().finalised.time;
  const question = { decisionId, snapshot, registry: context.decisionRegistry, now };
  const answer = authorizeSigning(context.state(), question);
  if (answer.kind === "refused")
    return refused(
      context,
      decisionId,
      answer.refusals.map(({ code }) => code),
    );
  const seat = seatOf(context, decisionId);
  const intent = protocolIntent(answer);
  const { digest } = answer.claim;
  const signOrder = seat && orderOf(context, seat, order, intent);
  if (seat === undefined || signOrder === undefined) return [];
  if (bytesToHex(intentDigest(intent)) !== digest || authorizationDigest(answer.intent) !== digest)
    return halted(context, decisionId, "two libraries rebuild two digests of one authorization");
  const conflict = claimDurably(context, order, answer);
  if (conflict !== undefined) return conflict;
  context.log.info("signing begun", { decisionId, attempt, signers: order.signers.join() });
  const outcome = await measured(context, () => context.host.run(signOrder, otherParties(seat.entry, order.signers)));
  return ended(context, seat, order, outcome, digest);
};
