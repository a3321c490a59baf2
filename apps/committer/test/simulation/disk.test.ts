import type { Journal, SignClaims } from "@synod/core";
import { createJsonCodec, StorageError } from "@synod/storage";
import {
  journalCompliance,
  keystoreCompliance,
  type SampleEvent,
  sampleClaim,
  signClaimsCompliance,
} from "@synod/testing";
import { describe, expect, test } from "vitest";
import { DiskJournal, DiskKeystore, DiskSignClaims } from "./disk/stores.ts";
import { type Ending, VirtualDisk, type WriteFault } from "./disk/virtual-disk.ts";

const codec = createJsonCodec<SampleEvent>({ parse: (value) => value as SampleEvent });

function diskWith(fault?: WriteFault): { readonly disk: VirtualDisk; readonly endings: Ending[] } {
  const endings: Ending[] = [];
  const disk = new VirtualDisk({
    isAlive: () => true,
    faultOf: ({ index }) => (index === 1 ? fault : undefined),
    onKilled: (ending) => void endings.push(ending),
    onFailed: () => undefined,
  });
  return { disk, endings };
}

function reopenable<Port>(make: (disk: VirtualDisk) => Port): { open(): Port; reopen(): Port } {
  let { disk } = diskWith();
  return {
    open: () => {
      ({ disk } = diskWith());
      return make(disk);
    },
    reopen: () => make(disk),
  };
}

journalCompliance("virtual disk", () => reopenable<Journal<SampleEvent>>((disk) => new DiskJournal(disk, codec)));
signClaimsCompliance("virtual disk", () => reopenable<SignClaims>((disk) => new DiskSignClaims(disk)));
keystoreCompliance("virtual disk", () => reopenable((disk) => new DiskKeystore(disk)));

const FIRST: SampleEvent = { index: 0, value: "first" };
const SECOND: SampleEvent = { index: 1, value: "second" };

describe("what a fault leaves of the second write", () => {
  test.each([
    ["killBefore", false],
    ["torn", false],
    ["EIO", false],
    ["ENOSPC", false],
    ["killAfter", true],
    ["lateError", true],
  ] as const)("%s: there after a restart: %s", (fault, isThere) => {
    const { disk, endings } = diskWith(fault);
    const journal = new DiskJournal(disk, codec);
    journal.append([FIRST]);
    expect(() => journal.append([SECOND])).toThrow();
    disk.goDown(endings[0] ?? "process", 5);
    const found = [...new DiskJournal(disk, codec).read()];
    expect(found).toEqual(isThere ? [FIRST, SECOND] : [FIRST]);
    new DiskJournal(disk, codec).append([SECOND]);
    expect([...new DiskJournal(disk, codec).read()].at(-1)).toEqual(SECOND);
  });

  test("a write that fails says so with the storage's own error", () => {
    const { disk } = diskWith("ENOSPC");
    const claims = new DiskSignClaims(disk);
    claims.claim(sampleClaim(1, 1n, 0xa1));
    expect(() => claims.claim(sampleClaim(2, 1n, 0xa1))).toThrow(StorageError);
  });
});

test("what was not synced is lost with the power, but for what had reached the disk, and kept when a process ends", () => {
  const { disk } = diskWith();
  disk.append("audit", "first line\n");
  disk.goDown("process", 0);
  expect(disk.read("audit")).toBe("first line\n");
  disk.goDown("power", 5);
  expect(disk.read("audit")).toBe("first");
});
