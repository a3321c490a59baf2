// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Action} from "../types/Action.sol";
import {Budget, DecisionState} from "../types/Decision.sol";
import {Policy, Violation} from "../types/Policy.sol";
import {IDecisionRegistry} from "./IDecisionRegistry.sol";
import {IPolicyEngine} from "./IPolicyEngine.sol";
import {ITypedDataApprovals} from "./ITypedDataApprovals.sol";

/// @title Vault of one agent
/// @notice Holds native coin, ERC-20, ERC-721 and ERC-1155, and moves them in one way only: {execute}, for a decision
/// the registry holds as Ready, with the group key's authorization, within the vault's policy, which denies what it does
/// not allow. The policy stands in the code of a contract of its own; the {IPolicyEngine} of the registry reads it.
///
/// Spending is charged gross, before the calls: native value sent, amounts of ERC-20 `transfer`, `transferFrom` out of
/// the vault, `approve`, `increaseAllowance` and `permit` of the vault's own tokens (an allowance counts as spent when it
/// is given). These functions are denied on accounts that no asset rule lists; naming an operator over everything
/// (`setApprovalForAll`) is denied unless the rule says that the asset is unlimited. The balance of each asset with caps is read around every call; if the
/// falls, together with the allowances of this batch that are not used yet, are more than was charged, the rest is
/// charged after the calls. What one call brings in does not lower what another takes out; inside one call only the
/// sum can be seen. Caps on what is charged hold per execution and in every rolling window; an allowance is charged when
/// it is given, and may be used later. Common functions that give allowances in other ways (see
/// {Spending-givesHiddenAllowance}) and `markExecuted` of the registry cannot be allowed by a rule,
/// nor can calls to the vault itself, of which only a closed list is open to decisions ({SelfCalls}). The former list
/// cannot be complete: who writes a policy must know the functions it names.
///
/// Assets without caps are not measured. Those that no rule lists can leave only through functions that are not charged
/// and that a call rule names, such as `safeTransferFrom` of a collectible.
///
/// An approved decision reserves its budget until it is executed or dead ({requirementsOf}, {requireRoom}), so that the
/// cap of a window never stands in the way of an approved decision that charges no more. An execution that turns out to
/// charge more must leave what others have reserved.
///
/// There is one failure policy: if anything fails the whole transaction reverts and the decision stays Ready.
///
/// Authorizations are EIP-712 under the domain {name: "Synod AgentVault", version: "1"}, 65 bytes, low s, v 27 or 28;
/// other encodings revert with OpenZeppelin's ECDSA errors.
interface IAgentVault is ITypedDataApprovals {
    /// @notice An action was executed.
    /// @param submitter Account that paid for the execution; it has no say in it.
    event ActionExecuted(bytes32 indexed decisionId, bytes32 payloadHash, address submitter);

    /// @notice A policy takes effect.
    /// @param pointer Account whose code is the policy, behind a zero byte.
    /// @param unlimited Assets of which the vault may spend all it has at once.
    event PolicyAdopted(bytes32 indexed policyHash, address pointer, address[] unlimited);
    /// @notice A decision was executed that changes the policy; the change may take effect from `effectiveAt` on.
    event PolicyScheduled(bytes32 indexed policyHash, address pointer, uint64 effectiveAt);
    /// @notice The policy does not wait any more: it takes effect in the same transaction, or never.
    event PolicyUnscheduled(address pointer);

    /// @notice The delay is neither zero nor from 1 day to 30 days.
    error VaultChangeDelayInvalid(uint256 changeDelay);
    /// @notice The vault's policy says that it never changes.
    error VaultPolicyFixed();
    /// @notice No policy waits.
    error VaultPolicyNotScheduled();
    /// @notice The policy that waits may not take effect yet.
    error VaultPolicyTooEarly(uint64 effectiveAt, uint256 time);
    /// @notice The bytes decode to a policy, but are not how it is encoded.
    error VaultPolicyNotCanonical();
    /// @notice The encoded policy has more than 24,575 bytes.
    error VaultPolicyTooLarge(uint256 size);
    /// @notice The span of the day does not lie within the day.
    error VaultHoursInvalid(uint256 activeFrom, uint256 activeUntil);
    /// @notice A limit to the executions needs a span, and a span a limit.
    error VaultRateInvalid(uint256 maxExecutions, uint256 executionsSeconds);
    /// @notice More than 128 call rules.
    error VaultCallRulesTooMany(uint256 count);
    /// @notice The call rule names entries that its policy does not have, or an argument beyond the sixteenth.
    error VaultRangeInvalid(uint256 callRule);
    /// @notice The rule lists recipients, but the vault does not know which argument of the function tells them.
    error VaultRecipientsUnreadable(address target, bytes4 selector);
    /// @notice The target is a deployer by another rule; this one would let it be called without a listed init code.
    error VaultDeployerOpen(address target, bytes4 selector);
    /// @notice An asset that is unlimited has no caps and no window.
    error VaultUnlimitedWithCaps(address asset);
    /// @notice More than 64 tiers.
    error VaultTiersTooMany(uint256 count);
    /// @notice No committee has more than 64 members, and no veto window is longer than 14 days.
    error VaultTierTooHigh(address asset, uint256 minAttestations, uint256 minVetoWindow);
    /// @notice No asset rule with caps lists the asset of the tier.
    error VaultTierWithoutCaps(address asset);
    /// @notice The rule would allow the vault to call itself.
    error VaultRuleTargetsItself(bytes4 selector);
    /// @notice The rule would allow a function that gives allowances the vault cannot account for, or one with which the
    /// vault would mark decisions as executed that it did not execute.
    error VaultRuleSelectorForbidden(address target, bytes4 selector);
    /// @notice Two call rules are the same.
    error VaultRuleRepeated(address target, bytes4 selector);
    /// @notice Two asset rules are for the same asset.
    error VaultAssetRepeated(address asset);
    /// @notice More than 32 assets are listed.
    error VaultAssetsTooMany(uint256 count);
    /// @notice The cap is above 2^128 − 1; a cap beyond any supply is no cap.
    error VaultCapTooLarge(address asset, uint256 cap);
    /// @notice The rolling window has no length.
    error VaultWindowEmpty(address asset);

