import type { Account, Address } from "viem";
import { parseAccount } from "viem/accounts";
import type { ReadClient } from "./client.ts";
import { SynodSdkError } from "./errors/synod-sdk-error.ts";

/** Option of every action that sends a transaction. */
export type AccountParameter = {
  /** Who sends; the client's account unless given. */
  readonly account?: Account | Address | undefined;
};

/** The account that sends. Errors: ACCOUNT_MISSING when neither the call nor the client names one. */
export function requireAccount(client: ReadClient, account: Account | Address | undefined): Account {
  const chosen = account ?? client.account;
  if (chosen !== undefined) return parseAccount(chosen);
  throw new SynodSdkError({
    code: "ACCOUNT_MISSING",
    what: "no account to send the transaction from",
    remedy: "pass `account`, or create the client with one",
  });
}
