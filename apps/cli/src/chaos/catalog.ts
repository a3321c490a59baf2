import { CliError } from "../errors/cli-error.ts";
import { formatPairs } from "../output/table.ts";
import type { Fault } from "./fault.ts";
import { crash } from "./faults/crash.ts";
import { delay } from "./faults/delay.ts";
import { equivocate } from "./faults/equivocate.ts";
import { garbage } from "./faults/garbage.ts";
import { gasSpike } from "./faults/gas-spike.ts";
import { loss } from "./faults/loss.ts";
import { lyingRpc } from "./faults/lying-rpc.ts";
import { noCoin } from "./faults/no-coin.ts";
import { partition } from "./faults/partition.ts";
import { reorg } from "./faults/reorg.ts";
import { withhold } from "./faults/withhold.ts";

/** Every fault there is, in the order in which they are brought about. */
export const FAULTS: readonly Fault[] = [
  crash,
  partition,
  delay,
  loss,
  withhold,
  garbage,
  equivocate,
  noCoin,
  gasSpike,
  lyingRpc,
  reorg,
];

/** Stands for every fault. */
export const ALL = "all";

/** Asks for the list of faults instead. */
export const HELP = "help";

/**
 * The faults of a list of names, each once, in the order of the list; `all` is every one.
 * Errors: ARGUMENT_INVALID for a name that is none.
 */
export function pickFaults(list: string): readonly Fault[] {
  const names = new Set(list.split(",").map((name) => name.trim()));
  if (names.has(ALL)) return FAULTS;
  return [...names].map(findFault);
}

function findFault(name: string): Fault {
  const found = FAULTS.find((fault) => fault.name === name);
  if (found !== undefined) return found;
  throw new CliError({
    code: "ARGUMENT_INVALID",
    what: `there is no fault "${name}"`,
    where: "--chaos",
    remedy: `give names out of ${FAULTS.map((fault) => fault.name).join(", ")}, with commas between, or ${ALL}`,
  });
}

/** What each fault is and should come to. */
export function listFaults(): readonly Pick<Fault, "name" | "summary" | "expected">[] {
  return FAULTS.map(({ name, summary, expected }) => ({ name, summary, expected }));
}

/** One line per fault. */
export function describeFaults(): readonly string[] {
  return formatPairs(FAULTS.map(({ name, summary }) => [name, summary] as const));
}
