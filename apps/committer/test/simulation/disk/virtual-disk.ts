import { StorageError } from "@synod/storage";

/** What can happen to one durable write. `lateError`: it is reported as failed, and is found after the restart all the same. */
export type WriteFault = "killBefore" | "killAfter" | "torn" | "EIO" | "ENOSPC" | "lateError";

/** One durable write, as it is about to happen. */
export type DurableWrite = { readonly file: string; readonly text: string; readonly index: number };

/** How a machine goes down: its process ends, or it loses its power and with it everything that was not synced. */
export type Ending = "process" | "power";

type Contents = { synced: string; pending: string };

/** The process ends here: whatever would come next must not happen. */
export class ProcessEnded extends Error {
  override readonly name = "ProcessEnded";
}

/** What the disk asks and tells its machine. */
export type DiskOwner = {
  /** Whether the process that writes still lives. */
  readonly isAlive: () => boolean;
  /** Which fault befalls this write, if any. */
  readonly faultOf: (write: DurableWrite) => WriteFault | undefined;
  /** The process ends in the middle of this very write. */
  readonly onKilled: (ending: Ending) => void;
  /** A write failed; the process must end because of this error. */
  readonly onFailed: (error: StorageError) => void;
};

/** A disk in one process. What is written is there at once, and safe only when it is synced. */
export class VirtualDisk {
  readonly #files: Map<string, Contents>;
  readonly #owner: DiskOwner;
  #writes = 0;

  constructor(owner: DiskOwner, files: ReadonlyMap<string, Readonly<Contents>> = new Map()) {
    this.#owner = owner;
    this.#files = new Map([...files].map(([name, contents]) => [name, { ...contents }]));
  }

  /** What is on it, synced, for another disk to begin with. */
  image(): ReadonlyMap<string, Readonly<Contents>> {
    return new Map(
      [...this.#files].map(([name, { synced, pending }]) => [name, { synced: synced + pending, pending: "" }]),
    );
  }

  /** How many durable writes there were. */
  get writes(): number {
    return this.#writes;
  }

  /** The text of a file, empty when there is none. */
  read(file: string): string {
    const { synced, pending } = this.#contents(file);
    return synced + pending;
  }

  /** Whether a text is in what a file has left after a power failure. */
  holds(file: string, text: string): boolean {
    return this.#contents(file).synced.includes(text);
  }

  /** Writes at the end, without a sync. */
  append(file: string, text: string): void {
    if (!this.#owner.isAlive()) throw new ProcessEnded();
    this.#contents(file).pending += text;
  }

  /** Writes at the end and syncs. Errors: `StorageError` `STORE_IO`. */
  appendDurably(file: string, text: string): void {
    this.#durably({ file, text }, (contents, written) => {
      contents.pending += written;
    });
  }

  /** Replaces a file as a whole, by a new one that gets its name when it is synced. Errors: `StorageError` `STORE_IO`. */
  replaceDurably(file: string, text: string): void {
    this.#durably({ file, text }, (contents, written) => {
      if (written.length < text.length) return;
      contents.synced = written;
      contents.pending = "";
    });
  }

  /** Removes what follows a position in a file: the torn end of a write. */
  truncate(file: string, length: number): void {
    const contents = this.#contents(file);
    contents.synced = this.read(file).slice(0, length);
    contents.pending = "";
  }

  /** The machine has gone down. @param kept how many characters of what was not synced reached the disk all the same */
  goDown(ending: Ending, kept: number): void {
    if (ending === "process") return;
    for (const contents of this.#files.values()) {
      contents.synced += contents.pending.slice(0, kept);
      contents.pending = "";
    }
  }

  #durably(write: { readonly file: string; readonly text: string }, put: (to: Contents, text: string) => void): void {
    if (!this.#owner.isAlive()) throw new ProcessEnded();
    const index = this.#writes;
    this.#writes += 1;
    const contents = this.#contents(write.file);
    const fault = this.#owner.faultOf({ ...write, index });
    const half = write.text.slice(0, write.text.length >> 1);
    switch (fault) {
      case "killBefore":
        throw this.#killed("power");
      case "torn":
        put(contents, half);
        this.#sync(contents);
        throw this.#killed("power");
      case "EIO":
      case "ENOSPC":
        if (fault === "ENOSPC") put(contents, half);
        throw this.#failed(write.file, fault);
      case "lateError":
        put(contents, write.text);
        this.#sync(contents);
        throw this.#failed(write.file, "EIO");
      case "killAfter":
      case undefined:
        put(contents, write.text);
        this.#sync(contents);
        if (fault === "killAfter") throw this.#killed("process");
    }
  }

  #sync(contents: Contents): void {
    contents.synced += contents.pending;
    contents.pending = "";
  }

  #killed(ending: Ending): ProcessEnded {
    this.#owner.onKilled(ending);
    return new ProcessEnded();
  }

  #failed(file: string, reason: string): StorageError {
    const error = new StorageError({ code: "STORE_IO", action: `write ${file}`, reason });
    this.#owner.onFailed(error);
    return error;
  }

  #contents(file: string): Contents {
    const known = this.#files.get(file) ?? { synced: "", pending: "" };
    this.#files.set(file, known);
    return known;
  }
}
