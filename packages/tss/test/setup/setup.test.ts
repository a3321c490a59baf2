import { describe, expect, test } from "vitest";
import { usePointBackend } from "../../src/math/backend.ts";
import { OneTime } from "../../src/math/one-time.ts";
import { type PartyIndex, partyIndex } from "../../src/math/party-index.ts";
import { answerSetups } from "../../src/setup/answer.ts";
import { finishSetups } from "../../src/setup/finish.ts";
import { returnSetups } from "../../src/setup/return.ts";
import { isFirstAlice } from "../../src/setup/roles.ts";
import { setupBytes } from "../../src/setup/sizes.ts";
import { startSetups } from "../../src/setup/start.ts";
import type { SetupInbox } from "../../src/setup/state.ts";
import { must } from "../harness/committee.ts";
import { createMemoBackend } from "../harness/memo-backend.ts";
import { missingLeaf } from "../primitives/correlated-pair.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

// Every run has the same seeds, so all but the first cost little.
usePointBackend(createMemoBackend());

const sid = new Uint8Array(32).fill(9);
const parties = [1, 2, 3].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex];
const [one, two, three] = parties;
const othersOf = (self: PartyIndex) => parties.filter((party) => party !== self);

type Direct = ReadonlyMap<PartyIndex, Uint8Array>;
type Change = (message: 1 | 2 | 3, from: PartyIndex, to: PartyIndex, bytes: Uint8Array) => Uint8Array;

const honest: Change = (_message, _from, _to, bytes) => bytes;

function deliver(
  message: 1 | 2 | 3,
  direct: ReadonlyMap<PartyIndex, Direct>,
  self: PartyIndex,
  change: Change,
): SetupInbox {
  return new Map(
    othersOf(self).map((from) => [from, { setup: change(message, from, self, must(direct.get(from)?.get(self))) }]),
  );
}

function mapParties<T>(make: (self: PartyIndex) => T): ReadonlyMap<PartyIndex, T> {
  return new Map(parties.map((self) => [self, make(self)]));
}

function directOf(
  steps: ReadonlyMap<PartyIndex, { readonly kind: "ok"; readonly direct: Direct } | { readonly kind: "failed" }>,
) {
  return mapParties((self) => {
    const step = must(steps.get(self));
    return step.kind === "ok" ? step.direct : new Map(othersOf(self).map((to) => [to, new Uint8Array(0)]));
  });
}

/** Runs the setups of three parties; `change` alters what arrives. */
function run(change: Change = honest) {
  const rng = seededRng(`${TEST_SEED}/setups`);
  const started = mapParties((self) => startSetups(sid, self, othersOf(self), rng));
  const first = mapParties((self) => must(started.get(self)).direct);
  const answered = mapParties((self) =>
    answerSetups(must(started.get(self)).state, deliver(1, first, self, change), rng),
  );
  const second = directOf(answered);
  const returned = mapParties((self) => {
    const step = must(answered.get(self));
    return step.kind === "ok" ? returnSetups(step.state, deliver(2, second, self, change)) : step;
  });
  const third = directOf(returned);
  const finished = mapParties((self) => {
    const step = must(returned.get(self));
    return step.kind === "ok" ? finishSetups(step.state, deliver(3, third, self, change)) : step;
  });
  return { started, answered, returned, finished, messages: [first, second, third] as const };
}

describe("the pair setups of three parties", () => {
  const { finished, messages } = run();
  const finishedOf = (self: PartyIndex) => {
    const step = must(finished.get(self));
    return step.kind === "ok" ? step : expect.fail(`party ${self} names ${step.culprits.join()}`);
  };

  test("give both directions of every pair their leaves, each with its own Delta", () => {
    const deltas = new Set<string>();
    for (const a of parties) {
      for (const b of othersOf(a)) {
        const { alice } = must(finishedOf(a).pairs.get(b));
        const { bob } = must(finishedOf(b).pairs.get(a));
        deltas.add(alice.delta.join());
        for (let block = 0; block < 32; block++) {
          for (let e = 1; e < 16; e++) {
            const from = (16 * block + (e ^ missingLeaf(alice.delta, block))) * 16;
            const at = (15 * block + e - 1) * 16;
            expect(alice.leaves.subarray(at, at + 16)).toEqual(bob.leaves.subarray(from, from + 16));
          }
        }
      }
    }
    expect(deltas.size).toBe(6);
  });

  test("end with the same transcript on both sides, different for every pair", () => {
    for (const a of parties) {
      for (const b of othersOf(a)) expect(finishedOf(a).transcripts.get(b)).toEqual(finishedOf(b).transcripts.get(a));
    }
    const all = parties.flatMap((party) => [...finishedOf(party).transcripts.values()].map((hash) => hash.join()));
    expect(new Set(all).size).toBe(3);
  });

  test("send what the table of sizes says", () => {
    for (const message of [1, 2, 3] as const) {
      for (const from of parties) {
        for (const to of othersOf(from)) {
          expect(messages[message - 1]?.get(from)?.get(to)).toHaveLength(setupBytes(message, from, to));
        }
      }
    }
    expect([1, 2, 3].map((message) => setupBytes(message as 1 | 2 | 3, one, two))).toEqual([8_448, 0, 5_120]);
    expect([1, 2, 3].map((message) => setupBytes(message as 1 | 2 | 3, two, one))).toEqual([33, 9_744, 0]);
  });

  test("have a transcript that depends on bytes which change nothing else", () => {
    // Of the two sums of a level the recipient uses one; which, depends on a secret bit.
    const runs = [0, 16].map((place) =>
      run((message, from, to, bytes) =>
        message === 2 && from === three && to === two ? flipped(bytes, place) : bytes,
      ).finished.get(two),
    );
    const finishedRuns = runs.flatMap((step) => (step?.kind === "ok" ? [step] : []));
    expect(finishedRuns).toHaveLength(1);
    expect(finishedRuns[0]?.transcripts.get(three)).not.toEqual(finishedOf(two).transcripts.get(three));
  });
});

