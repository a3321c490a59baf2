import { describe, expect, it } from "vitest";
import { type PartyIndex, shortestEvidence, verifyEvidence } from "../../src/index.ts";
import { u256 } from "../../src/math/bytes.ts";
import { ORDER } from "../../src/math/scalar.ts";
import { accuse, type PaperTamper } from "../harness/paper-session.ts";
import { flip, overwrite } from "../harness/tamper.ts";
import { cheatBroadcast, cheatDirect, equivocation, keygenOf, one, two } from "./cases.ts";

function malformed(round: number, tamper: PaperTamper, to: PartyIndex = two) {
  return accuse(keygenOf(tamper), one, "malformedMessage", { rounds: [round], to });
}

describe("the shortest form of evidence", () => {
  it("closes a direct payload that the verdict does not need", () => {
    const evidence = malformed(
      3,
      cheatBroadcast(3, (bytes) => bytes.slice(1)),
    );
    const short = shortestEvidence(evidence);
    expect(short).toEqual({ ...evidence, direct: undefined });
    expect(evidence.direct).toBeDefined();
    expect(verifyEvidence(short)).toEqual(verifyEvidence(evidence));
    expect(verifyEvidence(short)).toMatchObject({ kind: "proven", culprit: 1 });
  });

  it("is the same object if nothing is opened", () => {
    const evidence = accuse(keygenOf(cheatBroadcast(3, (bytes) => bytes.slice(1))), one, "malformedMessage", {
      rounds: [3],
    });
    expect(shortestEvidence(evidence)).toBe(evidence);
  });

  it("keeps the payload that shows the fault", () => {
    const tooLarge = cheatDirect(4, (bytes) => overwrite(bytes, 0, u256(ORDER)));
    const evidence = malformed(4, tooLarge);
    expect(shortestEvidence(evidence)).toBe(evidence);
    expect(verifyEvidence(evidence)).toMatchObject({ kind: "proven", culprit: 1 });
  });

  it("leaves other faults as they are", () => {
    const share = accuse(keygenOf(cheatDirect(4, (bytes) => overwrite(bytes, 0, u256(5n)))), one, "feldmanShare", {
      to: two,
    });
    const doubled = equivocation(keygenOf(), 3, { payloadHash: new Uint8Array(32).fill(1) });
    const opened = keygenOf(cheatBroadcast(3, (bytes) => flip(bytes, 98)));
    const superfluous = { ...accuse(opened, one, "commitmentOpening"), direct: opened.opened(one, 3, two) };
    expect(shortestEvidence(superfluous)).toBe(superfluous);
    expect(shortestEvidence(share)).toBe(share);
    expect(shortestEvidence(doubled)).toBe(doubled);
  });
});
