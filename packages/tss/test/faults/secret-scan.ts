import { inspect } from "node:util";

/** Whether one of the byte strings contains one of the secrets. */
export function leaksIn(outgoing: Iterable<Uint8Array>, secrets: readonly Uint8Array[]): boolean {
  const wanted = secrets.map((secret) => Buffer.from(secret));
  for (const bytes of outgoing) {
    const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (wanted.some((secret) => haystack.includes(secret))) return true;
  }
  return false;
}

/**
 * Whether one of the secrets shows when the value is printed as Node's console and error messages print it: as hex, as
 * a decimal number, or as a list of bytes.
 */
export function leaksInPrint(value: unknown, secrets: readonly Uint8Array[]): boolean {
  const printed = inspect(value, { depth: 8, maxArrayLength: 64 }).replace(/\s/g, "");
  return secrets.some((secret) => spellings(secret).some((text) => printed.includes(text)));
}

function spellings(secret: Uint8Array): readonly string[] {
  const hex = Buffer.from(secret).toString("hex");
  return [hex, BigInt(`0x${hex}`).toString(), secret.join()];
}
