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

// How hard the tests look; scripts/effort.ts judges whether they did.
const EFFORTS = {
  usual: { fuzz: { runs: 5_000 }, invariant: { runs: 256, depth: 100 } },
  deep: { fuzz: { runs: 100_000 }, invariant: { runs: 500, depth: 500 } },
  // What is counted is slow, and a line counts once.
  coverage: { fuzz: { runs: 200 }, invariant: { runs: 8, depth: 100 } },
};
const isCoverage = process.env.SYNOD_COVERAGE === "1";
const effort = EFFORTS[isCoverage ? "coverage" : process.env.SYNOD_DEEP === "1" ? "deep" : "usual"];

export default defineConfig({
  // It loads the compiler, which nothing else here needs.
  plugins: isCoverage ? [(await import("./scripts/branch-plugin.ts")).branchPlugin] : [],
  paths: {
    sources: "./src",
    tests: { solidity: "./test" },
    // Apart from the real ones: instrumented code must never be deployed.
    ...(isCoverage ? { artifacts: "./coverage/artifacts", cache: "./coverage/cache" } : {}),
  },
  solidity: {
    // Hardhat builds with the second profile when it deploys for production; both must name the local compiler.
    profiles: { default: { compilers: [compiler] }, production: { compilers: [compiler] } },
  },
  test: {
    solidity: {
      // Isolated, every call of a test is a transaction of its own: what the gas figures are measured with.
      isolate: process.env.SYNOD_ISOLATE_CALLS === "1",
      fuzz: effort.fuzz,
      invariant: { ...effort.invariant, failOnRevert: true },
      fsPermissions: { readDirectory: ["../test/vectors", SAFE_ARTIFACTS] },
    },
  },
});
