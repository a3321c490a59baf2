import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { StartError } from "../src/failure.ts";
import { loadSettings, parseSettings } from "../src/settings.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const VALID = {
  chain: { id: 31_337, httpUrl: "http://127.0.0.1:8545", webSocketUrl: "ws://127.0.0.1:8545" },
  contracts: {
    committeeRegistry: "0x1111111111111111111111111111111111111111",
    decisionRegistry: "0x2222222222222222222222222222222222222222",
  },
  dataDir: "data",
  listen: "/ip4/127.0.0.1/tcp/9001",
  http: { port: 9101 },
  lobes: [{ kind: "rules", file: "rules.json" }],
};

function failureOf(run: () => unknown): StartError {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof StartError) return thrown;
    throw thrown;
  }
  throw new StartError("usage", "nothing was thrown");
}

test("fills defaults and resolves paths beside the file", () => {
  const settings = parseSettings(VALID, "/etc/synod/settings.json");
  expect(settings.dataDir).toBe("/etc/synod/data");
  expect(settings.lobes).toEqual([{ kind: "rules", file: "/etc/synod/rules.json" }]);
  expect(settings.chain.finality).toEqual({ kind: "tag" });
  expect(settings).toMatchObject({
    attemptBlocks: 5,
    submitStaggerBlocks: 3,
    logLevel: "info",
    presignatures: { low: 2, high: 8, maxAgeBlocks: 7_200 },
    http: { host: "127.0.0.1" },
  });
});

const VAULT = { kind: "vault", url: "https://vault.example", mount: "secret", path: "synod/one", tokenFile: "token" };

test("keeps keys in the data folder, unless a Vault is named", () => {
  expect(parseSettings(VALID, "/etc/synod/settings.json").keystore).toEqual({
    kind: "files",
    directory: "/etc/synod/data/keys",
  });
  const { keystore } = parseSettings({ ...VALID, keystore: VAULT }, "/etc/synod/settings.json");
  expect(keystore).toEqual({ ...VAULT, tokenFile: "/etc/synod/token" });
  for (const url of ["http://127.0.0.1:8200", "http://localhost:8200", "http://[::1]:8200"])
    expect(parseSettings({ ...VALID, keystore: { ...VAULT, url } }, "settings.json").keystore).toMatchObject({ url });
});

test.each([
  ["keystore.url", { ...VALID, keystore: { ...VAULT, url: "http://vault.example" } }, '"http://vault.example"'],
  ["keystore.path", { ...VALID, keystore: { ...VAULT, path: "../other" } }, '"../other"'],
  ["keystore.mount", { ...VALID, keystore: { ...VAULT, mount: "secret?" } }, '"secret?"'],
  ["chain.id", { ...VALID, chain: { ...VALID.chain, id: "one" } }, '"one"'],
  ["chain.httpUrl", { ...VALID, chain: { ...VALID.chain, httpUrl: "ftp://here" } }, '"ftp://here"'],
  ["contracts.decisionRegistry", { ...VALID, contracts: { ...VALID.contracts, decisionRegistry: "0x12" } }, '"0x12"'],
  ["http.port", { ...VALID, http: { port: 70_000 } }, "70000"],
  ["listen", { ...VALID, listen: "127.0.0.1:9001" }, '"127.0.0.1:9001"'],
  ["lobes.0.kind", { ...VALID, lobes: [{ kind: "oracle" }] }, '"oracle"'],
  ["dataDir", { ...VALID, dataDir: undefined }, "nothing"],
  ["presignatures.low", { ...VALID, presignatures: { low: 8, high: 8 } }, "8"],
  ["presignatures.maxAgeBlocks", { ...VALID, presignatures: { maxAgeBlocks: 0 } }, "0"],
  ["rotations.0.epoch", { ...VALID, rotations: [{ committeeId: `0x${"11".repeat(32)}`, epoch: 1 }] }, "1"],
  ["succession.refreshAfterSeconds", { ...VALID, succession: { refreshAfterSeconds: -1 } }, "-1"],
  [
    "succession.standbys.0.publicKey",
    { ...VALID, succession: { standbys: [{ publicKey: "0x02", endpoint: "e" }] } },
    '"0x02"',
  ],
  ["routes.0.publicKey", { ...VALID, routes: [{ publicKey: "0x02", endpoint: VALID.listen }] }, '"0x02"'],
  [
    "routes.0.endpoint",
    { ...VALID, routes: [{ publicKey: `0x04${"11".repeat(64)}`, endpoint: "10.0.0.7" }] },
    '"10.0.0.7"',
  ],
  ["attemptBlocks", { ...VALID, attemptBlocks: 0 }, "0"],
  ["(root)", { ...VALID, dataDirectory: "data" }, "dataDirectory"],
  ["(root)", [], "[]"],
])("refuses a bad %s, naming path and value on one line", (path, raw, value) => {
  const failure = failureOf(() => parseSettings(raw, "settings.json"));
  expect(failure.code).toBe("settingsInvalid");
  expect(failure.exitCode).toBe(2);
  expect(failure.message).toContain(`${path}: found`);
  expect(failure.message).toContain(value);
  expect(failure.message).not.toContain("\n");
});

