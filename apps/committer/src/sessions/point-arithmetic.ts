import { loadWasmBackend } from "@synod/secp256k1-wasm";
import { usePointBackend } from "@synod/tss";
import { messageOf } from "../failure.ts";
import type { PointArithmetic } from "./messages.ts";

/**
 * Installs the WebAssembly point backend in this thread. Without it everything works, several times slower, so a machine
 * that forbids WebAssembly is reported and not refused.
 *
 * Side effects: the threshold library of this thread computes with it from now on.
 */
export async function installPointBackend(load: typeof loadWasmBackend = loadWasmBackend): Promise<PointArithmetic> {
  try {
    const backend = await load();
    usePointBackend(backend);
    return { name: backend.name };
  } catch (cause) {
    return { name: "the curve library", failure: messageOf(cause) };
  }
}
