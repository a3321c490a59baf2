import { describe, expect, it } from "vitest";
import { decodeFrame } from "../../src/envelope/frame.ts";
import { type PartyIndex, partyIndex } from "../../src/index.ts";
import { lagrangeCoefficient } from "../../src/math/lagrange.ts";
import { decodePoint, encodePoint, multiplyUnsafe, type Point } from "../../src/math/point.ts";
import { createPresignTerms } from "../../src/presign/terms.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { runPresign } from "../harness/sessions.ts";
import { roundOf } from "../harness/tamper.ts";

const signers = [1, 3].map(partyIndex) as [PartyIndex, PartyIndex];
const committee = createCommittee(2, 3, "masks");
const shares = dealKeyShares(committee);
const { record } = must(shares.get(signers[0]));

describe("the public share of a signer", () => {
  const { deliveries, outputs } = runPresign({ committee, shares, signers });
  /** sk_i G: the last point of what a signer opens. */
  const publicShare = (party: PartyIndex): Point => {
    const opening = must(deliveries.find(({ from, frame }) => from === party && roundOf(frame) === 3));
    return must(decodePoint(must(decodeFrame(opening.frame)).broadcast.slice(-33)));
  };

  it("is that of its key share under a mask, and all of them add up to the key", () => {
    expect(outputs.size).toBe(2);
    const [first, second] = signers.map(publicShare);
    expect(encodePoint(must(first).add(must(second)))).toEqual(record.groupKey);
    for (const party of signers) {
      const share = must(decodePoint(must(record.verificationShares.get(party))));
      const unmasked = multiplyUnsafe(share, lagrangeCoefficient(signers, party));
      expect(publicShare(party).equals(unmasked)).toBe(false);
    }
  });
});

describe("the number of presignatures of a session", () => {
  it.each([0, 1.5, 17, Number.NaN])("is not %d", (count) => {
    const share = must(shares.get(signers[0]));
    expect(() => createPresignTerms(share, signers, new Set(), { count, otMode: "epoch" })).toThrowError(
      expect.objectContaining({ code: "integerOutOfRange" }),
    );
  });
});
