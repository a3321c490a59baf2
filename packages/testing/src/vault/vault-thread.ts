/** Entry point of the thread in which the server runs: whoever uses it may block its own thread meanwhile. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { parentPort, workerData } from "node:worker_threads";
import { KvEngine, type VaultAnswer } from "./kv-engine.ts";

const { mount, token } = workerData as { readonly mount: string; readonly token: string };
const engine = new KvEngine();

async function answer(request: IncomingMessage): Promise<VaultAnswer> {
  if (request.headers["x-vault-token"] !== token) return { status: 403, body: { errors: ["permission denied"] } };
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const [, part, path] = new RegExp(`^/v1/${mount}/(data|metadata)/(.+)$`).exec(pathname) ?? [];
  if (part === undefined || path === undefined)
    return { status: 404, body: { errors: [`no handler for route "${pathname}"`] } };
  const sent = await text(request);
  parentPort?.postMessage({ kind: "request", sent });
  return carryOut(`${request.method} ${part}`, path, sent === "" ? {} : JSON.parse(sent), searchParams.get("version"));
}

function carryOut(call: string, path: string, body: object, version: string | null): VaultAnswer {
  switch (call) {
    case "GET data":
      return engine.read(path, version === null ? undefined : Number(version));
    case "POST data":
      return engine.write(path, body);
    case "POST metadata":
      return engine.configure(path, body);
    case "DELETE metadata":
      return engine.destroy(path);
    default:
      return { status: 405, body: { errors: ["unsupported operation"] } };
  }
}

const server = createServer(async (request, response) => {
  const { status, body } = await answer(request);
  response.writeHead(status, { "content-type": "application/json" });
  response.end(body === undefined ? undefined : JSON.stringify(body));
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  parentPort?.postMessage({ kind: "listening", url: `http://127.0.0.1:${port}` });
});
