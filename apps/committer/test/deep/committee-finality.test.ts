import { afterAll, beforeAll, expect, test } from "vitest";
import { chainClient } from "../devnet/scene.ts";
import { CommitteeOnAnvil, FINALITY_DEPTH } from "../support/committee-on-anvil.ts";
import type { Lie } from "../support/lies.ts";
import { type LyingProxy, startLyingProxy } from "../support/lying-proxy.ts";

const STILL_BLOCKS = 1_000;

let committee: CommitteeOnAnvil;
let proxy: LyingProxy;

beforeAll(async () => {
  committee = await CommitteeOnAnvil.open();
  proxy = await startLyingProxy(committee.network.chain.httpUrl);
}, 240_000);
afterAll(async () => {
  await committee?.close();
  proxy?.close();
});

/** What the node says of its finalised block stays what it is. */
async function standstill(): Promise<Lie> {
  const { number } = await chainClient(committee.network.chain).getBlock({ blockTag: "finalized" });
  return {
    name: "finality stands still",
    kind: "passing",
    ask: (call) => (call.params[0] === "finalized" ? { ...call, params: [`0x${number.toString(16)}`, false] } : call),
  };
}

test("while finality stands still for 1,000 blocks nothing is signed and an alarm stands; then it is", async () => {
  const before = await committee.paid();
  const { webSocketUrl } = committee.network.chain;
  const byTag = { providers: [{ httpUrl: proxy.url, webSocketUrl }], finality: { kind: "tag" } };
  await committee.restart(byTag);
  const decisionId = await committee.submitPayment(15n);
  await committee.advance(FINALITY_DEPTH + 1);
  await committee.happens("DecisionApproved", decisionId);
  // One alone cannot sign what becomes final before finality stops.
  await committee.stop(committee.others);
  await committee.advance(FINALITY_DEPTH + 1);
  proxy.lie(await standstill());
  await committee.advance(STILL_BLOCKS);
  await committee.start(committee.others, byTag);
  await committee.advance(10);
  for (const { chain, alarms } of await committee.statuses()) {
    expect(chain.finality).toBe("stalled");
    expect(alarms.map(({ alarm }) => alarm)).toContain("finalityStalled");
  }
  expect(committee.claimsOf(decisionId)).toEqual([]);
  proxy.lie(undefined);
  await committee.advance(1);
  await committee.expectRunsItsCourse(decisionId, before, 15n);
}, 240_000);
