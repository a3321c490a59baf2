import type { TestChain } from "../devnet/chain.ts";
import { chainClient } from "../devnet/scene.ts";

/** Resolves at the first block of the chain at which `probe` has an answer. */
export async function atSomeBlock<Answer>(chain: TestChain, probe: () => Promise<Answer | undefined>): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const stop = chainClient(chain).watchBlockNumber({
    emitOnBegin: true,
    onError: reject,
    onBlockNumber: () => {
      probe().then((answer) => answer !== undefined && resolve(answer), reject);
    },
  });
  return promise.finally(stop);
}
