import { Command } from "commander";
import type { CommandContext } from "./command-context.ts";
import { addAuditCommand } from "./commands/audit.ts";
import { addCommitterCommand } from "./commands/committer.ts";
import { addDecideCommand } from "./commands/decide.ts";
import { addDemoCommand } from "./commands/demo.ts";
import { addDeployCommand } from "./commands/deploy.ts";
import { addDevnetCommand } from "./commands/devnet.ts";
import { addKeysCommand } from "./commands/keys.ts";
import { addSoakCommand } from "./commands/soak.ts";
import { addStatusCommand } from "./commands/status.ts";
import { addWatchCommand } from "./commands/watch.ts";

/** The whole command tree, bound to one context. Parsing errors are thrown as CommanderError, never printed. */
export function buildProgram(context: CommandContext): Command {
  const program = new Command("synod")
    .description("Decide by committee, act by threshold signature, check again in the vault.")
    .exitOverride()
    .configureOutput({ writeOut: context.terminal.out, writeErr: () => {} });
  addDevnetCommand(program, context);
  addDeployCommand(program, context);
  addDecideCommand(program, context);
  addStatusCommand(program, context);
  addWatchCommand(program, context);
  addCommitterCommand(program, context);
  addKeysCommand(program, context);
  addAuditCommand(program, context);
  addDemoCommand(program, context);
  addSoakCommand(program, context);
  return program;
}
