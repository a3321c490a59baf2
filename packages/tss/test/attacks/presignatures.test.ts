import { describe, expect, it } from "vitest";
import {
  burnPresignature,
  type GroupSignature,
  intentDigest,
  type PartyIndex,
  partyIndex,
  type SigningInput,
  type SigningIntent,
  startPresign,
  startSigning,
} from "../../src/index.ts";
import { exposeKeyShare } from "../../src/keyshare/key-share.ts";
import { invertScalar, multiplyScalars, ORDER, reduce } from "../../src/math/scalar.ts";
import { hedgedRng } from "../../src/presign/hedged-rng.ts";
import { rerandomise } from "../../src/sign/rerandomise.ts";
import { signingTerms } from "../../src/sign/start.ts";
import { bytes32, createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { toHex } from "../harness/hex.ts";
import { dealPresignatures } from "../harness/presignature-dealer.ts";
import { pump } from "../harness/pump.ts";
import { presignInput, runSigning, sampleIntent, signingInput } from "../harness/sessions.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { expectFault } from "./fault.ts";
import { filesWith } from "./source.ts";

const [one, two] = [1, 2].map(partyIndex) as [PartyIndex, PartyIndex];
const committee = createCommittee(2, 2, "attacks presignatures");
const shares = dealKeyShares(committee);

function dealt(label: string) {
  return dealPresignatures(shares, committee.members, label);
}

/** The sample intent with another payload. */
function intentFor(payload: string): SigningIntent {
  const intent = sampleIntent(committee);
  if (intent.kind !== "authorization") throw new TypeError("the sample is no authorization");
  return { ...intent, payloadHash: bytes32(payload) };
}

/** w_i = m φ + r' (v + ε φ) and u'_i = u + δ φ for given secrets: what a signer sends, twice for one presignature. */
function partial(input: SigningInput, secrets: { readonly phi: bigint; readonly u: bigint; readonly v: bigint }) {
  const { m, r, delta } = must(rerandomise(signingTerms(input)));
  const { phi, u, v } = secrets;
  return { m, r, delta, u: reduce(u + delta * phi), w: reduce(m * phi + r * v) };
}

describe(`attacks on presignatures (seed ${TEST_SEED})`, () => {
  it("V-12 wrong ψ: no signature comes out, the presignature is burnt, nobody is named", { timeout: 60_000 }, () => {
    for (const mutation of ["flip", "zero", "random", "earlier"]) {
      expectFault(`presign/2of3-1bad/r3/direct.psi.${mutation}/all#0`);
      expectFault(`presign/3of4-1bad/r3/direct.psi.${mutation}/one#0`);
    }
  });

  it("V-13 presignature reuse: the attack, for documentation, gives the key from two uses of one presignature", () => {
    const parts = dealt("reuse");
    const intents = ["first", "second"].map((text) => intentFor(text));
    // What an observer of both messages of all signers adds up: U_k = φ (k + δ_k), W_k = φ (m_k + r_k sk).
    const sums = intents.map((intent) => {
      const each = [...parts].map(([party, { presignature, ...secrets }]) =>
        partial({ ...signingInput(committee, party, presignature), intent }, secrets),
      );
      const { m, r, delta } = must(each[0]);
      return {
        m,
        r,
        delta,
        U: reduce(each.reduce((sum, { u }) => sum + u, 0n)),
        W: reduce(each.reduce((sum, { w }) => sum + w, 0n)),
      };
    });
    const [a, b] = [must(sums[0]), must(sums[1])];
    const phi = multiplyScalars(reduce(a.U - b.U), invertScalar(reduce(a.delta - b.delta)));
    const inverse = invertScalar(phi);
    const secretKey = multiplyScalars(reduce(multiplyScalars(a.W, inverse) - a.m), invertScalar(a.r));
    const real = committee.members.map((party) => exposeKeyShare(must(shares.get(party))).share.expose());
    // λ = 2 and -1 for parties 1 and 2.
    expect(secretKey).toBe(reduce(2n * must(real[0]) + (ORDER - 1n) * must(real[1])));
  });

  it("V-13 presignature reuse: the second call throws, whatever became of the first (kill -9: packages/storage/test/kill.test.ts, test/e2e/test/crash.test.ts)", () => {
    const { presignature } = must(dealt("twice").get(one));
    const input = signingInput(committee, one, presignature);
    const { session } = startSigning(input, committee.rngOf(one));
    expect(session.status).toBe("running");
    const consumed = expect.objectContaining({ code: "stateConsumed" });
    expect(() => startSigning(input, committee.rngOf(one))).toThrowError(consumed);
    expect(() => startSigning({ ...input, intent: intentFor("other") }, committee.rngOf(one))).toThrowError(consumed);
    // Also when the first call was refused, or threw half-way: there is no way back to an unused presignature.
    const refused = must(dealt("refused").get(one)).presignature;
    const broken = () =>
      startSigning({ ...signingInput(committee, one, refused), beacon: new Uint8Array(31) }, committee.rngOf(one));
    expect(broken).toThrowError(expect.objectContaining({ code: "invalidLength" }));
    expect(() => startSigning(signingInput(committee, one, refused), committee.rngOf(one))).toThrowError(consumed);
    const burnt = must(dealt("burnt").get(one)).presignature;
    burnPresignature(burnt);
    expect(() => startSigning(signingInput(committee, one, burnt), committee.rngOf(one))).toThrowError(consumed);
  });

  it("V-14 backup and snapshot rollback: a presignature has no stored form (stores: apps/committer/test/stores.test.ts)", () => {
    const { presignature } = must(dealt("stored").get(one));
    // No codec: what cannot be stored cannot be restored.
    expect(filesWith(/(encode|decode|store|serialise|serialize)Presignature/i)).toEqual([]);
    const json = JSON.stringify(presignature, (_key, value) => (typeof value === "bigint" ? String(value) : value));
    expect(Object.keys(JSON.parse(json))).toEqual(["terms"]);
    const revived = Object.assign(Object.create(Object.getPrototypeOf(presignature)), { terms: presignature.terms });
    expect(() => startSigning(signingInput(committee, one, revived), committee.rngOf(one))).toThrowError(
      expect.objectContaining({ code: "stateConsumed" }),
    );
    expect(() => structuredClone(presignature)).not.toThrow();
    expect(() =>
      startSigning(signingInput(committee, one, structuredClone(presignature)), committee.rngOf(one)),
    ).toThrowError(expect.objectContaining({ code: "stateConsumed" }));
    // The original is still good: none of this used it.
    const other = must(dealt("stored").get(two)).presignature;
    const report = runSigning(
      committee,
      new Map([
        [one, presignature],
        [two, other],
      ]),
    );
    expect(report.outputs.size).toBe(2);
  });

  it("V-41 low entropy: 100,000 nonces of one constant source are all different", { timeout: 120_000 }, () => {
    const share = must(shares.get(one));
    const constant = (length: number): Uint8Array => new Uint8Array(length).fill(7);
    const seen = new Set<string>();
    // Presignings that differ in session, round, party or attempt have another context; within one the counter runs.
    const contexts = 100;
    for (let i = 0; i < contexts; i++) {
      const hedged = hedgedRng(share, [bytes32(`context ${i}`)], constant);
      for (let draw = 0; draw < 1_000; draw++) seen.add(toHex(hedged(32)));
    }
    expect(seen.size).toBe(contexts * 1_000);
    const source = seededRng(`${TEST_SEED}/entropy`);
    const hellos = Array.from({ length: 64 }, (_, i) => {
      const input = { ...presignInput({ committee, shares, signers: committee.members }, one), attempt: BigInt(i) };
      const [sent] = startPresign(input, source).effects;
      return sent?.kind === "send" ? toHex(sent.frame.slice(295, 295 + 32)) : expect.fail("no frame");
    });
    expect(new Set(hellos).size).toBe(hellos.length);
  });

  it("V-41 low entropy: a source of a wrong length or of zeros is refused", () => {
    const input = presignInput({ committee, shares, signers: committee.members }, one);
    for (const source of [
      (length: number) => new Uint8Array(length),
      (length: number) => new Uint8Array(length).fill(7),
      () => new Uint8Array(0),
      (length: number) => new Uint8Array(length + 1),
    ]) {
      expect(() => startPresign(input, source)).toThrowError(expect.objectContaining({ code: "brokenRng" }));
    }
  });

  it("V-34 Lindell17 abort: signatures that fail leak nothing to retry on, each costs its own presignature", () => {
    for (let i = 0; i < 3; i++) {
      const parts = dealt(`failing ${i}`);
      const presignatures = new Map([...parts].map(([party, { presignature }]) => [party, presignature]));
      // Party 1 signs another message in the same session: its message is dropped, nothing is put out.
      const report = runSigning(committee, presignatures, (input) =>
        input.self === one ? { ...input, intent: intentFor(`lie ${i}`) } : input,
      );
      expect(report.outputs.size).toBe(0);
      expect([...presignatures.values()].every(({ isConsumed }) => isConsumed)).toBe(true);
    }
    for (const mutation of ["flip", "zero", "random"]) expectFault(`sign/2of3-1bad/r1/broadcast.w.${mutation}/all#0`);
  });
});

describe(`attacks on signing (seed ${TEST_SEED})`, () => {
  it("V-18 split view by coordinator: no signer sends two shares for one presignature, other terms never meet", () => {
    const parts = dealt("split");
    const starts = new Map(
      [...parts].map(([party, { presignature }]) => {
        const intent = intentFor(`for party ${party}`);
        return [
          party,
          startSigning({ ...signingInput(committee, party, presignature), intent }, committee.rngOf(party)),
        ] as const;
      }),
    );
    const report = pump<GroupSignature>(new Map(starts), { rngOf: committee.rngOf });
    expect(report.outputs.size).toBe(0);
    expect(new Set(report.ignored.map(({ reason }) => reason))).toEqual(new Set(["otherSession"]));
    for (const party of committee.members)
      expect(report.deliveries.filter(({ from }) => from === party)).toHaveLength(1);
    expect(new Set([...parts.keys()].map((party) => toHex(intentDigest(intentFor(`for party ${party}`))))).size).toBe(
      2,
    );
  });
});
