import { createHash } from "node:crypto";
import type { ClaimOutcome, Journal, JournalCodec, KeystoreAssociatedData, SignClaim, SignClaims } from "@synod/core";
import { createJsonCodec, MemoryKeystore, MemorySignClaims, StorageError } from "@synod/storage";
import { bytesToHex, type Hex, hexToBytes } from "viem";
import type { ShareStore } from "../../../src/sessions/share-vault.ts";
import type { VirtualDisk } from "./virtual-disk.ts";

const CHECK_CHARACTERS = 16;

function checkOf(body: string): string {
  return createHash("sha256").update(body).digest("hex").slice(0, CHECK_CHARACTERS);
}

/** The whole records of a file. What follows the last whole one is the torn end of a write and is cut off. */
function records(disk: VirtualDisk, file: string): readonly string[] {
  const text = disk.read(file);
  const bodies: string[] = [];
  let length = 0;
  for (const line of text.split("\n").slice(0, -1)) {
    const body = line.slice(CHECK_CHARACTERS);
    if (!line.startsWith(checkOf(body))) break;
    bodies.push(body);
    length += line.length + 1;
  }
  if (length < text.length) disk.truncate(file, length);
  return bodies;
}

function record(body: string): string {
  return `${checkOf(body)}${body}\n`;
}

/** A journal on a virtual disk: one checked line for each transaction. */
export class DiskJournal<Event> implements Journal<Event> {
  readonly #disk: VirtualDisk;
  readonly #codec: JournalCodec<Event>;
  readonly #rows: string[];

  constructor(disk: VirtualDisk, codec: JournalCodec<Event>) {
    this.#disk = disk;
    this.#codec = codec;
    this.#rows = records(disk, "journal").flatMap((body): string[] => JSON.parse(body));
  }

  append(events: readonly Event[]): void {
    const rows = events.map((event) => this.#codec.encode(event));
    if (rows.length === 0) return;
    this.#disk.appendDurably("journal", record(JSON.stringify(rows)));
    this.#rows.push(...rows);
  }

  *read(): Iterable<Event> {
    for (const row of this.#rows) yield this.#codec.decode(row);
  }
}

const claimCodec = createJsonCodec<SignClaim>({ parse: (value) => value as SignClaim });

/** File of the claims. */
export const CLAIMS_FILE = "claims";

/** Claims on a virtual disk. */
export class DiskSignClaims implements SignClaims {
  readonly #disk: VirtualDisk;
  readonly #known = new MemorySignClaims();

  constructor(disk: VirtualDisk) {
    this.#disk = disk;
    for (const body of records(disk, CLAIMS_FILE)) this.#known.claim(claimCodec.decode(body));
  }

  claim(claim: SignClaim): ClaimOutcome {
    const outcome = this.#known.claim(claim);
    if (outcome.kind === "claimed") this.#disk.appendDurably(CLAIMS_FILE, record(claimCodec.encode(claim)));
    return outcome;
  }
}

type StoredSecret = {
  readonly name: string;
  readonly secret: Hex;
  readonly associatedData: KeystoreAssociatedData;
};
const secretCodec = createJsonCodec<readonly StoredSecret[]>({ parse: (value) => value as readonly StoredSecret[] });

/** Key files by their text: those of an image are read again by every process of every world. */
const decoded = new Map<string, readonly StoredSecret[]>();

/** Secrets on a virtual disk, as they are: sealing them is a matter of other tests. */
export class DiskKeystore implements ShareStore {
  readonly #disk: VirtualDisk;

  constructor(disk: VirtualDisk) {
    this.#disk = disk;
  }

  save(name: string, secret: Uint8Array, associatedData: KeystoreAssociatedData): void {
    if (this.has(name)) throw new StorageError({ code: "KEY_EXISTS", name });
    this.replace(name, secret, associatedData);
  }

  replace(name: string, secret: Uint8Array, associatedData: KeystoreAssociatedData): void {
    this.#checked([]).save(name, secret, associatedData);
    const kept = this.#secrets().filter((stored) => stored.name !== name);
    const all = [...kept, { name, secret: bytesToHex(secret), associatedData }];
    this.#disk.replaceDurably("keys", secretCodec.encode(all));
  }

  load(name: string, associatedData: KeystoreAssociatedData): Uint8Array {
    return this.#checked(this.#secrets().filter((stored) => stored.name === name)).load(name, associatedData);
  }

  has(name: string): boolean {
    return this.#checked(this.#secrets().filter((stored) => stored.name === name)).has(name);
  }

  destroy(name: string): void {
    const kept = this.#secrets().filter((stored) => stored.name !== name);
    this.#disk.replaceDurably("keys", secretCodec.encode(kept));
  }

  #secrets(): readonly StoredSecret[] {
    const text = this.#disk.read("keys");
    if (text === "") return [];
    const secrets = decoded.get(text) ?? secretCodec.decode(text);
    decoded.set(text, secrets);
    return secrets;
  }

  /** The promises of names, lengths and bindings are those of the keystore in memory. */
  #checked(secrets: readonly StoredSecret[]): MemoryKeystore {
    const keystore = new MemoryKeystore();
    for (const { name, secret, associatedData } of secrets) keystore.save(name, hexToBytes(secret), associatedData);
    return keystore;
  }
}
