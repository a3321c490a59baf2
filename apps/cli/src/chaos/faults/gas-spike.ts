import { numberToHex, parseGwei } from "viem";
import { type Check, expectEqual } from "../../demo/demo-row.ts";
import { rpcRequest } from "../../devnet/rpc-request.ts";
import type { ChaosStage } from "../chaos-stage.ts";
import { allIn, committersNamed, type Evidence, membersWith, statesDuring } from "../evidence.ts";
import type { Fault, Injection, Judgement } from "../fault.ts";
import { ending } from "../judge.ts";
import type { Sight } from "../watch.ts";

const ALARM = "feeAboveCap";

/** What the committers' settings allow, and what the chain asks for: it takes it eleven empty blocks to come down. */
const CAP_GWEI = 500;
const SPIKE_GWEI = 2_000;
const USUAL_GWEI = 1;

/** Blocks for which nothing must be sent. */
const SPIKE_BLOCKS = 4;

/** The chain asks for more per gas than committers may pay. */
export const gasSpike: Fault = {
  name: "gas-spike",
  summary: `the chain asks for ${SPIKE_GWEI} gwei per gas, the cap is ${CAP_GWEI}`,
  expected: "nothing is sent until it asks for less",
  inject,
  judge,
};

async function inject({ devnet }: ChaosStage): Promise<Injection> {
  const ask = async (gwei: number): Promise<void> => {
    const { rpcUrl } = devnet.chain;
    await rpcRequest(rpcUrl, "hardhat_setNextBlockBaseFeePerGas", [numberToHex(parseGwei(String(gwei)))]);
    await rpcRequest(rpcUrl, "hardhat_mine", ["0x1"]);
  };
  await ask(SPIKE_GWEI);
  const isFelt = (sight: Sight): boolean => membersWith(sight, ALARM).length > 0;
  return {
    what: `${SPIKE_GWEI} gwei per gas`,
    hit: [],
    culprit: "the chain",
    isOver: (sight) => sight.areDecided || (sight.blocks >= SPIKE_BLOCKS && isFelt(sight)),
    heal: () => ask(USUAL_GWEI),
  };
}

function judge(evidence: Evidence): Judgement {
  const { outcomes } = evidence;
  const alarmed = membersWith(evidence, ALARM);
  const prices = outcomes.map(({ gasPriceWei = 0n }) => gasPriceWei);
  const checks: readonly Check[] = [
    expectEqual("states while it stood", statesDuring(evidence), allIn(evidence, "Pending")),
    { what: "some say why they wait", holds: alarmed.length > 0, detail: committersNamed(alarmed) },
    expectEqual(
      "paid more than the cap",
      prices.some((wei) => wei > parseGwei(String(CAP_GWEI))),
      false,
    ),
  ];
  return {
    happened: `${statesDuring(evidence)}; then ${ending(evidence)}`,
    blame: alarmed.length === 0 ? "nobody" : `the chain, say ${committersNamed(alarmed)}`,
    checks,
    alarms: [ALARM],
  };
}
