import { isHex } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import type { CommandContext } from "../command-context.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { CliError } from "../errors/cli-error.ts";

/**
 * Who sends: the key of SYNOD_PRIVATE_KEY, or else the devnet's own submitter from the deployment file.
 * Errors: KEY_MISSING.
 */
export function submitterAccount(context: CommandContext, deployment: Deployment): PrivateKeyAccount {
  const privateKey = deployment.accounts.submitter?.privateKey;
  const account = accountFromEnvironment(context) ?? (privateKey && accountOf(privateKey));
  if (account === undefined) throw keyMissing("no key to send with");
  return account;
}

/** The account whose key stands in SYNOD_PRIVATE_KEY; undefined when it is not set. Errors: KEY_MISSING. */
export function accountFromEnvironment({ env }: Pick<CommandContext, "env">): PrivateKeyAccount | undefined {
  return env.SYNOD_PRIVATE_KEY === undefined ? undefined : accountOf(env.SYNOD_PRIVATE_KEY);
}

function accountOf(privateKey: string): PrivateKeyAccount {
  if (!isHex(privateKey) || privateKey.length !== 66) throw keyMissing("SYNOD_PRIVATE_KEY is not 32 bytes of hex");
  try {
    return privateKeyToAccount(privateKey);
  } catch {
    // The library's error would show the number, which may be a mistyped key.
    throw keyMissing("SYNOD_PRIVATE_KEY is not a private key of secp256k1");
  }
}

/** The error of a command that has no key to send with. */
export function keyMissing(what: string): CliError {
  return new CliError({
    code: "KEY_MISSING",
    what,
    where: "environment",
    remedy: "set SYNOD_PRIVATE_KEY to the sender's key (0x and 64 hex digits)",
  });
}
