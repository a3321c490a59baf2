import { transportCompliance } from "@synod/testing";
import { MemoryHub } from "../src/index.ts";
import { identityAt } from "./identities.ts";
import { libp2pHarness } from "./libp2p/harness.ts";

transportCompliance("memory", () => {
  const hub = new MemoryHub({ delivery: "automatic" });
  let count = 0;
  return {
    open: async (bounds) => {
      count += 1;
      const { publicKey } = identityAt(count);
      return { transport: hub.transport(publicKey, bounds), address: { publicKey, endpoint: "/ip4/127.0.0.1/tcp/1" } };
    },
  };
});

transportCompliance("libp2p", libp2pHarness);
