import type { Hex } from "viem";
import { messageOf } from "../../../src/failure.ts";
import type { CommitterEvent } from "../../../src/journal/events.ts";
import { decodeFrame, encodeFrame, type PeerFrame } from "../../../src/sessions/frame.ts";
import { DiskJournal } from "../disk/stores.ts";
import type { SentFrame } from "../network/virtual-network.ts";
import { type Submitted, submitPlanned } from "../scenario/decisions.ts";
import type { PlannedDecision } from "../scenario/plan.ts";
import { checkEnd, isQuiet } from "../scenario/play.ts";
import { JOURNAL_CODEC } from "../world/committer-process.ts";
import { World, type WorldImage } from "../world/world.ts";

const LIMIT_MS = 180_000;
const REPLAY_EVERY_MS = 1_000;
const APPROVED: PlannedDecision = { atMs: 0, wish: "approve", agent: 0, wei: 1n, lifetime: 3_600n, stepInMs: 0 };

function worldOf(image: WorldImage, onFrame?: (sent: SentFrame) => void): World {
  const { disks, atMs } = image;
  const lobe = () => ({ kind: "answer", reply: true, reason: "as planned" }) as const;
  const base = { seed: "frames", atMs, chain: image.chain.fork(), members: disks.length, disks, lobe };
  return new World(onFrame === undefined ? base : { ...base, onFrame });
}

async function playThrough(world: World, image: WorldImage, wei: readonly bigint[]): Promise<readonly Submitted[]> {
  const submitted = wei.map((amount, index) => submitPlanned(world, image, { ...APPROVED, wei: amount }, index));
  const isInTime = await world.run(image.atMs + LIMIT_MS, () => isQuiet(world, submitted, wei.length));
  checkEnd(world, submitted, isInTime);
  return submitted;
}

/** Every frame that went while a committee decided, signed and executed two decisions. */
export async function recordFrames(image: WorldImage): Promise<readonly PeerFrame[]> {
  const frames = new Map<string, PeerFrame>();
  const world = worldOf(image, ({ frame }) => {
    const decoded = decodeFrame(frame);
    if (decoded !== undefined) frames.set(Buffer.from(frame).toString("hex"), decoded);
  });
  world.start();
  await playThrough(world, image, [1n, 2n]);
  return [...frames.values()];
}

/** The same frame, as if it were about another decision. */
function about(frame: PeerFrame, decisionId: Hex): PeerFrame {
  switch (frame.kind) {
    case "session":
      return { ...frame, slot: { ...frame.slot, subject: decisionId } };
    case "attestation":
      return { ...frame, decisionId };
    case "signature":
    case "stored":
    case "ask":
    case "approval":
    case "record":
      return { ...frame, subject: decisionId };
    case "chainView":
    case "auditHead":
    case "auditCoSignature":
      return frame;
  }
}

function signatureIn(frame: PeerFrame): readonly Hex[] {
  return "signature" in frame ? [frame.signature] : [];
}

function believedIn(event: CommitterEvent, signatures: ReadonlySet<Hex>): boolean {
  if (event.kind === "AttestationReceived") return signatures.has(event.attestation.signature);
  return event.kind === "SignatureProduced" && signatures.has(event.signature);
}

/** What came of replaying frames while other decisions are on their way. */
export type ReplayOutcome = {
  readonly replays: number;
  /** Journal entries that rest on a replayed frame. */
  readonly believed: readonly CommitterEvent[];
  readonly failure?: string;
};

/**
 * Lets a committee decide two other decisions while one member throws recorded frames at the others, as its own: the
 * transport lets nobody send in another's name.
 */
export async function replayFrames(image: WorldImage, heard: readonly PeerFrame[]): Promise<ReplayOutcome> {
  const world = worldOf(image);
  const signatures = new Set(heard.flatMap(signatureIn));
  let replays = 0;
  const liar = world.machines.at(-1);
  const throwAll = () => {
    for (const receiver of world.machines)
      for (const decisionId of liar === undefined || receiver === liar ? [] : world.amounts.keys())
        for (const frame of heard) {
          receiver.process?.assembly?.heart.onFrame(liar?.peer ?? "0x", encodeFrame(about(frame, decisionId)));
          replays += 1;
        }
    world.time.after(REPLAY_EVERY_MS, throwAll);
  };
  world.time.after(REPLAY_EVERY_MS, throwAll);
  world.start();
  let failure: string | undefined;
  try {
    await playThrough(world, image, [3n, 4n]);
  } catch (cause) {
    failure = `${messageOf(cause)}\n${world.trace.last().join("\n")}`;
  }
  const journals = world.machines.map(({ disk }) => new DiskJournal<CommitterEvent>(disk, JOURNAL_CODEC));
  const believed = journals.flatMap((journal) => [...journal.read()]).filter((event) => believedIn(event, signatures));
  return failure === undefined ? { replays, believed } : { replays, believed, failure };
}
