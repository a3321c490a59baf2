import { agentVaultAbi, committeeRegistryAbi, decisionRegistryAbi } from "@synod/sdk";
import { printSeed } from "@synod/testing";
import { decodeErrorResult, decodeFunctionData, type Hex } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestChain, type TestChain } from "../devnet/chain.ts";
import { deployRegistries, PAYEE } from "../devnet/scene.ts";
import { BothChains, calldata, type Effect, type Step } from "./chain/both-chains.ts";
import { RandomSteps } from "./chain/random-steps.ts";
import { contractErrors } from "./chain/revert.ts";
import { chanceOf } from "./chance.ts";

const STEPS = process.env.SYNOD_DEEP === "1" ? 3_000 : 150;

const functions = [...committeeRegistryAbi, ...decisionRegistryAbi, ...agentVaultAbi];

let chain: TestChain;

beforeAll(async () => {
  chain = await startTestChain();
});
afterAll(() => chain.stop());

/** The function that was called, or the error that it reverted with. */
function nameOf({ message }: Step, effect: Effect): string {
  if (effect.kind === "reverted") return decodeErrorResult({ abi: contractErrors, data: effect.data }).errorName;
  return decodeFunctionData({ abi: functions, data: message.data }).functionName;
}

/** Every fact that either chain stores about what was drawn. */
async function facts(chains: BothChains, steps: RandomSteps) {
  const { committeeRegistry, decisionRegistry } = chains.contracts;
  const { committeeId } = steps;
  const questions: [Hex, Hex][] = [
    [committeeRegistry, calldata.committee("committeeOf", [committeeId])],
    ...steps.epochs.map(({ number }): [Hex, Hex] => [
      committeeRegistry,
      calldata.committee("epochOf", [committeeId, number]),
    ]),
    ...steps.decisions
      .slice(-6)
      .map(({ decisionId }): [Hex, Hex] => [decisionRegistry, calldata.decision("decisionOf", [decisionId])]),
    ...steps.agents.flatMap(({ agentId, vault }): [Hex, Hex][] => [
      [decisionRegistry, calldata.decision("agentOf", [agentId])],
      [vault, calldata.vault("spentInWindow", ["0x0000000000000000000000000000000000000000"])],
      ...["executionsInSpan", "policyHash", "policyPointer", "scheduledPolicy"].map((name): [Hex, Hex] => [
        vault,
        calldata.vault(name, []),
      ]),
    ]),
  ];
  return Promise.all(questions.map(([to, data]) => chains.ask(to, data)));
}

test("the modelled contracts do what the real ones do: same events, same reverts, same facts", async () => {
  const seed = printSeed("the modelled contracts");
  const chains = new BothChains(chain, await deployRegistries(chain));
  await chains.begin();
  const steps = new RandomSteps(chains, chanceOf(seed, "steps"));
  for await (const step of steps.opening()) {
    const { real, model } = await chains.run(step);
    expect(model).toEqual(real);
    expect(model.kind).toBe("done");
  }
  const kinds = new Map<string, number>();
  for (let drawn = 0; drawn < STEPS; drawn += 1) {
    const step = await steps.next();
    const { real, model } = await chains.run(step);
    expect(model, `step ${drawn} of seed ${seed}`).toEqual(real);
    const kind = nameOf(step, model);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    if (drawn % 10 !== 0) continue;
    for (const { real: told, model: modelled } of await facts(chains, steps))
      expect(modelled, `facts after step ${drawn} of seed ${seed}`).toBe(told);
    const { real: paid, model: moved } = await chains.balances(PAYEE);
    expect(moved).toBe(paid);
  }
  const counted = [...kinds].toSorted().map(([kind, count]) => `${kind} ${count}`);
  process.stdout.write(`${STEPS} transactions on both: ${counted.join(", ")}\n`);
  // Executions, approvals, epochs and many kinds of refusal were among them.
  expect(kinds.size).toBeGreaterThan(15);
}, 3_600_000);
