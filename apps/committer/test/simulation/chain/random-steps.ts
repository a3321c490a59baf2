import {
  type Action,
  ANY_SEQUENCE,
  attestationDigest,
  authorizationDigest,
  agentId as computeAgentId,
  committeeId as computeCommitteeId,
  decisionId as computeDecisionId,
  epochAbandonmentDigest,
  epochConfirmationDigest,
  epochProposalDigest,
  membersHash,
  payloadHash,
  proofOfPossessionDigest,
  toAgentId,
  toCommitteeId,
  toDecisionId,
  toEpoch,
} from "@synod/core";
import { type Address, type Hex, slice, zeroAddress, zeroHash } from "viem";
import { privateKeyToAccount, sign } from "viem/accounts";
import { funded } from "../../devnet/scene.ts";
import type { Chance } from "../chance.ts";
import { type BothChains, calldata, type Step, wordOf } from "./both-chains.ts";
import type { StateName } from "./decision-registry.ts";
import { CHANGEABLE_POLICY, PLAIN_POLICY, randomAction } from "./random-policies.ts";

const FOUNDER = 0;
const USER = 1;
const GUARDIAN = 2;
const STRANGER = 3;
const DAY = 86_400n;
/** Probability that a step may be wrong, and about how many things of a step can be. */
const WRONG = 0.5;
const MOST_ASKED = 9;

type Key = Hex;
type Epoch = {
  readonly number: bigint;
  readonly members: readonly Key[];
  readonly minSigners: number;
  readonly quorum: number;
  readonly group: Key;
};
type Known = {
  readonly decisionId: Hex;
  readonly agent: Agent;
  readonly action: Action;
  readonly deadline: bigint;
  readonly epoch: bigint;
  readonly decidedUnder: Hex;
};
type Agent = { readonly agentId: Hex; readonly vault: Address };

function pointOf(key: Key): { readonly x: Hex; readonly y: Hex } {
  const { publicKey } = privateKeyToAccount(key);
  return { x: slice(publicKey, 1, 33), y: slice(publicKey, 33, 65) };
}

function signBy(key: Key, hash: Hex): Promise<Hex> {
  return sign({ hash, privateKey: key, to: "hex" });
}

/** Draws transactions for both chains: most of them right, some wrong in one way each. */
export class RandomSteps {
  readonly #chains: BothChains;
  readonly #chance: Chance;
  #committeeId: Hex = wordOf("none");
  #epochs: readonly Epoch[] = [];
  #agents: readonly Agent[] = [];
  #decisions: readonly Known[] = [];
  #drawn = 0;
  /** How often {@link #isWrong} was asked in this step, and at which time it says yes; 0: never. */
  #asked = 0;
  #wrongAt = 0;

  constructor(chains: BothChains, chance: Chance) {
    this.#chains = chains;
    this.#chance = chance;
  }

  /** Decisions that were submitted or might have been. */
  get decisions(): readonly Known[] {
    return this.#decisions;
  }

  get agents(): readonly Agent[] {
    return this.#agents;
  }

  get epochs(): readonly Epoch[] {
    return this.#epochs;
  }

  get committeeId(): Hex {
    return this.#committeeId;
  }

  /** A committee with an active epoch, and two agents of it. Every step is right. */
  async *opening(): AsyncIterable<Step> {
    yield this.#proposeCommittee();
    for (let index = 0; index < 3; index += 1) yield this.#confirm(this.#epochs[0], index);
    yield this.#activate(this.#epochs[0]);
    for (const vetoWindow of [0n, 600n]) yield await this.#registerAgent(vetoWindow);
  }

