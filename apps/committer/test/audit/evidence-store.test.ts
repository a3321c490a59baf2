import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createJsonCodec } from "@synod/storage";
import { type Abort, decodeEvidence, partyIndex } from "@synod/tss";
import { expect, test } from "vitest";
import { evidenceStore } from "../../src/audit/evidence-store.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

function abort(round: number, evidence: Abort["evidence"]): Abort {
  return {
    code: "malformedMessage",
    severity: "retry",
    culprits: [partyIndex(2)],
    blame: "public",
    round,
    silent: [],
    evidence,
  };
}

function proof(round: number): Abort["evidence"] {
  const domain = { chainId: 1n, verifyingContract: new Uint8Array(20), keyId: new Uint8Array(32), epoch: 1n };
  const parties = new Map([1, 2].map((party) => [partyIndex(party), new Uint8Array(33).fill(party)]));
  const terms = {
    domain,
    phase: 1,
    attempt: 0n,
    purpose: new Uint8Array(32),
    parties,
    binding: new Uint8Array(4),
  } as const;
  const envelope = {
    domain,
    phase: 1,
    session: new Uint8Array(32),
    sid: new Uint8Array(32).fill(1),
    round,
    from: partyIndex(2),
    to: 0,
    prevView: new Uint8Array(32),
    payloadHash: new Uint8Array(32),
  } as const;
  const signed = { envelope, signature: new Uint8Array(64) } as const;
  return [{ kind: "equivocation", terms, first: signed, second: signed }];
}

test("an abort without evidence leaves no file", () => {
  const folder = join(temporaryFolder(), "evidence");
  expect(evidenceStore(folder).keep(abort(1, []))).toMatch(/^0x[0-9a-f]{64}$/);
  expect(existsSync(folder)).toBe(false);
});

test("evidence is kept under its hash, for its owner alone, and never without bound", () => {
  const folder = join(temporaryFolder(), "evidence");
  const store = evidenceStore(folder);
  const hash = store.keep(abort(1, proof(1)));
  expect(readdirSync(folder)).toEqual([`${hash}.json`]);
  expect(statSync(join(folder, `${hash}.json`)).mode & 0o777).toBe(0o600);
  for (let round = 2; round < 300; round += 1) store.keep(abort(round, proof(round % 256)));
  expect(readdirSync(folder)).toHaveLength(256);
});

test("what is kept can be read and judged by others", () => {
  const folder = join(temporaryFolder(), "evidence");
  const hash = evidenceStore(folder).keep(abort(1, proof(1)));
  const stored = createJsonCodec({ parse: (value) => value as { readonly evidence: readonly Uint8Array[] } });
  const { evidence } = stored.decode(readFileSync(join(folder, `${hash}.json`), "utf8"));
  expect(evidence.map(decodeEvidence)).toEqual(proof(1));
});
