import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { passphraseBytes } from "@synod/storage";
import { type Hex, hexToBytes } from "viem";
import { expect, onTestFinished, test } from "vitest";
import { startHttpServer } from "../../src/http/server.ts";
import { identityOf } from "../../src/identity.ts";
import { decodeFrame } from "../../src/sessions/frame.ts";
import type { RunOutcome, SessionPort, SessionReport } from "../../src/sessions/messages.ts";
import { installPointBackend } from "../../src/sessions/point-arithmetic.ts";
import { SessionHost } from "../../src/sessions/session-host.ts";
import { keygenSubject, shareRef } from "../../src/sessions/share-name.ts";
import { startSessionWorker } from "../../src/sessions/worker-port.ts";
import { TEST_SCRYPT_COST, testSecret } from "../support/data-folder.ts";
import { inProcessSessions } from "../support/in-process-sessions.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const COMMITTEE: Hex = `0x${"c0".repeat(32)}`;
const DOMAIN = { chainId: 1n, verifyingContract: new Uint8Array(20), keyId: hexToBytes(COMMITTEE), epoch: 1n };
const PASSPHRASE = passphraseBytes("breathing");
const NAMES = ["first", "second"] as const;

/** Opens the sessions of a member, in a thread of their own or in this one. */
type OpenPort = (directory: string, identitySecret: Uint8Array) => Promise<SessionPort>;

const inThread: OpenPort = (directory, identitySecret) => {
  const opening = { place: { kind: "files", directory } as const, passphrase: PASSPHRASE, identitySecret };
  return startSessionWorker({ ...opening, scryptCost: TEST_SCRYPT_COST }, (cause) => {
    throw new TypeError(`the thread ended: ${cause}`);
  });
};

const inProcess: OpenPort = async (directory, identitySecret) => {
  await installPointBackend();
  return inProcessSessions(directory, { passphrase: PASSPHRASE, identitySecret });
};

/** Counts the turns of this thread's event loop, from `start` on. Whatever waited for a turn had it. */
function turnCounter(): { readonly start: () => void; readonly now: () => number } {
  let turn = 0;
  let next: NodeJS.Immediate;
  const start = () => {
    turn += 1;
    next = setImmediate(start);
  };
  onTestFinished(() => clearImmediate(next));
  return { start, now: () => turn };
}

/** One member, what its sessions reported, and the turns that passed from the last request to each report. */
class Member {
  readonly peer: Hex;
  readonly host: SessionHost;
  readonly reports: SessionReport[] = [];
  readonly turns: number[] = [];
  readonly #port: SessionPort;
  #postedAt = 0;

  constructor(secret: Uint8Array, port: SessionPort, now: () => number, members: readonly Member[]) {
    this.peer = identityOf(secret).peer;
    this.#port = port;
    const send = (to: Hex, bytes: Uint8Array) => {
      const frame = decodeFrame(bytes);
      const member = members.find(({ peer }) => peer === to);
      if (frame?.kind === "session") member?.host.deliver(this.peer, frame);
    };
    this.host = new SessionHost({
      port: this.#watched(now),
      transport: { self: this.peer, send },
      isExpected: () => true,
      onDrop: (reason) => expect.fail(reason),
      onIgnored: (reason) => expect.fail(reason),
      nowMs: now,
    });
  }

  #watched(now: () => number): SessionPort {
    return {
      post: (request) => {
        this.#postedAt = now();
        this.#port.post(request);
      },
      onReport: (handler) =>
        this.#port.onReport((report) => {
          this.turns.push(now() - this.#postedAt);
          this.reports.push(report);
          handler(report);
        }),
      close: () => this.#port.close(),
    };
  }
}

async function openMembers(open: OpenPort, now: () => number): Promise<readonly Member[]> {
  const members: Member[] = [];
  for (const name of NAMES) {
    const directory = join(temporaryFolder(), "keys");
    mkdirSync(directory, { mode: 0o700 });
    const port = await open(directory, testSecret(name));
    onTestFinished(() => port.close());
    members.push(new Member(testSecret(name), port, now, members));
  }
  return members;
}

function generate(members: readonly Member[]): Promise<readonly RunOutcome[]> {
  const parties = new Map(members.map(({ peer }, index) => [index + 1, hexToBytes(peer)]));
  const run = { subject: keygenSubject(COMMITTEE, 1n), attempt: 0 };
  const runs = members.map(({ peer, host }, index) => {
    const place = { self: index + 1, share: shareRef(COMMITTEE, 1n, index) };
    const peers = members.flatMap((other, at) => (other.peer === peer ? [] : [[other.peer, at + 1] as const]));
    const order = { kind: "keygen", run, domain: DOMAIN, parties, minSigners: 2, ...place } as const;
    return host.run(order, new Map(peers));
  });
  return Promise.all(runs);
}

/** Asks the committer's endpoint one question after another, until it is stopped; how many it answered. */
async function keepAsking(): Promise<() => Promise<number>> {
  const server = await startHttpServer(
    {
      readiness: () => ({ ready: true, missing: [] }),
      status: () => ({}),
      decisions: () => [],
      decision: () => undefined,
      metrics: async () => ({ contentType: "text/plain", body: "" }),
    },
    "127.0.0.1",
    0,
  );
  onTestFinished(() => server.close());
  const ask = async () => (await fetch(`http://127.0.0.1:${server.port}/healthz`)).status;
  expect(await ask()).toBe(200);
  let answered = 0;
  let isOver = false;
  const asking = (async () => {
    for (; !isOver; answered += 1) expect(await ask()).toBe(200);
  })();
  return async () => {
    const inTime = answered;
    isOver = true;
    await asking;
    return inTime;
  };
}

async function keygenIn(open: OpenPort) {
  const { start, now } = turnCounter();
  const members = await openMembers(open, now);
  const stop = await keepAsking();
  start();
  const outcomes = await generate(members);
  return { answered: await stop(), outcomes, members, longest: Math.max(...members.flatMap(({ turns }) => turns)) };
}

/** What a report says without what chance decides. */
function shapeOf(report: SessionReport): object {
  if (report.kind === "send") return { ...report, handle: report.handle.length, payload: report.payload.length };
  if (report.kind === "opened") return { ...report, handle: report.handle.length };
  return { kind: report.kind };
}

test("while the thread computes the daemon has turns by the dozen, and answers; where it computes itself, one", async () => {
  const thread = await keygenIn(inThread);
  const process = await keygenIn(inProcess);
  expect(process.longest).toBe(1);
  expect(thread.longest).toBeGreaterThan(24);
  expect(thread.answered).toBeGreaterThan(0);
  for (const { outcomes } of [thread, process]) {
    const [first, second] = outcomes;
    expect(first).toMatchObject({ kind: "keygenDone" });
    expect(second).toEqual(first);
  }
  const shapes = ({ members }: typeof thread) => members.map(({ reports }) => reports.map(shapeOf));
  expect(shapes(thread)).toEqual(shapes(process));
});
