// What the code of today computes from the flat inputs of the golden vectors. Used to write the files and to check them.
import type { Address, Hex } from "viem";
import { beaconOf } from "../src/decision/beacon.ts";
import * as digests from "../src/decision/digests.ts";
import type { Member } from "../src/decision/encoding.ts";
import { agentId, committeeId, decisionId, membersHash, payloadHash, policyHash } from "../src/decision/hashes.ts";
import { toAgentId, toCommitteeId, toDecisionId, toEpoch } from "../src/decision/ids.ts";
import {
  DOMAIN_NAMES,
  type DomainName,
  domainSeparator,
  fieldsOf,
  type MessageName,
  structHash,
} from "../src/decision/typed-data.ts";
import type { Action } from "../src/decision/types.ts";
import { composePolicy } from "../src/policy/compose.ts";
import type { Policy } from "../src/policy/types.ts";

/** Flat inputs: hex and decimal texts, and lists of them, so that Solidity can parse them. */
export type Inputs = Readonly<Record<string, string | readonly string[]>>;

/** One golden vector. */
export interface Vector {
  readonly name: string;
  readonly inputs: Inputs;
  readonly expected: Readonly<Record<string, string>>;
}

const DOMAIN_OF: Readonly<Record<MessageName, DomainName>> = {
  EpochProposal: "CommitteeRegistry",
  EpochAbandonment: "CommitteeRegistry",
  EpochConfirmation: "CommitteeRegistry",
  ProofOfPossession: "CommitteeRegistry",
  Attestation: "DecisionRegistry",
  AuditHead: "CommitteeRegistry",
  Authorization: "AgentVault",
};

function text(inputs: Inputs, key: string): string {
  const value = inputs[key];
  if (typeof value !== "string") throw new TypeError(`vector input ${key} is not a text`);
  return value;
}

function texts(inputs: Inputs, key: string): readonly string[] {
  const value = inputs[key];
  if (!Array.isArray(value)) throw new TypeError(`vector input ${key} is not a list`);
  return value;
}

function at(list: readonly string[], position: number): string {
  const value = list[position];
  if (value === undefined) throw new TypeError(`vector list has no item ${position}`);
  return value;
}

const hex = (inputs: Inputs, key: string) => text(inputs, key) as Hex;
const account = (inputs: Inputs, key: string) => text(inputs, key) as Address;
const integer = (inputs: Inputs, key: string) => BigInt(text(inputs, key));

function messageOf(inputs: Inputs): MessageName {
  const message = text(inputs, "message");
  if (!(message in DOMAIN_OF)) throw new TypeError(`vector message ${message} is unknown`);
  return message as MessageName;
}

/** Field values of a message as viem and the encoder take them. */
export function messageValues(inputs: Inputs): Readonly<Record<string, unknown>> {
  const values = fieldsOf(messageOf(inputs)).map(({ name, type }) => {
    const value = text(inputs, name);
    if (type === "bool") return [name, value === "true"];
    return [name, type.startsWith("uint") ? BigInt(value) : value];
  });
  return Object.fromEntries(values);
}

/** The EIP-712 domain of a vector with its name on chain. */
export function domainOf(inputs: Inputs) {
  const name = DOMAIN_OF[messageOf(inputs)];
  const chainId = integer(inputs, "chainId");
  const verifyingContract = account(inputs, "verifyingContract");
  return { name, displayName: DOMAIN_NAMES[name], chainId, verifyingContract } as const;
}

function epochTerms(inputs: Inputs) {
  return {
    committeeId: toCommitteeId(text(inputs, "committeeId")),
    epoch: toEpoch(integer(inputs, "epoch")),
    membersHash: hex(inputs, "membersHash"),
  };
}

const numbers = (inputs: Inputs) => ({
  minSigners: Number(text(inputs, "minSigners")),
  quorum: Number(text(inputs, "quorum")),
});

const groupKey = (inputs: Inputs) => ({ groupKeyX: hex(inputs, "groupKeyX"), groupKeyY: hex(inputs, "groupKeyY") });

