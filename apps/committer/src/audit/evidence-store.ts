import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createJsonCodec } from "@synod/storage";
import { type Abort, encodeEvidence, shortestEvidence } from "@synod/tss";
import { type Hex, keccak256, stringToHex } from "viem";
import { storing } from "./storing.ts";

/** Files kept; a peer that misbehaves on and on must not fill the disk. */
const KEPT_FILES = 256;

/** Keeps the signed messages that prove or explain why a protocol session was aborted. */
export type EvidenceStore = {
  /**
   * Stores an abort with its evidence, if it has any, each piece in the encoding that `decodeEvidence` reads and anybody
   * can judge; the hash of the text, 32 bytes, names the file.
   * Errors: `StorageError` `STORE_IO`.
   */
  keep(abort: Abort): Hex;
};

const codec = createJsonCodec<unknown>({ parse: (value) => value });

function write(directory: string, name: string, text: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (readdirSync(directory).length < KEPT_FILES) writeFileSync(join(directory, name), text, { mode: 0o600 });
}

/** A store in one folder, one file `<hash>.json` per abort. Side effects: makes the folder on first use. */
export function evidenceStore(directory: string): EvidenceStore {
  return {
    keep(abort) {
      const evidence = abort.evidence.map((piece) => encodeEvidence(shortestEvidence(piece)));
      const text = codec.encode({ ...abort, evidence });
      const hash = keccak256(stringToHex(text));
      if (abort.evidence.length > 0) storing(directory, () => write(directory, `${hash}.json`, text));
      return hash;
    },
  };
}
