import { type Command, InvalidArgumentError } from "commander";
import type { CommandContext } from "../command-context.ts";
import { askStatus, type CommitterStatus, type EpochStatusReport } from "../committers/ask-status.ts";
import { CliError } from "../errors/cli-error.ts";
import { emit } from "../output/emit.ts";
import { formatPairs, formatTable } from "../output/table.ts";
import { JSON_OPTION } from "./options.ts";

const DEFAULT_URL = "http://127.0.0.1:9101";

/** Adds `synod committer status`. */
export function addCommitterStatusCommand(committer: Command, context: CommandContext): void {
  committer
    .command("status")
    .description("ask a running committer how it is; ends with 1 when it cannot do its work")
    .option("--url <url>", "where it answers over HTTP", httpUrl, DEFAULT_URL)
    .option(...JSON_OPTION)
    .action(({ url }: { url: string }) => showStatus(context, url));
}

/** Errors: COMMITTER_FAILED when it does not answer; NOT_READY, after its status was shown, when it is not ready. */
async function showStatus(context: CommandContext, url: string): Promise<void> {
  const status = await askStatus(url);
  emit(context, { data: status, lines: linesOf(status) });
  if (status.ready) return;
  throw new CliError({
    code: "NOT_READY",
    what: `the committer cannot do its work: ${status.missing.join("; ")}`,
    where: url,
    remedy: "see the alarms in docs/operations.md",
  });
}

function linesOf({ self, chain, epochs, audit, alarms, ready }: CommitterStatus): readonly string[] {
  const { head = "none", finalised = "none", processed = "none", finality, rpcQuorum, providers } = chain;
  const seen = providers.map(({ name, newest = "none" }) => `${name} at ${newest}`);
  return [
    ...formatPairs([
      ["ready", ready ? "yes" : "no"],
      ["address", self.address],
      ["listens", self.listen],
      ["chain", `head ${head}, final ${finalised}, processed ${processed}; finality ${finality}`],
      ["providers", `${rpcQuorum} of ${providers.length} must agree: ${seen.join(", ")}`],
      ["audit head", `${audit.length}:${audit.hash}`],
      ...alarms.map(({ alarm, reason }) => [`alarm ${alarm}`, reason] as const),
    ]),
    "",
    ...formatTable(EPOCH_COLUMNS, epochs),
  ];
}

const EPOCH_COLUMNS = [
  { header: "committee", value: ({ committeeId }: EpochStatusReport) => committeeId },
  { header: "epoch", value: ({ epoch, status }: EpochStatusReport) => `${epoch} ${status}` },
  { header: "member", value: ({ memberIndex }: EpochStatusReport) => String(memberIndex), align: "right" as const },
  { header: "share", value: ({ hasShare }: EpochStatusReport) => (hasShare ? "yes" : "no") },
  { header: "connected", value: connectedOf },
];

function connectedOf({ members, minSigners }: EpochStatusReport): string {
  const here = members.filter(({ connected }) => connected).length;
  return `${here} of ${members.length}, ${minSigners} sign`;
}

function httpUrl(text: string): string {
  const parsed = URL.parse(text);
  if (parsed !== null && ["http:", "https:"].includes(parsed.protocol)) return text;
  throw new InvalidArgumentError("give a URL that begins with http:// or https://.");
}
