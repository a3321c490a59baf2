import { describe, expect, it } from "vitest";
import type { Stage } from "../../src/engine/stage.ts";
import {
  decodeKeyShare,
  encodeKeyShare,
  type KeyShare,
  type PartyIndex,
  type Presignature,
  partyIndex,
  type Started,
  startPresign,
  usablePartners,
} from "../../src/index.ts";
import { exposeKeyShare } from "../../src/keyshare/key-share.ts";
import { indexedId } from "../../src/presign/hashes.ts";
import { openPresign } from "../../src/presign/start.ts";
import { extendSender } from "../../src/primitives/extension.ts";
import { checkCoefficients } from "../../src/primitives/extension-check.ts";
import { decodeAlicePair, encodeAlicePair } from "../../src/primitives/pair.ts";
import { BLOCKS, ROW_LENGTH } from "../../src/primitives/parameters.ts";
import { pairSessionId } from "../../src/transcript/pair-session-id.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { multiplyGf128 } from "../harness/gf128.ts";
import { pump, type Report } from "../harness/pump.ts";
import { type PresignSetup, presignInput, startPresignAs } from "../harness/sessions.ts";
import { overwrite } from "../harness/tamper.ts";
import { correlatedPair, missingLeaf } from "../primitives/correlated-pair.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { expectFault } from "./fault.ts";
import { selectiveFailureMessage } from "./selective-failure.ts";

const [one, two, three] = [1, 2, 3].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex];

/** Block and guess of one session of the attack. */
type Guess = { readonly block: number; readonly guess: number };

/** A signer that plays the attack against `victim` in its extension message, and is honest otherwise. */
function startAttacker(
  setup: PresignSetup,
  self: PartyIndex,
  victim: PartyIndex,
  { block, guess }: Guess,
): Started<Presignature> {
  const { bob } = must(exposeKeyShare(must(setup.shares.get(self))).pairs.get(victim));
  const choices = seededRng(`${TEST_SEED}/attack/${block}/${guess}`)(ROW_LENGTH);
  return startPresignAs(setup, self, (...args) => {
    const opening = openPresign(...args);
    if (opening.kind === "abort") return opening;
    const stage: Stage<Presignature> = {
      secrets: opening.stage.secrets,
      run(inbox, tools) {
        const result = opening.stage.run(inbox, tools);
        if (result.kind !== "advance") return result;
        const sid = pairSessionId(indexedId(tools.sid, 0), victim, self);
        const forged = selectiveFailureMessage(bob, sid, choices, block, guess);
        // What follows the extension in the payload stays.
        const payload = overwrite(must(result.outgoing.direct.get(victim)), 0, forged);
        const direct = new Map(result.outgoing.direct).set(victim, payload);
        return { ...result, outgoing: { ...result.outgoing, direct } };
      },
    };
    return { ...opening, stage };
  });
}

function attack(setup: PresignSetup, guess: Guess): Report<Presignature> {
  const { rngOf } = setup.committee;
  const starts = new Map([
    [one, startAttacker(setup, one, three, guess)],
    [three, startPresign(presignInput(setup, three), rngOf(three))],
  ]);
  return pump(starts, { rngOf, cheaters: [one] });
}

