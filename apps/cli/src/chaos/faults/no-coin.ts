import { numberToHex } from "viem";
import { type Check, expectEqual } from "../../demo/demo-row.ts";
import { rpcRequest } from "../../devnet/rpc-request.ts";
import { type ChaosStage, pickMember } from "../chaos-stage.ts";
import { committersNamed, type Evidence, membersWith } from "../evidence.ts";
import type { Fault, Injection, Judgement } from "../fault.ts";
import { ending, seconds, slowest } from "../judge.ts";
import type { Sight } from "../watch.ts";

const ALARM = "outOfGasMoney";

/** All committers but one lose the coin that pays for transactions. */
export const noCoin: Fault = {
  name: "no-coin",
  summary: "all committers but one have no coin to pay for transactions",
  expected: "the one with coin sends; the others raise outOfGasMoney",
  inject,
  judge,
};

async function inject(stage: ChaosStage): Promise<Injection> {
  const { devnet, client } = stage;
  const spared = pickMember(stage, "no coin");
  const poor = devnet.committers.map(({ setup }) => setup).filter(({ memberIndex }) => memberIndex !== spared);
  const set = (address: string, wei: bigint): Promise<unknown> =>
    rpcRequest(devnet.chain.rpcUrl, "hardhat_setBalance", [address, numberToHex(wei)]);
  const held = await Promise.all(poor.map(({ address }) => client.getBalance({ address })));
  await Promise.all(poor.map(({ address }) => set(address, 0n)));
  const isFelt = (sight: Sight): boolean => membersWith(sight, ALARM).length > 0;
  return {
    what: `only committer ${spared} has coin`,
    hit: poor.map(({ memberIndex }) => memberIndex),
    culprit: committersNamed(poor.map(({ memberIndex }) => memberIndex)),
    isOver: (sight) => sight.areDecided && isFelt(sight),
    heal: async () => {
      await Promise.all(poor.map(({ address }, index) => set(address, held[index] ?? 0n)));
    },
  };
}

function judge(evidence: Evidence): Judgement {
  const { hit, outcomes } = evidence;
  const alarmed = membersWith(evidence, ALARM);
  const senders = outcomes.flatMap(({ sender }) => sender ?? []);
  const checks: readonly Check[] = [
    { what: "some of them say so", holds: alarmed.length > 0, detail: committersNamed(alarmed) },
    expectEqual(
      "others say so",
      committersNamed(alarmed.filter((member) => !hit.includes(member))),
      committersNamed([]),
    ),
    expectEqual(
      "executions sent by one without coin",
      senders.some((member) => hit.includes(member)),
      false,
    ),
  ];
  const by = committersNamed([...new Set(senders)]);
  return {
    happened: `${ending(evidence)} by ${by} in ${seconds(slowest(evidence))}`,
    blame: committersNamed(alarmed),
    checks,
    alarms: [ALARM],
  };
}
