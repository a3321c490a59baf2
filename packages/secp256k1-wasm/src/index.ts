/** libsecp256k1 in WebAssembly as a point backend of the threshold library. */
export { loadWasmBackend } from "./backend.ts";
