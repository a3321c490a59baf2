import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { burnPresignature, type Presignature, partyIndex, startSigning, TssError } from "../../src/index.ts";
import { multiplyBase } from "../../src/math/point.ts";
import { invertScalar, multiplyScalars, ORDER, randomScalar, reduce } from "../../src/math/scalar.ts";
import { combine } from "../../src/sign/combine.ts";
import { bytes32, createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { dealPresignatures } from "../harness/presignature-dealer.ts";
import { signingInput } from "../harness/sessions.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { runs } from "./runs.ts";

const one = partyIndex(1);
const committee = createCommittee(2, 2, "use properties");
const shares = dealKeyShares(committee);

type Step = { readonly slot: number; readonly action: "sign" | "sign otherwise" | "refused" | "burn" };

const steps = fc.array(
  fc.record({ slot: fc.nat({ max: 2 }), action: fc.constantFrom("sign", "sign otherwise", "refused", "burn") }),
  { maxLength: 20 },
) as fc.Arbitrary<readonly Step[]>;

/** Tries one use; true if a message of the presignature was made. */
function use(presignature: Presignature, action: Step["action"]): boolean {
  if (action === "burn") {
    burnPresignature(presignature);
    return false;
  }
  const input = signingInput(committee, one, presignature);
  const change =
    action === "sign" ? {} : action === "refused" ? { beacon: new Uint8Array(3) } : { beacon: bytes32("other") };
  try {
    return startSigning({ ...input, ...change }, committee.rngOf(one)).effects.some(({ kind }) => kind === "send");
  } catch (error) {
    if (error instanceof TssError && ["stateConsumed", "invalidLength"].includes(error.code)) return false;
    throw error;
  }
}

describe(`properties of signing (seed ${TEST_SEED})`, () => {
  it("a presignature makes one message at most, in any order of uses, refusals and burns", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(steps, fc.string(), (plan, label) => {
        const slots = [0, 1, 2].map(
          (slot) => must(dealPresignatures(shares, committee.members, `${label}/${slot}`).get(one)).presignature,
        );
        const made = [0, 0, 0];
        const touched = new Set<number>();
        for (const { slot, action } of plan) {
          const isFirst = !touched.has(slot);
          touched.add(slot);
          const isMade = use(must(slots[slot]), action);
          if (isMade) made[slot] = must(made[slot]) + 1;
          // Only the first touch can make one, and any touch uses the presignature up.
          expect(isMade).toBe(isFirst && action.startsWith("sign"));
          expect(must(slots[slot]).isConsumed).toBe(true);
        }
        expect(made.every((count) => count <= 1)).toBe(true);
      }),
      runs(25),
    );
  });

  it("s is low and the recovery bit right for any key, nonce and message", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.string(), (label) => {
        const rng = seededRng(`${TEST_SEED}/low-s/${label}`);
        const [k, sk, m, phi] = [randomScalar(rng), randomScalar(rng), randomScalar(rng), randomScalar(rng)];
        const noncePoint = multiplyBase(k);
        const { x, y } = noncePoint.toAffine();
        const terms = { m, childKey: multiplyBase(sk), delta: 1n, noncePoint, r: x, isOdd: (y & 1n) === 1n };
        const partial = { u: multiplyScalars(phi, k), w: multiplyScalars(phi, reduce(m + x * sk)) };
        const { s, v } = must(combine(terms, [partial]));
        const plain = multiplyScalars(reduce(m + x * sk), invertScalar(k));
        expect(s).toBe(plain > ORDER / 2n ? ORDER - plain : plain);
        expect(v - 27).toBe(Number((y & 1n) === 1n) ^ Number(plain > ORDER / 2n));
      }),
      runs(100),
    );
  });
});
