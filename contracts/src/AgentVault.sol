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
import {TypedDataApprovals} from "./TypedDataApprovals.sol";
import {IAgentVault} from "./interfaces/IAgentVault.sol";
import {ICommitteeRegistry} from "./interfaces/ICommitteeRegistry.sol";
import {IDecisionRegistry} from "./interfaces/IDecisionRegistry.sol";
import {ITypedDataApprovals} from "./interfaces/ITypedDataApprovals.sol";
import {AssetRules} from "./libraries/AssetRules.sol";
import {Batch} from "./libraries/Batch.sol";
import {CallRules} from "./libraries/CallRules.sol";
import {Effects} from "./libraries/Effects.sol";
import {Ids} from "./libraries/Ids.sol";
import {Settlement} from "./libraries/Settlement.sol";
import {TypedData} from "./libraries/TypedData.sol";
import {Action} from "./types/Action.sol";
import {AppDomain} from "./types/AppDomain.sol";
import {DecisionState, DecisionView} from "./types/Decision.sol";
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

    ICommitteeRegistry private immutable _committeeRegistry;
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
        _committeeRegistry = registry_.committeeRegistry();
        typedDataApprovals = new TypedDataApprovals();
        _callRules.write(policy_.calls);
        _assetRules.write(policy_.assets);
    }

    /// @notice Takes native coin from anyone.
    receive() external payable {}

    /// @inheritdoc IAgentVault
    function execute(bytes32 decisionId, Action calldata action, bytes calldata signature) external nonReentrant {
        DecisionView memory decision = registry.decisionOf(decisionId);
        _requireReady(decisionId, decision);
        _requirePayload(decision, action);
        // The registry says Ready only before the deadline and while the epoch is active. Both are asked again because
        // this is where a signature becomes power.
        if (block.timestamp > decision.deadline) revert VaultDeadlinePassed(decision.deadline, block.timestamp);
        _requireAuthorized(decisionId, decision, signature);
        registry.markExecuted(decisionId);
        _perform(action);
        emit ActionExecuted(decisionId, decision.payloadHash, msg.sender);
    }

    /// @inheritdoc IAgentVault
    function requirementsOf(Action calldata) external view returns (bytes32, uint16, uint64) {
        return (policyHash, 0, 0);
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
        return _authorizationDigest(decisionId, decision);
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
        Settlement.settle(_assetRules, action, meter, charged);
        watch.close(action);
    }

    function _requireReady(bytes32 decisionId, DecisionView memory decision) private view {
        if (decision.agentId != agentId) revert VaultForeignDecision(decisionId, decision.agentId);
        if (decision.state != DecisionState.Ready) revert VaultDecisionNotReady(decisionId, decision.state);
    }

    function _requirePayload(DecisionView memory decision, Action calldata action) private view {
        bytes32 payloadHash = Ids.hashAction(action);
        if (payloadHash != decision.payloadHash) revert VaultPayloadMismatch(payloadHash, decision.payloadHash);
        if (action.chainId != block.chainid) revert VaultWrongChain(action.chainId, block.chainid);
        if (action.vault != address(this)) revert VaultWrongVault(action.vault, address(this));
    }

    function _requireAuthorized(
        bytes32 decisionId,
        DecisionView memory decision,
        bytes calldata signature
    ) private view {
        uint64 active = _committeeRegistry.activeEpoch(decision.committeeId);
        if (active != decision.epoch) revert VaultEpochNotActive(decision.epoch, active);
        address groupAddress = _committeeRegistry.groupAddressOf(decision.committeeId, decision.epoch);
        address recovered = ECDSA.recoverCalldata(_authorizationDigest(decisionId, decision), signature);
        if (recovered != groupAddress) revert VaultSignerMismatch(recovered, groupAddress);
    }

    function _authorizationDigest(bytes32 decisionId, DecisionView memory decision) private view returns (bytes32) {
        return
            _hashTypedDataV4(
                TypedData.authorization(
                    TypedData.Authorization(
                        decisionId,
                        agentId,
                        decision.committeeId,
                        decision.epoch,
                        decision.payloadHash,
                        policyHash,
                        decision.deadline,
                        address(registry)
                    )
                )
            );
    }
}
