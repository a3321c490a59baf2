// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";
import {ERC721Holder} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Holder.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {BudgetMeter} from "./BudgetMeter.sol";
import {TypedDataApprovals} from "./TypedDataApprovals.sol";
import {IAgentVault} from "./interfaces/IAgentVault.sol";
import {IDecisionRegistry} from "./interfaces/IDecisionRegistry.sol";
import {ITypedDataApprovals} from "./interfaces/ITypedDataApprovals.sol";
import {AssetRules} from "./libraries/AssetRules.sol";
import {Batch} from "./libraries/Batch.sol";
import {Budgets} from "./libraries/Budgets.sol";
import {CallRules} from "./libraries/CallRules.sol";
import {Effects} from "./libraries/Effects.sol";
import {Ids} from "./libraries/Ids.sol";
import {Settlement} from "./libraries/Settlement.sol";
import {TypedData} from "./libraries/TypedData.sol";
import {Action} from "./types/Action.sol";
import {AppDomain} from "./types/AppDomain.sol";
import {Budget, DecisionState, DecisionView, ExecutionTerms} from "./types/Decision.sol";
import {Policy} from "./types/Policy.sol";

/// @title AgentVault
/// @notice See {IAgentVault}. No owner, no upgrade, no delegatecall.
contract AgentVault is IAgentVault, EIP712, ERC721Holder, ERC1155Holder, ReentrancyGuardTransient {
    using AssetRules for AssetRules.Book;
    using CallRules for CallRules.Book;
    using Effects for Effects.Watch;
    using Settlement for Settlement.Meter;

    /// @inheritdoc IAgentVault
    IDecisionRegistry public immutable registry;
    /// @inheritdoc IAgentVault
    bytes32 public immutable agentId;
    /// @inheritdoc IAgentVault
    bytes32 public immutable policyHash;

    /// @inheritdoc IAgentVault
    ITypedDataApprovals public immutable typedDataApprovals;

    /// @notice The contract that tells what an action may charge at most.
    BudgetMeter public immutable budgetMeter;

    CallRules.Book private _callRules;
    AssetRules.Book private _assetRules;

    constructor(
        IDecisionRegistry registry_,
        bytes32 agentId_,
        Policy memory policy_
    ) EIP712(TypedData.AGENT_VAULT_NAME, TypedData.VERSION) {
        registry = registry_;
        agentId = agentId_;
        policyHash = Ids.hashPolicy(policy_);
        typedDataApprovals = new TypedDataApprovals();
        budgetMeter = new BudgetMeter();
        _callRules.write(policy_.calls);
        _assetRules.write(policy_.assets);
    }

    /// @notice Takes native coin from anyone.
    receive() external payable {}

    /// @inheritdoc IAgentVault
    function execute(bytes32 decisionId, Action calldata action, bytes calldata signature) external nonReentrant {
        if (action.chainId != block.chainid) revert VaultWrongChain(action.chainId, block.chainid);
        if (action.vault != address(this)) revert VaultWrongVault(action.vault, address(this));
        // Marked as executed before anything is called. Whatever fails from here on takes the mark back.
        ExecutionTerms memory terms = _markExecuted(decisionId);
        bytes32 payloadHash = Ids.hashAction(action);
        if (payloadHash != terms.payloadHash) revert VaultPayloadMismatch(payloadHash, terms.payloadHash);
        if (policyHash != terms.policyHash) revert VaultPolicyChanged(policyHash, terms.policyHash);
        // The registry marks only before the deadline. It is asked again because here a signature becomes power.
        if (block.timestamp > terms.deadline) revert VaultDeadlinePassed(terms.deadline, block.timestamp);
        _requireAuthorized(decisionId, terms, signature);
        _perform(action);
        emit ActionExecuted(decisionId, payloadHash, msg.sender);
    }

    /// @inheritdoc IAgentVault
    function requirementsOf(Action calldata action) external view returns (bytes32, uint16, uint64, Budget[] memory) {
        return (policyHash, 0, 0, budgetMeter.budgetsOf(_assetRules.read(), action));
    }

    /// @inheritdoc IAgentVault
    // The library takes memory, as executions have it.
    // solhint-disable-next-line gas-calldata-parameters
    function requireRoom(bytes32 decided, Budget[] memory reserved) external view {
        if (policyHash != decided) revert VaultPolicyChanged(policyHash, decided);
        Budgets.requireRoom(_assetRules, reserved);
    }

    /// @inheritdoc IAgentVault
    function policy() external view returns (Policy memory) {
        return Policy(_callRules.list, _assetRules.read());
    }

    /// @inheritdoc IAgentVault
    function spentInWindow(address asset) external view returns (uint256) {
        return _assetRules.spentInWindow(asset);
    }

    /// @inheritdoc IAgentVault
    function authorizationDigest(bytes32 decisionId) external view returns (bytes32) {
        DecisionView memory decision = registry.decisionOf(decisionId);
        if (decision.agentId != agentId) revert VaultForeignDecision(decisionId, decision.agentId);
        return
            _authorizationDigest(
                decisionId,
                decision.committeeId,
                decision.epoch,
                decision.payloadHash,
                decision.deadline
            );
    }

    /// @inheritdoc ITypedDataApprovals
    function approveTypedData(AppDomain calldata, string calldata, bytes calldata, uint64) external {
        _forwardOwnCall();
    }

    /// @inheritdoc ITypedDataApprovals
    function revokeTypedData(bytes32) external {
        _forwardOwnCall();
    }

    /// @inheritdoc ITypedDataApprovals
    function approvedUntil(bytes32 approvalId) external view returns (uint64 expiry) {
        return typedDataApprovals.approvedUntil(approvalId);
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        return typedDataApprovals.isValidSignature(hash, signature);
    }

    /// @inheritdoc IAgentVault
    function isCallAllowed(address target, bytes4 selector) external view returns (bool) {
        return _callRules.isAllowed[target][selector];
    }

    /// @notice The interfaces of its receivers and of ERC-1271 (ERC-165).
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return
            interfaceId == type(IERC1271).interfaceId ||
            interfaceId == type(IERC721Receiver).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    /// @dev What the vault does to its approvals: the call it was sent, sent on, when it comes from an executed decision.
    function _forwardOwnCall() private {
        if (msg.sender != address(this)) revert VaultCallerNotItself(msg.sender);
        if (!LowLevelCall.callNoReturn(address(typedDataApprovals), msg.data)) LowLevelCall.bubbleRevert();
    }

    function _perform(Action calldata action) private {
        for (uint256 i = 0; i < action.calls.length; ++i) {
            _callRules.check(i, action.calls[i]);
        }
        address[] memory assets = _assetRules.assets();
        uint256[] memory charged = _assetRules.chargeGross(assets, action.calls);
        Effects.Watch memory watch = Effects.open(action);
        Settlement.Meter memory meter = Settlement.open(assets, action);
        for (uint256 i = 0; i < action.calls.length; ++i) {
            Batch.run(i, action.calls[i], action.gasFloor);
            meter.note();
        }
        _requireUnreserved(Settlement.settle(_assetRules, action, meter, charged));
        watch.close(action);
    }

    /// @dev What is charged beyond the decision's own budget must not come out of what others have reserved.
    /// @param beyond Bit i is set when that is so for the asset of rule i.
    function _requireUnreserved(uint256 beyond) private view {
        if (beyond == 0) return;
        Budget[] memory reserved = registry.reservedOf(agentId, policyHash, Budgets.emptyFor(beyond));
        Budgets.requireRoom(_assetRules, reserved);
    }

    /// @dev The registry names what is in the way in its own words; a vault's users know the vault's.
    function _markExecuted(bytes32 decisionId) private returns (ExecutionTerms memory terms) {
        try registry.markExecuted(decisionId) returns (ExecutionTerms memory marked) {
            return marked;
        } catch (bytes memory reason) {
            DecisionView memory decision = registry.decisionOf(decisionId);
            if (decision.agentId != agentId) revert VaultForeignDecision(decisionId, decision.agentId);
            if (decision.state != DecisionState.Ready) revert VaultDecisionNotReady(decisionId, decision.state);
            LowLevelCall.bubbleRevert(reason);
        }
    }

    function _requireAuthorized(
        bytes32 decisionId,
        ExecutionTerms memory terms,
        bytes calldata signature
    ) private view {
        bytes32 digest = _authorizationDigest(
            decisionId,
            terms.committeeId,
            terms.epoch,
            terms.payloadHash,
            terms.deadline
        );
        address recovered = ECDSA.recoverCalldata(digest, signature);
        if (recovered != terms.groupAddress) revert VaultSignerMismatch(recovered, terms.groupAddress);
    }

    function _authorizationDigest(
        bytes32 decisionId,
        bytes32 committeeId,
        uint64 epoch,
        bytes32 payloadHash,
        uint64 deadline
    ) private view returns (bytes32) {
        return
            _hashTypedDataV4(
                TypedData.authorization(
                    TypedData.Authorization(
                        decisionId,
                        agentId,
                        committeeId,
                        epoch,
                        payloadHash,
                        policyHash,
                        deadline,
                        address(registry)
                    )
                )
            );
    }
}
