import type { Deployment } from "../../src/deployment/deployment.ts";

/** A complete deployment file of one committee with one member, one agent and one token. */
export const exampleDeployment: Deployment = {
  version: 1,
  chainId: 31_337,
  rpcUrl: "http://127.0.0.1:8545",
  webSocketUrl: "ws://127.0.0.1:8545",
  committeeRegistry: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
  decisionRegistry: "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512",
  committees: [
    {
      id: `0x${"11".repeat(32)}`,
      epoch: 1,
      minSigners: 3,
      quorum: 3,
      groupAddress: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
      members: [
        {
          memberIndex: 0,
          address: "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
          endpoint: "/ip4/127.0.0.1/tcp/9001",
          httpUrl: "http://127.0.0.1:9101",
          dataDir: "committer-0/data",
          settingsFile: "committer-0/settings.json",
          passphraseFile: "passphrase",
          pid: 4711,
        },
      ],
    },
  ],
  agents: [{ id: `0x${"22".repeat(32)}`, vault: "0x90F79bf6EB2c4f870365E785982E1f101E93b906", name: "treasury" }],
  tokens: [{ symbol: "TEST", address: "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65", decimals: 18 }],
  accounts: { submitter: { address: "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc" } },
};
