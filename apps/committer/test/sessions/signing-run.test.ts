import { recoverAddress } from "viem";
import { beforeAll, beforeEach, expect, test } from "vitest";
import type { RunOutcome } from "../../src/sessions/messages.ts";
import { type Letter, SessionBench } from "../support/session-bench.ts";

const SIGNERS = [1, 2, 3];
const OTHERS = [2, 3, 4];
const LEADER = 1;

let bench: SessionBench;
let seen: Letter[];
let attempt = 0;

beforeAll(async () => {
  bench = await SessionBench.open(4, 3);
}, 240_000);

beforeEach(() => {
  seen = [];
  bench.intercept = (letter) => {
    seen.push(letter);
    return letter;
  };
  for (const { host } of bench.members) host.tend({ kind: "tend", living: new Map(), atBlock: 10n });
});

/** Fills the pool of a signing set, as its signers would. */
async function fill(count: number, signers = SIGNERS): Promise<void> {
  attempt += 1;
  const outcomes = await bench.run(signers, (self) => bench.presignOrder(self, signers, count, attempt));
  expect(outcomes).toEqual(signers.map(() => ({ kind: "presigned" })));
  seen = [];
}

/** Burns what one party has. */
function forget(party: number): void {
  bench.member(party).host.tend({ kind: "tend", living: new Map(), atBlock: 10n });
}

function sign(decision: number, signers = SIGNERS) {
  return bench.run(signers, (self) => bench.signOrder(self, signers, decision, Math.min(...signers)));
}

async function expectSigned(outcomes: readonly RunOutcome[], presignature: "pooled" | "onDemand"): Promise<void> {
  for (const outcome of outcomes) {
    if (outcome.kind !== "signed") throw new TypeError(`not signed: ${outcome.kind}`);
    expect(outcome.presignature).toBe(presignature);
    const { digest: hash, signature } = outcome;
    expect(await recoverAddress({ hash, signature })).toBe(bench.groupAddress);
  }
  expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
}

function phases(): ReadonlySet<string> {
  return new Set(seen.map(({ frame }) => frame.slot.phase));
}

/** Ids of the presignatures that leaders have chosen. */
function choices(): readonly string[] {
  return seen.filter(({ frame }) => frame.slot.phase === "choice").map(({ frame }) => frame.payload.join());
}

test("a presignature that waits is used by all, and is gone at all", async () => {
  await fill(2);
  expect(bench.pooled(SIGNERS)).toEqual([2, 2, 2]);
  await expectSigned(await sign(1), "pooled");
  expect(bench.pooled(SIGNERS)).toEqual([1, 1, 1]);
  expect(phases()).toEqual(new Set(["choice", "pooledSign"]));
});

test("a leader with an empty pool has one made for the attempt", async () => {
  await expectSigned(await sign(2), "onDemand");
  expect(phases()).toEqual(new Set(["choice", "presign", "sign"]));
});

test("a signer that has lost what the leader chose says so, and the attempt is saved", async () => {
  await fill(3);
  forget(3);
  await expectSigned(await sign(3), "onDemand");
  // What was made with the lost one is lost too: the leader does not offer it again.
  expect(bench.pooled(SIGNERS)).toEqual([0, 2, 0]);
});

test("a signer that hears that another has lost it does not wait for the leader any more", async () => {
  await fill(1);
  forget(3);
  const late: Letter[] = [];
  bench.intercept = (letter) => {
    if (letter.frame.slot.phase !== "choice" || letter.from !== LEADER || letter.to !== 2) return letter;
    late.push(letter);
    return undefined;
  };
  await expectSigned(await sign(4), "onDemand");
  expect(late.length).toBeGreaterThan(0);
  expect(bench.pooled([...SIGNERS])).toEqual([0, 1, 0]);
});

