import { readFileSync } from "node:fs";
import type { Hex } from "viem";
import { encodeAbiParameters, hashTypedData, keccak256, stringToHex } from "viem/utils";
import { describe, expect, it } from "vitest";
import {
  digestOf,
  domainOf,
  expectId,
  expectTypedData,
  type Inputs,
  messageValues,
  type Vector,
} from "../../scripts/vector-expectations.ts";
import { idInputs, typedDataInputs } from "../../scripts/vector-inputs.ts";
import { fieldsOf, type MessageName, TYPE_STRINGS } from "../../src/decision/typed-data.ts";

const folder = new URL("../../../../test/vectors/", import.meta.url);
const read = (file: string): readonly Vector[] => JSON.parse(readFileSync(new URL(file, folder), "utf8"));
const typedData = read("eip712.json");
const ids = read("ids.json");

function viemDigest(inputs: Inputs): Hex {
  const message = inputs.message as MessageName;
  const { displayName, chainId, verifyingContract } = domainOf(inputs);
  return hashTypedData({
    domain: { name: displayName, version: "1", chainId, verifyingContract },
    types: { [message]: [...fieldsOf(message)] },
    primaryType: message,
    message: messageValues(inputs),
  });
}

const OTHER: Readonly<Record<string, string>> = {
  bytes32: `0x${"5a".repeat(32)}`,
  address: "0x5a5A5A5A5A5A5A5A5a5A5a5A5a5a5a5A5a5a5A5a".toLowerCase(),
  uint16: "9",
  uint32: "9",
  uint64: "9",
};

function flip(type: string, value: unknown): string {
  return type === "bool" ? String(value !== "true") : (OTHER[type] ?? "9");
}

describe("golden vectors of EIP-712", () => {
  it("cover every message", () => {
    expect(new Set(typedData.map(({ inputs }) => inputs.message))).toEqual(new Set(Object.keys(TYPE_STRINGS)));
    expect(typedData.map(({ name, inputs }) => ({ name, inputs }))).toEqual(typedDataInputs());
  });

  it.each(typedData)("$name: code gives the file's hashes", ({ inputs, expected }) => {
    expect(expectTypedData(inputs)).toEqual(expected);
  });

  it.each(typedData)("$name: viem's hashTypedData gives the same digest", ({ inputs, expected }) => {
    expect(viemDigest(inputs)).toBe(expected.digest);
  });

  it.each(typedData)("$name: each field changes the digest", ({ inputs, expected }) => {
    const fields = [
      { name: "chainId", type: "uint64" },
      { name: "verifyingContract", type: "address" },
      ...fieldsOf(inputs.message as MessageName),
    ];
    const digests = fields.map(({ name, type }) => digestOf({ ...inputs, [name]: flip(type, inputs[name]) }));
    expect(new Set([...digests, expected.digest]).size).toBe(fields.length + 1);
  });

  it("no two messages share a type hash", () => {
    const hashes = Object.values(TYPE_STRINGS).map((type) => keccak256(stringToHex(type)));
    expect(new Set(hashes).size).toBe(Object.keys(TYPE_STRINGS).length);
  });
});

describe("golden vectors of ids", () => {
  it("cover every id", () => {
    const covered = new Set(ids.map(({ inputs }) => inputs.id));
    const all = ["payloadHash", "membersHash", "policyHash", "committeeId", "agentId", "decisionId", "beacon"];
    expect(covered).toEqual(new Set(all));
    expect(ids.map(({ name, inputs }) => ({ name, inputs }))).toEqual(idInputs());
  });

  it.each(ids)("$name: code gives the file's hash", ({ inputs, expected }) => {
    expect(expectId(inputs)).toEqual(expected);
  });

  it.each(ids)("$name: each input changes the hash", ({ inputs, expected }) => {
    const changed = Object.keys(inputs)
      .filter((key) => key !== "id" && typeof inputs[key] === "string")
      .map((key) => expectId({ ...inputs, [key]: changeOf(inputs[key] as string) }).hash);
    expect(new Set([...changed, expected.hash]).size).toBe(changed.length + 1);
  });

  it("the beacon is the hash of the ABI-encoded pair", () => {
    const beacon = ids.find(({ inputs }) => inputs.id === "beacon");
    const pair = [beacon?.inputs.blockHash as Hex, beacon?.inputs.decisionId as Hex] as const;
    expect(beacon?.expected.hash).toBe(
      keccak256(encodeAbiParameters([{ type: "bytes32" }, { type: "bytes32" }], pair)),
    );
  });
});

function changeOf(value: string): string {
  if (value === "true" || value === "false") return flip("bool", value);
  if (/^0x[0-9a-fA-F]{64}$/.test(value)) return OTHER.bytes32 ?? "";
  if (/^0x[0-9a-fA-F]{40}$/.test(value)) return OTHER.address ?? "";
  return /^[0-9]+$/.test(value) ? "9" : `${value}!`;
}
