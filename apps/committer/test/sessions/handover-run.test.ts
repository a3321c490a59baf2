import { recoverAddress } from "viem";
import { beforeAll, expect, test } from "vitest";
import type { HandoverRecord, RunOutcome, SwitchMaterial } from "../../src/sessions/messages.ts";
import { SessionBench } from "../support/session-bench.ts";

const ALL = [1, 2, 3];
const DEALERS = [1, 2];
const SIGNERS = [2, 3];

/** Shares of epoch 1 and pending ones of epoch 2, and what shows that the latter sign. */
type Handed = { readonly bench: SessionBench; readonly handover: HandoverRecord; readonly proof: SwitchMaterial };

let original: SessionBench;
let previous: Uint8Array;
let handed: Handed;
/** Another handover of the same key, of which member 3 had lost its share. */
let other: Handed;

beforeAll(async () => {
  original = await SessionBench.open(3, 2);
  const { record } = await original.member(1).host.keep({ kind: "warm", ...original.owner(1) });
  if (record === undefined) throw new TypeError("the share does not open");
  previous = record;
  handed = await handOver(original.copy());
  const bereft = original.copy();
  await bereft.member(3).host.keep({ kind: "destroy", ...bereft.owner(3) });
  bereft.restart(3);
  other = await handOver(bereft);
}, 240_000);

async function handOver(bench: SessionBench): Promise<Handed> {
  const handover = await reshared(bench);
  return { bench, handover, proof: await proved(bench, handover) };
}

function handoverOf(outcomes: readonly RunOutcome[]): HandoverRecord {
  const [first] = outcomes;
  if (first?.kind !== "keygenDone" || first.handover === undefined) throw new TypeError("no handover");
  return first.handover;
}

async function reshared(bench: SessionBench, attempt = 0): Promise<HandoverRecord> {
  return handoverOf(await bench.run(ALL, (self) => bench.reshareOrder(self, previous, DEALERS, attempt)));
}

async function proved(bench: SessionBench, handover: HandoverRecord, attempt = 0): Promise<SwitchMaterial> {
  const [first] = await bench.run(SIGNERS, (self) => bench.proveOrder(self, SIGNERS, attempt));
  if (first?.kind !== "proved") throw new TypeError("not proved");
  return bench.material(handover, first.signature);
}

/** Signs with an epoch's shares; the address that the signature is of, or how the first run ended. */
async function signWith(bench: SessionBench, epoch: bigint, decision: number, signers = DEALERS): Promise<string> {
  const [first] = await bench.run(signers, (self) => bench.signOrder(self, signers, decision, undefined, epoch));
  if (first?.kind !== "signed") return first?.kind ?? "nothing";
  return recoverAddress({ hash: first.digest, signature: first.signature });
}

async function activate(bench: SessionBench, proof: SwitchMaterial, parties = ALL): Promise<void> {
  for (const party of parties) {
    const kept = await bench.member(party).host.keep({ kind: "activate", ...bench.owner(party, 2n), proof });
    expect(kept).toHaveProperty("record");
  }
}

async function retire(bench: SessionBench, proof: SwitchMaterial): Promise<void> {
  for (const party of ALL) {
    const place = { ...bench.owner(party), successor: bench.owner(party, 2n) };
    expect(await bench.member(party).host.keep({ kind: "retire", ...place, proof })).toEqual({});
  }
}

test("a key is taken over: pending shares prove that they sign, then sign, and the old ones are destroyed", async () => {
  const { proof } = handed;
  const bench = handed.bench.copy();
  expect(await signWith(bench, 2n, 1)).toBe("failed");
  await activate(bench, proof);
  await activate(bench, proof);
  expect(await signWith(bench, 1n, 2)).toBe(bench.groupAddress);
  expect(await signWith(bench, 2n, 3)).toBe(bench.groupAddress);
  await retire(bench, proof);
  expect(await signWith(bench, 1n, 4)).toBe("failed");
  for (const party of ALL) bench.restart(party);
  expect(await signWith(bench, 2n, 5, SIGNERS)).toBe(bench.groupAddress);
  expect(await signWith(bench, 1n, 6)).toBe("failed");
}, 240_000);

