/*
 * The same ERC-20 transfer out of a Safe and out of an AgentVault, on one devnet in this process.
 *
 *   npm run bench:gas [-- --json]
 *
 * Conditions, the same for all: one token (OpenZeppelin's ERC-20), one recipient who holds some already, an account that
 * keeps some, and has moved some before; every step is a transaction of its own, so its storage is cold and its calldata
 * and base cost are in the figure. The Safe is 1.5.0 as its project compiled and published it, behind its proxy,
 * without guard, module or refund. The vault has a policy of two assets with caps per execution and per day, the action
 * a bound and a gas floor.
 */
import { type Address, getAddress } from "viem";
import { type Chain, openChain, ownArtifact } from "./chain.ts";
import { deploySingleton, foundSafe, transferFromSafe } from "./safe.ts";
import { deployRegistries, foundAgent, type PathGas, transferFromVault } from "./synod.ts";

type Payee = { readonly token: Address; readonly to: Address };
type SafeRow = { readonly threshold: number; readonly owners: number; readonly gas: number };
type SynodRow = PathGas & { readonly quorum: number; readonly members: number; readonly whole: number };
type GrowthRow = { readonly executionsBefore: number; readonly execute: number };
type Figures = {
  readonly safe: readonly SafeRow[];
  readonly synod: readonly SynodRow[];
  readonly growth: readonly GrowthRow[];
  readonly afterQuietWindow: number;
};

const SAFE_SIZES = [
  [1, 1],
  [2, 3],
  [3, 5],
  [5, 7],
  [11, 15],
] as const;
/** The largest committee that each quorum is enough for, up to 15 members. */
const SYNOD_SIZES = [
  [3, 4],
  [5, 7],
  [7, 10],
  [11, 15],
] as const;
const GROWTH = [0, 1, 8, 24, 40, 64];
const WINDOW_SECONDS = 86_400;
const AMOUNT = 10n ** 18n;
const TOKEN = ownArtifact("devnet/TestToken.sol/TestToken");

async function preparePayee(chain: Chain): Promise<Payee> {
  const token = await chain.deploy(TOKEN, ["Test", "TST"]);
  const to = getAddress("0x00000000000000000000000000000000beef0001");
  await fund(chain, { token, to });
  return { token, to };
}

async function fund(chain: Chain, { token, to }: Payee): Promise<void> {
  await chain.send({ artifact: TOKEN, address: token, functionName: "mint", args: [to, 1_000n * AMOUNT] });
}

async function measureSafe(chain: Chain, payee: Payee): Promise<readonly SafeRow[]> {
  const singleton = await deploySingleton(chain);
  const rows: SafeRow[] = [];
  for (const [threshold, owners] of SAFE_SIZES) {
    const safe = await foundSafe(chain, singleton, { threshold, owners });
    await fund(chain, { token: payee.token, to: safe.address });
    await transferFromSafe(chain, safe, { ...payee, amount: AMOUNT });
    rows.push({ threshold, owners, gas: await transferFromSafe(chain, safe, { ...payee, amount: AMOUNT }) });
  }
  return rows;
}

async function measureSynod(chain: Chain, payee: Payee): Promise<readonly SynodRow[]> {
  const registries = await deployRegistries(chain);
  const rows: SynodRow[] = [];
  for (const [quorum, members] of SYNOD_SIZES) {
    const agent = await foundAgent(chain, registries, { quorum, members }, payee);
    await fund(chain, { token: payee.token, to: agent.vault });
    await transferFromVault(chain, agent, { ...payee, amount: AMOUNT });
    const path = await transferFromVault(chain, agent, { ...payee, amount: AMOUNT });
    rows.push({ quorum, members, ...path, whole: path.submit + path.resolve + path.execute });
  }
  return rows;
}

/** What the exact window costs as executions fill it: one execution an hour, a window of a day. */
async function measureGrowth(chain: Chain, payee: Payee): Promise<Pick<Figures, "growth" | "afterQuietWindow">> {
  const agent = await foundAgent(chain, await deployRegistries(chain), { quorum: 3, members: 4 }, payee);
  await fund(chain, { token: payee.token, to: agent.vault });
  const growth: GrowthRow[] = [];
  for (let executionsBefore = 0; executionsBefore <= Math.max(...GROWTH); executionsBefore++) {
    const { execute } = await transferFromVault(chain, agent, { ...payee, amount: AMOUNT });
    if (GROWTH.includes(executionsBefore)) growth.push({ executionsBefore, execute });
  }
  await chain.pass(WINDOW_SECONDS);
  const { execute } = await transferFromVault(chain, agent, { ...payee, amount: AMOUNT });
  return { growth, afterQuietWindow: execute };
}

function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const text = [header, ...rows].map((row) => row.map((cell) => cell.toLocaleString("en-US")));
  const widths = header.map((_, column) => Math.max(...text.map((row) => row[column]?.length ?? 0)));
  return text.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  ")).join("\n");
}

function report({ safe, synod, growth, afterQuietWindow }: Figures): string {
  return [
    "Gas of one ERC-20 transfer. Storage cold, base cost and calldata included, account used before.\n",
    table(
      ["Safe 1.5.0", "execTransaction"],
      safe.map(({ threshold, owners, gas }) => [`${threshold} of ${owners}`, gas]),
    ),
    "",
    table(
      ["Synod, quorum", "execute", "submit", "resolve", "whole path"],
      synod.map((row) => [`${row.quorum} of ${row.members}`, row.execute, row.submit, row.resolve, row.whole]),
    ),
    "",
    table(
      ["executions before, one an hour", "execute"],
      [...growth.map((row) => [row.executionsBefore, row.execute]), ["after a quiet window", afterQuietWindow]],
    ),
  ].join("\n");
}

const chain = await openChain();
try {
  const payee = await preparePayee(chain);
  const figures: Figures = {
    safe: await measureSafe(chain, payee),
    synod: await measureSynod(chain, payee),
    ...(await measureGrowth(chain, payee)),
  };
  process.stdout.write(`${process.argv.includes("--json") ? JSON.stringify(figures, null, 2) : report(figures)}\n`);
} finally {
  await chain.close();
}
