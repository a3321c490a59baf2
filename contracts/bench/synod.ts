import { type Address, encodeFunctionData, type Hex, keccak256, toHex, zeroAddress, zeroHash } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { type Chain, ownArtifact, type Sending } from "./chain.ts";
import { numberedKey, publicPoint } from "./keys.ts";

/** The registries of a chain. */
export type Registries = { readonly committees: Address; readonly decisions: Address };

/** One agent: its committee, its vault and what else its decisions name. */
export type Agent = Registries & {
  readonly committeeId: Hex;
  readonly agentId: Hex;
  readonly policyHash: Hex;
  readonly vault: Address;
  readonly quorum: number;
};

/** Gas of the three transactions of one decision. */
export type PathGas = { readonly submit: number; readonly resolve: number; readonly execute: number };

const ENGINE = ownArtifact("PolicyEngine.sol/PolicyEngine");
const COMMITTEES = ownArtifact("CommitteeRegistry.sol/CommitteeRegistry");
const DECISIONS = ownArtifact("DecisionRegistry.sol/DecisionRegistry");
const VAULT = ownArtifact("AgentVault.sol/AgentVault");
const TOKEN = ownArtifact("devnet/TestToken.sol/TestToken");

const FIRST_MEMBER = 0x101;
const GROUP_KEY = numberedKey(0x9001);
const RECORD_HASH = keccak256(toHex("record"));
const RESULT_HASH = keccak256(toHex("result"));
const VETO_WINDOW_SECONDS = 3600;
/** Bound to nothing. */
const BINDING = { expectedSequence: 2n ** 64n - 1n, expectedStateRoot: zeroHash, predecessor: zeroHash };

const TYPES = {
  EpochConfirmation: [
    { name: "committeeId", type: "bytes32" },
    { name: "epoch", type: "uint64" },
    { name: "membersHash", type: "bytes32" },
    { name: "minSigners", type: "uint16" },
    { name: "quorum", type: "uint16" },
    { name: "groupKeyX", type: "bytes32" },
    { name: "groupKeyY", type: "bytes32" },
    { name: "recordHash", type: "bytes32" },
  ],
  ProofOfPossession: [
    { name: "committeeId", type: "bytes32" },
    { name: "epoch", type: "uint64" },
    { name: "membersHash", type: "bytes32" },
    { name: "groupKeyX", type: "bytes32" },
    { name: "groupKeyY", type: "bytes32" },
  ],
  Attestation: [
    { name: "decisionId", type: "bytes32" },
    { name: "committeeId", type: "bytes32" },
    { name: "epoch", type: "uint64" },
    { name: "reply", type: "bool" },
    { name: "resultHash", type: "bytes32" },
  ],
  Authorization: [
    { name: "decisionId", type: "bytes32" },
    { name: "agentId", type: "bytes32" },
    { name: "committeeId", type: "bytes32" },
    { name: "epoch", type: "uint64" },
    { name: "payloadHash", type: "bytes32" },
    { name: "policyHash", type: "bytes32" },
    { name: "deadline", type: "uint64" },
    { name: "registry", type: "address" },
  ],
} as const;

/** Deploys both registries and what reads policies. */
export async function deployRegistries(chain: Chain): Promise<Registries> {
  const committees = await chain.deploy(COMMITTEES);
  const engine = await chain.deploy(ENGINE);
  return { committees, decisions: await chain.deploy(DECISIONS, [committees, engine]) };
}

/**
 * Founds a committee of `members` members, all of whom confirm, and an agent with its vault. The policy allows transfers
 * of the token and native transfers to `to`, each with a cap per execution and one per day.
 */
export async function foundAgent(
  chain: Chain,
  registries: Registries,
  size: { readonly quorum: number; readonly members: number },
  payee: { readonly token: Address; readonly to: Address },
): Promise<Agent> {
  const committeeId = await foundCommittee(chain, registries.committees, size);
  const terms = {
    definitionHash: keccak256(toHex("agent")),
    lobeUri: "https://lobe",
    committeeId,
    guardian: zeroAddress,
    submitter: zeroAddress,
    vetoWindow: BigInt(VETO_WINDOW_SECONDS),
    vault: zeroAddress,
  };
  const onDecisions = (functionName: string, args: readonly unknown[]): Sending => ({
    artifact: DECISIONS,
    address: registries.decisions,
    functionName,
    args,
  });
  const agentId = await chain.read<Hex>(onDecisions("computeAgentId", [chain.account.address, zeroHash, terms]));
  const vault = await chain.deploy(VAULT, [registries.decisions, agentId, policyFor(payee)]);
  await chain.send(onDecisions("registerAgent", [zeroHash, { ...terms, vault }]));
  const policyHash = await chain.read<Hex>({ artifact: VAULT, address: vault, functionName: "policyHash", args: [] });
  return { ...registries, committeeId, agentId, policyHash, vault, quorum: size.quorum };
}

