import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";

const CHUNK = 1 << 24;
/** What lies across two chunks is seen whole in the first. */
const OVERLAP = 64;
const PAGE = 4096;
/** Bytes per page in /proc/<pid>/pagemap; the two highest bits say "present" and "swapped". */
const ENTRY = 8;
const PRESENT_OR_SWAPPED = 0xc0;

/** The forms in which 32 secret bytes could stand in memory or in a file. */
export function formsOf(secret: Uint8Array): readonly Buffer[] {
  const bigEndian = Buffer.from(secret);
  // A BigInt keeps its 64-bit digits least significant first, each in the machine's little-endian order.
  const littleEndian = Buffer.from(secret).reverse();
  return [bigEndian, littleEndian, Buffer.from(bigEndian.toString("hex"))];
}

/** Which of the secrets stand in the writable memory of a running process, by position. Linux only: reads /proc. */
export function secretsInMemory(pid: number, secrets: readonly Uint8Array[]): ReadonlySet<number> {
  const found = new Set<number>();
  const [memory, pages] = [openSync(`/proc/${pid}/mem`, "r"), openSync(`/proc/${pid}/pagemap`, "r")];
  try {
    for (const region of writableRegions(pid)) {
      for (const run of presentRuns(pages, region)) scanRun(memory, run, secrets, found);
    }
  } finally {
    closeSync(memory);
    closeSync(pages);
  }
  return found;
}

/** Addresses from start up to, not including, end. */
type Range = { readonly start: number; readonly end: number };

function writableRegions(pid: number): readonly Range[] {
  const lines = readFileSync(`/proc/${pid}/maps`, "utf8").split("\n");
  return lines.flatMap((line) => {
    const match = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
    return match ? [{ start: Number.parseInt(match[1] ?? "", 16), end: Number.parseInt(match[2] ?? "", 16) }] : [];
  });
}

/** The parts of a region that hold anything: most of what V8 reserves was never touched. */
function presentRuns(pages: number, { start, end }: Range): readonly Range[] {
  const entries = Buffer.alloc(((end - start) / PAGE) * ENTRY);
  const length = readOrNothing(pages, entries, entries.length, (start / PAGE) * ENTRY);
  const runs: { start: number; end: number }[] = [];
  for (let at = 0; at < length; at += ENTRY) {
    if (((entries[at + ENTRY - 1] ?? 0) & PRESENT_OR_SWAPPED) === 0) continue;
    const page = start + (at / ENTRY) * PAGE;
    const last = runs.at(-1);
    if (last?.end === page) last.end += PAGE;
    else runs.push({ start: page, end: page + PAGE });
  }
  return runs;
}

function scanRun(memory: number, { start, end }: Range, secrets: readonly Uint8Array[], found: Set<number>): void {
  const buffer = Buffer.alloc(Math.min(CHUNK + OVERLAP, end - start));
  for (let at = start; at < end; at += CHUNK) {
    const length = readOrNothing(memory, buffer, Math.min(buffer.length, end - at), at);
    for (const position of secretsIn(buffer.subarray(0, length), secrets)) found.add(position);
  }
}

/** A region may be unmapped while it is read: then there is nothing in it. */
function readOrNothing(memory: number, buffer: Buffer, length: number, at: number): number {
  try {
    return readSync(memory, buffer, 0, length, at);
  } catch {
    return 0;
  }
}

/** Which of the secrets stand in some bytes, by position. */
export function secretsIn(bytes: Buffer, secrets: readonly Uint8Array[]): readonly number[] {
  return secrets.flatMap((secret, position) =>
    formsOf(secret).some((form) => bytes.includes(form)) ? [position] : [],
  );
}

/** Every file below a folder. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile());
}
