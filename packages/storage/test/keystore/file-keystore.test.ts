import { chmodSync, readdirSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SAMPLE_ASSOCIATED_DATA as AD, thrownCode } from "@synod/testing";
import { describe, expect, it } from "vitest";
import { FileKeystore, passphraseBytes } from "../../src/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const PASSPHRASE = passphraseBytes("correct horse");
const SECRET = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
const TEST_COST = 4;

function openAt(directory: string, passphrase = PASSPHRASE, unsafeTestScryptCost = TEST_COST): FileKeystore {
  return FileKeystore.open({ directory, passphrase, unsafeTestScryptCost });
}

function savedFile(): { directory: string; path: string; keystore: FileKeystore } {
  const directory = join(temporaryFolder(), "keys");
  const keystore = openAt(directory);
  keystore.save("identity", SECRET, AD);
  return { directory, path: join(directory, "identity"), keystore };
}

/** Writes other bytes in the file's place and says how opening it fails. */
function codeWith(change: (file: Buffer) => Buffer): unknown {
  const { path, keystore } = savedFile();
  writeFileSync(path, change(readFileSync(path)));
  return thrownCode(() => keystore.load("identity", AD));
}

describe("a key file", () => {
  it("is for this user alone, in a folder for this user alone, with nothing beside it", () => {
    const { directory, path } = savedFile();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(["identity"]);
  });

  it("does not show the secret and never looks the same twice", () => {
    const first = readFileSync(savedFile().path);
    const second = readFileSync(savedFile().path);
    expect(first.includes(Buffer.from(SECRET.subarray(0, 8)))).toBe(false);
    expect(first.length).toBe(second.length);
    expect(first.subarray(43, 91).equals(second.subarray(43, 91))).toBe(false);
  });

  it("is refused when any one byte is changed", () => {
    const { path, keystore } = savedFile();
    const good = readFileSync(path);
    const codes = new Set<unknown>();
    for (let at = 0; at < good.length; at += 1) {
      for (const mask of [0x01, 0x80, 0xff]) {
        const flipped = Buffer.from(good);
        flipped.writeUInt8(flipped.readUInt8(at) ^ mask, at);
        writeFileSync(path, flipped);
        const code = thrownCode(() => keystore.load("identity", AD));
        expect(code, `byte ${at} ^ ${mask}`).toBeDefined();
        codes.add(code);
      }
    }
    expect(codes).toEqual(new Set(["KEY_FOREIGN", "KEY_NEWER", "KEY_OLDER", "KEY_TRUNCATED", "KEY_DAMAGED"]));
    writeFileSync(path, good);
    expect(keystore.load("identity", AD)).toStrictEqual(SECRET);
  });

  it("is refused when it ends anywhere before its end, or goes on after it", () => {
    const { path, keystore } = savedFile();
    const good = readFileSync(path);
    for (let length = 0; length < good.length; length += 1) {
      writeFileSync(path, good.subarray(0, length));
      expect(
        thrownCode(() => keystore.load("identity", AD)),
        `${length} bytes`,
      ).toBe("KEY_TRUNCATED");
    }
    writeFileSync(path, Buffer.concat([good, Buffer.alloc(1)]));
    expect(thrownCode(() => keystore.load("identity", AD))).toBe("KEY_DAMAGED");
  });

  it("tells an older, a newer and a foreign file apart", () => {
    const withVersion = (version: number) => (file: Buffer) => {
      file.writeUInt16BE(version, 8);
      return file;
    };
    expect(codeWith(withVersion(0))).toBe("KEY_OLDER");
    expect(codeWith(withVersion(2))).toBe("KEY_NEWER");
    expect(codeWith(() => Buffer.from('{"crypto":{"cipher":"aes-128-ctr"}}'))).toBe("KEY_FOREIGN");
  });

  it("is not opened by another passphrase", () => {
    const { directory } = savedFile();
    const other = openAt(directory, passphraseBytes("correct horse "));
    expect(thrownCode(() => other.load("identity", AD))).toBe("PASSPHRASE_WRONG");
  });

  it("is not opened under another name", () => {
    const { path, directory, keystore } = savedFile();
    renameSync(path, join(directory, "share-1"));
    expect(thrownCode(() => keystore.load("share-1", AD))).toBe("KEY_MISMATCH");
  });

  it("is refused when it was made with another cost", () => {
    const { directory } = savedFile();
    const code = thrownCode(() => openAt(directory, PASSPHRASE, TEST_COST + 1).load("identity", AD));
    expect(code).toBe("KEY_COST");
    const real = FileKeystore.open({ directory, passphrase: PASSPHRASE });
    expect(thrownCode(() => real.load("identity", AD))).toBe("KEY_COST");
  });

  it.each([0o640, 0o604, 0o620, 0o700])("is refused with mode %o", (mode) => {
    const { path, keystore } = savedFile();
    chmodSync(path, mode);
    expect(thrownCode(() => keystore.load("identity", AD))).toBe("KEY_FILE_MODE");
  });

  it("is refused when it is a link", () => {
    const { path, directory, keystore } = savedFile();
    symlinkSync(path, join(directory, "share-1"));
    expect(thrownCode(() => keystore.load("share-1", AD))).toBe("KEY_FILE_MODE");
  });

  it("opens at the real cost", () => {
    const directory = join(temporaryFolder(), "keys");
    const keystore = FileKeystore.open({ directory, passphrase: PASSPHRASE });
    keystore.save("identity", SECRET, AD);
    expect(readFileSync(join(directory, "identity")).readUInt8(10)).toBe(17);
    expect(keystore.load("identity", AD)).toStrictEqual(SECRET);
  });

  it("keeps its format: this file must open for ever", () => {
    const directory = temporaryFolder();
    const fixture = readFileSync(new URL("./identity-v1.hex", import.meta.url), "utf8");
    writeFileSync(join(directory, "identity"), Buffer.from(fixture.trim(), "hex"), { mode: 0o600 });
    const typedAgain = passphraseBytes("correct horse");
    expect(openAt(directory, typedAgain).load("identity", AD)).toStrictEqual(SECRET);
  });
});

