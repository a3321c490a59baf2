import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Link, startLink } from "../../src/chaos/link.ts";

let echo: Server;
let link: Link;

beforeEach(async () => {
  echo = createServer((socket) => socket.on("error", () => socket.destroy()).pipe(socket));
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  link = await startLink((echo.address() as AddressInfo).port);
});
afterEach(async () => {
  await link.close();
  echo.close();
});

function dial(): Socket {
  return connect(link.port, "127.0.0.1");
}

async function echoed(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const parts: Buffer[] = [];
  for (let length = 0; length < text.length; ) {
    const [part] = (await once(socket, "data")) as [Buffer];
    parts.push(part);
    length += part.length;
  }
  return Buffer.concat(parts).toString();
}

it("carries bytes both ways, in order", async () => {
  const socket = dial();
  const text = Array.from({ length: 20_000 }, (_, index) => `${index} `).join("");
  expect(await echoed(socket, text)).toBe(text);
  socket.destroy();
});

it("cut, it ends what runs over it and lets nobody through until it is mended", async () => {
  const before = dial();
  await echoed(before, "hello");
  link.cut();
  await once(before, "close");
  const during = dial();
  during.on("error", () => during.destroy());
  await once(during, "close");
  expect(during.bytesRead).toBe(0);
  link.mend();
  const after = dial();
  expect(await echoed(after, "again")).toBe("again");
  after.destroy();
});

it("reset, it ends what runs over it, and the next one gets through", async () => {
  const before = dial();
  await echoed(before, "hello");
  link.reset();
  await once(before, "close");
  const after = dial();
  expect(await echoed(after, "again")).toBe("again");
  after.destroy();
});

it("slow, it holds back every byte each way and keeps their order", async () => {
  const socket = dial();
  await echoed(socket, "warm");
  link.slow(60);
  const startMs = performance.now();
  socket.write("first ");
  expect(await echoed(socket, "second")).toBe("first ");
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(118);
  socket.destroy();
});

it("a target that is down is a connection that ends", async () => {
  echo.close();
  await once(echo, "close");
  const socket = dial();
  socket.on("error", () => socket.destroy());
  await once(socket, "close");
  expect(socket.bytesRead).toBe(0);
});