describe("orientation", () => {
  test("exactly one of a pair is Alice of the first direction", () => {
    for (let a = 1; a <= 12; a++) {
      for (let b = 1; b <= 12; b++) {
        if (a !== b)
          expect(isFirstAlice(partyIndex(a), partyIndex(b))).toBe(!isFirstAlice(partyIndex(b), partyIndex(a)));
      }
    }
  });

  test.each([3, 5, 7, 11])("everybody among %i parties is Alice as often as Bob", (size) => {
    const all = Array.from({ length: size }, (_, i) => partyIndex(i + 1));
    for (const party of all) {
      const asAlice = all.filter((other) => other !== party && isFirstAlice(party, other));
      expect(asAlice).toHaveLength((size - 1) / 2);
    }
  });
});

/** A copy with a bit of some bytes flipped. */
function flipped(bytes: Uint8Array, ...places: readonly number[]): Uint8Array {
  const out = bytes.slice();
  for (const place of places) out[place] = must(out[place]) ^ 1;
  return out;
}

describe("a partner that cheats", () => {
  // Party 1 is Alice of the first direction with party 2, and Bob with party 3.
  test.each<readonly [string, 1 | 2 | 3, PartyIndex, (bytes: Uint8Array) => Uint8Array]>([
    ["message 1 of Alice: too short", 1, two, (bytes) => bytes.slice(1)],
    ["message 1 of Alice: no point", 1, two, (bytes) => flipped(bytes, 0, 1, 2)],
    ["message 1 of Bob: too long", 1, three, (bytes) => new Uint8Array([...bytes, 0])],
    ["message 1 of Bob: no point", 1, three, () => new Uint8Array(33)],
    ["message 2 of Alice: not empty", 2, two, () => new Uint8Array(1)],
    ["message 2 of Bob: empty", 2, three, () => new Uint8Array(0)],
    ["message 2 of Bob: trees", 2, three, (bytes) => flipped(bytes, 0, 16)],
    ["message 2 of Bob: extension", 2, three, (bytes) => flipped(bytes, 9_743)],
    ["message 3 of Alice: trees", 3, two, (bytes) => flipped(bytes, 0, 16)],
    ["message 3 of Alice: too short", 3, two, (bytes) => bytes.slice(1)],
    ["message 3 of Bob: not empty", 3, three, () => new Uint8Array(1)],
  ])("%s: its victim names it and nobody else", (_, at, victim, change) => {
    const isBad = (message: number, from: PartyIndex, to: PartyIndex) =>
      message === at && from === one && to === victim;
    const { finished } = run((message, from, to, bytes) => (isBad(message, from, to) ? change(bytes) : bytes));
    expect(finished.get(victim)).toEqual({ kind: "failed", culprits: [one] });
  });

  test("is found out at once by the length of its message", () => {
    const { answered } = run((message, from, to, bytes) =>
      message === 1 && from === one && to === three ? new Uint8Array([...bytes, 0]) : bytes,
    );
    expect(answered.get(three)).toEqual({ kind: "failed", culprits: [one] });
  });

  test("costs the victim all its secrets, those with honest partners too", () => {
    const { started, answered, finished } = run((message, from, to, bytes) =>
      message === 2 && from === one && to === three ? flipped(bytes, 9_743) : bytes,
    );
    expect(finished.get(three)).toEqual({ kind: "failed", culprits: [one] });
    const step = must(answered.get(three));
    const states = [...must(started.get(three)).state.secrets, ...(step.kind === "ok" ? step.state.secrets : [])];
    expect(states.length).toBeGreaterThan(3);
    for (const secret of states) {
      if (secret instanceof OneTime) expect(secret.isConsumed).toBe(true);
      if (secret instanceof Uint8Array) expect(secret.every((byte) => byte === 0)).toBe(true);
    }
  });
});
