import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";

const CHUNK = 1 << 24;

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
  const memory = openSync(`/proc/${pid}/mem`, "r");
  try {
    for (const [start, end] of writableRegions(pid)) scanRegion(memory, start, end, secrets, found);
  } finally {
    closeSync(memory);
  }
  return found;
}

function writableRegions(pid: number): readonly (readonly [number, number])[] {
  const lines = readFileSync(`/proc/${pid}/maps`, "utf8").split("\n");
  return lines.flatMap((line) => {
    const match = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
    return match ? [[Number.parseInt(match[1] ?? "", 16), Number.parseInt(match[2] ?? "", 16)] as const] : [];
  });
}

function scanRegion(
  memory: number,
  start: number,
  end: number,
  secrets: readonly Uint8Array[],
  found: Set<number>,
): void {
  const overlap = 64;
  const buffer = Buffer.alloc(CHUNK + overlap);
  for (let at = start; at < end; at += CHUNK) {
    const length = readOrNothing(memory, buffer, Math.min(CHUNK + overlap, end - at), at);
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