describe("a key folder", () => {
  it.each([0o750, 0o705, 0o777])("is refused with mode %o, at opening and later", (mode) => {
    const { directory, keystore } = savedFile();
    chmodSync(directory, mode);
    expect(thrownCode(() => openAt(directory))).toBe("KEY_FOLDER_MODE");
    expect(thrownCode(() => keystore.load("identity", AD))).toBe("KEY_FOLDER_MODE");
    expect(thrownCode(() => keystore.save("share-1", SECRET, AD))).toBe("KEY_FOLDER_MODE");
  });

  it("is not opened with an empty passphrase", () => {
    expect(thrownCode(() => openAt(temporaryFolder(), new Uint8Array(0)))).toBe("PASSPHRASE_EMPTY");
  });

  it("opens with a passphrase typed with another composition of the same letters", () => {
    const directory = temporaryFolder();
    openAt(directory, passphraseBytes("caf\u00e9")).save("identity", SECRET, AD);
    expect(openAt(directory, passphraseBytes("cafe\u0301")).load("identity", AD)).toStrictEqual(SECRET);
  });
});

describe("replacing and destroying", () => {
  it("replaces a secret as a whole when asked, also one that is not there", () => {
    const { keystore, directory } = savedFile();
    const other = SECRET.map((byte) => byte ^ 0xff);
    keystore.replace("identity", other, AD);
    expect(keystore.load("identity", AD)).toStrictEqual(other);
    keystore.replace("share-1", SECRET, AD);
    expect(keystore.load("share-1", AD)).toStrictEqual(SECRET);
    expect(readdirSync(directory).sort()).toEqual(["identity", "share-1"]);
  });

  it("is not misled by what an interrupted write left behind", () => {
    const { keystore, directory } = savedFile();
    writeFileSync(join(directory, ".share-1.new"), "half a fi");
    keystore.save("share-1", SECRET, AD);
    expect(keystore.load("share-1", AD)).toStrictEqual(SECRET);
    expect(readdirSync(directory).sort()).toEqual(["identity", "share-1"]);
  });

  it("never overwrites, even a dangling link that looks absent", () => {
    const { keystore, directory } = savedFile();
    symlinkSync(join(directory, "nowhere"), join(directory, "share-1"));
    expect(thrownCode(() => keystore.save("share-1", SECRET, AD))).toBe("KEY_EXISTS");
    expect(readdirSync(directory).sort()).toEqual(["identity", "share-1"]);
  });

  it("destroys a secret for good", () => {
    const { keystore, directory } = savedFile();
    keystore.destroy("identity");
    expect(readdirSync(directory)).toEqual([]);
    expect(thrownCode(() => keystore.destroy("identity"))).toBe("KEY_MISSING");
  });

  it("refuses all work once it is closed", () => {
    const { keystore } = savedFile();
    keystore.close();
    keystore.close();
    expect(thrownCode(() => keystore.load("identity", AD))).toBe("STORE_CLOSED");
    expect(thrownCode(() => keystore.save("share-1", SECRET, AD))).toBe("STORE_CLOSED");
  });

  it("keeps its passphrase when the caller wipes its own", () => {
    const passphrase = passphraseBytes("correct horse");
    const directory = temporaryFolder();
    const keystore = openAt(directory, passphrase);
    passphrase.fill(0);
    keystore.save("identity", SECRET, AD);
    const typedAgain = passphraseBytes("correct horse");
    expect(openAt(directory, typedAgain).load("identity", AD)).toStrictEqual(SECRET);
  });
});
