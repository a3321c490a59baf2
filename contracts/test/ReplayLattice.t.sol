// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {AgentVault} from "../src/AgentVault.sol";
import {CommitteeRegistry} from "../src/CommitteeRegistry.sol";
import {DecisionRegistry} from "../src/DecisionRegistry.sol";
import {IAgentVault} from "../src/interfaces/IAgentVault.sol";
import {IDecisionRegistry} from "../src/interfaces/IDecisionRegistry.sol";
import {ICommitteeRegistry} from "../src/interfaces/ICommitteeRegistry.sol";
import {TypedData} from "../src/libraries/TypedData.sol";
import {Action} from "../src/types/Action.sol";
import {SignedBy} from "../src/types/Committee.sol";
import {ANY_SEQUENCE, Binding, DecisionState, DecisionView} from "../src/types/Decision.sol";
import {Policy} from "../src/types/Policy.sol";
import {World} from "./utils/World.sol";

/// @notice A signature serves one place in the world. Each field of the message and of its domain is an axis with two
/// values: the right one, and one that is right elsewhere. Every cell of the lattice is signed by the right key and
/// brought to the one place; only the cell where all values are right is taken.
contract ReplayLatticeTest is World {
    uint256 private constant AUTHORIZATION_AXES = 10;
    uint256 private constant ATTESTATION_AXES = 7;
    uint256 private constant BINDING_AXES = 3;

    /// @dev What is right elsewhere: a second registry of each kind, a second agent of the same committee with a decision
    /// that is ready too, and a second committee with the same keys.
    DecisionRegistry private _otherRegistry;
    AgentVault private _otherVault;
    bytes32 private _otherAgent;
    bytes32 private _otherCommittee;
    bytes32 private _other;
    bytes32 private _ready;
    bytes32 private _pending;

    function setUp() public override {
        super.setUp();
        _schedulePolicy();
        _otherRegistry = new DecisionRegistry(new CommitteeRegistry(), engine);
        _otherCommittee = _foundCommittee(bytes32(uint256(1)), FIRST_MEMBER, GROUP);
        (bytes32 agent, AgentVault home) = (agentId, vault);
        _useVault(_policy());
        _other = _submitReady(_transfer(10));
        (_otherAgent, _otherVault) = (agentId, vault);
        (agentId, vault) = (agent, home);
        _ready = _submitReady(_transfer(10));
        _pending = _submit(_transfer(11));
    }

    /// @dev A policy that can change.
    function _policy() internal view override returns (Policy memory policy) {
        policy = super._policy();
        policy.changeDelay = 1 days;
    }

    /// @dev Another policy may be applied by the time when the decisions are ready.
    function _schedulePolicy() private {
        Policy memory next = _policy();
        next.assets[0].maxPerWindow = 2_000;
        _run(_action(address(vault), 0, abi.encodeCall(vault.schedulePolicy, (abi.encode(next)))));
        (, uint64 effectiveAt) = vault.scheduledPolicy();
        vm.warp(effectiveAt - 2 * VETO_WINDOW);
    }

    // ---- authorizations ----

    function test_one_cell_of_1024_authorizes() public {
        uint256 refused = 0;
        for (uint256 cell = 1; cell < 1 << AUTHORIZATION_AXES; ++cell) {
            bytes4 reason = _execute(_sign(GROUP, _authorizationCell(cell)));
            vm.assertEq(bytes32(reason), bytes32(IAgentVault.VaultSignerMismatch.selector), "refused");
            ++refused;
        }
        vm.assertEq(refused, 1_023, "cells");
        vm.assertEq(bytes32(_execute(_sign(GROUP, _authorizationCell(0)))), 0, "the right one");
    }

    /// @dev Members handed over with the same key, members and key handed over, time over, executed: what was
    /// signed before does not serve, and what would be right then does not either.
    function test_no_cell_authorizes_what_is_over() public {
        uint256 refused = 0;
        for (uint256 situation = 0; situation < 4; ++situation) {
            bytes[] memory signatures = _signAll();
            uint256 before = vm.snapshotState();
            DecisionState state = _end(situation);
            for (uint256 i = 0; i < signatures.length; ++i) {
                bytes memory expected = abi.encodeWithSelector(
                    IAgentVault.VaultDecisionNotReady.selector,
                    _ready,
                    state
                );
                _assertReverts(address(vault), _executeCall(signatures[i]), expected);
                ++refused;
            }
            vm.revertToState(before);
        }
        vm.assertEq(refused, 4 * 64, "cells");
    }

    /// @dev While executions are paused no cell serves, and afterwards the one does again.
    function test_no_cell_authorizes_during_a_pause() public {
        bytes[] memory signatures = _signAll();
        uint64 until = _now() + 1 hours;
        vm.prank(GUARDIAN);
        decisions.pause(agentId, until);
        bytes memory expected = abi.encodeWithSelector(IDecisionRegistry.DecisionAgentPaused.selector, agentId, until);
        for (uint256 i = 0; i < signatures.length; ++i) {
            _assertReverts(address(vault), _executeCall(signatures[i]), expected);
        }
        vm.warp(until);
        vm.assertEq(bytes32(_execute(signatures[0])), 0, "after the pause");
    }

    /// @dev Under another policy neither the cell serves that names the last one, which is right, nor the one that names the
    /// present one.
    function test_no_cell_authorizes_under_another_policy() public {
        bytes[] memory signatures = _signAll();
        vault.applyPolicy();
        bytes32 changed = bytes32(IAgentVault.VaultPolicyChanged.selector);
        bytes32 mismatch = bytes32(IAgentVault.VaultSignerMismatch.selector);
        for (uint256 i = 0; i < signatures.length; ++i) {
            vm.assertEq(bytes32(_execute(signatures[i])), i == 0 ? changed : mismatch, "refused");
        }
        bytes32 present = vault.policyHash();
        vm.assertTrue(present != decisions.decisionOf(_ready).policyHash, "another policy");
        vm.assertEq(bytes32(_execute(_sign(GROUP, _authorizationUnder(present)))), mismatch, "not as it was decided");
    }

    /// @dev The signature stays; the world around it is another one.
    function test_the_signature_serves_nowhere_else() public {
        bytes memory signature = _authorization(_ready);
        Action memory action = _transfer(10);
        bytes4 foreign = IAgentVault.VaultForeignDecision.selector;
        bytes4 wrongVault = IAgentVault.VaultWrongVault.selector;
        _assertElsewhere(_otherVault, abi.encodeCall(vault.execute, (_ready, action, signature)), wrongVault);
        action.vault = address(_otherVault);
        _assertElsewhere(_otherVault, abi.encodeCall(vault.execute, (_ready, action, signature)), foreign);
        bytes4 mismatch = IAgentVault.VaultSignerMismatch.selector;
        _assertElsewhere(_otherVault, abi.encodeCall(vault.execute, (_other, action, signature)), mismatch);
        uint256 home = block.chainid;
        vm.chainId(home + 1);
        bytes4 wrongChain = IAgentVault.VaultWrongChain.selector;
        _assertElsewhere(vault, _executeCall(home, signature), wrongChain);
        bytes4 payload = IAgentVault.VaultPayloadMismatch.selector;
        _assertElsewhere(vault, _executeCall(home + 1, signature), payload);
        vm.chainId(home);
        vm.assertEq(bytes32(_execute(signature)), 0, "here it does");
    }

    function _end(uint256 situation) private returns (DecisionState) {
        if (situation < 2) {
            uint256 key = situation == 0 ? GROUP : 0x9002;
            uint64 epoch = _proposeEpoch(committeeId, 0x201, FIRST_MEMBER);
            _completeEpoch(committeeId, epoch, 0x201, key);
            return DecisionState.Stale;
        }
        if (situation == 2) {
            vm.warp(block.timestamp + LIFETIME);
            return DecisionState.Expired;
        }
        vault.execute(_ready, _transfer(10), _authorization(_ready));
        return DecisionState.Executed;
    }

    /// @dev The right cell and 63 others that are spread over the lattice.
    function _signAll() private view returns (bytes[] memory signatures) {
        signatures = new bytes[](64);
        for (uint256 i = 0; i < 64; ++i) signatures[i] = _sign(GROUP, _authorizationCell(i * 16));
    }

    /// @dev What would be signed if the decision had been made under another policy.
    function _authorizationUnder(bytes32 policyHash) private view returns (bytes32) {
        DecisionView memory facts = decisions.decisionOf(_ready);
        TypedData.Authorization memory message = TypedData.Authorization(
            _ready,
            agentId,
            committeeId,
            facts.epoch,
            facts.payloadHash,
            policyHash,
            facts.deadline,
            address(decisions)
        );
        bytes32 separator = _domain("Synod AgentVault", address(vault), false);
        return MessageHashUtils.toTypedDataHash(separator, TypedData.authorization(message));
    }

    function _authorizationCell(uint256 cell) private view returns (bytes32) {
        DecisionView memory facts = decisions.decisionOf(_ready);
        TypedData.Authorization memory message = TypedData.Authorization({
            decisionId: _has(cell, 0) ? _other : _ready,
            agentId: _has(cell, 1) ? _otherAgent : agentId,
            committeeId: _has(cell, 2) ? _otherCommittee : committeeId,
            epoch: _has(cell, 3) ? 2 : facts.epoch,
            payloadHash: _has(cell, 4) ? decisions.decisionOf(_pending).payloadHash : facts.payloadHash,
            policyHash: _has(cell, 5) ? keccak256("another policy") : facts.policyHash,
            deadline: _has(cell, 6) ? facts.deadline + 1 : facts.deadline,
            registry: _has(cell, 7) ? address(_otherRegistry) : address(decisions)
        });
        address home = _has(cell, 8) ? address(_otherVault) : address(vault);
        bytes32 separator = _domain("Synod AgentVault", home, _has(cell, 9));
        return MessageHashUtils.toTypedDataHash(separator, TypedData.authorization(message));
    }

    // ---- attestations ----

    function test_one_cell_of_128_attests() public {
        uint256 refused = 0;
        for (uint256 cell = 1; cell < 1 << ATTESTATION_AXES; ++cell) {
            vm.assertEq(
                bytes32(_resolve(_attestationCell(cell))),
                bytes32(ICommitteeRegistry.CommitteeSignerMismatch.selector),
                "refused"
            );
            ++refused;
        }
        vm.assertEq(refused, 127, "cells");
        vm.assertEq(bytes32(_resolve(_attestationCell(0))), 0, "the right one");
    }

    function _attestationCell(uint256 cell) private view returns (bytes32) {
        bytes32 structHash = TypedData.attestation(
            _has(cell, 0) ? _ready : _pending,
            _has(cell, 1) ? _otherCommittee : committeeId,
            _has(cell, 2) ? 2 : 1,
            !_has(cell, 3),
            _has(cell, 4) ? keccak256("another result") : RESULT_HASH
        );
        address registry = _has(cell, 5) ? address(_otherRegistry) : address(decisions);
        bytes32 separator = _domain("Synod DecisionRegistry", registry, _has(cell, 6));
        return MessageHashUtils.toTypedDataHash(separator, structHash);
    }

    function _resolve(bytes32 digest) private returns (bytes4) {
        SignedBy[] memory list = _signatures(FIRST_MEMBER, QUORUM, digest);
        return
            _selectorOfRevert(
                address(decisions),
                abi.encodeCall(decisions.resolve, (_pending, true, RESULT_HASH, list))
            );
    }

    // ---- bindings ----

    /// @dev Eight decisions that differ only in what they are bound to: the sequence, the state root, a predecessor. What is
    /// attested and signed for one of them serves none of the others.
    function test_the_diagonal_of_64_bindings_is_taken() public {
        vault.execute(_ready, _transfer(10), _authorization(_ready));
        bytes32[] memory ids = new bytes32[](1 << BINDING_AXES);
        for (uint256 cell = 0; cell < ids.length; ++cell) ids[cell] = _submitBound(cell);
        uint256 refused = 0;
        for (uint256 i = 0; i < ids.length; ++i) {
            for (uint256 j = 0; j < ids.length; ++j) {
                // A result moves the sequence on, to which others are bound.
                uint256 before = vm.snapshotState();
                if (_isTakenFor(ids[i], ids[j])) vm.assertEq(i, j, "its own");
                else ++refused;
                vm.revertToState(before);
            }
        }
        vm.assertEq(refused, ids.length * (ids.length - 1), "cells");
    }

    function _submitBound(uint256 cell) private returns (bytes32) {
        Binding memory binding = Binding(
            _has(cell, 0) ? decisions.agentOf(agentId).sequence : ANY_SEQUENCE,
            _has(cell, 1) ? decisions.agentOf(agentId).stateRoot : bytes32(0),
            _has(cell, 2) ? _ready : bytes32(0)
        );
        return decisions.submit(agentId, _transfer(12), _now() + LIFETIME, binding, "salt");
    }

    /// @dev Whether both what is attested and what is signed for one decision are taken for another, which are refused alike.
    function _isTakenFor(bytes32 id, bytes32 source) private returns (bool isTaken) {
        bytes memory resolution = abi.encodeCall(
            decisions.resolve,
            (id, true, RESULT_HASH, _attestations(source, true))
        );
        bytes4 reason = _selectorOfRevert(address(decisions), resolution);
        isTaken = reason == 0;
        bytes32 mismatch = bytes32(ICommitteeRegistry.CommitteeSignerMismatch.selector);
        if (!isTaken) {
            vm.assertEq(bytes32(reason), mismatch, "attestation");
            _resolve(id, true);
        }
        vm.warp(block.timestamp + VETO_WINDOW);
        bytes memory execution = abi.encodeCall(vault.execute, (id, _transfer(12), _authorization(source)));
        mismatch = isTaken ? bytes32(0) : bytes32(IAgentVault.VaultSignerMismatch.selector);
        vm.assertEq(bytes32(_selectorOfRevert(address(vault), execution)), mismatch, "authorization");
    }

    // ---- helpers ----

    function _has(uint256 cell, uint256 axis) private pure returns (bool) {
        return (cell >> axis) & 1 == 1;
    }

    function _domain(string memory name, address place, bool isOtherChain) private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                    keccak256(bytes(name)),
                    keccak256("1"),
                    isOtherChain ? block.chainid + 1 : block.chainid,
                    place
                )
            );
    }

    function _executeCall(bytes memory signature) private view returns (bytes memory) {
        return _executeCall(block.chainid, signature);
    }

    function _executeCall(uint256 chain, bytes memory signature) private view returns (bytes memory) {
        Action memory action = _transfer(10);
        action.chainId = chain;
        return abi.encodeCall(vault.execute, (_ready, action, signature));
    }

    function _execute(bytes memory signature) private returns (bytes4) {
        return _selectorOfRevert(address(vault), _executeCall(signature));
    }

    function _assertElsewhere(AgentVault place, bytes memory data, bytes4 reason) private {
        vm.assertEq(bytes32(_selectorOfRevert(address(place), data)), bytes32(reason), "elsewhere");
    }
}