/** The digest by the typed function of its message. */
export function digestOf(inputs: Inputs): Hex {
  const { chainId, verifyingContract } = domainOf(inputs);
  const committees = { chainId, committeeRegistry: verifyingContract };
  switch (messageOf(inputs)) {
    case "EpochProposal":
      return digests.epochProposalDigest(committees, {
        ...epochTerms(inputs),
        ...numbers(inputs),
        approvingEpoch: toEpoch(integer(inputs, "approvingEpoch")),
      });
    case "EpochAbandonment":
      return digests.epochAbandonmentDigest(committees, {
        committeeId: toCommitteeId(text(inputs, "committeeId")),
        epoch: toEpoch(integer(inputs, "epoch")),
      });
    case "EpochConfirmation":
      return digests.epochConfirmationDigest(committees, {
        ...epochTerms(inputs),
        ...numbers(inputs),
        ...groupKey(inputs),
        recordHash: hex(inputs, "recordHash"),
      });
    case "ProofOfPossession":
      return digests.proofOfPossessionDigest(committees, { ...epochTerms(inputs), ...groupKey(inputs) });
    case "AuditHead":
      return digests.auditHeadDigest(committees, {
        committeeId: toCommitteeId(text(inputs, "committeeId")),
        epoch: toEpoch(integer(inputs, "epoch")),
        committer: account(inputs, "committer"),
        length: Number(text(inputs, "length")),
        hash: hex(inputs, "hash"),
      });
    case "Attestation":
      return digests.attestationDigest(
        { chainId, decisionRegistry: verifyingContract },
        {
          decisionId: toDecisionId(text(inputs, "decisionId")),
          committeeId: toCommitteeId(text(inputs, "committeeId")),
          epoch: toEpoch(integer(inputs, "epoch")),
          reply: text(inputs, "reply") === "true",
          resultHash: hex(inputs, "resultHash"),
        },
      );
    case "Authorization":
      return digests.authorizationDigest({
        kind: "authorization",
        chainId,
        vault: verifyingContract,
        decisionId: toDecisionId(text(inputs, "decisionId")),
        agentId: toAgentId(text(inputs, "agentId")),
        committeeId: toCommitteeId(text(inputs, "committeeId")),
        epoch: toEpoch(integer(inputs, "epoch")),
        payloadHash: hex(inputs, "payloadHash"),
        policyHash: hex(inputs, "policyHash"),
        deadline: integer(inputs, "deadline"),
        registry: account(inputs, "registry"),
      });
  }
}

/** Domain separator, struct hash and digest of a message vector. */
export function expectTypedData(inputs: Inputs): Vector["expected"] {
  const message = messageOf(inputs);
  return {
    domainSeparator: domainSeparator(domainOf(inputs)),
    structHash: structHash(message, Object.values(messageValues(inputs))),
    digest: digestOf(inputs),
  };
}

function actionOf(inputs: Inputs): Action {
  const values = texts(inputs, "callValues");
  const datas = texts(inputs, "callDatas");
  const maxOuts = texts(inputs, "boundMaxOuts");
  const minIns = texts(inputs, "boundMinIns");
  return {
    chainId: integer(inputs, "chainId"),
    vault: account(inputs, "vault"),
    calls: texts(inputs, "callTargets").map((target, position) => ({
      target: target as Address,
      value: BigInt(at(values, position)),
      data: at(datas, position) as Hex,
    })),
    bounds: texts(inputs, "boundAssets").map((asset, position) => ({
      asset: asset as Address,
      maxOut: BigInt(at(maxOuts, position)),
      minIn: BigInt(at(minIns, position)),
    })),
    gasFloor: integer(inputs, "gasFloor"),
    ...effectsOf(inputs),
  };
}

