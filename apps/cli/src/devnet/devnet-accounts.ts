import { type HDAccount, mnemonicToAccount } from "viem/accounts";

/** The mnemonic every development chain funds; its keys are known to everybody and hold nothing anywhere. */
const MNEMONIC = "test test test test test test test test test test test junk";

/** Who does what on a devnet: each role is one of the chain's funded accounts. */
export type DevnetAccounts = {
  readonly deployer: HDAccount;
  readonly submitter: HDAccount;
  readonly guardian: HDAccount;
  readonly payee: HDAccount;
  readonly stranger: HDAccount;
};

/** The devnet's accounts, the same on every devnet. */
export function devnetAccounts(): DevnetAccounts {
  const account = (addressIndex: number): HDAccount => mnemonicToAccount(MNEMONIC, { addressIndex });
  return {
    deployer: account(0),
    submitter: account(1),
    guardian: account(2),
    payee: account(3),
    stranger: account(4),
  };
}
