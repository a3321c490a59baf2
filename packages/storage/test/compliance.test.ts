import type { Journal, SignClaims } from "@synod/core";
import type { SampleEvent } from "@synod/testing";
import { journalCompliance, keystoreCompliance, signClaimsCompliance } from "@synod/testing";
import { FileKeystore, MemoryJournal, MemoryKeystore, MemorySignClaims, passphraseBytes } from "../src/index.ts";
import { ReopenableStore } from "./open-store.ts";
import { sampleCodec } from "./sample-codec.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Memory has no restart: opening again gives the same object. */
function remembered<Port>(make: () => Port): { open(): Port; reopen(): Port } {
  let current: Port | undefined;
  return {
    open: () => {
      current = make();
      return current;
    },
    reopen: () => current ?? make(),
  };
}

journalCompliance("memory", () => remembered<Journal<SampleEvent>>(() => new MemoryJournal(sampleCodec)));
journalCompliance("node:sqlite", () => {
  const store = new ReopenableStore(temporaryFolder());
  return { open: () => store.journal(), reopen: () => store.journal() };
});

signClaimsCompliance("memory", () => remembered<SignClaims>(() => new MemorySignClaims()));
signClaimsCompliance("node:sqlite", () => {
  const store = new ReopenableStore(temporaryFolder());
  return { open: () => store.claims(), reopen: () => store.claims() };
});

keystoreCompliance("memory", () => ({ open: () => new MemoryKeystore() }));
keystoreCompliance("files", () => ({
  open: () =>
    FileKeystore.open({
      directory: temporaryFolder(),
      passphrase: passphraseBytes("correct horse"),
      unsafeTestScryptCost: 4,
    }),
}));
