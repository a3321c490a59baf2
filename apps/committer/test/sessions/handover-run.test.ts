import { beforeAll, expect, test } from "vitest";
import type { SwitchMaterial } from "../../src/sessions/messages.ts";
import { dies, type Handed, HandoverStage } from "../support/handover-stage.ts";
import { SessionBench } from "../support/session-bench.ts";

const ALL = [1, 2, 3];
const SIGNERS = [2, 3];

let original: SessionBench;
let stage: HandoverStage;
let handed: Handed;
/** Another handover of the same key, of which member 3 had lost its share. */
let other: Handed;

beforeAll(async () => {
  original = await SessionBench.open(3, 2);
  stage = await HandoverStage.of(original);
  handed = await stage.handOver(original.copy());
  const bereft = original.copy();
  await bereft.member(3).host.keep({ kind: "destroy", ...bereft.owner(3) });
  bereft.restart(3);
  other = await stage.handOver(bereft);
}, 240_000);

test("a key is taken over: pending shares prove that they sign, then sign, and the old ones are destroyed", async () => {
  const { proof } = handed;
  const bench = handed.bench.copy();
  expect(await stage.sign(bench, 2n, 1)).toBe("failed");
  await stage.activate(bench, proof);
  await stage.activate(bench, proof);
  expect(await stage.sign(bench, 1n, 2)).toBe(bench.groupAddress);
  expect(await stage.sign(bench, 2n, 3)).toBe(bench.groupAddress);
  await stage.retire(bench, proof);
  expect(await stage.sign(bench, 1n, 4)).toBe("failed");
  for (const party of ALL) bench.restart(party);
  expect(await stage.sign(bench, 2n, 5, SIGNERS)).toBe(bench.groupAddress);
  expect(await stage.sign(bench, 1n, 6)).toBe("failed");
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
  await stage.activate(bench, proof, [1]);
  for (const material of wrong) expect(await retireBy(material)).toHaveProperty("failure");
  expect(await stage.sign(bench, 1n, 7)).toBe(bench.groupAddress);
  expect(await retireBy(proof)).toEqual({});
}, 240_000);

test("old and new shares do not sign together", async () => {
  const bench = handed.bench.copy();
  await stage.activate(bench, handed.proof, [2]);
  expect(await stage.signMixed(bench, 8)).toEqual(["aborted", "aborted"]);
}, 240_000);

test("a share that was lost comes back by the next resharing", async () => {
  const bench = other.bench.copy();
  await stage.activate(bench, other.proof);
  expect(await stage.sign(bench, 2n, 9, SIGNERS)).toBe(bench.groupAddress);
}, 240_000);

test("a member that dies at the write of its pending share loses no key: the old one signs, and another attempt ends well", async () => {
  const bench = original.copy();
  await dies(bench, 3, "before", () => stage.reshare(bench, 0));
  expect(await stage.sign(bench, 1n, 10, SIGNERS)).toBe(bench.groupAddress);
  await dies(bench, 3, "after", () => stage.reshare(bench, 1));
  expect(await stage.sign(bench, 1n, 11, SIGNERS)).toBe(bench.groupAddress);
  await stage.activate(bench, await stage.prove(bench, await stage.reshare(bench, 2), 2));
  expect(await stage.sign(bench, 2n, 12, SIGNERS)).toBe(bench.groupAddress);
}, 240_000);

test.each(["before", "after"] as const)(
  "a member that dies %s the write of a share that signs, or the end of the old one, goes on from its keystore",
  async (moment) => {
    const { proof } = handed;
    const bench = handed.bench.copy();
    await dies(bench, 3, moment, () => stage.activate(bench, proof));
    expect(await stage.sign(bench, 1n, 13, SIGNERS)).toBe(bench.groupAddress);
    await stage.activate(bench, proof);
    await dies(bench, 3, moment, () => stage.retire(bench, proof));
    expect(await stage.sign(bench, 2n, 14, SIGNERS)).toBe(bench.groupAddress);
    await stage.retire(bench, proof);
    expect(bench.member(3).keystore.has(bench.share(3).name)).toBe(false);
    expect(await stage.sign(bench, 2n, 15, SIGNERS)).toBe(bench.groupAddress);
  },
  240_000,
);
