import { join } from "node:path";
import type { MemoryHub } from "@synod/network";
import type { SynodContracts } from "@synod/sdk";
import { passphraseBytes } from "@synod/storage";
import { parseEther } from "viem";
import { type Committer, startCommitter } from "../../src/committer.ts";
import { identityOf } from "../../src/identity.ts";
import { createLog } from "../../src/log.ts";
import { NO_REHEARSAL, type Rehearsal } from "../../src/rehearsal.ts";
import { installPointBackend } from "../../src/sessions/point-arithmetic.ts";
import type { TestChain } from "../devnet/chain.ts";
import { chainClient } from "../devnet/scene.ts";
import { storeIdentity, TEST_SCRYPT_COST, testSecret } from "./data-folder.ts";
import { inProcessSessions } from "./in-process-sessions.ts";
import { settingsOf } from "./settings-of.ts";

/** Where one test committer lives. */
export type LocalMember = {
  readonly name: string;
  readonly folder: string;
  readonly lobes: readonly object[];
  /** How often it asks the chain without being woken by a socket. Absent: often, and with a socket. */
  readonly slowPollMs?: number;
  /** Further settings. */
  readonly settings?: object;
};

/** What the members of a test committee share. */
export type LocalNetwork = { readonly chain: TestChain; readonly contracts: SynodContracts; readonly hub: MemoryHub };

/** Of every test member's keystore. */
export const PASSPHRASE = passphraseBytes("test passphrase");

/** Makes a member's identity key and gives it gas money. */
export async function prepareMember({ chain }: LocalNetwork, { name, folder }: LocalMember): Promise<void> {
  const secret = testSecret(name);
  storeIdentity(join(folder, "data"), secret, PASSPHRASE, TEST_SCRYPT_COST);
  await chainClient(chain).setBalance({ address: identityOf(secret).address, value: parseEther("10") });
}

/** The arithmetic of a committer's own session thread, several times faster than without. */
const points = installPointBackend();

/** Starts a member in this process, with the memory transport. */
export async function startMember(
  network: LocalNetwork,
  member: LocalMember,
  rehearsal: Rehearsal = NO_REHEARSAL,
): Promise<Committer> {
  const { chain, contracts, hub } = network;
  await points;
  const dataDir = join(member.folder, "data");
  const own = { dataDir, lobes: member.lobes, attemptBlocks: 8 };
  const slow = { id: 31_337, httpUrl: chain.httpUrl, pollIntervalMs: member.slowPollMs };
  const paced = member.slowPollMs === undefined ? own : { ...own, chain: slow };
  const settings = settingsOf(chain, contracts, { ...paced, ...member.settings });
  return startCommitter(settings, Uint8Array.from(PASSPHRASE), {
    log: createLog("warn", { write: () => undefined }),
    rehearsal,
    openSessions: async (secrets) => inProcessSessions(join(dataDir, "keys"), secrets),
    openTransport: async (secret) => hub.transport(identityOf(secret).peer),
    onFatal: (reason) => {
      throw new TypeError(reason);
    },
    unsafeTestScryptCost: TEST_SCRYPT_COST,
  });
}

/** What a member's endpoint says. */
export async function askMember(
  member: Committer,
  path: string,
): Promise<{ readonly status: number; readonly body: never }> {
  // Mathematics in this process may hold it up for longer than an idle connection is kept.
  const headers = { connection: "close" };
  const response = await fetch(`http://127.0.0.1:${member.httpPort}${path}`, { headers });
  return { status: response.status, body: (await response.json()) as never };
}
