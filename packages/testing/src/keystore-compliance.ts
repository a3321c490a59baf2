import type { Keystore, KeystoreAssociatedData } from "@synod/core";
import { expect } from "vitest";
import type { ComplianceCase } from "./compliance-case.ts";
import { registerCompliance, thrownCode } from "./compliance-case.ts";

/** What the suite needs of an implementation. */
export interface KeystoreHarness {
  /** A keystore with nothing in it. */
  open(): Keystore;
}

/** What the suite binds its secrets to. */
export const SAMPLE_ASSOCIATED_DATA: KeystoreAssociatedData = {
  product: "synod",
  keyId: `0x${"11".repeat(32)}`,
  epoch: 3n,
  party: 2,
  version: 1,
};

const AD = SAMPLE_ASSOCIATED_DATA;
const secretOf = (byte: number) => new Uint8Array(48).fill(byte);

/** The promises of the keystore port. */
export const keystoreCases: readonly ComplianceCase<KeystoreHarness>[] = [
  {
    name: "gives back what was saved, each time in an array of its own",
    run: (harness) => {
      const keystore = harness.open();
      keystore.save("identity", secretOf(7), AD);
      const first = keystore.load("identity", AD);
      expect(first).toStrictEqual(secretOf(7));
      first.fill(0);
      expect(keystore.load("identity", AD)).toStrictEqual(secretOf(7));
    },
  },
  {
    name: "keeps the secret when the caller wipes its own",
    run: (harness) => {
      const keystore = harness.open();
      const secret = secretOf(9);
      keystore.save("identity", secret, AD);
      expect(secret).toStrictEqual(secretOf(9));
      secret.fill(0);
      expect(keystore.load("identity", AD)).toStrictEqual(secretOf(9));
    },
  },
  {
    name: "says what it has",
    run: (harness) => {
      const keystore = harness.open();
      expect(keystore.has("identity")).toBe(false);
      expect(thrownCode(() => keystore.load("identity", AD))).toBe("KEY_MISSING");
      keystore.save("identity", secretOf(1), AD);
      expect(keystore.has("identity")).toBe(true);
    },
  },
  {
    name: "never overwrites a name that is taken",
    run: (harness) => {
      const keystore = harness.open();
      keystore.save("identity", secretOf(1), AD);
      expect(thrownCode(() => keystore.save("identity", secretOf(2), AD))).toBe("KEY_EXISTS");
      expect(keystore.load("identity", AD)).toStrictEqual(secretOf(1));
    },
  },
  {
    name: "refuses to open a secret for any other key, epoch, party, version or name",
    run: (harness) => {
      const keystore = harness.open();
      keystore.save("share-1", secretOf(1), AD);
      const others: readonly Partial<KeystoreAssociatedData>[] = [
        { keyId: `0x${"12".repeat(32)}` },
        { epoch: 4n },
        { party: 3 },
        { version: 2 },
      ];
      for (const other of others) {
        expect(thrownCode(() => keystore.load("share-1", { ...AD, ...other }))).toBe("KEY_MISMATCH");
      }
      expect(thrownCode(() => keystore.load("share-2", AD))).toBe("KEY_MISSING");
    },
  },
  {
    name: "refuses names that are paths or that a file system may confuse",
    run: (harness) => {
      const keystore = harness.open();
      for (const name of ["", "../identity", "a/b", ".hidden", "Identity", "a b", "x".repeat(129)]) {
        expect(thrownCode(() => keystore.save(name, secretOf(1), AD))).toBe("KEY_NAME_INVALID");
        expect(thrownCode(() => keystore.load(name, AD))).toBe("KEY_NAME_INVALID");
        expect(thrownCode(() => keystore.has(name))).toBe("KEY_NAME_INVALID");
      }
    },
  },
  {
    name: "refuses an empty secret",
    run: (harness) => {
      expect(thrownCode(() => harness.open().save("identity", new Uint8Array(0), AD))).toBe("KEY_LENGTH");
    },
  },
];

/** Runs the keystore's promises against one implementation. */
export function keystoreCompliance(name: string, harness: () => KeystoreHarness): void {
  registerCompliance(`keystore port: ${name}`, keystoreCases, harness);
}
