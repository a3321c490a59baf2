import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";

const X = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
const Y = "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
const P = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f";

function bad(name: string, hex: string): { readonly name: string; readonly bytes: Uint8Array } {
  return { name, bytes: hexToBytes(hex) };
}

/** Encodings that a strict decoder of compressed points must refuse. */
export const badPoints: readonly { readonly name: string; readonly bytes: Uint8Array }[] = [
  bad("nothing", ""),
  bad("the one-byte identity", "00"),
  bad("33 zero bytes", "00".repeat(33)),
  bad("a valid x with prefix 00", `00${X}`),
  bad("a valid x with prefix 01", `01${X}`),
  bad("a valid x with prefix 04", `04${X}`),
  bad("a valid x with the hybrid prefix 06", `06${X}`),
  bad("the uncompressed form", `04${X}${Y}`),
  bad("the hybrid form", `06${X}${Y}`),
  bad("32 bytes", X),
  bad("34 bytes", `02${X}00`),
  bad("x = p", `02${P}`),
  bad("x = p + 1, congruent to the valid x = 1", `02${P.slice(0, -2)}30`),
  bad("x = 2^256 - 1", `02${"ff".repeat(32)}`),
  bad("x = 0, on no point", `02${"00".repeat(32)}`),
  bad("x = 5, on no point", `02${"00".repeat(31)}05`),
  { name: "two points", bytes: concatBytes(hexToBytes(`02${X}`), hexToBytes(`02${X}`)) },
];
