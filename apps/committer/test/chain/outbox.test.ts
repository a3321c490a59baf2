import type { SynodContracts } from "@synod/sdk";
import { type Address, createPublicClient, type Hex, http, parseEther, parseGwei } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Account } from "../../src/chain/account.ts";
import { Outbox } from "../../src/chain/outbox.ts";
import { activateIntent } from "../../src/committee/intents.ts";
import { identityOf } from "../../src/identity.ts";
import { startTestChain, type TestChain } from "../devnet/chain.ts";
import { chainClient, deployRegistries } from "../devnet/scene.ts";
import { testSecret } from "../support/data-folder.ts";
import { testNotices } from "../support/notices.ts";

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
  return { client, account: new Account(client, identity, { chainId: 31_337, feeCapWei }) };
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
  const second = await account.prepare(NOTE, 7, first.transaction.maxFeePerGasWei);
  if (second.kind !== "prepared") return expect(second.kind).toBe("prepared");
  expect(second.transaction.maxFeePerGasWei * 4n).toBeGreaterThanOrEqual(first.transaction.maxFeePerGasWei * 5n - 4n);
  expect(second.transaction.hash).not.toBe(first.transaction.hash);
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
