import { createRequire } from "node:module";
import { defineConfig } from "hardhat/config";

// The compiler comes from the locked npm package and is never downloaded.
const compiler = {
  version: "0.8.37",
  path: createRequire(import.meta.url).resolve("solc/soljson.js"),
  settings: {
    evmVersion: "cancun",
    // The vault is as large as a contract may be; more runs make it larger, and execution hardly cheaper.
    optimizer: { enabled: true, runs: 600 },
    metadata: { bytecodeHash: "none" },
  },
};

// What the Safe project publishes compiled; one test makes a vault the owner of a Safe.
const SAFE_ARTIFACTS = "../node_modules/@safe-global/safe-smart-account/build/artifacts";

// SYNOD_DEEP=1 looks ten times as long.
const effort = process.env.SYNOD_DEEP === "1" ? 10 : 1;

export default defineConfig({
  paths: { sources: "./src", tests: { solidity: "./test" } },
  solidity: {
    // Hardhat builds with the second profile when it deploys for production; both must name the local compiler.
    profiles: { default: { compilers: [compiler] }, production: { compilers: [compiler] } },
  },
  test: {
    solidity: {
      // Isolated, every call of a test is a transaction of its own: what the gas figures are measured with.
      isolate: process.env.SYNOD_ISOLATE_CALLS === "1",
      fuzz: { runs: 1_000 * effort },
      // Deep enough that every action of a handler is drawn in every run: afterInvariant asks for it.
      invariant: { runs: 48 * effort, depth: 200, failOnRevert: true },
      fsPermissions: { readDirectory: ["../test/vectors", SAFE_ARTIFACTS] },
    },
  },
});