    /// @notice The decision is for another agent.
    error VaultForeignDecision(bytes32 decisionId, bytes32 agentId);
    /// @notice The decision is not Ready.
    error VaultDecisionNotReady(bytes32 decisionId, DecisionState state);
    /// @notice The action is not the one the decision was made for.
    error VaultPayloadMismatch(bytes32 given, bytes32 expected);
    /// @notice The action is meant for another chain.
    error VaultWrongChain(uint256 given, uint256 expected);
    /// @notice The action is meant for another vault.
    error VaultWrongVault(address given, address expected);
    /// @notice The decision's deadline has passed.
    error VaultDeadlinePassed(uint64 deadline, uint256 time);
    /// @notice The policy is not the one that the decision was submitted under.
    error VaultPolicyChanged(bytes32 present, bytes32 decided);
    /// @notice The authorization is not by the group key.
    error VaultSignerMismatch(address recovered, address groupAddress);

    /// @notice The submitter gave too little gas for a call, or for reading a balance.
    error VaultGasTooLow(uint256 available, uint256 needed);
    /// @notice No rule allows the call.
    error VaultCallDenied(uint256 index, address target, bytes4 selector);
    /// @notice It is not the time of the day at which the policy allows executions.
    error VaultOutsideHours(uint256 second, uint256 activeFrom, uint256 activeUntil);
    /// @notice The policy allows no more executions in the span.
    error VaultRateExceeded(uint256 executions, uint256 maxExecutions);
    /// @notice The call would give something to an account that its rule does not list.
    error VaultRecipientDenied(uint256 index, address recipient);
    /// @notice The arguments of the call are not as its rule asks.
    /// @param condition Position of the condition in the policy.
    /// @param word What the calldata holds there; zero when it ends before.
    error VaultConditionFailed(uint256 index, uint256 condition, uint256 word);
    /// @notice The deployer would be called with an init code that its rule does not list, or with none.
    error VaultInitCodeDenied(uint256 index, address deployer, bytes32 initCodeHash);
    /// @notice The call would name an operator over everything, and no rule says that the asset is unlimited.
    error VaultOperatorDenied(uint256 index, address asset);
    /// @notice The action says that no allowance may be new, and the call names an operator.
    error VaultOperatorGiven(uint256 index, address asset, address operator);
    /// @notice The calldata is shorter than its function needs, or its selector is zero.
    error VaultCalldataMalformed(uint256 index, uint256 length);
    /// @notice The call has data but its target has no code.
    error VaultTargetWithoutCode(uint256 index, address target);
    /// @notice The call reverted.
    /// @param reason First 256 bytes at most of what it returned.
    error VaultCallFailed(uint256 index, address target, bytes reason);
    /// @notice The token did not revert but did not answer `true` either.
    error VaultTokenRefused(uint256 index, address token);
    /// @notice No asset rule lists the asset that would be spent.
    error VaultAssetDenied(address asset);
    /// @notice The execution would spend more of the asset than one execution may; or, measured, more than the line of a
    /// tier above the action's budget.
    error VaultTransactionCapExceeded(address asset, uint256 spent, uint256 cap);
    /// @notice The execution would spend more of the asset than the rolling window has left.
    error VaultWindowCapExceeded(address asset, uint256 spent, uint256 cap);
    /// @notice What was charged in the rolling window and what approved decisions have reserved would together exceed the
    /// cap. An approval can be brought again when the window has moved on or another decision has died.
    error VaultBudgetNotFree(address asset, uint256 needed, uint256 cap);
    /// @notice The vault's balance of an asset that matters to the action cannot be read.
    error VaultBalanceUnreadable(address asset);
    /// @notice The vault's balance fell by more than the action's bound.
    error VaultBoundExceeded(address asset, uint256 outflow, uint256 maxOut);
    /// @notice The vault's balance rose by less than the action's bound.
    error VaultBoundNotReached(address asset, uint256 inflow, uint256 minIn);

