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

test("trouble that a peer can cause at will is counted each time and logged now and then", async () => {
  const { metrics, close } = createMetrics();
  const lines: string[] = [];
  const note = (_message: string, fields?: LogFields) => void lines.push(String(fields?.peer));
  let nowMs = 0;
  const report = networkReports({ debug: note, info: note, warn: note, error: note }, metrics, () => nowMs);
  for (let count = 0; count < 1_000; count += 1) report({ kind: "peerSlowed", peer: PEER, forMs: 1 });
  report({ kind: "peerSlowed", peer: "0x02bb", forMs: 1 });
  for (let count = 0; count < 1_000; count += 1) report({ kind: "peerRefused", peer: `0x02${count}` });
  expect(lines).toEqual([PEER, "0x02bb", "0x020"]);
  nowMs = 10_000;
  report({ kind: "peerSlowed", peer: PEER, forMs: 1 });
  expect(lines).toHaveLength(4);
  const { values } = await metrics.networkEvents.get();
  expect(values.map(({ value }) => value)).toEqual([1_002, 1_000]);
  close();
});
