// Inputs of the golden vectors: everyday values, zero, and the largest of each type. All are derived from their names.
import type { Address, Hex } from "viem";
import { getAddress, keccak256, stringToHex } from "viem/utils";
import { fieldsOf, type MessageName, TYPE_STRINGS } from "../src/decision/typed-data.ts";
import type { Inputs } from "./vector-expectations.ts";

/** An unfinished vector: a name and what goes in. */
export interface VectorInputs {
  readonly name: string;
  readonly inputs: Inputs;
}

const ZERO_HASH = `0x${"00".repeat(32)}`;
const FULL_HASH = `0x${"ff".repeat(32)}`;
const ZERO_ACCOUNT = `0x${"00".repeat(20)}`;
const FULL_ACCOUNT = getAddress(`0x${"ff".repeat(20)}`);
const MAX_UINT256 = ((1n << 256n) - 1n).toString();
// The largest chain id by EIP-2294.
const MAX_CHAIN_ID = "9223372036854775771";
const MAX_UINT64 = ((1n << 64n) - 1n).toString();

const word = (name: string): Hex => keccak256(stringToHex(name));
const account = (name: string): Address => getAddress(`0x${word(name).slice(26)}`);

const VALUES: Readonly<Record<string, readonly [zero: string, largest: string]>> = {
  bytes32: [ZERO_HASH, FULL_HASH],
  address: [ZERO_ACCOUNT, FULL_ACCOUNT],
  uint16: ["0", "65535"],
  uint32: ["0", "4294967295"],
  uint64: ["1", MAX_UINT64],
  bool: ["false", "true"],
};

function plainValue(message: string, name: string, type: string): string {
  if (type === "bool") return "true";
  if (type === "address") return account(`${message}.${name}`);
  if (type === "bytes32") return word(`${message}.${name}`);
  return name === "deadline"
    ? "1767225600"
    : ({ epoch: "3", minSigners: "2", quorum: "4", approvingEpoch: "2" }[name] ?? "5");
}

function messageVectors(message: MessageName): readonly VectorInputs[] {
  const fields = fieldsOf(message);
  const plain = Object.fromEntries(fields.map(({ name, type }) => [name, plainValue(message, name, type)]));
  const zero = Object.fromEntries(fields.map(({ name, type }) => [name, VALUES[type]?.[0] ?? ""]));
  const largest = Object.fromEntries(fields.map(({ name, type }) => [name, VALUES[type]?.[1] ?? ""]));
  const contract = account(`${message}.verifyingContract`);
  return [
    { name: `${message} plain`, inputs: { message, chainId: "31337", verifyingContract: contract, ...plain } },
    { name: `${message} zero`, inputs: { message, chainId: "1", verifyingContract: contract, ...zero } },
    {
      name: `${message} largest`,
      inputs: { message, chainId: MAX_CHAIN_ID, verifyingContract: FULL_ACCOUNT, ...largest },
    },
  ];
}

/** Vectors of all messages. */
export function typedDataInputs(): readonly VectorInputs[] {
  return (Object.keys(TYPE_STRINGS) as MessageName[]).flatMap(messageVectors);
}

const TRANSFER = `0xa9059cbb${"00".repeat(12)}${"11".repeat(20)}${"00".repeat(31)}05`;

const ACTIONS: readonly VectorInputs[] = [
  {
    name: "payloadHash two calls and a bound",
    inputs: {
      id: "payloadHash",
      chainId: "31337",
      vault: account("vault"),
      callTargets: [account("token"), account("payee")],
      callValues: ["0", "1000000000000000000"],
      callDatas: [TRANSFER, "0x"],
      boundAssets: [ZERO_ACCOUNT, account("token")],
      boundMaxOuts: ["1000000000000000000", "5"],
      boundMinIns: ["0", "0"],
      gasFloor: "200000",
      noNewAllowances: "true",
      allowanceTokens: [account("token"), account("token")],
      allowanceSpenders: [account("payee"), account("router")],
      codePinAccounts: [account("token")],
      codePinHashes: [word("code")],
    },
  },
  {
    name: "payloadHash empty lists",
    inputs: {
      id: "payloadHash",
      chainId: "1",
      vault: ZERO_ACCOUNT,
      callTargets: [],
      callValues: [],
      callDatas: [],
      boundAssets: [],
      boundMaxOuts: [],
      boundMinIns: [],
      gasFloor: "0",
      noNewAllowances: "false",
      allowanceTokens: [],
      allowanceSpenders: [],
      codePinAccounts: [],
      codePinHashes: [],
    },
  },
  {
    name: "payloadHash largest numbers and odd data",
    inputs: {
      id: "payloadHash",
      chainId: MAX_UINT256,
      vault: FULL_ACCOUNT,
      callTargets: [FULL_ACCOUNT],
      callValues: [MAX_UINT256],
      callDatas: [`0x${"ab".repeat(33)}`],
      boundAssets: [FULL_ACCOUNT],
      boundMaxOuts: [MAX_UINT256],
      boundMinIns: [MAX_UINT256],
      gasFloor: MAX_UINT256,
      noNewAllowances: "true",
      allowanceTokens: [FULL_ACCOUNT],
      allowanceSpenders: [FULL_ACCOUNT],
      codePinAccounts: [FULL_ACCOUNT],
      codePinHashes: [FULL_HASH],
    },
  },
];

