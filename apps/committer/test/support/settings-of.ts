import type { SynodContracts } from "@synod/sdk";
import { parseSettings, type Settings } from "../../src/settings.ts";
import type { TestChain } from "../devnet/chain.ts";

/** Settings of a committer on a test chain, with any field replaced. */
export function settingsOf(chain: TestChain, contracts: SynodContracts, changes: object = {}): Settings {
  const raw = {
    chain: { id: 31_337, httpUrl: chain.httpUrl, webSocketUrl: chain.webSocketUrl, pollIntervalMs: 100 },
    contracts,
    dataDir: "data",
    listen: "/ip4/127.0.0.1/tcp/0",
    http: { port: 0 },
    ...changes,
  };
  return parseSettings(raw, "/settings.json");
}
