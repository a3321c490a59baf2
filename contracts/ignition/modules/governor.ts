import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

const DAY = 86_400;

/**
 * A votes token of fixed supply and a governor over it, whose timelock can be an agent's submitter. Parameters, with
 * times in seconds: `name`, `symbol`, `holder` (gets the whole `supply`), `votingDelay`, `votingPeriod`,
 * `proposalThreshold`, `quorumPercent`, `timelockDelay`.
 */
export default buildModule("Governor", (m) => {
  const name = m.getParameter("name", "Agent Governor");
  const votes = m.contract("VotesToken", [
    name,
    m.getParameter("symbol", "VOTE"),
    m.getParameter("holder", m.getAccount(0)),
    m.getParameter("supply", 10n ** 24n),
  ]);
  const terms = {
    votingDelay: m.getParameter("votingDelay", DAY),
    votingPeriod: m.getParameter("votingPeriod", 7 * DAY),
    proposalThreshold: m.getParameter("proposalThreshold", 10n ** 18n),
    quorumPercent: m.getParameter("quorumPercent", 4n),
    timelockDelay: m.getParameter("timelockDelay", BigInt(2 * DAY)),
  };
  return { votes, governor: m.contract("AgentGovernor", [name, votes, terms]) };
});
