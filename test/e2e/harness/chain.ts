import { type Program, startProgram } from "./program.ts";

/** A bare development chain, for tests that need no committee. */
export async function startChain(): Promise<{ readonly program: Program; readonly rpcUrl: string }> {
  const args = ["--config", "contracts/hardhat.config.ts", "node", "--hostname", "127.0.0.1", "--port", "0"];
  const program = startProgram("node_modules/hardhat/dist/src/cli.js", args);
  const announced = await program.stdout.first((line) => line.includes("JSON-RPC server at "));
  const rpcUrl = /http:\/\/[\d.]+:\d+/.exec(announced)?.[0];
  if (rpcUrl === undefined) throw new TypeError(`the chain announced no address: ${announced}`);
  return { program, rpcUrl };
}
