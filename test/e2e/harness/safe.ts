import { type Address, concat, encodeFunctionData, type Hex, pad, parseAbi, zeroAddress } from "viem";
import { deploy, safeArtifact, send } from "./artifacts.ts";
import type { DevnetClient } from "./client.ts";

/** What is called of a Safe 1.5.0. */
const safeAbi = parseAbi([
  "function setup(address[] owners, uint256 threshold, address to, bytes data, address fallbackHandler, address paymentToken, uint256 payment, address paymentReceiver)",
  "function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures) returns (bool)",
]);

/** A Safe as its project publishes it compiled, behind its proxy, that has no owner yet. */
export async function newSafe(client: DevnetClient): Promise<Address> {
  const singleton = await deploy(client, safeArtifact("Safe.sol/Safe"));
  return deploy(client, safeArtifact("proxies/SafeProxy.sol/SafeProxy"), [singleton]);
}

/** Gives a new Safe its only owner. */
export async function setOwner(client: DevnetClient, safe: Address, owner: Address): Promise<void> {
  const args = [[owner], 1n, zeroAddress, "0x", zeroAddress, zeroAddress, 0n, zeroAddress] as const;
  await send(client, safe, encodeFunctionData({ abi: safeAbi, functionName: "setup", args }));
}

/** The call by which its only owner has a Safe call something: the owner's approval is that it is the sender. */
export function safeCall(owner: Address, to: Address, data: Hex): Hex {
  const signature = concat([pad(owner), pad("0x"), "0x01"]);
  const args = [to, 0n, data, 0, 0n, 0n, 0n, zeroAddress, zeroAddress, signature] as const;
  return encodeFunctionData({ abi: safeAbi, functionName: "execTransaction", args });
}
