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
  const given = context.env.SYNOD_PRIVATE_KEY;
  const privateKey = given ?? deployment.accounts.submitter?.privateKey;
  if (privateKey === undefined) throw keyMissing("no key to send with");
  if (!isHex(privateKey) || privateKey.length !== 66) throw keyMissing("SYNOD_PRIVATE_KEY is not 32 bytes of hex");
  try {
    return privateKeyToAccount(privateKey);
  } catch {
    // The library's error would show the number, which may be a mistyped key.
    throw keyMissing("SYNOD_PRIVATE_KEY is not a private key of secp256k1");
  }
}

function keyMissing(what: string): CliError {
  return new CliError({
    code: "KEY_MISSING",
    what,
    where: "environment",
    remedy: "set SYNOD_PRIVATE_KEY to the submitter's key (0x and 64 hex digits)",
  });
}
