import { type PointBackend, usePointBackend } from "../src/index.ts";

/** The arithmetic under the library: @noble/curves, or libsecp256k1 in WebAssembly (packages/secp256k1-wasm). */
export type Backend = "noble" | "wasm";

/** A backend's name as the command line gives it. */
export function parseBackend(name: string): Backend | "both" {
  if (name === "noble" || name === "wasm" || name === "both") return name;
  throw new TypeError(`--backend wants noble, wasm or both; "${name}" is none of them`);
}

type WasmModule = { readonly loadWasmBackend: () => Promise<PointBackend> };

/**
 * Installs a backend in this process. The WebAssembly package stands above this one, so it is looked up when it is asked
 * for and nothing here depends on it.
 */
export async function installBackend(backend: Backend): Promise<void> {
  if (backend === "noble") return;
  const file = new URL("../../secp256k1-wasm/src/index.ts", import.meta.url).href;
  const { loadWasmBackend } = (await import(file)) as WasmModule;
  usePointBackend(await loadWasmBackend());
}
