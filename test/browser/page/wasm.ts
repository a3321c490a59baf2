// The page with libsecp256k1 in WebAssembly under the threshold library.
import { loadWasmBackend } from "@synod/secp256k1-wasm";
import { usePointBackend } from "@synod/tss";
import { runCommittee } from "./committee.ts";
import "./global.ts";

usePointBackend(await loadWasmBackend());
globalThis.runCommittee = runCommittee;