  /** The next transaction. */
  async next(): Promise<Step> {
    this.#drawn += 1;
    this.#drawWrong();
    const drawn = this.#chance.fraction();
    if (drawn < 0.28) return this.#submit();
    if (drawn < 0.53) return this.#resolve();
    if (drawn < 0.77) return this.#execute();
    if (drawn < 0.83) return this.#stepIn();
    if (drawn < 0.85) return this.#proposeEpoch();
    if (drawn < 0.93) return this.#confirm(this.#anyEpoch(), this.#chance.between(0, 4));
    if (drawn < 0.95) return this.#activate(this.#anyEpoch());
    if (drawn < 0.985) return this.#applyPolicy();
    return this.#abandon();
  }

  #place() {
    const { committeeRegistry, decisionRegistry } = this.#chains.contracts;
    return { chainId: 31_337n, committeeRegistry, decisionRegistry };
  }

  /** Whether something is to be wrong here: of all that is asked while a step is drawn, at most one thing. */
  #isWrong(): boolean {
    this.#asked += 1;
    return this.#asked === this.#wrongAt;
  }

  #drawWrong(): void {
    this.#asked = 0;
    this.#wrongAt = this.#chance.hits(WRONG) ? this.#chance.between(1, MOST_ASKED) : 0;
  }

  /** Mostly seconds later, now and then much later. */
  #time(): bigint {
    const jump = this.#chance.hits(0.04) ? DAY * BigInt(this.#chance.between(1, 20)) : 0n;
    const hours = this.#chance.hits(0.1) ? 3_600n : 0n;
    return this.#chains.time + BigInt(this.#chance.between(1, 400)) + hours + jump;
  }

  #step(sender: number, to: Address, data: Hex): Step {
    return {
      sender: this.#isWrong() && sender !== FOUNDER ? STRANGER : sender,
      message: { to, data, value: 0n },
      time: this.#time(),
    };
  }

  #keys(count: number): readonly Key[] {
    return Array.from({ length: count }, (_, index) => wordOf(`member ${index} of ${this.#drawn}`));
  }

  #epoch(number: bigint, members: readonly Key[]): Epoch {
    const quorum =
      number > 1n && this.#isWrong() ? 1 : Math.floor((members.length + Math.floor((members.length - 1) / 3)) / 2) + 1;
    const minSigners = number > 1n && this.#isWrong() ? 1 : 2;
    return { number, members, minSigners, quorum, group: wordOf(`group key ${this.#drawn}`) };
  }

  #listed(members: readonly Key[]) {
    return members.map((key, index) => ({ ...pointOf(key), endpoint: `/ip4/127.0.0.1/tcp/${index}` }));
  }

  #proposeCommittee(): Step {
    const epoch = this.#epoch(1n, this.#keys(3));
    const members = this.#listed(epoch.members);
    const salt = wordOf("salt");
    const { minSigners, quorum } = epoch;
    const args = [salt, members, minSigners, quorum];
    this.#epochs = [epoch];
    this.#committeeId = this.#committeeIdOf(salt, membersHash(members), epoch);
    return { ...this.#step(FOUNDER, this.#place().committeeRegistry, calldata.committee("proposeCommittee", args)) };
  }

  #committeeIdOf(salt: Hex, hash: Hex, { minSigners, quorum }: Epoch): Hex {
    const { committeeRegistry, chainId } = this.#place();
    const proposer = funded(FOUNDER).address;
    return computeCommitteeId(
      { chainId, registry: committeeRegistry },
      { proposer, salt, membersHash: hash, minSigners, quorum },
    );
  }

  #anyEpoch(): Epoch | undefined {
    const last = this.#epochs.at(-1);
    return this.#chance.hits(0.85) ? last : this.#epochs[this.#chance.between(0, this.#epochs.length - 1)];
  }

  #terms(epoch: Epoch) {
    const { number, members, minSigners, quorum } = epoch;
    const hash = membersHash(this.#listed(members));
    return {
      committeeId: toCommitteeId(this.#committeeId),
      epoch: toEpoch(number),
      membersHash: hash,
      minSigners,
      quorum,
    };
  }

  async #confirm(epoch: Epoch | undefined, memberIndex: number): Promise<Step> {
    if (epoch === undefined) return this.#submit();
    const place = this.#place();
    const { x, y } = pointOf(epoch.number > 1n && this.#isWrong() ? wordOf("another key") : epoch.group);
    const recordHash = wordOf(`record ${epoch.number}`);
    const message = { ...this.#terms(epoch), groupKeyX: x, groupKeyY: y, recordHash };
    const signer = epoch.members[epoch.number > 1n && this.#isWrong() ? 0 : memberIndex] ?? wordOf("nobody");
    const signature = await signBy(signer, epochConfirmationDigest(place, message));
    const args = [this.#committeeId, epoch.number, memberIndex, { x, y }, recordHash, signature];
    return this.#step(FOUNDER, place.committeeRegistry, calldata.committee("confirmEpoch", args));
  }

  async #activate(epoch: Epoch | undefined): Promise<Step> {
    if (epoch === undefined) return this.#submit();
    const place = this.#place();
    const { x, y } = pointOf(epoch.group);
    const { committeeId, membersHash: hash } = this.#terms(epoch);
    const message = { committeeId, epoch: toEpoch(epoch.number), membersHash: hash, groupKeyX: x, groupKeyY: y };
    const signer = epoch.number > 1n && this.#isWrong() ? wordOf("nobody") : epoch.group;
    const proof = await signBy(signer, proofOfPossessionDigest(place, message));
    const args = [this.#committeeId, epoch.number, proof];
    return this.#step(FOUNDER, place.committeeRegistry, calldata.committee("activateEpoch", args));
  }

  #active(): Epoch | undefined {
    const number = this.#chains.state.committees.get(this.#committeeId)?.activeEpoch ?? 1n;
    return this.#epochs.find((epoch) => epoch.number === number);
  }

  /** Signatures of an epoch's members, ascending: as many as its quorum, and now and then too few, doubled or forged. */
  async #signatures(epoch: Epoch, digest: Hex) {
    const count = this.#isWrong() ? epoch.quorum - 1 : epoch.quorum;
    const order = this.#chance.shuffled(epoch.members.map((_, index) => index)).slice(0, Math.max(count, 0));
    const ascending = this.#isWrong() ? order : order.toSorted((a, b) => a - b);
    const indices = this.#isWrong() ? [...ascending, this.#chance.between(0, 9)] : ascending;
    return Promise.all(
      indices.map(async (memberIndex) => {
        const key = this.#isWrong() ? wordOf("nobody") : (epoch.members[memberIndex] ?? wordOf("nobody"));
        return { memberIndex, signature: this.#bent(await signBy(key, digest)) };
      }),
    );
  }

  /** A signature, or now and then none. */
  #bent(signature: Hex): Hex {
    if (!this.#isWrong()) return signature;
    const s = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n - BigInt(slice(signature, 32, 64));
    const high: Hex = `0x${slice(signature, 0, 32).slice(2)}${s.toString(16).padStart(64, "0")}1b`;
    return this.#chance.oneOf<Hex>([
      slice(signature, 0, 64),
      high,
      `${slice(signature, 0, 64)}05`,
      `0x${"00".repeat(64)}1b`,
    ]);
  }

  async #proposeEpoch(): Promise<Step> {
    const active = this.#active();
    if (active === undefined) return this.#submit();
    const place = this.#place();
    const latest = this.#chains.state.committees.get(this.#committeeId)?.latestEpoch ?? 0n;
    const epoch = this.#epoch(latest + 1n, this.#keys(this.#isWrong() ? 1 : this.#chance.between(3, 5)));
    const members = this.#listed(epoch.members);
    const terms = this.#terms(epoch);
    const approvals = await this.#signatures(
      active,
      epochProposalDigest(place, { ...terms, approvingEpoch: toEpoch(active.number) }),
    );
    this.#epochs = [...this.#epochs.filter(({ number }) => number !== epoch.number), epoch];
    const args = [this.#committeeId, members, epoch.minSigners, epoch.quorum, approvals];
    return this.#step(FOUNDER, place.committeeRegistry, calldata.committee("proposeEpoch", args));
  }

  async #abandon(): Promise<Step> {
    const [epoch, active] = [this.#anyEpoch(), this.#active()];
    if (epoch === undefined || active === undefined) return this.#submit();
    const place = this.#place();
    const message = { committeeId: toCommitteeId(this.#committeeId), epoch: toEpoch(epoch.number) };
    const approvals = await this.#signatures(active, epochAbandonmentDigest(place, message));
    const args = [this.#committeeId, epoch.number, approvals];
    return this.#step(FOUNDER, place.committeeRegistry, calldata.committee("abandonEpoch", args));
  }

  async #registerAgent(vetoWindow: bigint): Promise<Step> {
    const { chainId, decisionRegistry } = this.#place();
    const salt = wordOf(`agent ${vetoWindow}`);
    const submitter = vetoWindow === 0n ? zeroAddress : funded(USER).address;
    const guardian = funded(GUARDIAN).address;
    const base = { definitionHash: wordOf("definition"), lobeUri: "synod:test", guardian, submitter, vetoWindow };
    const content = {
      ...base,
      registrant: funded(FOUNDER).address,
      salt,
      committeeId: toCommitteeId(this.#committeeId),
    };
    const agentId = computeAgentId({ chainId, registry: decisionRegistry }, content);
    const policy = vetoWindow === 0n ? PLAIN_POLICY : CHANGEABLE_POLICY;
    const vault = await this.#chains.addVault(agentId, policy);
    this.#agents = [...this.#agents, { agentId, vault }];
    const args = [salt, { ...base, committeeId: this.#committeeId, vault }];
    return this.#step(FOUNDER, decisionRegistry, calldata.decision("registerAgent", args));
  }

  #action(vault: Address): Action {
    return randomAction(this.#chance, vault, () => this.#isWrong());
  }

  async #submit(): Promise<Step> {
    const { chainId, decisionRegistry } = this.#place();
    const agent = this.#agents[this.#chance.between(0, 1)] ?? { agentId: wordOf("none"), vault: zeroAddress };
    const action = this.#action(this.#isWrong() ? funded(STRANGER).address : agent.vault);
    const step = this.#step(USER, decisionRegistry, "0x");
    const lifetime = this.#chance.oneOf([700n, 5_000n, DAY, 29n * DAY]);
    const deadline = step.time + (this.#isWrong() ? this.#chance.oneOf([1n, 31n * DAY]) : lifetime);
    const sequence = BigInt(this.#chains.state.agents.get(agent.agentId)?.landedAt.length ?? 0);
    const binding = this.#binding(agent.agentId, sequence);
    const salt = wordOf(`decision ${this.#chance.hits(0.1) ? 0 : this.#drawn}`);
    const submitter = funded(step.sender).address;
    const content = { submitter, payloadHash: payloadHash(action), deadline, ...binding, salt };
    const decisionId = computeDecisionId(
      { chainId, registry: decisionRegistry },
      { agentId: toAgentId(agent.agentId), ...content },
    );
    const decidedUnder = this.#chains.state.vault(agent.vault)?.policyHash ?? zeroHash;
    const epoch = this.#active()?.number ?? 1n;
    this.#decisions = [...this.#decisions, { decisionId, agent, action, deadline, epoch, decidedUnder }];
    const agentId = this.#isWrong() ? wordOf("nobody's agent") : agent.agentId;
    const data = calldata.decision("submit", [agentId, action, deadline, binding, salt]);
    return { ...step, message: { to: decisionRegistry, data, value: 0n } };
  }

  #binding(agentId: Hex, sequence: bigint) {
    const root = this.#chains.state.agents.get(agentId)?.stateRoot ?? zeroHash;
    return {
      expectedSequence: this.#isWrong() ? sequence + 1n : this.#chance.oneOf([ANY_SEQUENCE, ANY_SEQUENCE, sequence]),
      expectedStateRoot: this.#isWrong()
        ? wordOf("another history")
        : this.#chance.oneOf<Hex>([zeroHash, zeroHash, root]),
      predecessor: this.#chance.hits(0.15) ? (this.#anyDecision("Ready")?.decisionId ?? zeroHash) : zeroHash,
    };
  }

  /** One of the newest decisions: mostly one in the wanted state, now and then any, known to the contracts or not. */
  #anyDecision(wanted: StateName): Known | undefined {
    const recent = this.#decisions.slice(-20);
    const fitting = recent.filter(({ decisionId }) => this.#chains.stateOf(decisionId) === wanted);
    const from = fitting.length === 0 || this.#isWrong() ? recent : fitting;
    return from[this.#chance.between(0, from.length - 1)];
  }

  async #resolve(): Promise<Step> {
    const known = this.#anyDecision("Pending");
    const epoch = this.#epochs.find(({ number }) => number === known?.epoch);
    if (known === undefined || epoch === undefined) return this.#submit();
    const place = this.#place();
    const reply = this.#chance.hits(0.8);
    const resultHash = wordOf(`result ${this.#drawn}`);
    const decisionId = toDecisionId(known.decisionId);
    const message = {
      decisionId,
      committeeId: toCommitteeId(this.#committeeId),
      epoch: toEpoch(epoch.number),
      reply,
      resultHash,
    };
    const attestations = await this.#signatures(epoch, attestationDigest(place, message));
    const args = [known.decisionId, reply, resultHash, attestations];
    return this.#step(STRANGER, place.decisionRegistry, calldata.decision("resolve", args));
  }

  async #execute(): Promise<Step> {
    const known = this.#anyDecision("Ready");
    const epoch = this.#epochs.find(({ number }) => number === known?.epoch);
    if (known === undefined || epoch === undefined) return this.#submit();
    const { decisionId, agent, action, deadline, decidedUnder } = known;
    const digest = authorizationDigest({
      kind: "authorization",
      chainId: 31_337n,
      vault: agent.vault,
      decisionId: toDecisionId(decisionId),
      agentId: toAgentId(agent.agentId),
      committeeId: toCommitteeId(this.#committeeId),
      epoch: toEpoch(epoch.number),
      payloadHash: payloadHash(action),
      policyHash: decidedUnder,
      deadline,
      registry: this.#place().decisionRegistry,
    });
    const key = this.#isWrong() ? wordOf("nobody") : epoch.group;
    const signature = this.#bent(await signBy(key, digest));
    const given = this.#isWrong() ? this.#action(agent.vault) : action;
    const at = this.#isWrong() ? (this.#agents[0]?.vault ?? agent.vault) : agent.vault;
    return this.#step(STRANGER, at, calldata.vault("execute", [decisionId, given, signature]));
  }

  #applyPolicy(): Step {
    const vault = this.#agents[1]?.vault ?? zeroAddress;
    return this.#step(STRANGER, vault, calldata.vault("applyPolicy", []));
  }

  async #stepIn(): Promise<Step> {
    const known = this.#anyDecision(this.#chance.oneOf<StateName>(["Pending", "Approved"]));
    if (known === undefined) return this.#submit();
    const { decisionId, agent } = known;
    const until = this.#chains.time + BigInt(this.#chance.oneOf([1, 3_600, 86_400 * 13, 86_400 * 15]));
    const [sender, name, args] = this.#chance.oneOf<readonly [number, string, readonly unknown[]]>([
      [USER, "cancel", [decisionId]],
      [GUARDIAN, "veto", [decisionId]],
      [STRANGER, "markExecuted", [decisionId]],
      [GUARDIAN, "pause", [agent.agentId, until]],
      [GUARDIAN, "unpause", [agent.agentId]],
    ]);
    return this.#step(sender, this.#place().decisionRegistry, calldata.decision(name, args));
  }
}
