import { type Address, concat, encodeFunctionData, type Hex, zeroAddress } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { type Chain, ownArtifact, safeArtifact } from "./chain.ts";
import { numberedKey } from "./keys.ts";

/** A Safe of `owners` owners of whom `threshold` sign, behind the proxy that users have. */
export type Safe = {
  readonly address: Address;
  /** The owners who sign, ascending by address as the Safe's check wants them. */
  readonly signers: readonly PrivateKeyAccount[];
};

const SAFE = safeArtifact("Safe.sol/Safe");
const PROXY = safeArtifact("proxies/SafeProxy.sol/SafeProxy");
const TOKEN = ownArtifact("devnet/TestToken.sol/TestToken");

const SAFE_TX = {
  SafeTx: [
    { name: "to", type: "address" },
    { name: "value", type: "uint256" },
    { name: "data", type: "bytes" },
    { name: "operation", type: "uint8" },
    { name: "safeTxGas", type: "uint256" },
    { name: "baseGas", type: "uint256" },
    { name: "gasPrice", type: "uint256" },
    { name: "gasToken", type: "address" },
    { name: "refundReceiver", type: "address" },
    { name: "nonce", type: "uint256" },
  ],
} as const;

/** Deploys the Safe's code, which all Safes of a chain share. */
export function deploySingleton(chain: Chain): Promise<Address> {
  return chain.deploy(SAFE);
}

/** Founds a Safe without module, guard or fallback handler: nothing in it costs more than its owners' signatures. */
export async function foundSafe(
  chain: Chain,
  singleton: Address,
  { threshold, owners }: { readonly threshold: number; readonly owners: number },
): Promise<Safe> {
  const accounts = Array.from({ length: owners }, (_, index) => privateKeyToAccount(numberedKey(0x5afe00 + index)));
  const sorted = accounts.sort((left, right) => (left.address.toLowerCase() < right.address.toLowerCase() ? -1 : 1));
  const address = await chain.deploy(PROXY, [singleton]);
  const list = sorted.map((owner) => owner.address);
  const args = [list, BigInt(threshold), zeroAddress, "0x", zeroAddress, zeroAddress, 0n, zeroAddress];
  await chain.send({ artifact: SAFE, address, functionName: "setup", args });
  return { address, signers: sorted.slice(0, threshold) };
}

/** Transfers tokens out of the Safe. @returns gas used. */
export async function transferFromSafe(
  chain: Chain,
  safe: Safe,
  transfer: { readonly token: Address; readonly to: Address; readonly amount: bigint },
): Promise<number> {
  const { token, to, amount } = transfer;
  const data = encodeFunctionData({ abi: TOKEN.abi, functionName: "transfer", args: [to, amount] });
  const signatures = await sign(chain, safe, token, data);
  const args = [token, 0n, data, 0, 0n, 0n, 0n, zeroAddress, zeroAddress, signatures];
  return chain.send({ artifact: SAFE, address: safe.address, functionName: "execTransaction", args });
}

async function sign(chain: Chain, safe: Safe, to: Address, data: Hex): Promise<Hex> {
  const nonce = await chain.read<bigint>({ artifact: SAFE, address: safe.address, functionName: "nonce", args: [] });
  const typedData = {
    domain: { chainId: chain.chainId, verifyingContract: safe.address },
    types: SAFE_TX,
    primaryType: "SafeTx" as const,
    message: {
      to,
      value: 0n,
      data,
      operation: 0,
      safeTxGas: 0n,
      baseGas: 0n,
      gasPrice: 0n,
      gasToken: zeroAddress,
      refundReceiver: zeroAddress,
      nonce,
    },
  };
  return concat(await Promise.all(safe.signers.map((signer) => signer.signTypedData(typedData))));
}
