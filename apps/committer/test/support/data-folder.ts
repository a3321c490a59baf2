import { join } from "node:path";
import { FileKeystore } from "@synod/storage";
import { hexToBytes, keccak256, stringToHex } from "viem";
import { IDENTITY_ASSOCIATED_DATA, IDENTITY_NAME } from "../../src/identity.ts";

/** Cheap scrypt for tests that do not test its cost. */
export const TEST_SCRYPT_COST = 4;

/** An identity secret that is the same in every run. */
export function testSecret(name: string): Uint8Array {
  return hexToBytes(keccak256(stringToHex(`identity of ${name}`)));
}

/** Puts an identity key into the key folder of a data folder. Without `cost` it takes a second, as in earnest. */
export function storeIdentity(dataDir: string, secret: Uint8Array, passphrase: Uint8Array, cost?: number): void {
  const options = cost === undefined ? {} : { unsafeTestScryptCost: cost };
  const keystore = FileKeystore.open({ directory: join(dataDir, "keys"), passphrase, ...options });
  keystore.save(IDENTITY_NAME, secret, IDENTITY_ASSOCIATED_DATA);
  keystore.close();
}
