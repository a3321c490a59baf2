import { type Address, getAddress, type Hex, isAddress } from "viem";
import { z } from "zod";

const address = z
  .string()
  .refine((text) => isAddress(text, { strict: false }), "must be a 20-byte address in hex (0x and 40 digits)")
  .transform((text): Address => getAddress(text));

const bytes32 = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, "must be 32 bytes in hex (0x and 64 digits)")
  .transform((text): Hex => `0x${text.slice(2).toLowerCase()}`);

const url = (protocols: readonly string[]) =>
  z.string().refine(
    (text) => {
      const parsed = URL.parse(text);
      return parsed !== null && protocols.includes(parsed.protocol);
    },
    `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}`,
  );

const PATH = /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/;

function isThisMachine(text: string): boolean {
  return ["127.0.0.1", "[::1]", "localhost"].includes(URL.parse(text)?.hostname ?? "");
}

const port = z.int("must be a whole number").min(0).max(65_535);

const finality = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("tag") }),
  z.strictObject({ kind: z.literal("depth"), depthBlocks: z.int().min(1).max(100_000) }),
]);

const provider = z.strictObject({
  name: z
    .string()
    .regex(/^[\w.:-]{1,64}$/, "must be 1 to 64 letters, digits or . _ : -")
    .optional(),
  httpUrl: url(["http:", "https:"]),
  webSocketUrl: url(["ws:", "wss:"]).optional(),
});

const chain = z.strictObject({
  id: z.int().min(1),
  httpUrl: url(["http:", "https:"]).optional(),
  webSocketUrl: url(["ws:", "wss:"]).optional(),
  providers: z.array(provider).min(1).max(16).optional(),
  rpcQuorum: z.int().min(1).max(16).optional(),
  finality: finality.optional(),
  pollIntervalMs: z.int().min(50).max(60_000).default(1_000),
  startBlock: z.int().min(0).default(0),
  finalityStallBlocks: z.int().min(1).max(1_000_000).default(256),
  maxFeePerGasGwei: z.int().min(1).max(1_000_000).default(500),
});

const vaultKeystore = z.strictObject({
  kind: z.literal("vault"),
  url: url(["http:", "https:"]).refine(
    (text) => text.startsWith("https:") || isThisMachine(text),
    "must begin with https://, or name this machine: the token goes there",
  ),
  mount: z.string().regex(PATH, "must be a path of letters, digits and . _ - without / at its ends"),
  path: z.string().regex(PATH, "must be a path of letters, digits and . _ - without / at its ends"),
  tokenFile: z.string().min(1),
  namespace: z.string().min(1).optional(),
});

const rulesLobe = z.strictObject({
  kind: z.literal("rules"),
  agentId: bytes32.optional(),
  file: z.string().min(1),
});

const httpLobe = z.strictObject({
  kind: z.literal("http"),
  agentId: bytes32.optional(),
  url: url(["http:", "https:"]),
  timeoutMs: z.int().min(1).max(600_000).default(5_000),
  maxBytes: z.int().min(64).max(16_777_216).default(65_536),
});

const publicKey = z
  .string()
  .regex(/^0x04[0-9a-fA-F]{128}$/, "must be an uncompressed public key in hex (0x04 and 128 digits)")
  .transform((text) => text.toLowerCase());

const multiaddr = z
  .string()
  .regex(/^\/(ip4|ip6|dns|dns4|dns6)\/[^/]+\/tcp\/\d+/, "must be a multiaddr such as /ip4/0.0.0.0/tcp/9001");

const succession = z.strictObject({
  refreshAfterSeconds: z.int().min(0).max(315_360_000).default(0),
  replaceAfterBlocks: z.int().min(0).max(10_000_000).default(0),
  standbys: z
    .array(z.strictObject({ publicKey, endpoint: z.string().min(1).max(256) }))
    .max(64)
    .default([]),
});

const presignatures = z
  .strictObject({
    low: z.int().min(0).max(64).default(2),
    high: z.int().min(0).max(64).default(8),
    maxAgeBlocks: z.int().min(1).max(1_000_000).default(7_200),
  })
  .refine(({ low, high }) => high === 0 || low < high, {
    path: ["low"],
    message: "must be below presignatures.high",
  });

const audit = z.strictObject({
  headRecords: z.int().min(1).max(1_000_000).default(256),
  headBlocks: z.int().min(1).max(10_000_000).default(300),
});

/**
 * The settings file as it is written. Paths in it are relative to the file's own folder. Unknown fields are refused,
 * because a misspelt field must never silently mean its default.
 */
export const settingsSchema = z.strictObject({
  chain,
  contracts: z.strictObject({ committeeRegistry: address, decisionRegistry: address }),
  proposers: z.array(address).max(256).optional(),
  dataDir: z.string().min(1),
  keystore: z
    .discriminatedUnion("kind", [z.strictObject({ kind: z.literal("files") }), vaultKeystore])
    .default({ kind: "files" }),
  listen: multiaddr,
  routes: z
    .array(z.strictObject({ publicKey, endpoint: multiaddr }))
    .max(256)
    .default([]),
  http: z.strictObject({ host: z.string().min(1).default("127.0.0.1"), port }),
  lobes: z
    .array(z.discriminatedUnion("kind", [rulesLobe, httpLobe]))
    .max(256)
    .default([]),
  presignatures: presignatures.prefault({}),
  audit: audit.prefault({}),
  succession: succession.prefault({}),
  rotations: z
    .array(z.strictObject({ committeeId: bytes32, epoch: z.int().min(2) }))
    .max(64)
    .default([]),
  attemptBlocks: z.int().min(1).max(10_000).default(5),
  submitStaggerBlocks: z.int().min(1).max(10_000).default(3),
  logLevel: z.enum(["trace", "debug", "info", "warn", "error", "fatal"]).default("info"),
});

/** The settings as parsed, before paths are resolved and finality is settled. */
export type ParsedSettings = z.infer<typeof settingsSchema>;
