import { httpProvider } from "../../src/chain/providers/provider.ts";
import { Providers } from "../../src/chain/providers/providers.ts";
import { Witness } from "../../src/chain/providers/witness.ts";
import { testNotices } from "./notices.ts";

/** How the providers of a test behave. Absent: a majority must agree, and nobody is waited for long. */
export type TestProviders = { readonly quorum?: number; readonly timeoutMs?: number; readonly patienceMs?: number };

/** Providers called `a`, `b`, `c` … at these URLs, with their own alarms. */
export function providersAt(urls: readonly string[], options: TestProviders = {}) {
  const { quorum = Math.floor(urls.length / 2) + 1, timeoutMs = 10_000, patienceMs = 200 } = options;
  const notices = testNotices();
  const witness = new Witness(notices);
  const list = urls.map((httpUrl, index) =>
    httpProvider({ name: String.fromCharCode(97 + index), httpUrl, timeoutMs }),
  );
  return { ...notices, list, providers: new Providers({ list, quorum, patienceMs, witness }) };
}
