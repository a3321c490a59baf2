import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Folder of the Hardhat project, where the devnet's chain is started and deployment bytecode is read. */
export const CONTRACTS_FOLDER = join(root, "contracts");

/** Entry point of the committer, started as a process of its own. */
export const COMMITTER_MAIN = join(root, "apps", "committer", "src", "main.ts");

/** A committer that misbehaves, for rehearsals on a devnet. */
export const ROGUE_MAIN = join(root, "apps", "rogue", "src", "main.ts");

/** The committer's program for its keys. */
export const COMMITTER_MAINTENANCE = join(root, "apps", "committer", "src", "maintain.ts");

/** Folder of the example decisions and lobe rules. */
export const EXAMPLES_FOLDER = join(root, "examples");
