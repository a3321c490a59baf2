import {
  assertPrivateFolder,
  hasFile,
  preparePrivateFolder,
  readPrivateFile,
  removePrivateFile,
  writePrivateFile,
} from "./private-folder.ts";
import type { SealedBlobs } from "./sealed-blobs.ts";
import { SealedKeystore, type SealingOptions } from "./sealed-keystore.ts";

/** Options of `FileKeystore.open`. */
export interface FileKeystoreOptions extends SealingOptions {
  /** Folder of the key files; made with mode 0700 when absent. */
  readonly directory: string;
}

/** Sealed files of mode 0600 in a folder of mode 0700. Further errors: `KEY_FOLDER_MODE`, `KEY_FILE_MODE`. */
function privateFolder(directory: string): SealedBlobs {
  return {
    assertSafe: () => assertPrivateFolder(directory),
    has: (name) => hasFile(directory, name),
    read: (name) => readPrivateFile(directory, name),
    write: (name, bytes, onExisting) => writePrivateFile(directory, name, bytes, onExisting),
    remove: (name) => removePrivateFile(directory, name),
    close: () => undefined,
  };
}

/** Secrets on disk. See {@link SealedKeystore}; every call may also fail with `KEY_FOLDER_MODE` or `KEY_FILE_MODE`. */
export class FileKeystore extends SealedKeystore {
  /**
   * Opens a key folder. Errors: `PASSPHRASE_EMPTY`, `KEY_FOLDER_MODE`, `STORE_IO`.
   * Side effects: makes the folder when it is absent.
   */
  static open({ directory, ...sealing }: FileKeystoreOptions): FileKeystore {
    const keystore = new FileKeystore(privateFolder(directory), sealing);
    preparePrivateFolder(directory);
    return keystore;
  }
}
