import { expect, test } from "vitest";
import { openChain } from "../src/chain/open-chain.ts";
import { messageOf, withoutUrlSecrets } from "../src/failure.ts";
import { parseSettings } from "../src/settings.ts";
import { testNotices } from "./support/notices.ts";

test.each([
  ["https://user:hunter2@rpc.example:8545/v3/hunter2?key=hunter2#hunter2 failed", "https://rpc.example:8545 failed"],
  [
    'cannot reach "wss://rpc.example/hunter2", nor (http://hunter2@b.example)',
    'cannot reach "wss://rpc.example", nor (http://b.example)',
  ],
  ["http://[hunter2 is no URL", "(URL) is no URL"],
  ["no URL at all", "no URL at all"],
])("a URL in a message keeps its host alone: %s", (text, expected) => {
  expect(withoutUrlSecrets(text)).toBe(expected);
  expect(messageOf(new TypeError(text))).toBe(expected);
});

test("a provider that does not answer is named without the key in its URL", async () => {
  const address = "0x1111111111111111111111111111111111111111";
  const settings = parseSettings(
    {
      chain: { id: 31_337, httpUrl: "http://127.0.0.1:9/v3/hunter2?key=hunter2" },
      contracts: { committeeRegistry: address, decisionRegistry: address },
      dataDir: "data",
      listen: "/ip4/127.0.0.1/tcp/9001",
      http: { port: 0 },
    },
    "settings.json",
  );
  const refusal = await openChain(settings, testNotices()).catch((cause: unknown) => cause);
  expect(refusal).toMatchObject({ code: "rpcUnreachable", message: expect.stringContaining("http://127.0.0.1:9 ") });
  expect(String(refusal)).not.toContain("hunter2");
});
