import { resolve } from "node:path";
import type { AuditHead, AuditRecord, SignedAuditHead } from "@synod/core";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Hex } from "viem";
import { type AuditChain, auditChain } from "../audit/chain-facts.ts";
import { checkExport } from "../audit/check-export.ts";
import { EXPORT_FORMATS, type ExportFormat, exportLog } from "../audit/export-log.ts";
import { verifyHeads, type WitnessedLog } from "../audit/verify-heads.ts";
import { requireComplete, type VerifiedLog, verifyLog } from "../audit/verify-logs.ts";
import { connect } from "../chain/synod-client.ts";
import type { CommandContext } from "../command-context.ts";
import { loadDeployment } from "../deployment/read-deployment.ts";
import { writeFileAtomically } from "../deployment/write-file-atomically.ts";
import { CliError } from "../errors/cli-error.ts";
import { emit } from "../output/emit.ts";
import { withStep } from "../output/progress.ts";
import { formatTable } from "../output/table.ts";
import { JSON_OPTION } from "./options.ts";

type VerifyOptions = { readonly head?: AuditHead; readonly deployment?: string; readonly complete?: boolean };
type CheckOptions = Pick<VerifyOptions, "head" | "deployment">;
type ExportOptions = { readonly format: ExportFormat; readonly decision?: string; readonly out?: string };

const HEAD_OPTION = ["--head <length:hash>", "head of the log that was kept elsewhere", headOf] as const;

/** Adds `synod audit verify`, `synod audit export` and `synod audit check`. */
export function addAuditCommand(program: Command, context: CommandContext): void {
  const audit = program.command("audit").description("recompute and export the hash-chained record of a committer");
  audit
    .command("verify")
    .description("recompute logs and name the first bad record; with a deployment, compare each record with the chain")
    .argument("<files...>", "audit.jsonl of one or more committers")
    .option(...HEAD_OPTION)
    .option("--deployment <file>", "deployment file of the chain to compare with")
    .option("--complete", "every execution on the chain must stand in the logs of as many committers as sign")
    .option(...JSON_OPTION)
    .action((files: string[], options: VerifyOptions) => verify(context, files, options));
  audit
    .command("export")
    .description("write records with what proves each against the head of the log (JSON), or for reading (CSV)")
    .argument("<file>", "audit.jsonl of a committer")
    .addOption(new Option("--format <format>", "how to write them").choices(EXPORT_FORMATS).default("json"))
    .option("--decision <id>", "only the records of this decision")
    .option("--out <file>", "file to write; standard output when absent")
    .option(...JSON_OPTION)
    .action((file: string, options: ExportOptions) => exportRecords(context, file, options));
  audit
    .command("check")
    .description(
      "check an exported file without the log: against the heads in it that others co-signed, and a kept one",
    )
    .argument("<file>", "JSON that `synod audit export` wrote")
    .option(...HEAD_OPTION)
    .option("--deployment <file>", "deployment file of the chain whose members must have signed")
    .option(...JSON_OPTION)
    .action((file: string, options: CheckOptions) => check(context, file, options));
}

async function verify(context: CommandContext, files: readonly string[], options: VerifyOptions): Promise<void> {
  requireSense(files, options);
  const chain = await chainOf(context, options.deployment);
  const logs: VerifiedLog[] = [];
  for (const file of files) {
    const work = () => verifyLog(resolve(context.cwd, file), options.head, chain);
    logs.push(await withStep(context.progress, file, work, ({ head }) => `${head.length} records`));
  }
  const witnessed = await verifyHeads(logs, chain);
  const coverage = options.complete === true && chain !== undefined ? await requireComplete(logs, chain) : undefined;
  const data = {
    logs: witnessed.map(({ file, head, coSignatures }) => ({ file, head, coSigned: coSignatures.map(coSignedBy) })),
    isComparedWithChain: chain !== undefined,
    coverage,
  };
  const lines = [
    ...formatTable(LOG_COLUMNS, witnessed),
    ...(coverage === undefined ? [] : [completeLine(coverage.length)]),
  ];
  emit(context, { data, lines });
}

function requireSense(files: readonly string[], { head, deployment, complete }: VerifyOptions): void {
  if (head !== undefined && files.length > 1) throw misuse("--head belongs to one log", "give one file with --head");
  if (complete === true && deployment === undefined)
    throw misuse("--complete asks the chain", "name the deployment file with --deployment");
}

function misuse(what: string, remedy: string): CliError {
  return new CliError({ code: "USAGE", what, where: "command line", remedy });
}

async function chainOf(context: CommandContext, file: string | undefined): Promise<AuditChain | undefined> {
  if (file === undefined) return undefined;
  const deployment = loadDeployment(context, file);
  return auditChain(await connect(deployment), deployment);
}

function completeLine(executed: number): string {
  return `complete: ${executed} executed decisions, each signature in the logs of as many committers as sign`;
}

async function exportRecords(context: CommandContext, file: string, options: ExportOptions): Promise<void> {
  const { decision, format, out } = options;
  const isChosen = ({ entry }: AuditRecord) => decision === undefined || entry.details.decisionId === decision;
  const logs = await verifyHeads([await verifyLog(resolve(context.cwd, file), undefined, undefined)], undefined);
  const text = logs.map((log) => exportLog(log, format, isChosen)).join("");
  if (out === undefined) context.terminal.out(text);
  else writeFileAtomically(resolve(context.cwd, out), text);
}

async function check(context: CommandContext, file: string, options: CheckOptions): Promise<void> {
  const chain = await chainOf(context, options.deployment);
  const { proofs, head, coSignatures } = await checkExport(resolve(context.cwd, file), options.head, chain);
  const known = options.head ?? head;
  const lines = [
    `${proofs.length} records stand in the log of ${known.length} records with that head`,
    `co-signed: ${coSignedText({ coSignatures })}`,
  ];
  const records = proofs.map(({ record }) => record);
  emit(context, { data: { records, head: known, coSigned: coSignatures.map(coSignedBy) }, lines });
}

function headOf(text: string): AuditHead {
  const [, length, hash] = /^(\d{1,9}):(0x[0-9a-f]{64})$/.exec(text) ?? [];
  if (length === undefined || hash === undefined)
    throw new InvalidArgumentError("give <length>:<hash>, as /status of the committer shows them.");
  return { length: Number(length), hash: hash as Hex };
}

function coSignedBy({ signer, length, hash }: SignedAuditHead) {
  return { address: signer, length, hash };
}

/** The newest head that others have co-signed, and how many of them that one. */
function coSignedText({ coSignatures }: Pick<WitnessedLog, "coSignatures">): string {
  const length = Math.max(0, ...coSignatures.map((one) => one.length));
  return length === 0 ? "by nobody" : `${length} by ${coSignatures.filter((one) => one.length === length).length}`;
}

const LOG_COLUMNS = [
  { header: "log", value: ({ file }: VerifiedLog) => file },
  { header: "records", value: ({ head }: VerifiedLog) => String(head.length), align: "right" as const },
  { header: "head", value: ({ head }: VerifiedLog) => head.hash },
  { header: "co-signed", value: coSignedText },
];
