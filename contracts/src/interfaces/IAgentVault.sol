// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Action} from "../types/Action.sol";
import {Budget, DecisionState} from "../types/Decision.sol";
import {Policy} from "../types/Policy.sol";
import {IDecisionRegistry} from "./IDecisionRegistry.sol";
import {ITypedDataApprovals} from "./ITypedDataApprovals.sol";

/// @title Vault of one agent
/// @notice Holds native coin, ERC-20, ERC-721 and ERC-1155, and moves them in one way only: {execute}, for a decision
/// the registry holds as Ready, with the group key's authorization, within the vault's policy. The policy is fixed at
/// construction and denies what it does not allow.
///
/// Spending is charged gross, before the calls: native value sent, amounts of ERC-20 `transfer`, `transferFrom` out of
/// the vault, `approve` and `increaseAllowance` (an allowance counts as spent when it is given). These four functions
/// are denied on accounts that no asset rule lists. The balance of each listed asset is read around every call; if the
/// falls, together with the allowances of this batch that are not used yet, are more than was charged, the rest is
/// charged after the calls. What one call brings in does not lower what another takes out; inside one call only the
/// sum can be seen. Caps on what is charged hold per execution and in every rolling window; an allowance is charged when
/// it is given, and may be used later. Common functions that give allowances in other ways (`permit`, `setApprovalForAll`
/// and their like, see {Spending-givesHiddenAllowance}) and `markExecuted` of the registry cannot be allowed by a rule,
/// nor can calls to the vault itself, of which only a closed list is open to decisions ({SelfCalls}). The former list cannot be complete: who writes a policy must know the functions it names.
///
/// Assets that no rule lists are not measured: they can leave only through functions that are not decoded and that a
/// call rule names, such as `safeTransferFrom` of a collectible.
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
    /// @notice The execution would spend more of the asset than one execution may.
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
    /// @param action The payload, as it stands in `DecisionSubmitted`.
    /// @param signature The group key's signature of `Authorization(bytes32 decisionId,bytes32 agentId,bytes32
    /// committeeId,uint64 epoch,bytes32 payloadHash,bytes32 policyHash,uint64 deadline,address registry)`.
    function execute(bytes32 decisionId, Action calldata action, bytes calldata signature) external;

    /// @notice Registry of the decisions this vault obeys.
    function registry() external view returns (IDecisionRegistry);

    /// @notice Agent this vault belongs to.
    function agentId() external view returns (bytes32);

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
    function requireRoom(bytes32 policyHash, Budget[] memory reserved) external view;

    /// @notice The policy.
    function policy() external view returns (Policy memory);

    /// @notice What was charged for the asset in the rolling window that ends now; zero for an asset without a rule.
    function spentInWindow(address asset) external view returns (uint256);

    /// @notice EIP-712 digest the group key must sign for a decision of this vault's agent.
    function authorizationDigest(bytes32 decisionId) external view returns (bytes32);

    /// @notice The contract that keeps the vault's approvals of typed data.
    function typedDataApprovals() external view returns (ITypedDataApprovals);

    /// @notice Whether a call rule names the account and the selector.
    function isCallAllowed(address target, bytes4 selector) external view returns (bool);
}
