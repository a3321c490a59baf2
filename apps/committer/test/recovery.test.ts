import { printSeed, seededRng } from "@synod/testing";
import { bytesToHex, concat, type Hex, recoverAddress, zeroAddress, zeroHash } from "viem";
import { privateKeyToAddress, sign } from "viem/accounts";
import { expect, test } from "vitest";
import { installRecovery, loadRecovery, signerOf } from "../src/recovery.ts";
import { otherForms } from "./support/other-forms.ts";

const ORDER: Hex = "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
const ALL_ONES: Hex = `0x${"ff".repeat(32)}`;
const rng = seededRng(printSeed("recovery"));
const random = () => bytesToHex(rng(32));

test("WebAssembly finds the signers that the curve library finds, of every form of a signature", async () => {
  const recover = await loadRecovery();
  for (const hash of [random(), random(), random(), random(), zeroHash, ORDER, ALL_ONES]) {
    const privateKey = random();
    const signature = await sign({ hash, privateKey, to: "hex" });
    for (const form of [signature, otherForms(signature).highS])
      expect(await recover(hash, form)).toBe(privateKeyToAddress(privateKey));
    const other = concat([random(), random(), "0x1c"]);
    const found = await recoverAddress({ hash, signature: other }).catch(() => undefined);
    expect(await recover(hash, other).catch(() => undefined)).toBe(found);
  }
});

test.each([
  ["r is zero", zeroHash, random()],
  ["s is zero", random(), zeroHash],
  ["r is the order", ORDER, random()],
  ["s is the order", random(), ORDER],
  ["r is no abscissa", ALL_ONES, random()],
])("nobody made what is no signature: %s", async (_, r, s) => {
  const recover = await loadRecovery();
  await expect(recover(random(), concat([r, s, "0x1b"]))).rejects.toThrow(RangeError);
});

test("where WebAssembly does not load, or finds somebody else, the curve library goes on", async () => {
  const hash = random();
  const privateKey = random();
  const signature = await sign({ hash, privateKey, to: "hex" });
  const forbidden = () => Promise.reject(new TypeError("WebAssembly is forbidden here"));
  expect(await installRecovery(forbidden)).toBe("WebAssembly is forbidden here");
  expect(await installRecovery(async () => async () => zeroAddress)).toMatch("another signer");
  expect(await signerOf(hash, signature)).toBe(privateKeyToAddress(privateKey));
  let calls = 0;
  const counted = async () => {
    const recover = await loadRecovery();
    return (...args: Parameters<typeof recover>) => {
      calls += 1;
      return recover(...args);
    };
  };
  expect(await installRecovery(counted)).toBeUndefined();
  calls = 0;
  expect(await signerOf(hash, signature)).toBe(privateKeyToAddress(privateKey));
  expect(calls).toBe(1);
});
