import { describe, expect, it } from "vitest";
import type { RoundSize } from "../../src/engine/stage.ts";
import { keygenDealing } from "../../src/evidence/keygen-dealing.ts";
import { layoutLength } from "../../src/evidence/layout.ts";
import { presignLayouts } from "../../src/evidence/presign-faults.ts";
import { reshareDealing } from "../../src/evidence/reshare-dealing.ts";
import type { RoundLayout } from "../../src/evidence/round-layout.ts";
import type { PartyIndex } from "../../src/index.ts";
import { keygenSizes } from "../../src/keygen/terms.ts";
import { presignSizes } from "../../src/presign/terms.ts";
import { must } from "../harness/committee.ts";
import { committee, keygenOf, one, reshareOf, three, two } from "./cases.ts";

const HELLO = 65;

/** Every payload of a session has the length that the session's own table says. */
function expectLengths(layouts: readonly RoundLayout[], sizes: readonly RoundSize[], members: readonly PartyIndex[]) {
  expect(layouts).toHaveLength(sizes.length);
  for (const [i, size] of sizes.entries()) {
    const layout = must(layouts[i]);
    for (const from of members) {
      expect(layoutLength(layout.broadcast(from))).toBe(size.broadcastBytes(from) + (i === 0 ? HELLO : 0));
      expect(layout.direct === undefined).toBe(size.directBytes === undefined);
      for (const to of members.filter((party) => party !== from)) {
        expect(layoutLength(layout.direct?.(from, to) ?? [])).toBe(size.directBytes?.(from, to) ?? 0);
      }
    }
  }
}

describe("the layouts by which evidence is judged", () => {
  it("are as long as the messages of a key generation", () => {
    const { layouts, minSigners } = must(keygenDealing(keygenOf().terms));
    expectLengths(layouts, keygenSizes(minSigners), committee.members);
  });

  it.each([
    [1, "epoch"],
    [3, "epoch"],
    [1, "ephemeral"],
    [16, "ephemeral"],
  ] as const)("are as long as the messages of a presigning of %i with %s pairs", (count, otMode) => {
    expectLengths(presignLayouts({ count, otMode }), presignSizes({ count, otMode }), committee.members);
  });

  it("follow the roles in a reshare: 1 deals and receives, 2 receives, 3 deals", () => {
    const run = reshareOf();
    const { layouts, dealers, receivers } = must(reshareDealing(run.terms));
    expect(dealers).toEqual([one, three]);
    expect(receivers).toEqual([one, two]);
    for (const [party, messages] of run.messages) {
      for (const [i, { broadcast }] of messages.entries()) {
        expect(layoutLength(must(layouts[i]).broadcast(party))).toBe(broadcast.length);
        for (const to of must(layouts[i]).direct === undefined ? [] : [one, two, three].filter((p) => p !== party)) {
          const { payload } = run.opened(party, i + 1, to);
          expect(layoutLength(must(layouts[i]).direct?.(party, to) ?? [])).toBe(payload.length);
        }
      }
    }
  });
});
