import { composePolicy, type Policy, ZERO_ADDRESS } from "@synod/core";
import { type Address, parseEther, parseUnits, toFunctionSelector } from "viem";
import type { DevnetToken } from "./deploy-contracts.ts";

const WINDOW_SECONDS = 3_600n;
const EMPTY_CALL = "0x00000000";

/**
 * What the devnet's vaults may do: send native coin to the payee, at most 1 at once and 5 in an hour; transfer the test
 * token, at most 1,000 at once and 5,000 in an hour.
 */
export function devnetPolicy(payee: Address, token: DevnetToken): Policy {
  const tokens = (amount: string): bigint => parseUnits(amount, token.decimals);
  return composePolicy({
    calls: [
      { target: payee, selector: EMPTY_CALL },
      { target: token.address, selector: toFunctionSelector("transfer(address,uint256)") },
    ],
    assets: [
      {
        asset: ZERO_ADDRESS,
        maxPerTransaction: parseEther("1"),
        maxPerWindow: parseEther("5"),
        windowSeconds: WINDOW_SECONDS,
      },
      {
        asset: token.address,
        maxPerTransaction: tokens("1000"),
        maxPerWindow: tokens("5000"),
        windowSeconds: WINDOW_SECONDS,
      },
    ],
  });
}
