import { toDecisionId, toEpoch } from "@synod/core";
import { integerBelow, printSeed, seededRng, thrownCode } from "@synod/testing";
import { expect, it } from "vitest";
import { createJsonCodec, openDatabase, SqliteJournal } from "../src/index.ts";
import { ReopenableStore } from "./open-store.ts";
import { startWriter } from "./processes/start-writer.ts";
import { DECISIONS, decisionHex } from "./processes/writer-facts.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const ROUNDS = 6;
const rng = seededRng(printSeed("kill -9"));

const codec = createJsonCodec<{ batch: number; part: number }>({
  parse: (value) => value as { batch: number; part: number },
});
const digestA = "aa".repeat(32);
const digestB = "bb".repeat(32);

function claimOf(decision: number, digest: string) {
  return { decisionId: toDecisionId(decisionHex(decision)), epoch: toEpoch(1n), digest: `0x${digest}` } as const;
}

it("a journal whose writer is killed has every batch it reported, and no part of a batch", async () => {
  const store = new ReopenableStore(temporaryFolder());
  for (let round = 0; round < ROUNDS; round += 1) {
    const writer = startWriter(store.directory, "journal");
    await writer.lines.count(2 + integerBelow(rng, 60));
    await writer.kill();
    const reported = Number(writer.lines.items.at(-1)?.split(" ")[1]);
    const events = [...new SqliteJournal(store.reopen(), codec).read()];
    store.close();
    expect(events.length % 3).toBe(0);
    expect(events).toEqual(events.map((_, index) => ({ batch: Math.floor(index / 3), part: index % 3 })));
    expect(events.length / 3).toBeGreaterThanOrEqual(reported + 1);
  }
});

it("a claim that was reported before the process was killed holds for ever", async () => {
  const store = new ReopenableStore(temporaryFolder());
  const writer = startWriter(store.directory, "claims", digestA);
  await writer.lines.count(2 + integerBelow(rng, DECISIONS / 2));
  await writer.kill();
  const reported = writer.lines.items.filter((line) => line.startsWith("claimed ")).length;
  const claims = store.claims();
  for (let decision = 0; decision < reported; decision += 1) {
    expect(claims.claim(claimOf(decision, digestB))).toEqual({ kind: "conflict", existing: `0x${digestA}` });
    expect(claims.claim(claimOf(decision, digestA))).toEqual({ kind: "repeated" });
  }
  expect(reported).toBeGreaterThan(0);
});

it("of two processes one holds the store; the next one finds its claims, although the first was killed", async () => {
  const { directory } = new ReopenableStore(temporaryFolder());
  const first = startWriter(directory, "claims", digestA);
  await first.lines.first((line) => line === "done");
  const second = startWriter(directory, "claims", digestB);
  await second.ended();
  expect(second.lines.items).toEqual(["STORE_LOCKED"]);
  expect(thrownCode(() => openDatabase({ directory }))).toBe("STORE_LOCKED");
  await first.kill();
  const third = startWriter(directory, "claims", digestB);
  await third.lines.first((line) => line === "done");
  const outcomes = new Set(third.lines.items.slice(1, -1).map((line) => line.split(" ")[0]));
  expect(outcomes).toEqual(new Set(["conflict"]));
  await third.kill();
});

it("of two processes that start at once on the same claims, each decision has one digest", async () => {
  const store = new ReopenableStore(temporaryFolder());
  const writers = [digestA, digestB].map((digest) => startWriter(store.directory, "claims", digest));
  const outcomes = await Promise.all(
    writers.map((writer) => writer.lines.first((line) => line === "done" || line === "STORE_LOCKED")),
  );
  await Promise.all(writers.map((writer) => writer.kill()));
  expect([...outcomes].sort()).toEqual(["STORE_LOCKED", "done"]);
  const [winner, loser] = outcomes[0] === "done" ? [digestA, digestB] : [digestB, digestA];
  const claims = store.claims();
  for (let decision = 0; decision < DECISIONS; decision += 1) {
    expect(claims.claim(claimOf(decision, loser))).toEqual({ kind: "conflict", existing: `0x${winner}` });
  }
});
