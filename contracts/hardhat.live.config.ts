// For real chains: `hardhat --config hardhat.live.config.ts …`. Apart from the other, because the plugins take their time
// at every start, and the tests start Hardhat often.
import hardhatIgnition from "@nomicfoundation/hardhat-ignition";
import hardhatVerify from "@nomicfoundation/hardhat-verify";
import { configVariable, defineConfig } from "hardhat/config";
import local from "./hardhat.config.ts";

export default defineConfig({
  ...local,
  plugins: [hardhatIgnition, hardhatVerify],
  networks: {
    // The variables are read when they are needed, from the environment or from Hardhat's keystore.
    live: { type: "http", url: configVariable("SYNOD_RPC_URL"), accounts: [configVariable("SYNOD_PRIVATE_KEY")] },
  },
  verify: { etherscan: { apiKey: configVariable("ETHERSCAN_API_KEY") } },
});
