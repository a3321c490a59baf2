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
import {IDecisionRegistry} from "./interfaces/IDecisionRegistry.sol";
import {IPolicyEngine} from "./interfaces/IPolicyEngine.sol";
import {ITypedDataApprovals} from "./interfaces/ITypedDataApprovals.sol";
import {Batch} from "./libraries/Batch.sol";
import {Clearances} from "./libraries/Clearances.sol";
import {Effects} from "./libraries/Effects.sol";
import {Payloads} from "./libraries/Payloads.sol";
import {PolicyCode} from "./libraries/PolicyCode.sol";
import {Settlement} from "./libraries/Settlement.sol";
import {TypedData} from "./libraries/TypedData.sol";
import {Windows} from "./libraries/Windows.sol";
import {Action} from "./types/Action.sol";
import {AppDomain} from "./types/AppDomain.sol";
import {Budget, DecisionState, DecisionView, ExecutionTerms} from "./types/Decision.sol";
import {Charge, Clearance, Policy, ScheduledPolicy, Violation} from "./types/Policy.sol";

/// @title AgentVault
/// @notice See {IAgentVault}. No owner, no upgrade, no delegatecall.
contract AgentVault is IAgentVault, EIP712, ERC721Holder, ERC1155Holder, ReentrancyGuardTransient {
    using Effects for Effects.Watch;
    using Settlement for Settlement.Meter;
    using Windows for Windows.Book;

    /// @inheritdoc IAgentVault
    IDecisionRegistry public immutable registry;
    /// @inheritdoc IAgentVault
    bytes32 public immutable agentId;
    /// @inheritdoc IAgentVault
    IPolicyEngine public immutable policyEngine;

    /// @inheritdoc IAgentVault
    ITypedDataApprovals public immutable typedDataApprovals;

    /// @inheritdoc IAgentVault
    address public policyPointer;
    /// @inheritdoc IAgentVault
    ScheduledPolicy public scheduledPolicy;
    Windows.Book private _windows;

    constructor(
        IDecisionRegistry registry_,
        bytes32 agentId_,
        Policy memory policy_
    ) EIP712(TypedData.AGENT_VAULT_NAME, TypedData.VERSION) {
        registry = registry_;
        agentId = agentId_;
        policyEngine = registry_.policyEngine();
        typedDataApprovals = new TypedDataApprovals();
        bytes memory encoded = abi.encode(policy_);
        policyEngine.validate(encoded, address(this));
        _adopt(PolicyCode.write(encoded));
    }

    /// @notice Takes native coin from anyone.
    receive() external payable {}

    /// @inheritdoc IAgentVault
    function execute(bytes32 decisionId, Action calldata action, bytes calldata signature) external nonReentrant {
        if (action.chainId != block.chainid) revert VaultWrongChain(action.chainId, block.chainid);
        if (action.vault != address(this)) revert VaultWrongVault(action.vault, address(this));
        // Marked as executed before anything is called. Whatever fails from here on takes the mark back.
        ExecutionTerms memory terms = _markExecuted(decisionId);
        bytes memory encoded = Payloads.encodingOf(action, signature);
        bytes32 payloadHash = keccak256(encoded);
        if (payloadHash != terms.payloadHash) revert VaultPayloadMismatch(payloadHash, terms.payloadHash);
        // The registry marks only before the deadline. It is asked again because here a signature becomes power.
        if (block.timestamp > terms.deadline) revert VaultDeadlinePassed(terms.deadline, block.timestamp);
        _requireAuthorized(decisionId, terms, signature);
        _perform(action, _charge(encoded, terms.policyHash), terms.policyHash);
        emit ActionExecuted(decisionId, payloadHash, msg.sender);
    }

    /// @inheritdoc IAgentVault
    function schedulePolicy(bytes calldata encoded) external {
        _requireOwnCall();
        uint64 effectiveAt = uint64(block.timestamp) + policyEngine.validateChange(encoded);
        address pointer = PolicyCode.write(encoded);
        scheduledPolicy = ScheduledPolicy(pointer, effectiveAt);
        emit PolicyScheduled(keccak256(encoded), pointer, effectiveAt);
    }

    /// @inheritdoc IAgentVault
    function cancelPolicy() external {
        _requireOwnCall();
        _takeScheduled();
    }

    /// @inheritdoc IAgentVault
    function applyPolicy() external nonReentrant {
        ScheduledPolicy memory scheduled = _takeScheduled();
        if (block.timestamp < scheduled.effectiveAt) {
            revert VaultPolicyTooEarly(scheduled.effectiveAt, block.timestamp);
        }
        _adopt(scheduled.pointer);
    }

    /// @inheritdoc IAgentVault
    function requirementsOf(Action calldata) external view returns (bytes32, uint16, uint64, Budget[] memory) {
        _askEngine();
    }

    /// @inheritdoc IAgentVault
    function requireRoom(bytes32, Budget[] calldata) external view {
        _askEngine();
    }

    /// @inheritdoc IAgentVault
    function violationsOf(Action calldata) external view returns (Violation[] memory) {
        _askEngine();
    }

    /// @inheritdoc IAgentVault
    function isCallAllowed(address, bytes4) external view returns (bool) {
        _askEngine();
    }

    /// @inheritdoc IAgentVault
    function policyHash() public view returns (bytes32) {
        return policyEngine.hashOf(policyPointer);
    }

    /// @inheritdoc IAgentVault
    function policy() external view returns (Policy memory) {
        bytes memory code = policyPointer.code;
        // Behind its first byte it is what this function returns, encoded.
        assembly ("memory-safe") {
            return(add(code, 0x21), sub(mload(code), 1))
        }
    }

    /// @inheritdoc IAgentVault
    function spentInWindow(address asset) external view returns (uint256) {
        (uint256 maxPerWindow, uint64 windowSeconds) = policyEngine.windowOf(policyPointer, asset);
        return windowSeconds == 0 ? 0 : _windows.spent(asset, maxPerWindow, windowSeconds);
    }

    /// @inheritdoc IAgentVault
    function executionsInSpan() external view returns (uint256) {
        (, uint64 executionsSeconds) = policyEngine.rateOf(policyPointer);
        return executionsSeconds == 0 ? 0 : _windows.executed(executionsSeconds);
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
                policyHash(),
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

    /// @notice The interfaces of its receivers and of ERC-1271 (ERC-165).
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return
            interfaceId == type(IERC1271).interfaceId ||
            interfaceId == type(IERC721Receiver).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    /// @dev What the vault does to its approvals: the call it was sent, sent on, when it comes from an executed decision.
    function _forwardOwnCall() private {
        _requireOwnCall();
        if (!LowLevelCall.callNoReturn(address(typedDataApprovals), msg.data)) LowLevelCall.bubbleRevert();
    }

    /// @dev Charges the action as its policy says, or reverts with what the policy does not allow.
    /// @param encoded The action as it is hashed, so that it is encoded once.
    /// @param expectedHash The policy that the decision was made under.
    function _charge(bytes memory encoded, bytes32 expectedHash) private returns (Charge[] memory charges) {
        bytes32 hash;
        uint256 maxExecutions;
        uint64 executionsSeconds;
        (hash, maxExecutions, executionsSeconds, charges) = Clearances.ask(policyEngine, policyPointer, encoded);
        if (hash != expectedHash) revert VaultPolicyChanged(hash, expectedHash);
        if (maxExecutions != 0) _windows.count(maxExecutions, executionsSeconds);
        for (uint256 i = 0; i < charges.length; ++i) {
            _windows.charge(charges[i], 0, charges[i].amount);
        }
    }

    function _perform(Action calldata action, Charge[] memory charges, bytes32 policyHash_) private {
        Effects.Watch memory watch = Effects.open(action);
        Settlement.Meter memory meter = Settlement.open(charges, action);
        for (uint256 i = 0; i < action.calls.length; ++i) {
            Batch.run(i, action.calls[i], action.gasFloor);
            meter.note(charges);
        }
        _requireUnreserved(policyHash_, Settlement.settle(_windows, action, meter, charges));
        watch.close(action);
    }

    /// @dev What is charged beyond the decision's own budget must not come out of what others have reserved.
    /// @param beyond Bit i is set when that is so for the i-th asset with caps.
    function _requireUnreserved(bytes32 policyHash_, uint256 beyond) private view {
        if (beyond == 0) return;
        Budget[] memory budgets = policyEngine.budgetsOfNothing(policyPointer, beyond);
        policyEngine.requireRoom(policyHash_, registry.reservedOf(agentId, policyHash_, budgets));
    }

    /// @dev Asks the engine what the vault was asked: its functions for that have the same names and parameters.
    function _askEngine() private view {
        if (!LowLevelCall.staticcallNoReturn(address(policyEngine), msg.data)) LowLevelCall.bubbleRevert();
        assembly ("memory-safe") {
            let answer := mload(0x40)
            returndatacopy(answer, 0, returndatasize())
            return(answer, returndatasize())
        }
    }

    /// @dev Puts a policy that was found valid into force.
    function _adopt(address pointer) private {
        (Clearance memory terms, address[] memory unlimited) = policyEngine.termsOf(pointer);
        policyPointer = pointer;
        emit PolicyAdopted(terms.policyHash, pointer, unlimited);
        _windows.open(terms);
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

    function _takeScheduled() private returns (ScheduledPolicy memory scheduled) {
        scheduled = scheduledPolicy;
        if (scheduled.pointer == address(0)) revert VaultPolicyNotScheduled();
        delete scheduledPolicy;
        emit PolicyUnscheduled(scheduled.pointer);
    }

    function _requireOwnCall() private view {
        if (msg.sender != address(this)) revert VaultCallerNotItself(msg.sender);
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
            terms.policyHash,
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
        bytes32 policyHash_,
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
                        policyHash_,
                        deadline,
                        address(registry)
                    )
                )
            );
    }
}
