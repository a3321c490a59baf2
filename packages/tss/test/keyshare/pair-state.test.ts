import { describe, expect, it } from "vitest";
import { decodeKeyShare, encodeKeyShare, partyIndex } from "../../src/index.ts";
import { BOB_PAIR_LENGTH } from "../../src/primitives/pair.ts";
import { H } from "../../src/transcript/hash.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { flip } from "../harness/tamper.ts";

const committee = createCommittee(2, 3, "pair state");
const self = partyIndex(1);
const expected = { domain: committee.domain, self };

describe("the pair state in a stored key share", () => {
  const body = encodeKeyShare(must(dealKeyShares(committee).get(self))).slice(0, -32);
  /** The last partner's pair is at the end: Alice's part with its seal, then Bob's. */
  const sealed = (bytes: Uint8Array): Uint8Array => new Uint8Array([...bytes, ...H("share", bytes)]);

  it("is read back", () => {
    expect(() => decodeKeyShare(sealed(body), expected)).not.toThrow();
  });

  it.each([
    ["Alice", -BOB_PAIR_LENGTH - 1],
    ["Bob", -1],
  ])("of %s is of this key, epoch and partner, each for itself", (_side, offset) => {
    expect(() => decodeKeyShare(sealed(flip(body, offset)), expected)).toThrowError(
      expect.objectContaining({ code: "keyShareMismatch" }),
    );
  });
});
