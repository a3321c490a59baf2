import type { SynodContracts } from "@synod/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ChainFollower } from "../../src/chain/follower.ts";
import { ChainReader } from "../../src/chain/reader.ts";
import { anvilBinary, reorganise, startAnvil } from "../devnet/anvil.ts";
import type { TestChain } from "../devnet/chain.ts";
import { chainClient, deployRegistries, proposeCommittee } from "../devnet/scene.ts";
import { providersAt } from "../support/providers-of.ts";
import { settingsOf } from "../support/settings-of.ts";

/** As deep as the deepest reorganisation. */
const DEPTH = 64;

let chain: TestChain;
let contracts: SynodContracts;

beforeAll(async () => {
  chain = await startAnvil();
  contracts = await deployRegistries(chain);
});
afterAll(() => chain.stop());

/** A follower that takes note of what it is handed over as final. */
function follow() {
  const { providers, ...notices } = providersAt([chain.httpUrl]);
  const finality = { kind: "depth", depthBlocks: DEPTH };
  const settings = settingsOf(chain, contracts, { chain: { id: 31_337, httpUrl: chain.httpUrl, finality } });
  const seen: string[] = [];
  const follower = new ChainFollower({
    ...notices,
    reader: new ChainReader(providers, settings),
    processed: undefined,
    startBlock: 0n,
    stallBlocks: 256n,
    onFinalised: (events) => void seen.push(...events.map(({ blockHash, logIndex }) => `${blockHash}/${logIndex}`)),
  });
  return { ...notices, follower, seen };
}

function propose(name: string): Promise<unknown> {
  const members = ["a", "b", "c"].map((letter) => ({ name: `${name} ${letter}`, endpoint: "/ip4/127.0.0.1/tcp/1" }));
  return proposeCommittee(chain, contracts, members, { minSigners: 2, quorum: 2 });
}

test("events of blocks that are reorganised away, 1 to 64 deep, are shown while they stand and never acted upon", async () => {
  const client = chainClient(chain);
  const { follower, seen, alarms } = follow();
  await propose("kept");
  await client.mine({ blocks: DEPTH });
  await follower.tick();
  const kept = [...seen];
  expect(kept).toHaveLength(1);
  for (let depth = 1; depth <= DEPTH; depth += 1) {
    await propose(`gone ${depth}`);
    if (depth > 1) await client.mine({ blocks: depth - 1 });
    const before = await follower.tick();
    expect(before?.unfinalised).toHaveLength(1);
    await reorganise(chain, depth);
    const after = await follower.tick();
    expect(after?.head.number).toBe(before?.head.number);
    expect(after?.head.hash).not.toBe(before?.head.hash);
    expect(after?.unfinalised).toEqual([]);
    expect(seen).toEqual(kept);
  }
  await client.mine({ blocks: DEPTH });
  await propose("after");
  await client.mine({ blocks: DEPTH });
  await follower.tick();
  expect(seen).toHaveLength(2);
  const fresh = follow();
  await fresh.follower.tick();
  expect(fresh.seen).toEqual(seen);
  expect(alarms.standing()).toEqual([]);
}, 240_000);

test("a reorganisation one block deeper than finality stops everything with an alarm", async () => {
  const client = chainClient(chain);
  const { follower, alarms } = follow();
  await client.mine({ blocks: DEPTH });
  await follower.tick();
  await reorganise(chain, DEPTH);
  expect(await follower.tick()).toBeDefined();
  await reorganise(chain, DEPTH + 1);
  expect(await follower.tick()).toBeUndefined();
  expect(alarms.stands("finalisedBlockChanged")).toBe(true);
});

test("a platform for which no node is published is named, and nothing is left out", () => {
  expect(() => anvilBinary("sunos", "sparc")).toThrow("@foundry-rs/anvil-sunos-sparc is not installed: run npm ci");
});
