import { describe, expect, it } from "vitest";
import { compareViews, type ViewEvidence } from "../../src/index.ts";
import { must } from "../harness/committee.ts";
import type { PaperRun } from "../harness/paper-session.ts";
import { equivocation, keygenOf, one } from "./cases.ts";

const run = keygenOf();

/** What a party accepted in round 2. */
function viewOf({ terms, messages }: PaperRun): ViewEvidence {
  return { kind: "view", terms, accepted: [...messages.values()].map((sent) => must(sent[1]).signed) };
}

describe("two views", () => {
  const ours = viewOf(run);

  it("agree if they hold the same envelopes", () => {
    expect(compareViews(ours, viewOf(run))).toEqual({ kind: "agreement" });
  });

  it("convict who signed two envelopes for one slot", () => {
    const evidence = equivocation(run, 2, { payloadHash: new Uint8Array(32).fill(1) });
    const theirs = { ...ours, accepted: [evidence.second, ...ours.accepted.slice(1)] };
    expect(compareViews(ours, theirs)).toEqual({ kind: "equivocation", evidence });
    expect(evidence.first.envelope.from).toBe(one);
  });

  it("of two sessions say nothing, also if all envelopes are the same", () => {
    const terms = { ...ours.terms, attempt: ours.terms.attempt + 1n };
    expect(compareViews(ours, { ...ours, terms })).toEqual({ kind: "inconclusive" });
  });

  it("say nothing if either lacks an envelope", () => {
    const fewer = { ...ours, accepted: ours.accepted.slice(1) };
    expect(compareViews(ours, fewer)).toEqual({ kind: "inconclusive" });
    expect(compareViews(fewer, ours)).toEqual({ kind: "inconclusive" });
  });

  it("say nothing if one shows an envelope that was not signed", () => {
    const [first, ...rest] = ours.accepted;
    const { envelope, signature } = must(first);
    const forged = { envelope: { ...envelope, payloadHash: new Uint8Array(32).fill(1) }, signature };
    expect(compareViews(ours, { ...ours, accepted: [forged, ...rest] })).toEqual({ kind: "inconclusive" });
  });
});
