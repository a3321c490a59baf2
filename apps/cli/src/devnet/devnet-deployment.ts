import { bytesToHex } from "viem";
import type { HDAccount } from "viem/accounts";
import type { DeployedMember, Deployment } from "../deployment/deployment.ts";
import type { CommitterProcess } from "./committer-process.ts";
import type { DevnetAccounts } from "./devnet-accounts.ts";
import type { Devnet } from "./start-devnet.ts";

/** The deployment file of a running devnet. The accounts' keys stand in it: they are known to everybody. */
export function deploymentOf(devnet: Devnet): Deployment {
  const { chain, contracts, committee, committers, agent, accounts } = devnet;
  const { epoch } = committee;
  return {
    version: 1,
    chainId: chain.chainId,
    rpcUrl: chain.rpcUrl,
    webSocketUrl: chain.webSocketUrl,
    committeeRegistry: contracts.committeeRegistry,
    decisionRegistry: contracts.decisionRegistry,
    committees: [
      {
        id: committee.id,
        epoch: Number(epoch.epoch),
        minSigners: epoch.minSigners,
        quorum: epoch.quorum,
        groupAddress: groupAddressOf(devnet),
        members: committers.map(memberOf),
      },
    ],
    agents: [agent],
    tokens: [contracts.token],
    accounts: knownAccounts(accounts),
  };
}

/** The devnet's accounts with their keys, by name. */
export function knownAccounts(accounts: DevnetAccounts): Deployment["accounts"] {
  return Object.fromEntries(Object.entries(accounts).map(([name, account]) => [name, knownAccount(account)]));
}

/** Address of the committee's group key. A devnet has one as soon as it runs. */
export function groupAddressOf({ committee }: Pick<Devnet, "committee">): `0x${string}` {
  return committee.epoch.group?.address ?? "0x";
}

function memberOf({ setup, child }: CommitterProcess): DeployedMember {
  const { memberIndex, address, endpoint, httpUrl, dataDir, settingsFile, passphraseFile } = setup;
  return { memberIndex, address, endpoint, httpUrl, dataDir, settingsFile, passphraseFile, pid: child.pid };
}

function knownAccount(account: HDAccount): Deployment["accounts"][string] {
  const privateKey = account.getHdKey().privateKey;
  return privateKey === null
    ? { address: account.address }
    : { address: account.address, privateKey: bytesToHex(privateKey) };
}
