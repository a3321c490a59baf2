import { afterAll, beforeAll, expect, test } from "vitest";
import { CommitteeOnAnvil, eventually, FINALITY_DEPTH } from "../support/committee-on-anvil.ts";
import { CONTRADICTIONS, FAILURES, oldState, together } from "../support/lies.ts";
import { type LyingProxy, startLyingProxy } from "../support/lying-proxy.ts";

/** Questions after which members that would go on in spite of a disagreement have gone on. */
const QUESTIONS = 30;

let committee: CommitteeOnAnvil;
let proxies: readonly LyingProxy[] = [];

/** Settings by which every member asks the three proxies. The node itself wakes it. */
function behindProxies(): object {
  const { webSocketUrl } = committee.network.chain;
  return { providers: proxies.map(({ url: httpUrl }) => ({ httpUrl, webSocketUrl })) };
}

beforeAll(async () => {
  committee = await CommitteeOnAnvil.open();
  proxies = await Promise.all([0, 1, 2].map(() => startLyingProxy(committee.network.chain.httpUrl)));
  await committee.restart(behindProxies());
}, 240_000);
afterAll(async () => {
  await committee?.close();
  for (const proxy of proxies) proxy.close();
});

/** Every contradiction is told, several to each decision, and of what is no answer the kind that takes longest. */
const TOLD = [
  ...[0, 1, 2].map((rest) => together(CONTRADICTIONS.filter((_lie, index) => index % 3 === rest))),
  ...FAILURES.filter(({ name }) => name === "stall"),
  oldState(() => committee.blockBeforeAgent),
];

test.each(TOLD.map((lie, index) => [lie.name, lie, index % 3] as const))(
  "one of every member's three providers lies, %s: a decision runs its course",
  async (_name, lie, liar) => {
    const before = await committee.paid();
    proxies[liar]?.lie(lie);
    const decisionId = await committee.submitPayment(16n);
    await committee.advance(FINALITY_DEPTH);
    await committee.expectRunsItsCourse(decisionId, before, 16n);
    proxies[liar]?.lie(undefined);
  },
  240_000,
);

test("two of three providers lie where three must agree: nothing is signed until they agree, and an alarm stands", async () => {
  await committee.restart({ ...behindProxies(), rpcQuorum: 3 });
  const before = await committee.paid();
  const decisionId = await committee.submitPayment(17n);
  await committee.advance(FINALITY_DEPTH);
  await committee.happens("DecisionApproved", decisionId);
  for (const proxy of proxies.slice(1)) proxy.lie(CONTRADICTIONS.find(({ name }) => name === "other call result"));
  await committee.mine(FINALITY_DEPTH);
  const raised = async () => {
    const all = await committee.statuses();
    return all.every(({ alarms }) => alarms.some(({ alarm }) => alarm === "rpcQuorumLost")) ? true : undefined;
  };
  await eventually(raised);
  const asked = proxies[0]?.asked() ?? 0;
  await eventually(async () => ((proxies[0]?.asked() ?? 0) > asked + QUESTIONS ? true : undefined));
  expect(await raised()).toBe(true);
  expect(committee.claimsOf(decisionId)).toEqual([]);
  expect((await committee.ask("/readyz")).map(({ status }) => status)).toEqual([503, 503, 503]);
  for (const proxy of proxies) proxy.lie(undefined);
  await committee.settle();
  await committee.expectRunsItsCourse(decisionId, before, 17n);
}, 240_000);
