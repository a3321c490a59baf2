import { once } from "node:events";
import { type AddressInfo, createServer, type Server, Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** The way from one committer to another: a forwarder on a port of this machine, whose line can be cut or slowed. */
export type Link = {
  /** TCP port on 127.0.0.1 that leads to the other committer. */
  readonly port: number;
  /** Ends what runs over the line and lets nothing over it until {@link Link.mend}. */
  readonly cut: () => void;
  readonly mend: () => void;
  /** Ends what runs over the line; whoever wants may connect again. */
  readonly reset: () => void;
  /** How long every byte is held back from now on, each way, in milliseconds. */
  readonly slow: (delayMs: number) => void;
  readonly close: () => Promise<void>;
};

const HOST = "127.0.0.1";

type Line = { isCut: boolean; delayMs: number; readonly ends: Set<Socket> };

/** Starts a forwarder to a port of this machine, with a whole line that delays nothing. */
export async function startLink(targetPort: number): Promise<Link> {
  const line: Line = { isCut: false, delayMs: 0, ends: new Set() };
  const server = createServer({ noDelay: true }, (near) => forward(line, near, targetPort));
  server.listen(0, HOST);
  await once(server, "listening");
  const reset = (): void => {
    for (const end of line.ends) end.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      line.isCut = true;
      reset();
    },
    mend: () => {
      line.isCut = false;
    },
    reset,
    slow: (delayMs) => {
      line.delayMs = delayMs;
    },
    close: () => closeLink(server, reset),
  };
}

async function closeLink(server: Server, reset: () => void): Promise<void> {
  if (!server.listening) return;
  server.close();
  reset();
  await once(server, "close");
}

function forward(line: Line, near: Socket, targetPort: number): void {
  if (line.isCut) {
    near.destroy();
    return;
  }
  const far = new Socket().setNoDelay(true).connect(targetPort, HOST);
  hold(line, near, far);
  hold(line, far, near);
  carry(line, near, far);
  carry(line, far, near);
}

/** When one end goes, so does the other: half a connection would look like a silent peer. */
function hold({ ends }: Line, own: Socket, other: Socket): void {
  ends.add(own);
  own.on("error", () => own.destroy());
  own.on("close", () => {
    ends.delete(own);
    other.destroy();
  });
}

/** Carries bytes over in order. Each piece is due so long after it came as the line is slow by then. */
function carry(line: Line, from: Socket, to: Socket): void {
  let due = 0;
  let turn: Promise<unknown> = Promise.resolve();
  from.on("data", (bytes: Buffer) => {
    const now = performance.now();
    due = Math.max(due, now + line.delayMs);
    const waitMs = due - now;
    const ready = waitMs > 0 ? delay(waitMs, undefined, { ref: false }) : Promise.resolve();
    turn = turn.then(() => ready).then(() => write(from, to, bytes));
  });
}

function write(from: Socket, to: Socket, bytes: Buffer): void {
  if (to.destroyed || to.write(bytes)) return;
  from.pause();
  to.once("drain", () => from.resume());
}
