import { clientOf, type DevnetPlan, startDevnet } from "../devnet/start-devnet.ts";
import type { ChaosStage } from "./chaos-stage.ts";
import { unwire, type Wiring, wiredSettings, wireUp } from "./wiring.ts";

/** What a chaos devnet is started with, besides what any is. */
export type ChaosPlan = Omit<DevnetPlan, "wire"> & Pick<ChaosStage, "seed" | "nowMs">;

/** A devnet to which faults can be done. */
export type ChaosDevnet = {
  readonly stage: ChaosStage;
  /** Stops the devnet and what lies between its parts. Calling it twice is harmless. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts a devnet in which every committer reaches every other one through a link of ours, and the chain through three
 * providers of ours. Side effects and errors: those of `startDevnet`.
 */
export async function startChaosDevnet({ seed, nowMs, ...plan }: ChaosPlan): Promise<ChaosDevnet> {
  const { promise: wired, resolve } = Promise.withResolvers<Wiring>();
  const wirings: Wiring[] = [];
  const devnet = await startDevnet({
    ...plan,
    wire: async ({ chain }, setups) => {
      const wiring = await wireUp(chain, setups);
      wirings.push(wiring);
      resolve(wiring);
      return (setup) => wiredSettings(wiring, chain, setup);
    },
  }).catch(async (error: unknown) => {
    await Promise.all(wirings.map(unwire));
    throw error;
  });
  const wiring = await wired;
  const client = clientOf(devnet, devnet.accounts.submitter);
  const victims = devnet.committers.map((_, memberIndex) => memberIndex);
  return {
    stage: { devnet, ...wiring, client, seed, victims, nowMs, signal: plan.signal },
    stop: async () => {
      await devnet.stop();
      await unwire(wiring);
    },
  };
}
