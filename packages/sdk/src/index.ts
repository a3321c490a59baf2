export type {
  Action,
  AssetRule,
  Binding,
  Bound,
  Call,
  CallRule,
  DecisionState,
  Policy,
  PolicyDraft,
  TerminalState,
} from "@synod/core";
export { ANY_SEQUENCE, composePolicy, isTerminal, NO_HASH, UNBOUND, ZERO_ADDRESS } from "@synod/core";
export type { AccountParameter } from "./account.ts";
export type { ApplyPolicyErrorType, ApplyPolicyParameters, ApplyPolicyReturnType } from "./actions/apply-policy.ts";
export { applyPolicy } from "./actions/apply-policy.ts";
export type {
  CancelDecisionErrorType,
  CancelDecisionParameters,
  CancelDecisionReturnType,
} from "./actions/cancel-decision.ts";
export { cancelDecision } from "./actions/cancel-decision.ts";
export type {
  ComputeAgentIdErrorType,
  ComputeAgentIdParameters,
  ComputeAgentIdReturnType,
} from "./actions/compute-agent-id.ts";
export { computeAgentId } from "./actions/compute-agent-id.ts";
export type {
  DeployDeterministicErrorType,
  DeployDeterministicParameters,
  DeployDeterministicReturnType,
} from "./actions/deploy-deterministic.ts";
export { deployDeterministic } from "./actions/deploy-deterministic.ts";
export type { DeployProxyErrorType, DeployProxyParameters, DeployProxyReturnType } from "./actions/deploy-proxy.ts";
export { deployProxy } from "./actions/deploy-proxy.ts";
export type {
  DeployRegistriesErrorType,
  DeployRegistriesParameters,
  DeployRegistriesReturnType,
} from "./actions/deploy-registries.ts";
export { deployRegistries } from "./actions/deploy-registries.ts";
export type { DeployVaultErrorType, DeployVaultParameters, DeployVaultReturnType } from "./actions/deploy-vault.ts";
export { deployVault } from "./actions/deploy-vault.ts";
export type {
  ExecuteDecisionErrorType,
  ExecuteDecisionParameters,
  ExecuteDecisionReturnType,
} from "./actions/execute-decision.ts";
export { executeDecision } from "./actions/execute-decision.ts";
export type { GetAgentErrorType, GetAgentParameters, GetAgentReturnType } from "./actions/get-agent.ts";
export { getAgent } from "./actions/get-agent.ts";
export type { GetCommitteeErrorType, GetCommitteeParameters, GetCommitteeReturnType } from "./actions/get-committee.ts";
export { getCommittee } from "./actions/get-committee.ts";
export type { GetDecisionErrorType, GetDecisionParameters, GetDecisionReturnType } from "./actions/get-decision.ts";
export { getDecision } from "./actions/get-decision.ts";
export type { AssetSpending, GetVaultErrorType, GetVaultParameters, GetVaultReturnType } from "./actions/get-vault.ts";
export { getVault } from "./actions/get-vault.ts";
export type {
  ListDecisionsErrorType,
  ListDecisionsParameters,
  ListDecisionsReturnType,
  SubmittedDecision,
} from "./actions/list-decisions.ts";
export { listDecisions } from "./actions/list-decisions.ts";
export type { PauseAgentErrorType, PauseAgentParameters, PauseAgentReturnType } from "./actions/pause-agent.ts";
export { pauseAgent } from "./actions/pause-agent.ts";
export type {
  ProposeCommitteeErrorType,
  ProposeCommitteeParameters,
  ProposeCommitteeReturnType,
} from "./actions/propose-committee.ts";
export { proposeCommittee } from "./actions/propose-committee.ts";
export type {
  ProposeDecisionErrorType,
  ProposeDecisionParameters,
  ProposeDecisionReturnType,
} from "./actions/propose-decision.ts";
export { proposeDecision } from "./actions/propose-decision.ts";
export type {
  RegisterAgentErrorType,
  RegisterAgentParameters,
  RegisterAgentReturnType,
} from "./actions/register-agent.ts";
export { registerAgent } from "./actions/register-agent.ts";
export type {
  SubmitDecisionErrorType,
  SubmitDecisionParameters,
  SubmitDecisionReturnType,
} from "./actions/submit-decision.ts";
export { submitDecision } from "./actions/submit-decision.ts";
export type { UnpauseAgentErrorType, UnpauseAgentParameters, UnpauseAgentReturnType } from "./actions/unpause-agent.ts";
export { unpauseAgent } from "./actions/unpause-agent.ts";
export type { VetoDecisionErrorType, VetoDecisionParameters, VetoDecisionReturnType } from "./actions/veto-decision.ts";
export { vetoDecision } from "./actions/veto-decision.ts";
export type {
  WaitForDecisionErrorType,
  WaitForDecisionParameters,
  WaitForDecisionReturnType,
} from "./actions/wait-for-decision.ts";
export { waitForDecision } from "./actions/wait-for-decision.ts";
export type { BindingParameters } from "./binding.ts";
export type { ReadClient, SynodContracts } from "./client.ts";
export type { SynodActions } from "./decorators/synod-actions.ts";
export { synodActions } from "./decorators/synod-actions.ts";
export type { PlacedCreation, RegistryCodes, VaultParts } from "./deployment/creations.ts";
export { REGISTRY_SALT, registryCreations, vaultCreation } from "./deployment/creations.ts";
export { DEPLOYMENT_PROXY } from "./deployment/deployment-proxy.ts";
export type { Creation } from "./deployment/deterministic-address.ts";
export { deterministicAddress } from "./deployment/deterministic-address.ts";
export type { SynodRevert, SynodRevertName } from "./errors/synod-revert.ts";
export { decodeSynodRevert, showRevert } from "./errors/synod-revert.ts";
export type { SynodSdkErrorCode, SynodSdkErrorDetail } from "./errors/synod-sdk-error.ts";
export { SynodSdkError } from "./errors/synod-sdk-error.ts";
export { toSynodSdkError, withSynodErrors } from "./errors/translate-error.ts";
export { agentVaultAbi } from "./generated/agent-vault-abi.ts";
export { committeeRegistryAbi } from "./generated/committee-registry-abi.ts";
export { decisionRegistryAbi } from "./generated/decision-registry-abi.ts";
export type { DecisionProposal, EncodeDecisionProposalParameters } from "./governance/encode-decision-proposal.ts";
export { encodeDecisionProposal } from "./governance/encode-decision-proposal.ts";
export { governorAbi } from "./governance/governor-abi.ts";
export { cancelPolicyCall, schedulePolicyCall } from "./policy/policy-change.ts";
export type { AgentRecord, AgentTerms } from "./records/agent-record.ts";
export type {
  CommitteeRecord,
  EpochRecord,
  EpochStatus,
  MemberRecord,
  PublicPoint,
} from "./records/committee-record.ts";
export type { DecisionRecord, DecisionResult } from "./records/decision-record.ts";
export { memberIndicesOf } from "./records/member-indices.ts";
export type { TransactionOutcome } from "./transactions.ts";
export type { TypedDataContents, TypedDataTypes } from "./typed-data/encode-typed-data.ts";
export type { TypedDataApproval, TypedDataApprovalParameters } from "./typed-data/typed-data-approval.ts";
export { typedDataApproval } from "./typed-data/typed-data-approval.ts";
