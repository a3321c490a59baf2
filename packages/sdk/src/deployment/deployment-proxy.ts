import type { Address, Hex } from "viem";

/**
 * The deterministic deployment proxy: a contract of a few instructions that creates, with CREATE2, what its calldata
 * holds (32 bytes of salt, then creation code), and returns the 20 bytes of the address. It stands at the same address
 * on every chain because it was deployed by a transaction whose signature was chosen before its key: the signer is
 * whoever that signature recovers to, and nobody can sign as it again.
 * Source: https://github.com/Arachnid/deterministic-deployment-proxy
 */
export const DEPLOYMENT_PROXY = {
  /** Where the proxy stands. */
  address: "0x4e59b44847b379578588920cA78FbF26c0B4956C",
  /** Code that stands there. */
  runtimeCode:
    "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3",
  /** Whom the presigned transaction recovers to; it pays for the gas. */
  signer: "0x3fAB184622Dc19b6109349B94811493BF2a45362",
  /** What the signer needs, in wei: 100,000 gas at 100 gwei. */
  cost: 10_000_000_000_000_000n,
  /** The presigned transaction. It names no chain (it is older than EIP-155). */
  transaction:
    "0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba02222222222222222222222222222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222",
} as const satisfies Record<string, Address | Hex | bigint>;
