import { createECDH } from "node:crypto";
import { expect, test } from "vitest";
import { identityOf } from "../src/identity.ts";
import { routed, routesOf } from "../src/routes.ts";
import { parseSettings } from "../src/settings.ts";
import { testSecret } from "./support/data-folder.ts";

const HERE = "/ip4/10.0.0.7/tcp/9001";
const REGISTERED = "/dns4/member.example/tcp/9001";

function publicKeyOf(name: string): string {
  const curve = createECDH("secp256k1");
  curve.setPrivateKey(testSecret(name));
  return `0x${curve.getPublicKey("hex").toUpperCase()}`;
}

test("a route of the settings is the way to the peer of that identity key, and to no other", () => {
  const settings = parseSettings(
    {
      chain: { id: 31_337, httpUrl: "http://127.0.0.1:8545" },
      contracts: { committeeRegistry: `0x${"11".repeat(20)}`, decisionRegistry: `0x${"22".repeat(20)}` },
      dataDir: "data",
      listen: "/ip4/127.0.0.1/tcp/9001",
      http: { port: 9101 },
      routes: ["odd one", "other one"].map((name) => ({ publicKey: publicKeyOf(name), endpoint: HERE })),
    },
    "/settings.json",
  );
  const peers = ["odd one", "stranger", "other one"].map((name) => ({
    publicKey: identityOf(testSecret(name)).peer,
    endpoint: REGISTERED,
  }));
  const ways = routed(peers, routesOf(settings));
  expect(ways.map(({ publicKey }) => publicKey)).toEqual(peers.map(({ publicKey }) => publicKey));
  expect(ways.map(({ endpoint }) => endpoint)).toEqual([HERE, REGISTERED, HERE]);
});