test("no presignatures are kept when the high mark is zero", () => {
  const settings = parseSettings({ ...VALID, presignatures: { high: 0 } }, "s.json");
  expect(settings.presignatures).toEqual({ low: 2, high: 0, maxAgeBlocks: 7_200 });
});

const PROVIDERS = [
  { httpUrl: "https://one.example/key1" },
  { name: "second", httpUrl: "https://two.example/key2", webSocketUrl: "wss://two.example" },
  { httpUrl: "https://one.example/key3" },
];

function parseChain(changes: object) {
  const { httpUrl: _url, webSocketUrl: _socket, ...chain } = VALID.chain;
  return parseSettings({ ...VALID, chain: { ...chain, ...changes } }, "s.json").chain;
}

test("one provider is a list of one, called by its host, which agrees with itself", () => {
  const { providers, rpcQuorum } = parseSettings(VALID, "s.json").chain;
  const urls = { httpUrl: "http://127.0.0.1:8545", webSocketUrl: "ws://127.0.0.1:8545" };
  expect(providers).toEqual([{ name: "127.0.0.1:8545", ...urls }]);
  expect(rpcQuorum).toBe(1);
});

test("of several providers a majority must agree, and each has its own name without the key in its URL", () => {
  const { providers, rpcQuorum } = parseChain({ providers: PROVIDERS });
  expect(providers.map(({ name }) => name)).toEqual(["one.example", "second", "one.example-2"]);
  expect(rpcQuorum).toBe(2);
  expect(parseChain({ providers: PROVIDERS.slice(0, 2) }).rpcQuorum).toBe(2);
  expect(parseChain({ providers: PROVIDERS, rpcQuorum: 3 }).rpcQuorum).toBe(3);
});

test.each([
  ["no provider", {}, "chain.httpUrl: found nothing"],
  ["one beside a list", { httpUrl: "http://a.example", providers: PROVIDERS }, "chain.httpUrl: found beside"],
  ["a socket beside a list", { webSocketUrl: "ws://a.example", providers: PROVIDERS }, "chain.httpUrl: found beside"],
  ["an empty list", { providers: [] }, "chain.providers: found []"],
  ["one URL twice", { providers: [...PROVIDERS, PROVIDERS[0]] }, "found one URL twice"],
  ["a name that cannot be shown", { providers: [{ ...PROVIDERS[0], name: "a b" }] }, "chain.providers.0.name"],
  ["a quorum of half", { providers: PROVIDERS.slice(0, 2), rpcQuorum: 1 }, "chain.rpcQuorum: found 1"],
  ["a quorum of less", { providers: PROVIDERS, rpcQuorum: 1 }, "chain.rpcQuorum: found 1"],
  ["a quorum of more than all", { providers: PROVIDERS, rpcQuorum: 4 }, "chain.rpcQuorum: found 4"],
  ["a quorum that one provider cannot be", { httpUrl: "http://a.example", rpcQuorum: 2 }, "chain.rpcQuorum: found 2"],
])("%s is refused", (_what, changes, message) => {
  const failure = failureOf(() => parseChain(changes));
  expect(failure.code).toBe("settingsInvalid");
  expect(failure.message).toContain(message);
  expect(failure.message).not.toContain("key1");
});

test("the environment names a provider where the file names one, and never quietly replaces several", () => {
  const file = join(temporaryFolder(), "settings.json");
  writeFileSync(file, JSON.stringify(VALID));
  const environment = { SYNOD_CHAIN_HTTP_URL: "http://127.0.0.1:7777" };
  expect(loadSettings(file, environment).chain.providers[0]?.httpUrl).toBe("http://127.0.0.1:7777");
  const { id } = VALID.chain;
  writeFileSync(file, JSON.stringify({ ...VALID, chain: { id, providers: PROVIDERS } }));
  expect(failureOf(() => loadSettings(file, environment)).message).toContain("unset SYNOD_CHAIN_HTTP_URL");
});

test("an unknown chain without finality settings is refused, with them it is accepted", () => {
  const unknown = { ...VALID, chain: { ...VALID.chain, id: 987_654 } };
  expect(failureOf(() => parseSettings(unknown, "s.json")).code).toBe("finalityUnknown");
  const finality = { kind: "depth", depthBlocks: 12 };
  expect(parseSettings({ ...unknown, chain: { ...unknown.chain, finality } }, "s.json").chain.finality).toEqual(
    finality,
  );
});

test("a missing file and a file that is not JSON have their own codes", () => {
  const folder = temporaryFolder();
  const file = join(folder, "settings.json");
  expect(failureOf(() => loadSettings(file, {})).code).toBe("settingsUnreadable");
  writeFileSync(file, "{,}");
  expect(failureOf(() => loadSettings(file, {})).code).toBe("settingsInvalid");
});

test("the environment overrides the file and is validated like it", () => {
  const file = join(temporaryFolder(), "settings.json");
  writeFileSync(file, JSON.stringify(VALID));
  const settings = loadSettings(file, {
    SYNOD_HTTP_PORT: "7000",
    SYNOD_DATA_DIR: "/var/lib/synod",
    SYNOD_LOG_LEVEL: "warn",
  });
  expect(settings).toMatchObject({ http: { port: 7000 }, dataDir: "/var/lib/synod", logLevel: "warn" });
  const failure = failureOf(() => loadSettings(file, { SYNOD_HTTP_PORT: "many" }));
  expect(failure.message).toContain("http.port");
});
