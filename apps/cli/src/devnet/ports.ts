import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { CliError } from "../errors/cli-error.ts";

const HOST = "127.0.0.1";

/** Passes when the port is free on this machine. Errors: PORT_TAKEN. */
export async function requireFreePort(port: number): Promise<void> {
  try {
    await close(await listen(port));
  } catch (error) {
    throw new CliError(
      {
        code: "PORT_TAKEN",
        what: `port ${port} is already in use`,
        where: HOST,
        remedy: "stop what listens there, or give another --port (0 picks a free one)",
      },
      error,
    );
  }
}

/** Distinct free ports, found while all of them are held open, so that no two are the same. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  const ports = servers.map(portOf);
  await Promise.all(servers.map(close));
  return ports;
}

type Server = ReturnType<typeof createServer>;

async function listen(port: number): Promise<Server> {
  const server = createServer();
  server.listen(port, HOST);
  await once(server, "listening");
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, "close");
}
