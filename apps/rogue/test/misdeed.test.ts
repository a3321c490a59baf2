import { decodeFrame, encodeFrame, type Phase, type SessionPort, type SessionReport } from "@synod/committer";
import type { Transport } from "@synod/core";
import { describe, expect, it } from "vitest";
import { sessionsFor, transportFor } from "../src/misdeed.ts";

const SUBJECT = `0x${"ab".repeat(32)}` as const;
const SIGNING: readonly Phase[] = ["choice", "presign", "sign", "pooledSign"];
const OTHER: readonly Phase[] = ["keygen", "pool", "reshare"];

function sessionFrame(phase: Phase): Uint8Array {
  const slot = { phase, subject: SUBJECT, attempt: 1 };
  return encodeFrame({ kind: "session", slot, handle: new Uint8Array(32), payload: Uint8Array.of(1, 2, 3) });
}

const ATTESTATION = encodeFrame({
  kind: "attestation",
  decisionId: SUBJECT,
  reply: true,
  resultHash: SUBJECT,
  signature: `0x${"11".repeat(65)}`,
});

/** A transport that notes what is sent over it, and to whom. */
function notingTransport() {
  const sent: { readonly to: string; readonly frame: Uint8Array }[] = [];
  const handlers: string[] = [];
  const on = (name: string) => () => {
    handlers.push(name);
    return () => undefined;
  };
  const transport: Transport = {
    self: "0x02aa",
    start: () => Promise.resolve(),
    setPeers: () => void handlers.push("setPeers"),
    send: (to, frame) => void sent.push({ to, frame }),
    onFrame: on("onFrame"),
    onPeerChange: on("onPeerChange"),
    onDrop: on("onDrop"),
    connected: () => new Set(["0x02bb"]),
    close: () => Promise.resolve(),
  };
  return { transport, sent, handlers };
}

const noise = (length: number): Uint8Array => new Uint8Array(length).fill(9);

describe("a committer that withholds", () => {
  it("sends nothing of a signature, and everything else", () => {
    const { transport, sent } = notingTransport();
    const rogue = transportFor("withhold", transport, noise);
    for (const phase of SIGNING) rogue.send("0x02bb", sessionFrame(phase));
    expect(sent).toEqual([]);
    const honest = [...OTHER.map(sessionFrame), ATTESTATION];
    for (const frame of honest) rogue.send("0x02bb", frame);
    expect(sent).toEqual(honest.map((frame) => ({ to: "0x02bb", frame })));
  });

  it("listens as any does", () => {
    const { transport, handlers } = notingTransport();
    const rogue = transportFor("withhold", transport, noise);
    rogue.setPeers([]);
    rogue.onFrame(() => undefined);
    rogue.onPeerChange(() => undefined);
    rogue.onDrop(() => undefined);
    expect(handlers).toEqual(["setPeers", "onFrame", "onPeerChange", "onDrop"]);
    expect([rogue.self, [...rogue.connected()]]).toEqual(["0x02aa", ["0x02bb"]]);
  });
});

describe("a committer that sends garbage", () => {
  it("sends noise for its part of a signature, in the place and of the length of the truth", () => {
    const { transport, sent } = notingTransport();
    const rogue = transportFor("garbage", transport, noise);
    for (const phase of SIGNING) rogue.send("0x02bb", sessionFrame(phase));
    expect(sent.map(({ frame }) => decodeFrame(frame))).toEqual(
      SIGNING.map((phase) => ({ ...decodeFrame(sessionFrame(phase)), payload: Uint8Array.of(9, 9, 9) })),
    );
    rogue.send("0x02bb", ATTESTATION);
    expect(sent.at(-1)).toEqual({ to: "0x02bb", frame: ATTESTATION });
  });
});

/** A session port that notes what is asked of it, and reports when it is told to. */
function notingPort() {
  const asked: string[] = [];
  const handlers: ((report: SessionReport) => void)[] = [];
  const port: SessionPort = {
    post: ({ kind }) => void asked.push(kind),
    onReport: (handler) => void handlers.push(handler),
    close: async () => void asked.push("closed"),
  };
  const report = (said: SessionReport): void => {
    for (const handler of handlers) handler(said);
  };
  return { port, asked, report };
}

describe("a committer that equivocates", () => {
  it("runs every session twice, lets both speak and follows one; the keystore has one hand on it", async () => {
    const [first, second] = [notingPort(), notingPort()];
    const ports = [first.port, second.port];
    const rogue = await sessionsFor("equivocate", async () => ports.shift() ?? first.port);
    const heard: SessionReport[] = [];
    rogue.onReport((report) => void heard.push(report));
    const run = { subject: SUBJECT, attempt: 0 };
    rogue.post({ kind: "expire", run });
    rogue.post({ kind: "tend", living: new Map(), atBlock: 1n });
    expect([first.asked, second.asked]).toEqual([
      ["expire", "tend"],
      ["expire", "tend"],
    ]);
    const share = {
      name: "share",
      associatedData: { product: "synod" as const, keyId: SUBJECT, epoch: 1n, party: 0, version: 1 },
    };
    const domain = { chainId: 1n, verifyingContract: new Uint8Array(20), keyId: new Uint8Array(32), epoch: 1n };
    rogue.post({ kind: "destroy", share, domain, self: 1 });
    expect([first.asked.at(-1), second.asked.at(-1)]).toEqual(["destroy", "tend"]);
    const slot = { phase: "sign", ...run } as const;
    const say = (byte: number): SessionReport => ({
      kind: "send",
      slot,
      to: "all",
      handle: new Uint8Array(32),
      payload: Uint8Array.of(byte),
    });
    first.report(say(1));
    second.report(say(2));
    second.report({ kind: "ended", run, outcome: { kind: "failed", reason: "not mine to say" } });
    first.report({ kind: "ended", run, outcome: { kind: "presigned" } });
    expect(heard).toEqual([say(1), say(2), { kind: "ended", run, outcome: { kind: "presigned" } }]);
    await rogue.close();
    expect([first.asked.at(-1), second.asked.at(-1)]).toEqual(["closed", "closed"]);
  });

  it("any other one has one set of sessions and says what it says", async () => {
    const { port } = notingPort();
    let opened = 0;
    const open = async () => {
      opened += 1;
      return port;
    };
    expect(await sessionsFor("withhold", open)).toBe(port);
    expect(opened).toBe(1);
    const { transport } = notingTransport();
    expect(transportFor("equivocate", transport, noise)).toBe(transport);
  });
});
