import type { PeerId } from "@synod/core";
import { type Hex, hexToBytes, keccak256, stringToHex } from "viem";
import { expect, test } from "vitest";
import { SYSTEM_PACE } from "../../src/pace.ts";
import { decodeFrame, encodeFrame, type PeerFrame, type Slot } from "../../src/sessions/frame.ts";
import type { KeygenOrder, SessionReport, SessionRequest } from "../../src/sessions/messages.ts";
import { SessionHost } from "../../src/sessions/session-host.ts";

const SUBJECT: Hex = keccak256(stringToHex("subject"));
const HANDLE = hexToBytes(keccak256(stringToHex("handle")));
const ALICE: PeerId = "0x02aa";
const BOB: PeerId = "0x02bb";
const STRANGER: PeerId = "0x02cc";

function order(attempt = 0): KeygenOrder {
  const domain = { chainId: 1n, verifyingContract: new Uint8Array(20), keyId: new Uint8Array(32), epoch: 1n };
  const share = {
    name: "share",
    associatedData: { product: "synod", keyId: SUBJECT, epoch: 1n, party: 0, version: 1 },
  } as const;
  return {
    kind: "keygen",
    run: { subject: SUBJECT, attempt },
    domain,
    self: 1,
    parties: new Map(),
    minSigners: 2,
    share,
  };
}

function slot(attempt = 0): Slot {
  return { phase: "keygen", subject: SUBJECT, attempt };
}

function frame(payload: number, handle = HANDLE, attempt = 0): Extract<PeerFrame, { kind: "session" }> {
  return { kind: "session", slot: slot(attempt), handle, payload: Uint8Array.of(payload) };
}

/** A host between a transport that notes what is sent and a port that notes what is posted. */
function between(isExpected = true) {
  const posted: SessionRequest[] = [];
  const sent: { to: PeerId; frame: PeerFrame | undefined }[] = [];
  const dropped: string[] = [];
  let report: (report: SessionReport) => void = () => undefined;
  const host = new SessionHost({
    port: {
      post: (request) => void posted.push(request),
      onReport: (handler) => {
        report = handler;
      },
      close: () => Promise.resolve(),
    },
    transport: { self: "0x0200", send: (to, bytes) => void sent.push({ to, frame: decodeFrame(bytes) }) },
    isExpected: () => isExpected,
    onDrop: (reason) => void dropped.push(reason),
    onIgnored: (reason) => void dropped.push(reason),
    nowMs: SYSTEM_PACE.nowMs,
  });
  const frames = () => posted.filter((request) => request.kind === "frame");
  return { host, posted, frames, sent, dropped, report: (message: SessionReport) => report(message) };
}

const PEERS = new Map([
  [ALICE, 2],
  [BOB, 3],
]);

test("a frame for an unknown session costs nothing but a count", () => {
  const { host, posted, dropped } = between(false);
  host.deliver(ALICE, frame(1));
  expect(posted).toEqual([]);
  expect(dropped).toEqual(["unknownSession"]);
});

test("early frames wait until the session is open, then come in order, by authenticated party", () => {
  const { host, frames, report } = between();
  host.deliver(ALICE, frame(1));
  void host.run(order(), PEERS);
  host.deliver(BOB, frame(2));
  expect(frames()).toEqual([]);
  report({ kind: "opened", slot: slot(), handle: HANDLE });
  host.deliver(ALICE, frame(3));
  expect(frames()).toMatchObject([
    { from: 2, payload: Uint8Array.of(1) },
    { from: 3, payload: Uint8Array.of(2) },
    { from: 2, payload: Uint8Array.of(3) },
  ]);
});

test("frames of non-members and of members with another signing set do not reach the session", () => {
  const { host, frames, dropped, report } = between();
  void host.run(order(), PEERS);
  report({ kind: "opened", slot: slot(), handle: HANDLE });
  host.deliver(STRANGER, frame(1));
  host.deliver(ALICE, frame(1, new Uint8Array(32)));
  expect(frames()).toEqual([]);
  expect(dropped).toEqual(["notInSession", "otherSigners"]);
});

test("what the session sends goes to the right members with slot and handle", () => {
  const { host, sent, report } = between();
  void host.run(order(), PEERS);
  report({ kind: "send", slot: slot(), to: 3, handle: HANDLE, payload: Uint8Array.of(7) });
  report({ kind: "send", slot: slot(), to: "all", handle: HANDLE, payload: Uint8Array.of(8) });
  expect(sent).toEqual([
    { to: BOB, frame: frame(7) },
    { to: ALICE, frame: frame(8) },
    { to: BOB, frame: frame(8) },
  ]);
});

test("a run ends once, with its outcome, and its late frames go nowhere", async () => {
  const { host, frames, report } = between();
  const outcome = host.run(order(), PEERS);
  report({ kind: "opened", slot: slot(), handle: HANDLE });
  report({ kind: "ended", run: { subject: SUBJECT, attempt: 0 }, outcome: { kind: "failed", reason: "test" } });
  expect(await outcome).toEqual({ kind: "failed", reason: "test" });
  expect(host.runs()).toEqual([]);
  host.deliver(ALICE, frame(1));
  host.expire({ subject: SUBJECT, attempt: 0 });
  expect(frames()).toEqual([]);
});

test("what a peer may keep waiting is bounded, and forgotten when its time is over", () => {
  const { host, frames, dropped, report } = between();
  for (let attempt = 0; attempt < 52; attempt += 1) host.deliver(ALICE, frame(1, HANDLE, attempt));
  expect(dropped).toEqual(Array(4).fill("tooManyEarlyFrames"));
  host.forget(({ attempt }) => attempt < 47);
  host.deliver(ALICE, frame(1, HANDLE, 48));
  void host.run(order(3), PEERS);
  report({ kind: "opened", slot: slot(3), handle: HANDLE });
  expect(frames()).toEqual([]);
});

test("a frame on the wire is the frame that was delivered", () => {
  expect(decodeFrame(encodeFrame(frame(9)))).toEqual(frame(9));
});

test("a run in which nothing moves sends its frames again, to whom they were for", () => {
  const { host, sent, report } = between();
  void host.run(order(), PEERS);
  report({ kind: "opened", slot: slot(), handle: HANDLE });
  report({ kind: "send", slot: slot(), to: "all", handle: HANDLE, payload: Uint8Array.of(1) });
  report({ kind: "send", slot: slot(), to: 3, handle: HANDLE, payload: Uint8Array.of(2) });
  const first = [...sent];
  expect(first.map(({ to }) => to)).toEqual([ALICE, BOB, BOB]);
  host.resend(60_000);
  expect(sent).toEqual(first);
  host.resend(0);
  expect(sent).toEqual([...first, ...first]);
});

test("a peer that connects gets what it may have missed, and nothing of runs that ended", () => {
  const { host, sent, report } = between();
  void host.run(order(), PEERS);
  report({ kind: "send", slot: slot(), to: "all", handle: HANDLE, payload: Uint8Array.of(1) });
  host.resendTo(BOB);
  expect(sent.map(({ to }) => to)).toEqual([ALICE, BOB, BOB]);
  report({ kind: "ended", run: order().run, outcome: { kind: "failed", reason: "test" } });
  host.resendTo(BOB);
  host.resend(0);
  expect(sent).toHaveLength(3);
});