    /// @notice Two bounds of the action are for the same asset; one movement would serve both.
    error VaultBoundRepeated(address asset);
    /// @notice The spender may take more of the vault's tokens after the batch than before.
    error VaultAllowanceGrew(address token, address spender, uint256 before, uint256 present);
    /// @notice The token does not tell what the spender may take.
    error VaultAllowanceUnreadable(address token, address spender);
    /// @notice The account does not have the code that the action pins, before the batch or after it.
    error VaultCodeMismatch(address account, bytes32 codeHash, bytes32 expected);

    /// @notice Executes a ready decision. Anyone may submit it; the outcome does not depend on who does.
    /// @param action The payload, as it stands in `DecisionSubmitted`, encoded as compilers do: right before the signature.
    /// @param signature The group key's signature of `Authorization(bytes32 decisionId,bytes32 agentId,bytes32
    /// committeeId,uint64 epoch,bytes32 payloadHash,bytes32 policyHash,uint64 deadline,address registry)`.
    function execute(bytes32 decisionId, Action calldata action, bytes calldata signature) external;

    /// @notice Has another policy take effect after the delay that the present one states. By an executed decision alone.
    /// What waited before is replaced, and its time begins anew.
    /// @param encoded `abi.encode(policy)`.
    function schedulePolicy(bytes calldata encoded) external;

    /// @notice Gives up the policy that waits. By an executed decision alone.
    function cancelPolicy() external;

    /// @notice Puts the policy that waits into force; anyone may, once its time has come. Decisions that were submitted
    /// under the last one cannot be executed any more. What windows hold stays charged: in a window of the same length as
    /// it was, in another as if all of it were charged now.
    function applyPolicy() external;

    /// @notice The policy that waits.
    function scheduledPolicy() external view returns (address pointer, uint64 effectiveAt);

    /// @notice Registry of the decisions this vault obeys.
    function registry() external view returns (IDecisionRegistry);

    /// @notice Agent this vault belongs to.
    function agentId() external view returns (bytes32);

    /// @notice What reads the policy.
    function policyEngine() external view returns (IPolicyEngine);

    /// @notice Account whose code is the policy: a zero byte, then `abi.encode(policy)`.
    function policyPointer() external view returns (address);

    /// @notice Hash of the policy: `keccak256(abi.encode(policy))`.
    function policyHash() external view returns (bytes32);

    /// @notice What the policy asks of a decision about `action`; the registry asks at submission and keeps the answer.
    /// @return policyHash Hash of the policy that answers.
    /// @return minAttestations Members that must attest an approval at least; the registry takes the epoch's quorum when
    /// that is more.
    /// @return minVetoWindow Seconds between approval and readiness at least; the registry takes the agent's veto window
    /// when that is longer.
    /// @return budgets The most that the action may charge for each asset: what its calldata spends, or what its bound
    /// lets go when that is more, up to the cap per execution. None for an action that a cap per execution forbids.
    function requirementsOf(
        Action calldata action
    ) external view returns (bytes32 policyHash, uint16 minAttestations, uint64 minVetoWindow, Budget[] memory budgets);

    /// @notice Reverts unless the rolling windows have room for what is reserved, under the given policy.
    /// @param reserved Budgets of all approved decisions that may still be executed, the new one among them, per asset.
    function requireRoom(bytes32 policyHash, Budget[] calldata reserved) external view;

    /// @notice Every violation of the policy, if the action were executed now: of the time, of each call in their order
    /// with what it spends, then of each asset, then of the windows and the rate. None means that the policy allows what the calldata says;
    /// what the calls do beyond that is measured only when they run.
    function violationsOf(Action calldata action) external view returns (Violation[] memory);

    /// @notice The policy.
    function policy() external view returns (Policy memory);

    /// @notice What was charged for the asset in the rolling window that ends now; zero for an asset without caps.
    function spentInWindow(address asset) external view returns (uint256);

    /// @notice Executions in the rolling span of the policy's rate limit; zero when it has none.
    function executionsInSpan() external view returns (uint256);

    /// @notice EIP-712 digest the group key must sign for a decision of this vault's agent.
    function authorizationDigest(bytes32 decisionId) external view returns (bytes32);

    /// @notice The contract that keeps the vault's approvals of typed data.
    function typedDataApprovals() external view returns (ITypedDataApprovals);

    /// @notice Whether a call rule names the account and the selector and asks for nothing more.
    function isCallAllowed(address target, bytes4 selector) external view returns (bool);
}
