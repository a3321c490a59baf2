import type { SynodContracts } from "@synod/sdk";
import {
  type Address,
  createPublicClient,
  type Hex,
  http,
  parseEther,
  parseGwei,
  parseTransaction,
  serializeTransaction,
} from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Account } from "../../src/chain/account.ts";
import { providersOf } from "../../src/chain/open-chain.ts";
import { Outbox } from "../../src/chain/outbox.ts";
import { activateIntent } from "../../src/committee/intents.ts";
import { identityOf } from "../../src/identity.ts";
import { startTestChain, type TestChain } from "../devnet/chain.ts";
import { chainClient, deployRegistries } from "../devnet/scene.ts";
import { testSecret } from "../support/data-folder.ts";
import { testNotices } from "../support/notices.ts";
import { settingsOf } from "../support/settings-of.ts";

const FRIEND: Address = "0x00000000000000000000000000000000000000ff";
const NOTE = { to: FRIEND, data: "0x1234" } as const;

let chain: TestChain;
let contracts: SynodContracts;

beforeAll(async () => {
  chain = await startTestChain();
  contracts = await deployRegistries(chain);
});
afterAll(() => chain.stop());

async function accountOf(name: string, balance = parseEther("1"), feeCapWei = parseGwei("500")) {
  const identity = identityOf(testSecret(name));
  await chainClient(chain).setBalance({ address: identity.address, value: balance });
  const client = createPublicClient({ transport: http(chain.httpUrl), cacheTime: 0, pollingInterval: 50 });
  const providers = providersOf(settingsOf(chain, contracts), testNotices());
  return { client, account: new Account(providers, identity, { chainId: 31_337, feeCapWei }) };
}

async function outboxOf(name: string, reserved: () => readonly number[] = () => [], balance?: bigint) {
  const { client, account } = await accountOf(name, balance);
  const notices = testNotices();
  const outbox = new Outbox({ ...notices, account, reservedNonces: reserved, stuckBlocks: 3n });
  return { client, account, outbox, ...notices };
}

const at = (head: bigint) => ({ head, finalised: head });

async function minedNonce(account: Account, wanted: number): Promise<void> {
  const client = chainClient(chain);
  const done = Promise.withResolvers<void>();
  const stop = client.watchBlockNumber({
    emitOnBegin: true,
    onBlockNumber: async () => {
      if ((await account.minedNonce()) >= wanted) done.resolve();
    },
  });
  await done.promise.finally(stop);
}

test("a prepared transaction is what was asked for, and sending it twice is one transaction", async () => {
  const { client, account } = await accountOf("sender");
  const prepared = await account.prepare(NOTE, 0);
  if (prepared.kind !== "prepared") return expect(prepared.kind).toBe("prepared");
  expect(await account.send(prepared.transaction.raw)).toEqual({ kind: "sent" });
  await minedNonce(account, 1);
  expect(await account.send(prepared.transaction.raw)).toEqual({ kind: "known" });
  const mined = await client.getTransaction({ hash: prepared.transaction.hash });
  expect(mined).toMatchObject({ to: FRIEND, input: NOTE.data, nonce: 0, from: account.address.toLowerCase() });
});

test("a replacement keeps nonce and intent and pays at least a quarter more", async () => {
  const { account } = await accountOf("replacer");
  const first = await account.prepare(NOTE, 7);
  if (first.kind !== "prepared") return expect(first.kind).toBe("prepared");
  const second = await account.replace(first.transaction.raw);
  if (second.kind !== "prepared") return expect(second.kind).toBe("prepared");
  const [old, renewed] = [parseTransaction(first.transaction.raw), parseTransaction(second.transaction.raw)];
  expect(renewed).toMatchObject({ to: old.to, data: old.data, nonce: 7 });
  for (const fee of ["maxFeePerGas", "maxPriorityFeePerGas"] as const)
    expect(BigInt(renewed[fee] ?? 0) * 4n).toBeGreaterThanOrEqual(BigInt(old[fee] ?? 0) * 5n);
  expect(second.transaction.maxFeePerGasWei).toBe(renewed.maxFeePerGas);
});