function effectsOf(inputs: Inputs): Pick<Action, "noNewAllowances" | "allowances" | "codePins"> {
  const spenders = texts(inputs, "allowanceSpenders");
  const codeHashes = texts(inputs, "codePinHashes");
  return {
    noNewAllowances: text(inputs, "noNewAllowances") === "true",
    allowances: texts(inputs, "allowanceTokens").map((token, position) => ({
      token: token as Address,
      spender: at(spenders, position) as Address,
    })),
    codePins: texts(inputs, "codePinAccounts").map((pinned, position) => ({
      account: pinned as Address,
      codeHash: at(codeHashes, position) as Hex,
    })),
  };
}

function membersOf(inputs: Inputs): readonly Member[] {
  const ys = texts(inputs, "memberYs");
  const endpoints = texts(inputs, "memberEndpoints");
  return texts(inputs, "memberXs").map((x, position) => ({
    x: x as Hex,
    y: at(ys, position) as Hex,
    endpoint: at(endpoints, position),
  }));
}

function policyOf(inputs: Inputs): Policy {
  const selectors = texts(inputs, "callSelectors");
  const perTransaction = texts(inputs, "assetMaxPerTransactions");
  const perWindow = texts(inputs, "assetMaxPerWindows");
  const windows = texts(inputs, "assetWindowSeconds");
  return composePolicy({
    calls: texts(inputs, "callTargets").map((target, position) => ({
      target: target as Address,
      selector: at(selectors, position) as Hex,
    })),
    assets: texts(inputs, "assets").map((asset, position) => ({
      asset: asset as Address,
      maxPerTransaction: BigInt(at(perTransaction, position)),
      maxPerWindow: BigInt(at(perWindow, position)),
      windowSeconds: BigInt(at(windows, position)),
    })),
  });
}

const place = (inputs: Inputs) => ({ chainId: integer(inputs, "chainId"), registry: account(inputs, "registry") });

function committeeIdOf(inputs: Inputs): Hex {
  return committeeId(place(inputs), {
    proposer: account(inputs, "proposer"),
    salt: hex(inputs, "salt"),
    membersHash: hex(inputs, "membersHash"),
    ...numbers(inputs),
  });
}

function agentIdOf(inputs: Inputs): Hex {
  return agentId(place(inputs), {
    registrant: account(inputs, "registrant"),
    salt: hex(inputs, "salt"),
    definitionHash: hex(inputs, "definitionHash"),
    lobeUri: text(inputs, "lobeUri"),
    committeeId: toCommitteeId(text(inputs, "committeeId")),
    guardian: account(inputs, "guardian"),
    submitter: account(inputs, "submitter"),
    vetoWindow: integer(inputs, "vetoWindow"),
  });
}

function decisionIdOf(inputs: Inputs): Hex {
  return decisionId(place(inputs), {
    agentId: toAgentId(text(inputs, "agentId")),
    submitter: account(inputs, "submitter"),
    payloadHash: hex(inputs, "payloadHash"),
    deadline: integer(inputs, "deadline"),
    expectedSequence: integer(inputs, "expectedSequence"),
    expectedStateRoot: hex(inputs, "expectedStateRoot"),
    predecessor: hex(inputs, "predecessor"),
    salt: hex(inputs, "salt"),
  });
}

/** The hash an id vector asks for. */
export function expectId(inputs: Inputs): Vector["expected"] {
  switch (text(inputs, "id")) {
    case "payloadHash":
      return { hash: payloadHash(actionOf(inputs)) };
    case "membersHash":
      return { hash: membersHash(membersOf(inputs)) };
    case "policyHash":
      return { hash: policyHash(policyOf(inputs)) };
    case "committeeId":
      return { hash: committeeIdOf(inputs) };
    case "agentId":
      return { hash: agentIdOf(inputs) };
    case "decisionId":
      return { hash: decisionIdOf(inputs) };
    case "beacon":
      return { hash: beaconOf(hex(inputs, "blockHash"), toDecisionId(text(inputs, "decisionId"))) };
    default:
      throw new TypeError(`vector id ${text(inputs, "id")} is unknown`);
  }
}
