import { describe, expect, it } from "vitest";
import { SEAL_OVERHEAD } from "../../src/envelope/channel.ts";
import { decodeFrame, encodeFrame, frameLength } from "../../src/envelope/frame.ts";
import { LEAF_LENGTH } from "../../src/envelope/payload.ts";
import { partyIndex, receive } from "../../src/index.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { startToy } from "../harness/toy-protocol.ts";

/** What a frame may have beyond the exact length of its round (docs/protocol/envelope.md step 6). */
const SLACK = 256;

const committee = createCommittee(2, 3, "bounds");
const [sender, self] = [partyIndex(1), partyIndex(2)];

function reasonFor(frame: Uint8Array): string {
  const [effect] = receive(startToy(committee, self).session, sender, frame, committee.rngOf(self)).effects;
  return effect?.kind === "ignored" ? effect.reason : must(effect).kind;
}

describe("the length of a frame", () => {
  it("may be that of the longest round and 256 bytes, not one more, before anything is parsed", () => {
    // The toy's second round: a byte to all, four to each of two others.
    const most = frameLength(1, 2, LEAF_LENGTH + 4 + SEAL_OVERHEAD) + SLACK;
    expect(reasonFor(new Uint8Array(most))).toBe("undecodable");
    expect(reasonFor(new Uint8Array(most + 1))).toBe("oversized");
  });

  it("may be that of its own round and 256 bytes, not one more", () => {
    const [effect] = startToy(committee, sender).effects;
    const frame = must(decodeFrame(effect?.kind === "send" ? effect.frame : new Uint8Array(0)));
    const longer = (bytes: number): Uint8Array =>
      encodeFrame({ ...frame, broadcast: new Uint8Array([...frame.broadcast, ...new Uint8Array(bytes)]) });
    expect(reasonFor(longer(SLACK))).toBe("unauthentic");
    expect(reasonFor(longer(SLACK + 1))).toBe("oversized");
  });
});