test("neither is a share made one that signs, nor an old one destroyed, by a proof that is not of them", async () => {
  const { proof } = handed;
  const bench = handed.bench.copy();
  const wrong: readonly SwitchMaterial[] = [
    bench.material(other.handover, proof.signature),
    { ...proof, membersHash: `0x${"00".repeat(32)}` },
    { ...proof, signature: `0x${"11".repeat(64)}1b` },
    { ...proof, signatures: proof.signatures.slice(1) },
    { ...proof, record: `${proof.record}00` },
  ];
  const { host } = bench.member(1);
  const retireBy = (material: SwitchMaterial) =>
    host.keep({ kind: "retire", ...bench.owner(1), successor: bench.owner(1, 2n), proof: material });
  for (const material of wrong)
    expect(await host.keep({ kind: "activate", ...bench.owner(1, 2n), proof: material })).toHaveProperty("failure");
  // Not even the right proof ends the old share while the new one does not sign.
  expect(await retireBy(proof)).toHaveProperty("failure");
  await activate(bench, proof, [1]);
  for (const material of wrong) expect(await retireBy(material)).toHaveProperty("failure");
  expect(await signWith(bench, 1n, 7)).toBe(bench.groupAddress);
  expect(await retireBy(proof)).toEqual({});
}, 240_000);

test("old and new shares do not sign together", async () => {
  const bench = handed.bench.copy();
  await activate(bench, handed.proof, [2]);
  const mixed = DEALERS.map((self) =>
    bench.begin(self, DEALERS, bench.signOrder(self, DEALERS, 8, undefined, self === 1 ? 1n : 2n)),
  );
  bench.deliver();
  for (const party of DEALERS) bench.member(party).host.expire(bench.signOrder(party, DEALERS, 8).run);
  for (const outcome of await Promise.all(mixed)) expect(outcome.kind).toBe("aborted");
}, 240_000);

test("a share that was lost comes back by the next resharing", async () => {
  const bench = other.bench.copy();
  await activate(bench, other.proof);
  expect(await signWith(bench, 2n, 9, SIGNERS)).toBe(bench.groupAddress);
}, 240_000);

/** Whether the work ended with the death of member 3 at its next write, before or after that; it begins again then. */
async function dies(bench: SessionBench, moment: "before" | "after", work: () => Promise<unknown>): Promise<void> {
  const { keystore } = bench.member(3);
  keystore.failure = { write: keystore.writes + 1, moment };
  await expect(work()).rejects.toThrow("the process died");
  bench.restart(3);
}

test("a member that dies at the write of its pending share loses no key: the old one signs, and another attempt ends well", async () => {
  const bench = original.copy();
  await dies(bench, "before", () => reshared(bench, 0));
  expect(await signWith(bench, 1n, 10, SIGNERS)).toBe(bench.groupAddress);
  await dies(bench, "after", () => reshared(bench, 1));
  expect(await signWith(bench, 1n, 11, SIGNERS)).toBe(bench.groupAddress);
  await activate(bench, await proved(bench, await reshared(bench, 2), 2));
  expect(await signWith(bench, 2n, 12, SIGNERS)).toBe(bench.groupAddress);
}, 240_000);

test.each(["before", "after"] as const)(
  "a member that dies %s the write of a share that signs, or the end of the old one, goes on from its keystore",
  async (moment) => {
    const { proof } = handed;
    const bench = handed.bench.copy();
    await dies(bench, moment, () => activate(bench, proof));
    expect(await signWith(bench, 1n, 13, SIGNERS)).toBe(bench.groupAddress);
    await activate(bench, proof);
    await dies(bench, moment, () => retire(bench, proof));
    expect(await signWith(bench, 2n, 14, SIGNERS)).toBe(bench.groupAddress);
    await retire(bench, proof);
    expect(bench.member(3).keystore.has(bench.share(3).name)).toBe(false);
    expect(await signWith(bench, 2n, 15, SIGNERS)).toBe(bench.groupAddress);
  },
  240_000,
);
