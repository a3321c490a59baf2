import { epochKey, type JournalEvent, type MemberIndex, type PeerId, toDecisionId, toMemberIndex } from "@synod/core";
import { numberToHex, zeroAddress } from "viem";
import type { AuditFile } from "../../src/audit/audit-file.ts";
import { AuditLog } from "../../src/audit/audit-log.ts";
import { HeadBook } from "../../src/audit/head-book.ts";
import type { HeadContext } from "../../src/audit/head-context.ts";
import { HeadCourier } from "../../src/audit/head-courier.ts";
import { HeadWitness } from "../../src/audit/head-witness.ts";
import { EpochBook } from "../../src/committee/epoch-book.ts";
import type { AuditHeadKept } from "../../src/journal/events.ts";
import { decodeFrame, type PeerFrame } from "../../src/sessions/frame.ts";
import { testNotices } from "./notices.ts";
import { ACTIVE_FACTS, SAMPLE_EPOCH, sampleIdentity } from "./sample-epoch.ts";

/** Records after which the members of these tests show a head. */
export const HEAD_RECORDS = 4;
/** Blocks after which they do. */
export const HEAD_BLOCKS = 10;

type Name = "self" | "peer";
type Frame<Kind extends PeerFrame["kind"]> = Extract<PeerFrame, { kind: Kind }>;

/** Facts, each a record of an audit log. The same `story` and number make the same record. */
export function factsOf(count: number, story = "as it was", from = 0): readonly JournalEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const decisionId = toDecisionId(numberToHex(from + index, { size: 32 }));
    return { kind: "DecisionParked", decisionId, reason: story };
  });
}

/** A file that nobody reads. */
export function forgottenFile(): AuditFile {
  return { path: "audit.jsonl", read: () => "", append: () => undefined };
}

/** A member of the sample epoch with an audit log, which notes what it records and sends. */
export function headMember(name: Name, { log = factsOf(HEAD_RECORDS), heads = new HeadBook() } = {}) {
  const identity = sampleIdentity(name);
  const notices = testNotices();
  const self: MemberIndex = toMemberIndex(name === "self" ? 0 : 1);
  const book = new EpochBook();
  book.apply({ ...SAMPLE_EPOCH, self });
  book.setFacts(epochKey(SAMPLE_EPOCH.committeeId, SAMPLE_EPOCH.epoch), ACTIVE_FACTS);
  const audit = AuditLog.open(forgottenFile(), log);
  const noted: string[] = [];
  const sent: PeerFrame[] = [];
  const connected = new Set<PeerId>([sampleIdentity(name === "self" ? "peer" : "self").peer]);
  let head = 100n;
  const context: HeadContext = {
    ...{ chainId: 31_337n, committeeRegistry: zeroAddress, identity, audit, book, heads, ...notices },
    ...{ headRecords: HEAD_RECORDS, headBlocks: HEAD_BLOCKS },
    record: (event: AuditHeadKept) => {
      noted.push(`records ${event.length}`);
      heads.apply(event);
    },
    transport: {
      connected: () => connected,
      send: (_to, frame) => {
        const decoded = decodeFrame(frame);
        if (decoded === undefined) return;
        noted.push(`sends ${decoded.kind}`);
        sent.push(decoded);
      },
    },
    moment: () => {
      const block = { number: head, hash: `0x${"f1".repeat(32)}`, time: 0n } as const;
      return { head: block, finalised: block, finality: "advancing", unfinalised: [] };
    },
  };
  const courier = new HeadCourier(context);
  const witness = new HeadWitness(context);
  const taken = <Kind extends PeerFrame["kind"]>(kind: Kind) =>
    sent.splice(0).filter((frame): frame is Frame<Kind> => frame.kind === kind);
  return {
    ...{ identity, book, audit, heads, noted, connected, courier, witness, alarms: notices.alarms, taken },
    /** A later block, and what is due in it. */
    step: (blocks = 1n) => {
      head += blocks;
      return courier.step();
    },
  };
}

/** One member of {@link headMember}. */
export type HeadMember = ReturnType<typeof headMember>;

/** One block of both: what `owner` shows reaches `witness`, and its answer comes back. @returns what was shown */
export async function exchange(owner: HeadMember, witness: HeadMember): Promise<readonly Frame<"auditHead">[]> {
  await Promise.all([owner.step(), witness.step()]);
  const shown = owner.taken("auditHead");
  witness.taken("auditHead");
  for (const frame of shown) await witness.witness.onHead(owner.identity.peer, frame);
  for (const frame of witness.taken("auditCoSignature"))
    await owner.courier.onCoSignature(witness.identity.peer, frame);
  return shown;
}
