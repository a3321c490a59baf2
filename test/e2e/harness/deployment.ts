import type { Address, Hex } from "viem";

/** What a test reads of the file that `synod devnet` writes. */
export type Deployment = {
  readonly chainId: number;
  readonly rpcUrl: string;
  readonly committeeRegistry: Address;
  readonly decisionRegistry: Address;
  readonly committees: readonly Committee[];
  readonly agents: readonly { readonly id: Hex; readonly vault: Address; readonly name: string }[];
  readonly tokens: readonly { readonly symbol: string; readonly address: Address; readonly decimals: number }[];
  readonly accounts: Readonly<Record<string, { readonly address: Address; readonly privateKey?: Hex }>>;
};

/** One committee of a deployment. */
export type Committee = {
  readonly id: Hex;
  readonly epoch: number;
  readonly minSigners: number;
  readonly quorum: number;
  readonly groupAddress: Address;
  readonly members: readonly Member[];
};

/** One member of a committee, with where its committer runs. */
export type Member = {
  readonly memberIndex: number;
  readonly address: Address;
  readonly endpoint: string;
  readonly httpUrl: string;
  readonly dataDir: string;
  readonly settingsFile: string;
  readonly passphraseFile: string;
  readonly pid: number;
};

/** All members of all committees of a deployment. */
export function membersOf(deployment: Deployment): Member[] {
  return deployment.committees.flatMap((committee) => [...committee.members]);
}

/** The first of a list that must not be empty. */
export function first<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined) throw new TypeError("the deployment lacks what this test needs");
  return item;
}
