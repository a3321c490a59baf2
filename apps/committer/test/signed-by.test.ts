import { type Hex, keccak256, recoverAddress, stringToHex } from "viem";
import { generatePrivateKey, privateKeyToAddress, sign } from "viem/accounts";
import { expect, test } from "vitest";
import { isSignedBy } from "../src/signed-by.ts";
import { otherForms } from "./support/other-forms.ts";

const hash = keccak256(stringToHex("statement"));
const privateKey: Hex = `0x${"5a".repeat(32)}`;
const address = privateKeyToAddress(privateKey);

test("a signature is the key's that made it, of the digest that it signed, and whole", async () => {
  const signature = await sign({ hash, privateKey, to: "hex" });
  expect(await isSignedBy(address, hash, signature)).toBe(true);
  expect(await isSignedBy(privateKeyToAddress(generatePrivateKey()), hash, signature)).toBe(false);
  expect(await isSignedBy(address, keccak256(hash), signature)).toBe(false);
  for (const other of [
    signature.slice(0, -2) as Hex,
    `${signature}00` as Hex,
    `0x${"00".repeat(65)}` as Hex,
    "0x" as Hex,
  ])
    expect(await isSignedBy(address, hash, other)).toBe(false);
});

test.each(["highS", "smallV", "both"] as const)(
  "the form %s is refused, though it leads to the same key",
  async (form) => {
    const signature = otherForms(await sign({ hash, privateKey, to: "hex" }))[form];
    expect(await recoverAddress({ hash, signature })).toBe(address);
    expect(await isSignedBy(address, hash, signature)).toBe(false);
  },
);