test("what would revert by now is replaced all the same, so that its nonce blocks no later one", async () => {
  const { account } = await accountOf("overtaken");
  const fees = { gas: 54_321n, maxFeePerGas: parseGwei("2"), maxPriorityFeePerGas: parseGwei("1") };
  const call = { to: contracts.committeeRegistry, data: "0xffffffff", nonce: 3, ...fees } as const;
  const reverting = serializeTransaction({ type: "eip1559", chainId: 31_337, ...call });
  const second = await account.replace(reverting);
  if (second.kind !== "prepared") return expect(second.kind).toBe("prepared");
  expect(parseTransaction(second.transaction.raw)).toMatchObject({ nonce: 3, data: "0xffffffff", gas: fees.gas });
});

test("a relay that is stuck is offered again for more, under its nonce", async () => {
  const { account, outbox } = await outboxOf("stuck");
  const miner = chainClient(chain);
  await miner.setAutomine(false);
  await outbox.relay("slow", NOTE, at(1n));
  const pending = async () => {
    const { transactions } = await miner.getBlock({ blockTag: "pending", includeTransactions: true });
    return transactions.filter(({ from }) => from === account.address.toLowerCase());
  };
  const before = await pending();
  await outbox.tend(at(4n));
  const after = await pending();
  await miner.mine({ blocks: 1 });
  await miner.setAutomine(true);
  expect(before.map(({ nonce }) => nonce)).toEqual([0]);
  expect(after.map(({ nonce }) => nonce)).toEqual([0]);
  const fees = [...before, ...after].map(({ maxFeePerGas }) => maxFeePerGas ?? 0n);
  expect((fees[1] ?? 0n) * 4n).toBeGreaterThanOrEqual((fees[0] ?? 0n) * 5n);
});

test("a revert is told by its name, an empty account and a fee above the cap are told apart", async () => {
  const { account } = await accountOf("careful");
  const unknown: Hex = `0x${"77".repeat(32)}`;
  const entry = { committeeId: unknown, epoch: 1n } as unknown as Parameters<typeof activateIntent>[1];
  const intent = activateIntent(contracts.committeeRegistry, entry, "0x");
  expect(await account.prepare(intent, 0)).toMatchObject({ kind: "reverts", revert: { kind: "named" } });
  expect((await (await accountOf("poor", 0n)).account.prepare(NOTE, 0)).kind).toBe("noGasMoney");
  expect((await (await accountOf("frugal", parseEther("1"), 1n)).account.prepare(NOTE, 0)).kind).toBe("feeCapped");
});

test("relays take nonces one after the other and skip what is reserved", async () => {
  const { account, outbox } = await outboxOf("relay", () => [1]);
  const miner = chainClient(chain);
  await miner.setAutomine(false);
  await Promise.all([
    outbox.relay("a", NOTE, at(1n)),
    outbox.relay("b", NOTE, at(1n)),
    outbox.relay("a", NOTE, at(1n)),
  ]);
  await miner.mine({ blocks: 1 });
  expect(await account.minedNonce()).toBe(1);
  const reserved = await account.prepare(NOTE, 1);
  if (reserved.kind === "prepared") await account.send(reserved.transaction.raw);
  await miner.mine({ blocks: 1 });
  expect(await account.minedNonce()).toBe(3);
  await miner.setAutomine(true);
});

test("the same relay is not repeated before the block after it is final", async () => {
  const { account, outbox } = await outboxOf("patient");
  await outbox.relay("once", NOTE, at(5n));
  await minedNonce(account, 1);
  await outbox.tend(at(6n));
  await outbox.relay("once", NOTE, { head: 7n, finalised: 6n });
  expect(await account.minedNonce()).toBe(1);
  await outbox.relay("once", NOTE, { head: 8n, finalised: 7n });
  await minedNonce(account, 2);
});

test("a gap below a reserved nonce is filled, so that it cannot block for ever", async () => {
  const { account, outbox } = await outboxOf("gap", () => [2]);
  await outbox.tend(at(1n));
  await minedNonce(account, 1);
  await outbox.tend(at(2n));
  await minedNonce(account, 2);
  await outbox.tend(at(3n));
  expect(await account.minedNonce()).toBe(2);
});

test("without gas money the alarm stands and no nonce is used", async () => {
  const { account, outbox, alarms } = await outboxOf("broke", () => [], 0n);
  await outbox.relay("wish", NOTE, at(1n));
  expect(alarms.stands("outOfGasMoney")).toBe(true);
  await chainClient(chain).setBalance({ address: account.address, value: parseEther("1") });
  await outbox.relay("wish", NOTE, at(2n));
  await minedNonce(account, 1);
  expect(alarms.stands("outOfGasMoney")).toBe(false);
});
