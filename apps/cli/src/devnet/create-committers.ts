import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PublicPoint, SynodContracts } from "@synod/sdk";
import { passphraseBytes } from "@synod/storage";
import { type Address, slice } from "viem";
import { writeFileAtomically } from "../deployment/write-file-atomically.ts";
import { createIdentity, keysIn } from "../keys/create-identity.ts";
import type { DevnetFolder } from "./devnet-folder.ts";
import { freePorts } from "./ports.ts";
import type { DevnetChain } from "./start-chain.ts";

/** One committer before it is started: its files are written, its identity key is in its keystore. */
export type CommitterSetup = {
  readonly memberIndex: number;
  readonly folder: string;
  readonly settingsFile: string;
  readonly dataDir: string;
  readonly passphraseFile: string;
  /** Address of the identity key; it pays for the committer's transactions. */
  readonly address: Address;
  readonly publicKey: PublicPoint;
  /** Where the committer listens for its peers, as a multiaddr. */
  readonly endpoint: string;
  /** Where it answers over HTTP. */
  readonly httpUrl: string;
};

/** Where committers find the chain and the contracts. */
export type CommitterTarget = {
  readonly chain: Pick<DevnetChain, "chainId" | "rpcUrl" | "webSocketUrl">;
  readonly contracts: SynodContracts;
};

/**
 * Called when the committers' places are known and before their settings are written: what stands between a committer
 * and the others, or the chain, is put there. Answers with the fields of each one's settings that differ because of it.
 */
export type Wire = (
  target: CommitterTarget,
  setups: readonly CommitterSetup[],
) => Promise<(setup: CommitterSetup) => object>;

const HOST = "127.0.0.1";

/** Nothing in between. */
const DIRECT: Wire = async () => () => ({});

/**
 * Prepares `count` committers: an identity key in a keystore, a settings file and two ports each.
 * Side effects: writes files below the devnet's folder. Takes about a second each, the keystore's own cost.
 */
export async function createCommitters(
  folder: DevnetFolder,
  target: CommitterTarget,
  count: number,
  wire: Wire = DIRECT,
): Promise<readonly CommitterSetup[]> {
  const ports = await freePorts(2 * count);
  const passphrase = randomBytes(32).toString("hex");
  writeFileSync(folder.passphraseFile, passphrase, { mode: 0o600, flag: "wx" });
  const setups = Array.from({ length: count }, (_, memberIndex) => {
    const [peerPort = 0, httpPort = 0] = ports.slice(2 * memberIndex, 2 * memberIndex + 2);
    return createCommitter(folder, { memberIndex, passphrase, peerPort, httpPort });
  });
  const changesFor = await wire(target, setups);
  for (const setup of setups) {
    const settings = { ...settingsOf(folder, target, setup), ...changesFor(setup) };
    writeFileAtomically(setup.settingsFile, `${JSON.stringify(settings, undefined, 2)}\n`);
  }
  return setups;
}

type Slot = {
  readonly memberIndex: number;
  readonly passphrase: string;
  readonly peerPort: number;
  readonly httpPort: number;
};

function createCommitter(folder: DevnetFolder, slot: Slot): CommitterSetup {
  const root = folder.committer(slot.memberIndex);
  const dataDir = join(root, "data");
  return {
    ...identityIn(dataDir, slot.passphrase),
    memberIndex: slot.memberIndex,
    folder: root,
    settingsFile: join(root, "settings.json"),
    dataDir,
    passphraseFile: folder.passphraseFile,
    endpoint: `/ip4/${HOST}/tcp/${slot.peerPort}`,
    httpUrl: `http://${HOST}:${slot.httpPort}`,
  };
}

function identityIn(dataDir: string, passphrase: string): Pick<CommitterSetup, "address" | "publicKey"> {
  const phrase = passphraseBytes(passphrase);
  try {
    const { address, publicKey } = createIdentity(keysIn(dataDir), phrase);
    return { address, publicKey: { x: slice(publicKey, 1, 33), y: slice(publicKey, 33, 65) } };
  } finally {
    phrase.fill(0);
  }
}

function settingsOf(folder: DevnetFolder, target: CommitterTarget, setup: CommitterSetup): object {
  return {
    chain: {
      id: target.chain.chainId,
      httpUrl: target.chain.rpcUrl,
      webSocketUrl: target.chain.webSocketUrl,
      finality: { kind: "tag" },
      pollIntervalMs: 250,
    },
    contracts: {
      committeeRegistry: target.contracts.committeeRegistry,
      decisionRegistry: target.contracts.decisionRegistry,
    },
    dataDir: setup.dataDir,
    listen: setup.endpoint,
    http: { host: HOST, port: Number(new URL(setup.httpUrl).port) },
    lobes: [{ kind: "rules", file: folder.rulesFile }],
  };
}
