import type { NetworkEvent } from "@synod/network";
import { expect, test } from "vitest";
import type { Log, LogFields } from "../src/log.ts";
import { createMetrics } from "../src/metrics.ts";
import { networkReports } from "../src/network-reports.ts";

const PEER = "0x02aa";

const EVENTS: readonly (readonly [NetworkEvent, string])[] = [
  [{ kind: "peerConnected", peer: PEER }, "info"],
  [{ kind: "peerDisconnected", peer: PEER }, "info"],
  [{ kind: "dialFailed", peer: PEER, retryMs: 1, reason: "refused" }, "debug"],
  [{ kind: "peerRefused", peer: PEER }, "warn"],
  [{ kind: "peerInvalid", peer: PEER, endpoint: "/ip4/0.0.0.0", why: "no port" }, "warn"],
  [{ kind: "frameDropped", to: PEER, bytes: 1, reason: "queueFull" }, "warn"],
  [{ kind: "frameRejected", from: PEER, bytes: 1, reason: "tooLarge" }, "warn"],
  [{ kind: "peerSlowed", peer: PEER, forMs: 1 }, "warn"],
  [{ kind: "handlerFailed", error: new TypeError("broken") }, "error"],
];

test("every event of the transport is counted and logged at its level", async () => {
  const { metrics, close } = createMetrics();
  const lines: string[] = [];
  const note = (level: string) => (_message: string, fields?: LogFields) =>
    void lines.push(`${level} ${fields?.peer ?? fields?.reason}`);
  const log = { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") } as Log;
  const report = networkReports(log, metrics);
  for (const [event] of EVENTS) report(event);
  expect(lines).toEqual(EVENTS.map(([{ kind }, level]) => `${level} ${kind === "handlerFailed" ? "broken" : PEER}`));
  const { values } = await metrics.networkEvents.get();
  expect(values.map(({ value }) => value)).toEqual(EVENTS.map(() => 1));
  close();
});
