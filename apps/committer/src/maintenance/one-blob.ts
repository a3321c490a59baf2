import { type SealedBlobs, StorageError } from "@synod/storage";

/** One sealed file in memory: lets a keystore seal and open what is kept elsewhere. */
export class OneBlob implements SealedBlobs {
  #bytes: Uint8Array | undefined;

  /** @param bytes what is there at first; absent: nothing */
  constructor(bytes?: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Memory is as safe as the process. */
  assertSafe(): void {}

  has(): boolean {
    return this.#bytes !== undefined;
  }

  /** Errors: `KEY_MISSING`. */
  read(name: string): Uint8Array {
    if (this.#bytes === undefined) throw new StorageError({ code: "KEY_MISSING", name });
    return this.#bytes;
  }

  write(_name: string, bytes: Uint8Array): void {
    this.#bytes = bytes;
  }

  remove(): void {
    this.#bytes = undefined;
  }

  /** What it holds is sealed and needs no wiping. */
  close(): void {}
}
