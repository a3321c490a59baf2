import type { Journal, SignClaim, SignClaims } from "@synod/core";
import { describe, expect, it } from "vitest";
import type { ComplianceCase, JournalHarness, SampleEvent, SignClaimsHarness } from "../src/index.ts";
import { journalCases, signClaimsCases } from "../src/index.ts";

/** Names of the cases that fail: a suite is worth what it finds, so each is run against implementations that are wrong. */
async function failing<Harness>(cases: readonly ComplianceCase<Harness>[], harness: () => Harness) {
  const outcomes = await Promise.allSettled(cases.map(async ({ run }) => run(harness())));
  return cases.flatMap(({ name }, index) => (outcomes[index]?.status === "rejected" ? [name] : []));
}

interface ClaimsFault {
  readonly keyOf?: (claim: SignClaim) => string;
  readonly overwrites?: boolean;
  readonly forgets?: boolean;
  readonly trusts?: boolean;
}

function claimsHarness({ keyOf, overwrites, forgets, trusts }: ClaimsFault): () => SignClaimsHarness {
  return () => {
    let table = new Map<string, SignClaim["digest"]>();
    const claims: SignClaims = {
      claim(claim) {
        const isCanonical = /^0x[0-9a-f]{64}$/.test(claim.decisionId) && /^0x[0-9a-f]{64}$/.test(claim.digest);
        if (!trusts && !(isCanonical && claim.epoch > 0n && claim.epoch < 2n ** 64n)) throw new RangeError("claim");
        const key = keyOf === undefined ? `${claim.decisionId}/${claim.epoch}` : keyOf(claim);
        const existing = table.get(key);
        if (existing === undefined || overwrites) table.set(key, claim.digest);
        if (existing === undefined) return { kind: "claimed" };
        return existing === claim.digest ? { kind: "repeated" } : { kind: "conflict", existing };
      },
    };
    const reopen = () => {
      if (forgets) table = new Map();
      return claims;
    };
    return { open: () => claims, reopen };
  };
}

describe("the sign-claims suite", () => {
  it("passes claims that are right", async () => {
    expect(await failing(signClaimsCases, claimsHarness({}))).toEqual([]);
  });

  it.each<[string, ClaimsFault, string]>([
    ["overwrite", { overwrites: true }, "refuses another digest for ever and names the one that holds"],
    ["forget", { forgets: true }, "remembers after it was opened again"],
    ["ignore the epoch", { keyOf: ({ decisionId }) => decisionId }, "keeps epochs and decisions apart"],
    ["ignore the decision", { keyOf: ({ epoch }) => String(epoch) }, "keeps epochs and decisions apart"],
    [
      "cut the epoch to 32 bits",
      { keyOf: (c) => c.decisionId + Number(c.epoch % 2n ** 32n) },
      "keeps epochs and decisions apart",
    ],
    ["trust their input", { trusts: true }, "refuses a claim that is not in its canonical form"],
  ])("finds claims that %s", async (_, fault, expected) => {
    const cases = await failing(signClaimsCases, claimsHarness(fault));
    expect(cases).toContain(expected);
  });
});

interface JournalFault {
  readonly copy?: (event: SampleEvent) => SampleEvent;
  readonly writesAsItGoes?: boolean;
  readonly forgets?: boolean;
  readonly newestFirst?: boolean;
}

function storable(event: SampleEvent): SampleEvent {
  return structuredClone(event);
}

function journalHarness({ copy, writesAsItGoes, forgets, newestFirst }: JournalFault): () => JournalHarness {
  return () => {
    let rows: SampleEvent[] = [];
    const write = copy ?? storable;
    const journal: Journal<SampleEvent> = {
      append(events) {
        if (writesAsItGoes) for (const event of events) rows.push(write(event));
        else rows.push(...events.map(write));
      },
      read: () => (newestFirst ? rows.toReversed() : rows.map(write)),
    };
    const reopen = () => {
      if (forgets) rows = [];
      return journal;
    };
    return { open: () => journal, reopen };
  };
}

describe("the journal suite", () => {
  it("passes a journal that is right", async () => {
    expect(await failing(journalCases, journalHarness({}))).toEqual([]);
  });

  it.each<[string, JournalFault, string]>([
    [
      "keeps the caller's object",
      { copy: (event) => event },
      "keeps what it was given when the caller changes it later",
    ],
    ["writes half of a list", { writesAsItGoes: true }, "writes none of a list of which one event cannot be written"],
    ["forgets", { forgets: true }, "is found as it was left when it is opened again"],
    ["reads backwards", { newestFirst: true }, "gives back all events, oldest first, as often as asked"],
    [
      "stores plain JSON",
      { copy: (event) => JSON.parse(JSON.stringify(event)) },
      "keeps bigints, bytes, nesting and odd keys as they were",
    ],
  ])("finds a journal that %s", async (_, fault, expected) => {
    expect(await failing(journalCases, journalHarness(fault))).toContain(expected);
  });
});
