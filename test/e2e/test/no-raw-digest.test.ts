import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tss from "@synod/tss";
import { describe, expect, it } from "vitest";

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** Files that may call a signing primitive, and what they sign. Anything else that does is a hole. */
const SIGNERS = new Map([
  // Envelopes and the record of a key generation, hashed in the same package. Not exported from it.
  ["packages/tss/src/envelope/identity-key.ts", "identity key: envelopes and records"],
  // What identity-key.ts signs with where it is installed, and the comparison of both with keys made up for it.
  ["packages/secp256k1-wasm/src/backend.ts", "nothing of its own: a point backend's signature"],
  ["packages/tss/src/math/backend.ts", "nothing: sixteen digests and keys that are fixed in the file"],
  // Attestations, epoch confirmations and transactions, built from typed fields.
  ["apps/committer/src/identity.ts", "identity key: typed data and transactions"],
]);

/** Files that export a function with "sign" in its name that takes opaque bytes, and why that is no way to have them signed. */
const NAMED_AFTER_SIGNING = new Map([
  ["packages/tss/src/envelope/identity-key.ts", "what the identity key signs, and who signed an envelope"],
  ["apps/committer/src/recovery.ts", "finds who signed"],
  ["apps/committer/src/signed-by.ts", "asks who signed"],
  ["apps/rogue/src/withhold.ts", "looks for frames that hold part of a signature"],
]);

/** A library's function that signs 32 bytes, used or taken in. */
const PRIMITIVE =
  /\bsecp256k1\.sign\(|\bsignMessageHash\w*\(|\.sign\?\.\(|\bcreateSign\(|import[^;]*\b(?:sign|signMessage|signTypedData|signTransaction|privateKeyToAccount|toAccount)\b[^;]*from "viem\/accounts"/;
const DIGEST_PARAMETER =
  /export (?:async )?function \w*[sS]ign\w*\([^)]*\b(?:digest|hash|message|bytes)\w*\??: *(?:Uint8Array|Hex|Hash|`0x)/;

function sources(folder: string): readonly string[] {
  const packages = readdirSync(join(root, folder)).map((name) => join(folder, name, "src"));
  return packages.flatMap((source) =>
    readdirSync(join(root, source), { recursive: true })
      .map((file) => join(source, String(file)))
      .filter((file) => file.endsWith(".ts") && !file.includes("/generated/")),
  );
}

function withoutComments(file: string): string {
  return readFileSync(join(root, file), "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\/\/[^\n]*/g, "");
}

/** What ships with a committer. The command line signs its user's own transactions with its user's own key. */
const files = [...sources("packages"), ...sources("apps")].filter(
  (file) => !file.startsWith("packages/testing/") && !file.startsWith("apps/cli/"),
);

describe("no raw digest, in any layer", () => {
  it("only the listed files call a signing primitive", () => {
    const callers = files.filter((file) => PRIMITIVE.test(withoutComments(file)));
    expect(callers.sort()).toEqual([...SIGNERS.keys()].sort());
  });

  it("only the listed files export a function named after signing that takes opaque bytes", () => {
    const takers = files.filter((file) => DIGEST_PARAMETER.test(withoutComments(file)));
    expect(takers.sort()).toEqual([...NAMED_AFTER_SIGNING.keys()].sort());
  });

  it("the threshold library exports no way to sign but typed intents, and nothing of the identity key's signer", () => {
    const names = Object.keys(tss).filter((name) => /sign/i.test(name));
    expect(names.sort()).toEqual([
      "allocatePresignatures",
      "burnPresignature",
      "burnPresignaturesOf",
      "burnTestPresignature",
      "startPresign",
      "startPresignBatch",
      "startSigning",
      // Makes the proof of possession of a new epoch itself; what it signs is no input.
      "startTestPresign",
      "startTestSigning",
    ]);
  });

  it("startSigning refuses anything that is not one of its typed intents", () => {
    const digest = new Uint8Array(32).fill(1);
    for (const intent of [digest, { kind: "digest", digest }, { kind: 7 }]) {
      expect(() => tss.intentDigest(intent as unknown as tss.SigningIntent)).toThrowError(
        expect.objectContaining({ code: "unknownIntent" }),
      );
    }
  });
});
