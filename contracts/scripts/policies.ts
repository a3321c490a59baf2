import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createInterface } from "node:readline";
import hre from "hardhat";
import {
  type Abi,
  createPublicClient,
  custom,
  decodeAbiParameters,
  decodeFunctionResult,
  encodeFunctionData,
  getAddress,
  type Hex,
  numberToHex,
  parseAbiParameters,
  slice,
} from "viem";
import { hardhat } from "viem/chains";
import { PROJECT_FOLDER } from "./hardhat.ts";

const DRAWING = join(PROJECT_FOLDER, "..", "packages", "core", "scripts", "draw-policies.ts");
const ENGINE = getAddress("0x00000000000000000000000000000000000e4914");
const DAY = 86_400n;
/** Policies ask for the second of the day only; a chain's time must not go back. */
const FIRST_DAY = 40_000n * DAY;
/** `ViolationKind.WindowCapExceeded`: from this on, what was executed before is in the way, which the vault looks at. */
const FIRST_OF_PAST = 9;
const NUMBERS = parseAbiParameters("uint256[] numbers");
const VIOLATIONS = parseAbiParameters([
  "Violation[] violations",
  "struct Violation { uint8 kind; uint256 callIndex; uint256 rule; address subject; uint256 actual; uint256 limit; }",
]);

/** What core draws and says, a line of its script; the fields are described there. */
type Case = {
  readonly policy: Hex;
  readonly action: Hex;
  readonly time: string;
  readonly spent: Hex;
  readonly executionsInSpan: string;
  readonly charges: Hex;
  readonly violations: Hex;
  readonly budgets: Hex;
  readonly minAttestations: string;
  readonly minVetoWindow: string;
};

/** What the engine says: `JudgedVault.Judgement`. */
type Judgement = {
  readonly violations: Hex;
  readonly budgets: Hex;
  readonly minAttestations: bigint;
  readonly minVetoWindow: bigint;
  readonly charges: Hex;
};

/** How many cases were compared, in how many of them the action was cleared, and the first that differs. */
export type PolicyResult = {
  readonly compared: number;
  readonly cleared: number;
  readonly difference: string | undefined;
};

/**
 * Asks the policy engine about `count` random policies, actions and situations, and compares its violations, budgets,
 * requirements and charges with what the TypeScript says that committers judge by.
 *
 * Side effects: prints the seed (SYNOD_SEED repeats a run), starts a process that draws, runs a devnet in this process.
 */
export async function comparePolicies(count: number): Promise<PolicyResult> {
  const seed = process.env.SYNOD_SEED ?? randomBytes(8).toString("hex");
  process.stdout.write(`policies: seed ${seed}\n`);
  const judge = await startJudge();
  let [compared, cleared] = [0, 0];
  try {
    for await (const one of drawCases(seed, count)) {
      const difference = differenceOf(one, await judge.ask(one));
      if (difference !== undefined) return { compared, cleared, difference: `case ${compared}, ${difference}` };
      compared += 1;
      if (isCleared(one)) cleared += 1;
    }
  } finally {
    await judge.close();
  }
  return { compared, cleared, difference: compared === count ? undefined : `only ${compared} cases were drawn` };
}

async function* drawCases(seed: string, count: number): AsyncGenerator<Case> {
  const child = spawn(process.execPath, [DRAWING, seed, String(count)], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line) as Case;
  } finally {
    child.kill();
  }
}

type Judge = { ask(one: Case): Promise<Judgement>; close(): Promise<void> };

/** The engine on a devnet, and a vault in front of it that is brought into each situation. */
async function startJudge(): Promise<Judge> {
  const { abi, deployedBytecode } = await hre.artifacts.readArtifact("JudgedVault");
  const engine = await hre.artifacts.readArtifact("PolicyEngine");
  const connection = await hre.network.create();
  const { provider } = connection;
  await provider.request({ method: "hardhat_setCode", params: [ENGINE, engine.deployedBytecode] });
  const client = createPublicClient({ chain: hardhat, transport: custom(provider) });
  return {
    ask: async (one) => {
      // An encoded action begins with its offset and the chain id.
      const vault = slice(one.action, 76, 96);
      await provider.request({ method: "hardhat_setCode", params: [vault, deployedBytecode] });
      const time = numberToHex(FIRST_DAY + BigInt(one.time));
      await provider.request({ method: "evm_setNextBlockTimestamp", params: [time] });
      const data = encodeFunctionData({ abi: abi as Abi, functionName: "judge", args: [ENGINE, situationOf(one)] });
      const { data: answer = "0x" } = await client.call({ to: vault, data, blockTag: "pending" });
      return decodeFunctionResult({ abi: abi as Abi, functionName: "judge", data: answer }) as Judgement;
    },
    close: () => connection.close(),
  };
}

function situationOf({ policy, action, spent, executionsInSpan }: Case) {
  return { policy, action, spent: decodeAbiParameters(NUMBERS, spent)[0], executions: BigInt(executionsInSpan) };
}

/** The first answer that differs, with both sides and what was asked. */
function differenceOf(expected: Case, actual: Judgement): string | undefined {
  const answers: readonly (readonly [name: string, expected: string, actual: string])[] = [
    ["violations", expected.violations, actual.violations],
    ["budgets", expected.budgets, actual.budgets],
    ["minAttestations", expected.minAttestations, `${actual.minAttestations}`],
    ["minVetoWindow", expected.minVetoWindow, `${actual.minVetoWindow}`],
    ["charges", isCleared(expected) ? expected.charges : "0x", actual.charges],
  ];
  const found = answers.find(([, left, right]) => left !== right);
  if (found === undefined) return undefined;
  const [name, left, right] = found;
  return `${name}: ${left} by the TypeScript, ${right} by the engine, of ${JSON.stringify(expected)}`;
}

/** Whether nothing but what was executed before is against the action. */
function isCleared({ violations }: Case): boolean {
  const [found] = decodeAbiParameters(VIOLATIONS, violations);
  return found.every(({ kind }) => kind >= FIRST_OF_PAST);
}
