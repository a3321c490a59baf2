import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Abort, partyIndex } from "@synod/tss";
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
  const envelope = {
    domain: { chainId: 1n, verifyingContract: new Uint8Array(20), keyId: new Uint8Array(32), epoch: 1n },
    phase: 1,
    session: new Uint8Array(32),
    sid: new Uint8Array(32),
    round,
    from: partyIndex(2),
    to: 0,
    prevView: new Uint8Array(32),
    payloadHash: new Uint8Array(32),
  } as const;
  const signed = { envelope, signature: new Uint8Array(64) } as const;
  return [{ kind: "equivocation", first: signed, second: signed }] as unknown as Abort["evidence"];
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
  for (let round = 2; round < 300; round += 1) store.keep(abort(round, proof(round)));
  expect(readdirSync(folder)).toHaveLength(256);
});