/** Submits, resolves and executes one transfer of tokens, whose action is bounded to the amount. */
export async function transferFromVault(
  chain: Chain,
  agent: Agent,
  transfer: { readonly token: Address; readonly to: Address; readonly amount: bigint },
): Promise<PathGas> {
  const action = actionOf(chain, agent, transfer);
  const deadline = (await chain.now()) + 86_400n;
  const submission = [agent.agentId, action, deadline, BINDING, keccak256(toHex(deadline))] as const;
  const onDecisions = { artifact: DECISIONS, address: agent.decisions };
  const payloadHash = await chain.read<Hex>({ ...onDecisions, functionName: "hashAction", args: [action] });
  const decisionId = await chain.simulate<Hex>({ ...onDecisions, functionName: "submit", args: submission });
  const submit = await chain.send({ ...onDecisions, functionName: "submit", args: submission });
  const resolution = [decisionId, true, RESULT_HASH, await attestations(chain, agent, decisionId)];
  const resolve = await chain.send({ ...onDecisions, functionName: "resolve", args: resolution });
  await chain.pass(VETO_WINDOW_SECONDS);
  const signature = await authorize(chain, agent, decisionId, payloadHash, deadline);
  const execution = [decisionId, action, signature];
  const execute = await chain.send({
    artifact: VAULT,
    address: agent.vault,
    functionName: "execute",
    args: execution,
  });
  return { submit, resolve, execute };
}

function policyFor({ token, to }: { readonly token: Address; readonly to: Address }) {
  const cap = 10n ** 24n;
  const calls = [
    { target: token, selector: "0xa9059cbb" },
    { target: to, selector: "0x00000000" },
  ].map((rule) => ({ ...rule, conditions: 0, recipients: 0, initCodes: 0, initCodeArgument: 0 }));
  const assets = [token, zeroAddress].map((asset) => ({
    asset,
    maxPerTransaction: cap,
    maxPerWindow: cap,
    windowSeconds: 86_400n,
    isUnlimited: false,
  }));
  return {
    changeDelay: 86_400n,
    ...{ activeFrom: 0, activeUntil: 0, maxExecutions: 0, executionsSeconds: 0n },
    ...{ calls, conditions: [], recipients: [], initCodes: [], assets, tiers: [] },
  };
}

function actionOf(
  chain: Chain,
  { vault }: Agent,
  { token, to, amount }: { readonly token: Address; readonly to: Address; readonly amount: bigint },
) {
  const data = encodeFunctionData({ abi: TOKEN.abi, functionName: "transfer", args: [to, amount] });
  return {
    chainId: BigInt(chain.chainId),
    vault,
    calls: [{ target: token, value: 0n, data }],
    bounds: [{ asset: token, maxOut: amount, minIn: 0n }],
    gasFloor: 60_000n,
    noNewAllowances: false,
    allowances: [],
    codePins: [],
  };
}

async function foundCommittee(
  chain: Chain,
  address: Address,
  { quorum, members }: { readonly quorum: number; readonly members: number },
): Promise<Hex> {
  const list = Array.from({ length: members }, (_, index) => ({
    ...publicPoint(numberedKey(FIRST_MEMBER + index)),
    endpoint: "/ip4/127.0.0.1/tcp/9001",
  }));
  const proposal = { artifact: COMMITTEES, address, functionName: "proposeCommittee" };
  const args = [keccak256(toHex(members)), list, quorum, quorum];
  const committeeId = await chain.simulate<Hex>({ ...proposal, args });
  await chain.send({ ...proposal, args });
  const onCommittees = { artifact: COMMITTEES, address };
  const epochOf = { ...onCommittees, functionName: "epochOf", args: [committeeId, 1n] };
  const { membersHash } = await chain.read<{ membersHash: Hex }>(epochOf);
  const groupKey = publicPoint(GROUP_KEY);
  const message = {
    ...{ committeeId, epoch: 1n, membersHash, minSigners: quorum, quorum },
    ...{ groupKeyX: groupKey.x, groupKeyY: groupKey.y, recordHash: RECORD_HASH },
  };
  const domain = domainOf(chain, "Synod CommitteeRegistry", address);
  for (let index = 0; index < members; index++) {
    const member = privateKeyToAccount(numberedKey(FIRST_MEMBER + index));
    const signature = await member.signTypedData({ domain, types: TYPES, primaryType: "EpochConfirmation", message });
    const confirmation = [committeeId, 1n, index, groupKey, RECORD_HASH, signature];
    await chain.send({ ...onCommittees, functionName: "confirmEpoch", args: confirmation });
  }
  const group = privateKeyToAccount(GROUP_KEY);
  const proof = await group.signTypedData({ domain, types: TYPES, primaryType: "ProofOfPossession", message });
  await chain.send({ ...onCommittees, functionName: "activateEpoch", args: [committeeId, 1n, proof] });
  return committeeId;
}

function attestations(chain: Chain, { committeeId, decisions, quorum }: Agent, decisionId: Hex) {
  const domain = domainOf(chain, "Synod DecisionRegistry", decisions);
  const message = { decisionId, committeeId, epoch: 1n, reply: true, resultHash: RESULT_HASH };
  return Promise.all(
    Array.from({ length: quorum }, async (_, memberIndex) => {
      const member = privateKeyToAccount(numberedKey(FIRST_MEMBER + memberIndex));
      const signature = await member.signTypedData({ domain, types: TYPES, primaryType: "Attestation", message });
      return { memberIndex, signature };
    }),
  );
}

function authorize(chain: Chain, agent: Agent, decisionId: Hex, payloadHash: Hex, deadline: bigint): Promise<Hex> {
  const { agentId, committeeId, policyHash, decisions: registry } = agent;
  const message = { decisionId, agentId, committeeId, epoch: 1n, payloadHash, policyHash, deadline, registry };
  const domain = domainOf(chain, "Synod AgentVault", agent.vault);
  return privateKeyToAccount(GROUP_KEY).signTypedData({ domain, types: TYPES, primaryType: "Authorization", message });
}

function domainOf({ chainId }: Chain, name: string, verifyingContract: Address) {
  return { name, version: "1", chainId, verifyingContract };
}