test("two decisions at once get two presignatures, and a leader that names one twice gets it once", async () => {
  await fill(2);
  const first = SIGNERS.map((self) => bench.begin(self, SIGNERS, bench.signOrder(self, SIGNERS, 5)));
  const second = SIGNERS.map((self) => bench.begin(self, SIGNERS, bench.signOrder(self, SIGNERS, 6)));
  bench.deliver();
  await expectSigned(await Promise.all(first), "pooled");
  await expectSigned(await Promise.all(second), "pooled");
  expect(new Set(choices()).size).toBe(2);

  await fill(2);
  let named: Uint8Array | undefined;
  bench.intercept = (letter) => {
    seen.push(letter);
    if (letter.frame.slot.phase !== "choice" || letter.from !== LEADER) return letter;
    named ??= letter.frame.payload;
    const isNone = letter.frame.payload.every((byte) => byte === 0);
    return isNone ? letter : { ...letter, frame: { ...letter.frame, payload: named } };
  };
  const honest = SIGNERS.map((self) => bench.begin(self, SIGNERS, bench.signOrder(self, SIGNERS, 7)));
  const doubled = SIGNERS.map((self) => bench.begin(self, SIGNERS, bench.signOrder(self, SIGNERS, 8)));
  bench.deliver();
  await expectSigned(await Promise.all(honest), "pooled");
  await expectSigned(await Promise.all(doubled), "onDemand");
});

test("a presignature of another signing set is not taken, and stays where it is", async () => {
  await fill(1, OTHERS);
  bench.intercept = (letter) => {
    seen.push(letter);
    return undefined;
  };
  const stuck = OTHERS.map((self) => bench.begin(self, OTHERS, bench.signOrder(self, OTHERS, 9, 2)));
  bench.deliver();
  const [foreign] = seen;
  for (const party of OTHERS) bench.member(party).host.expire(bench.signOrder(party, OTHERS, 9).run);
  await Promise.all(stuck);
  expect(bench.pooled(OTHERS)).toEqual([0, 1, 1]);
  bench.intercept = (letter) => letter;
  await fill(1);
  bench.intercept = (letter) => {
    const isChoice = letter.frame.slot.phase === "choice" && letter.from === LEADER;
    const isPooled = isChoice && letter.frame.payload.some((byte) => byte !== 0);
    return isPooled && foreign ? { ...letter, frame: { ...letter.frame, payload: foreign.frame.payload } } : letter;
  };
  await expectSigned(await sign(10), "onDemand");
  expect(bench.pooled(OTHERS)).toEqual([0, 1, 1]);
});

test("only the leader chooses", async () => {
  await fill(1);
  const waiting = bench.begin(2, SIGNERS, bench.signOrder(2, SIGNERS, 11));
  const chosen = new Uint8Array(32).fill(1);
  const leading = bench.begin(LEADER, SIGNERS, bench.signOrder(LEADER, SIGNERS, 11));
  bench.intercept = (letter) => {
    if (letter.frame.slot.phase !== "choice" || letter.to !== 2) return undefined;
    return { from: 3, to: 2, frame: { ...letter.frame, payload: chosen } };
  };
  bench.deliver();
  expect(bench.member(2).reports.at(-1)).toMatchObject({ kind: "ignored", from: 3, reason: "choiceMade" });
  expect(bench.pooled(SIGNERS)[1]).toBe(1);
  for (const party of [2, LEADER]) bench.member(party).host.expire(bench.signOrder(party, SIGNERS, 11).run);
  expect(await waiting).toMatchObject({
    kind: "aborted",
    abort: { code: "expired", severity: "retry", silent: [LEADER] },
  });
  expect(await leading).toMatchObject({ kind: "aborted", abort: { code: "expired", silent: [2, 3] } });
});

test("an attempt that fails has burnt its presignature at all signers", async () => {
  await fill(1);
  bench.intercept = (letter) => (letter.frame.slot.phase === "pooledSign" ? undefined : letter);
  const outcomes = SIGNERS.map((self) => bench.begin(self, SIGNERS, bench.signOrder(self, SIGNERS, 12)));
  bench.deliver();
  for (const party of SIGNERS) bench.member(party).host.expire(bench.signOrder(party, SIGNERS, 12).run);
  for (const outcome of await Promise.all(outcomes)) expect(outcome).toMatchObject({ kind: "aborted" });
  expect(bench.pooled(SIGNERS)).toEqual([0, 0, 0]);
});

test("signers with another set in mind do not hear the choice", async () => {
  await fill(1);
  const leading = bench.begin(LEADER, SIGNERS, bench.signOrder(LEADER, SIGNERS, 13));
  const other = [1, 2, 4];
  const waiting = bench.begin(2, other, bench.signOrder(2, other, 13));
  bench.deliver();
  expect(bench.pooled(SIGNERS)).toEqual([0, 1, 1]);
  for (const party of [LEADER, 2]) bench.member(party).host.expire(bench.signOrder(party, SIGNERS, 13).run);
  expect(await leading).toMatchObject({ kind: "aborted" });
  expect(await waiting).toMatchObject({ kind: "aborted", abort: { silent: [1] } });
});
