import type { Address, Hex } from "viem";
import { concat, encodeAbiParameters, parseAbiParameters, toFunctionSelector } from "viem/utils";
import { address, hex, invalid, list, object, optional, properties, type Reader, uint } from "../reading/reader.ts";
import type { AgentId } from "./ids.ts";
import { type Action, ANY_SEQUENCE, type Bound, type Call, ZERO_ADDRESS } from "./types.ts";
import { MAX_BOUNDS, MAX_CALLDATA_BYTES, MAX_CALLS } from "./validation.ts";

/** When a decision ends: at a second of chain time, or some seconds after it is submitted. */
export type FileDeadline =
  | { readonly kind: "at"; readonly seconds: bigint }
  | { readonly kind: "after"; readonly seconds: bigint };

/** A decision as a person writes it down, checked. */
export interface DecisionFile {
  readonly agentId: AgentId;
  readonly calls: readonly Call[];
  readonly bounds: readonly Bound[];
  /** Gas the batch must at least be given; 0 if the file names none. */
  readonly gasFloor: bigint;
  readonly deadline: FileDeadline;
  /** The sequence it is bound to; `ANY_SEQUENCE` if the file says "any" or nothing. */
  readonly expectedSequence: bigint;
  /** 32 bytes; absent: the one who submits chooses. */
  readonly salt?: Hex;
}

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ["s", 1n],
  ["m", 60n],
  ["h", 3_600n],
  ["d", 86_400n],
]);

const TRANSFER = toFunctionSelector("transfer(address,uint256)");
const TRANSFER_ARGUMENTS = parseAbiParameters("address to, uint256 amount");

const amount = uint(256);
const transfer = object({ to: address, amount });
const plainCall = object({ target: address, value: optional(amount), data: optional(hex()) });
const erc20Call = object({ erc20: object({ token: address, transfer }) });
const nativeCall = object({ native: transfer });

/** One call: `{target, value?, data?}`, `{erc20: {token, transfer: {to, amount}}}` or `{native: {to, amount}}`. */
const call: Reader<Call> = (value, path) => {
  const source = properties(value, path);
  if (Object.hasOwn(source, "erc20")) return erc20Transfer(erc20Call(source, path).erc20);
  if (Object.hasOwn(source, "native")) {
    const { to, amount: sent } = nativeCall(source, path).native;
    return { target: to, value: sent, data: "0x" };
  }
  const plain = plainCall(source, path);
  const data = plain.data ?? "0x";
  const bytes = data.length / 2 - 1;
  if (bytes > MAX_CALLDATA_BYTES) invalid(`${path}.data.length`, bytes, `at most ${MAX_CALLDATA_BYTES} bytes`);
  return { target: plain.target, value: plain.value ?? 0n, data };
};

function erc20Transfer(transferOf: { token: Address; transfer: { to: Address; amount: bigint } }): Call {
  const { token, transfer: given } = transferOf;
  const data = concat([TRANSFER, encodeAbiParameters(TRANSFER_ARGUMENTS, [given.to, given.amount])]);
  return { target: token, value: 0n, data };
}

const asset: Reader<Address> = (value, path) => (value === "native" ? ZERO_ADDRESS : address(value, path));

const bound: Reader<Bound> = (value, path) => {
  const read = object({ asset, maxOut: optional(amount), minIn: optional(amount) })(value, path);
  return { asset: read.asset, maxOut: read.maxOut ?? 0n, minIn: read.minIn ?? 0n };
};

const deadline: Reader<FileDeadline> = (value, path) => {
  const relative = typeof value === "string" ? /^([1-9][0-9]{0,8})([smhd])$/.exec(value) : null;
  if (relative !== null) {
    const unit = UNITS.get(relative[2] ?? "") ?? 1n;
    return { kind: "after", seconds: BigInt(relative[1] ?? "0") * unit };
  }
  const isAbsolute = typeof value === "number" || (typeof value === "string" && /^[0-9]+$/.test(value));
  if (!isAbsolute) invalid(path, value, 'seconds since 1970 (1767225600) or a time from now ("30m", "1h", "2d")');
  return { kind: "at", seconds: uint(64)(value, path) };
};

const sequence: Reader<bigint> = (value, path) => {
  if (value === undefined || value === "any") return ANY_SEQUENCE;
  const isNumber = typeof value === "number" || (typeof value === "string" && /^[0-9]+$/.test(value));
  return isNumber ? uint(64)(value, path) : invalid(path, value, 'a sequence number or "any"');
};

const decisionFile = object({
  agent: hex(32),
  calls: list(call, MAX_CALLS),
  bounds: optional(list(bound, MAX_BOUNDS)),
  gasFloor: optional(amount),
  deadline,
  sequence,
  salt: optional(hex(32)),
});

/**
 * Reads a decision file's JSON value. Errors: `INPUT_INVALID` with the path, the value found there and what to give
 * instead; the first one found.
 */
export function parseDecisionFile(value: unknown): DecisionFile {
  const file = decisionFile(value, "decision");
  if (file.calls.length === 0) invalid("decision.calls", [], "at least one call");
  return {
    agentId: file.agent as AgentId,
    calls: file.calls,
    bounds: file.bounds ?? [],
    gasFloor: file.gasFloor ?? 0n,
    deadline: file.deadline,
    expectedSequence: file.sequence,
    ...(file.salt === undefined ? {} : { salt: file.salt }),
  };
}

/** The action of a decision file for the vault of its agent. */
export function toAction(file: DecisionFile, place: { readonly chainId: bigint; readonly vault: Address }): Action {
  const { calls, bounds, gasFloor } = file;
  return { chainId: place.chainId, vault: place.vault, calls, bounds, gasFloor };
}

/** The deadline in seconds of chain time; `now` is the chain's time when the decision is submitted. */
export function deadlineAt(given: FileDeadline, now: bigint): bigint {
  return given.kind === "at" ? given.seconds : now + given.seconds;
}