describe(`attacks on the OT extension (seed ${TEST_SEED})`, () => {
  it("V-03 cote.selective: without a ban, about 252 sessions give all of Δ", { timeout: 120_000 }, () => {
    const rng = seededRng(`${TEST_SEED}/selective`);
    const { alice, bob } = correlatedPair(rng);
    let sessions = 0;
    for (let block = 0; block < BLOCKS; block++) {
      let guess = -1;
      do {
        guess++;
        sessions++;
        const sid = rng(32);
        if (extendSender(alice, sid, selectiveFailureMessage(bob, sid, rng(ROW_LENGTH), block, guess))) break;
      } while (guess < 15);
      expect(guess).toBe(missingLeaf(alice.delta, block));
    }
    // 8.5 tries for each of 32 blocks on average.
    expect(sessions).toBeGreaterThan(150);
    expect(sessions).toBeLessThan(400);
  });

  it("V-03 cote.selective: the library stops the attack after the first failure", { timeout: 120_000 }, () => {
    const committee = createCommittee(2, 3, "selective");
    const shares = dealKeyShares(committee);
    const setup: PresignSetup = { committee, shares, signers: [one, three] };
    const delta = must(exposeKeyShare(must(shares.get(three))).pairs.get(one)).alice.delta.slice();
    let sessions = 0;
    let failures = 0;
    for (let block = 0; block < BLOCKS && failures === 0; block++) {
      // By luck the first guess is right: the session goes on, so the attack is real.
      for (let turn = 0; turn < 16 && failures === 0; turn++) {
        const guess = block === 0 ? missingLeaf(delta, 0) : turn;
        sessions++;
        // Its own code would burn the pair when the answer does not fit its lie; the attacker keeps a copy.
        const kept = new Map(shares).set(one, must(dealKeyShares(committee).get(one)));
        const report = attack({ ...setup, shares: kept, purpose: `attack ${sessions}` }, { block, guess });
        const isRight = guess === missingLeaf(delta, block);
        const abort = report.aborts.get(three);
        expect(abort?.code === "cotCheck").toBe(!isRight);
        if (isRight) break;
        expect(abort).toMatchObject({ severity: "ban", culprits: [1], blame: "pairwise" });
        failures++;
      }
    }
    expect(failures).toBe(1);
    expect(sessions).toBeGreaterThan(1);
    // The next session is refused before any message is made or read, and Δ is gone.
    const share = must(shares.get(three));
    expect(usablePartners(share).has(one)).toBe(false);
    expect(() => startPresign({ ...presignInput(setup, three), attempt: 1n }, committee.rngOf(three))).toThrowError(
      expect.objectContaining({ code: "bannedParty" }),
    );
    expect(exposeKeyShare(share).pairs.has(one)).toBe(false);
  });

  it("V-03 cote.selective: sessions in flight with the cheater stop too, before their message is read", {
    timeout: 60_000,
  }, () => {
    const committee = createCommittee(2, 3, "selective");
    const shares = dealKeyShares(committee);
    const setup = (purpose: string): PresignSetup => ({ committee, shares, signers: [one, three], purpose });
    const missing = missingLeaf(must(exposeKeyShare(must(shares.get(three))).pairs.get(one)).alice.delta, 0);
    let nested: Report<Presignature> | undefined;
    const { rngOf } = committee;
    const starts = new Map([
      [one, startAttacker(setup("second"), one, three, { block: 1, guess: 0 })],
      [three, startPresign(presignInput(setup("second"), three), rngOf(three))],
    ]);
    const report = pump(starts, {
      rngOf,
      cheaters: [one],
      intercept(delivery) {
        // The first attack fails while the second one's extension message is under way.
        nested ??= attack(setup("first"), { block: 0, guess: missing ^ 1 });
        return [delivery];
      },
    });
    expect(must(nested).aborts.get(three)?.code).toBe("cotCheck");
    expect(report.aborts.get(three)).toMatchObject({ code: "pairBurnt", culprits: [1] });
  });

  it("V-06 original KOS check: field multiplication, challenges that depend on all of u, every bit of u, x, t caught", {
    timeout: 60_000,
  }, () => {
    const rng = seededRng(`${TEST_SEED}/kos`);
    const [a, b] = [rng, rng].map((source) => new Uint32Array(source(16).buffer)) as [Uint32Array, Uint32Array];
    expect(multiplyGf128(a, b)).not.toEqual(a.map((word, i) => word ^ must(b[i])));
    const u = rng(BLOCKS * ROW_LENGTH);
    const challenges = checkCoefficients(new Uint8Array(32).fill(1), u).map((c) => c.join());
    for (let block = 0; block < BLOCKS; block++) {
      const changed = u.slice();
      changed[block * ROW_LENGTH] = must(changed[block * ROW_LENGTH]) ^ 1;
      const others = checkCoefficients(new Uint8Array(32).fill(1), changed).map((c) => c.join());
      expect(others.filter((c) => challenges.includes(c))).toEqual([]);
    }
    for (const field of ["u", "x", "t"]) {
      for (let variant = 0; variant < 4; variant++)
        expectFault(`presign/2of3-1bad/r2/direct.${field}.flip/all#${variant}`);
    }
  });

  it("V-07 OT setup reused: pair state loads under its own key, epoch, party and ordered pair only", {
    timeout: 60_000,
  }, () => {
    const committee = createCommittee(2, 3, "reuse");
    const shares: ReadonlyMap<PartyIndex, KeyShare> = dealKeyShares(committee);
    const { domain } = committee;
    const stored = encodeKeyShare(must(shares.get(one)));
    const foreign = [
      { domain: { ...domain, keyId: new Uint8Array(32).fill(9) }, self: one },
      { domain: { ...domain, epoch: 2n }, self: one },
      { domain: { ...domain, chainId: 1n }, self: one },
      { domain, self: two },
    ];
    for (const owner of foreign) {
      expect(() => decodeKeyShare(stored.slice(), owner)).toThrowError(
        expect.objectContaining({ code: "keyShareMismatch" }),
      );
    }
    const { alice } = must(exposeKeyShare(must(shares.get(one))).pairs.get(two));
    const sealed = encodeAlicePair(alice, new Uint8Array(32).fill(1));
    expect(decodeAlicePair(sealed, new Uint8Array(32).fill(2))).toBeUndefined();
    expect(decodeAlicePair(sealed, new Uint8Array(32).fill(1))).toEqual(alice);
  });
});