const MEMBERS: readonly VectorInputs[] = [
  {
    name: "membersHash three members",
    inputs: {
      id: "membersHash",
      memberXs: [word("x0"), word("x1"), word("x2")],
      memberYs: [word("y0"), word("y1"), word("y2")],
      memberEndpoints: ["/ip4/127.0.0.1/tcp/9001", "", `/dns4/${"long-name.".repeat(5)}example/tcp/9003`],
    },
  },
  { name: "membersHash nobody", inputs: { id: "membersHash", memberXs: [], memberYs: [], memberEndpoints: [] } },
];

const POLICIES: readonly VectorInputs[] = [
  {
    name: "policyHash two calls and two assets",
    inputs: {
      id: "policyHash",
      callTargets: [account("token"), account("payee")],
      callSelectors: ["0xa9059cbb", "0x00000000"],
      assets: [ZERO_ACCOUNT, account("token")],
      assetMaxPerTransactions: ["1000000000000000000", "5"],
      assetMaxPerWindows: ["2000000000000000000", MAX_UINT256],
      assetWindowSeconds: ["86400", MAX_UINT64],
    },
  },
  {
    name: "policyHash empty",
    inputs: {
      id: "policyHash",
      callTargets: [],
      callSelectors: [],
      assets: [],
      assetMaxPerTransactions: [],
      assetMaxPerWindows: [],
      assetWindowSeconds: [],
    },
  },
];

const IDS: readonly VectorInputs[] = [
  {
    name: "committeeId plain",
    inputs: {
      id: "committeeId",
      chainId: "31337",
      registry: account("committee registry"),
      proposer: account("proposer"),
      salt: word("salt"),
      membersHash: word("members"),
      minSigners: "2",
      quorum: "3",
    },
  },
  {
    name: "agentId plain",
    inputs: {
      id: "agentId",
      chainId: "31337",
      registry: account("decision registry"),
      registrant: account("registrant"),
      salt: word("salt"),
      definitionHash: word("definition"),
      lobeUri: "https://lobe.example/v1?name=treasury&mode=strict",
      committeeId: word("committee"),
      guardian: account("guardian"),
      submitter: ZERO_ACCOUNT,
      vetoWindow: "3600",
    },
  },
  {
    name: "agentId empty texts",
    inputs: {
      id: "agentId",
      chainId: "1",
      registry: account("decision registry"),
      registrant: account("registrant"),
      salt: ZERO_HASH,
      definitionHash: ZERO_HASH,
      lobeUri: "",
      committeeId: FULL_HASH,
      guardian: ZERO_ACCOUNT,
      submitter: FULL_ACCOUNT,
      vetoWindow: MAX_UINT64,
    },
  },
  {
    name: "decisionId bound to a sequence, a state root and a predecessor",
    inputs: {
      id: "decisionId",
      chainId: "31337",
      registry: account("decision registry"),
      agentId: word("agent"),
      submitter: account("submitter"),
      payloadHash: word("payload"),
      deadline: "1767225600",
      expectedSequence: "7",
      expectedStateRoot: word("state root"),
      predecessor: word("predecessor"),
      salt: word("salt"),
    },
  },
  {
    name: "decisionId bound to nothing",
    inputs: {
      id: "decisionId",
      chainId: MAX_CHAIN_ID,
      registry: FULL_ACCOUNT,
      agentId: FULL_HASH,
      submitter: FULL_ACCOUNT,
      payloadHash: FULL_HASH,
      deadline: MAX_UINT64,
      expectedSequence: MAX_UINT64,
      expectedStateRoot: ZERO_HASH,
      predecessor: ZERO_HASH,
      salt: ZERO_HASH,
    },
  },
  { name: "beacon plain", inputs: { id: "beacon", blockHash: word("block"), decisionId: word("decision") } },
];

/** Vectors of all hashes and ids. */
export function idInputs(): readonly VectorInputs[] {
  return [...ACTIONS, ...MEMBERS, ...POLICIES, ...IDS];
}
