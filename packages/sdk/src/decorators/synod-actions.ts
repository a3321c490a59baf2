import { applyPolicy } from "../actions/apply-policy.ts";
import { cancelDecision } from "../actions/cancel-decision.ts";
import { computeAgentId } from "../actions/compute-agent-id.ts";
import { deployProxy } from "../actions/deploy-proxy.ts";
import { deployVault } from "../actions/deploy-vault.ts";
import { executeDecision } from "../actions/execute-decision.ts";
import { getAgent } from "../actions/get-agent.ts";
import { getCommittee } from "../actions/get-committee.ts";
import { getDecision } from "../actions/get-decision.ts";
import { getVault } from "../actions/get-vault.ts";
import { listDecisions } from "../actions/list-decisions.ts";
import { pauseAgent } from "../actions/pause-agent.ts";
import { proposeCommittee } from "../actions/propose-committee.ts";
import { proposeDecision } from "../actions/propose-decision.ts";
import { registerAgent } from "../actions/register-agent.ts";
import { submitDecision } from "../actions/submit-decision.ts";
import { unpauseAgent } from "../actions/unpause-agent.ts";
import { vetoDecision } from "../actions/veto-decision.ts";
import { waitForDecision } from "../actions/wait-for-decision.ts";
import type { ReadClient, SynodContracts } from "../client.ts";

/** An action of this SDK as a method of a client whose registries are known. */
type Bound<Action, Known> = Action extends (client: ReadClient, parameters: infer Parameters) => infer Result
  ? (parameters: Omit<Parameters, keyof Known>) => Result
  : never;

type Decisions<Action> = Bound<Action, { decisionRegistry: unknown }>;
type Committees<Action> = Bound<Action, { committeeRegistry: unknown }>;
type Vaults<Action> = Bound<Action, Record<never, never>>;

/** The actions that {@link synodActions} adds to a client. */
export type SynodActions = {
  readonly applyPolicy: Vaults<typeof applyPolicy>;
  readonly cancelDecision: Decisions<typeof cancelDecision>;
  readonly computeAgentId: Decisions<typeof computeAgentId>;
  readonly deployProxy: Vaults<typeof deployProxy>;
  readonly deployVault: Decisions<typeof deployVault>;
  readonly executeDecision: Vaults<typeof executeDecision>;
  readonly getAgent: Decisions<typeof getAgent>;
  readonly getCommittee: Committees<typeof getCommittee>;
  readonly getDecision: Decisions<typeof getDecision>;
  readonly getVault: Vaults<typeof getVault>;
  readonly listDecisions: Decisions<typeof listDecisions>;
  readonly pauseAgent: Decisions<typeof pauseAgent>;
  readonly proposeCommittee: Committees<typeof proposeCommittee>;
  readonly proposeDecision: Decisions<typeof proposeDecision>;
  readonly registerAgent: Decisions<typeof registerAgent>;
  readonly submitDecision: Decisions<typeof submitDecision>;
  readonly unpauseAgent: Decisions<typeof unpauseAgent>;
  readonly vetoDecision: Decisions<typeof vetoDecision>;
  readonly waitForDecision: Decisions<typeof waitForDecision>;
};

/**
 * Adds all actions to a viem client: `createClient({ … }).extend(synodActions({ committeeRegistry, decisionRegistry }))`.
 * The registries' addresses are then left out of every call.
 */
export function synodActions(contracts: SynodContracts): (client: ReadClient) => SynodActions {
  const { committeeRegistry, decisionRegistry } = contracts;
  return (client) => ({
    applyPolicy: (parameters) => applyPolicy(client, parameters),
    cancelDecision: (parameters) => cancelDecision(client, { ...parameters, decisionRegistry }),
    computeAgentId: (parameters) => computeAgentId(client, { ...parameters, decisionRegistry }),
    deployProxy: (parameters) => deployProxy(client, parameters),
    deployVault: (parameters) => deployVault(client, { ...parameters, decisionRegistry }),
    executeDecision: (parameters) => executeDecision(client, parameters),
    getAgent: (parameters) => getAgent(client, { ...parameters, decisionRegistry }),
    getCommittee: (parameters) => getCommittee(client, { ...parameters, committeeRegistry }),
    getDecision: (parameters) => getDecision(client, { ...parameters, decisionRegistry }),
    getVault: (parameters) => getVault(client, parameters),
    listDecisions: (parameters) => listDecisions(client, { ...parameters, decisionRegistry }),
    pauseAgent: (parameters) => pauseAgent(client, { ...parameters, decisionRegistry }),
    proposeCommittee: (parameters) => proposeCommittee(client, { ...parameters, committeeRegistry }),
    proposeDecision: (parameters) => proposeDecision(client, { ...parameters, decisionRegistry }),
    registerAgent: (parameters) => registerAgent(client, { ...parameters, decisionRegistry }),
    submitDecision: (parameters) => submitDecision(client, { ...parameters, decisionRegistry }),
    unpauseAgent: (parameters) => unpauseAgent(client, { ...parameters, decisionRegistry }),
    vetoDecision: (parameters) => vetoDecision(client, { ...parameters, decisionRegistry }),
    waitForDecision: (parameters) => waitForDecision(client, { ...parameters, decisionRegistry }),
  });
}
