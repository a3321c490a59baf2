// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {AgentVault} from "../../src/AgentVault.sol";
import {IDecisionRegistry} from "../../src/interfaces/IDecisionRegistry.sol";
import {ITypedDataApprovals} from "../../src/interfaces/ITypedDataApprovals.sol";
import {Action} from "../../src/types/Action.sol";
import {AppDomain} from "../../src/types/AppDomain.sol";
import {AgentTerms, DecisionState} from "../../src/types/Decision.sol";
import {AssetRule, CallRule, Policy} from "../../src/types/Policy.sol";
import {Hooked} from "../mocks/Hooked.sol";
import {assetRule, callRule} from "../utils/Policies.sol";
import {World} from "../utils/World.sol";

/// @notice Every moment at which an execution hands over control × every function that changes something. From inside, each
/// is refused with the reason it has for any stranger outside, or is as legal as outside; the execution goes on in any
/// case, happens once, and moves what its action says.
contract ReentrancyTest is World {
    uint256 private constant HOOKS = 5;
    uint256 private constant FUNCTIONS = 20;
    uint256 private constant PAYMENT = 4;
    uint256 private constant AMOUNT = 10;
    uint256 private constant NEXT = 0x201;
    uint256 private constant NEXT_GROUP = 0x9002;

    /// @param refusal Selector of the reason; zero when the call is legal.
    struct Attempt {
        address target;
        bytes data;
        bytes4 refusal;
    }

    Hooked private _hooked;
    bytes32 private _pending;
    bytes32 private _approved;
    bytes32 private _other;

    function setUp() public override {
        _hooked = new Hooked();
        super.setUp();
        _hooked.mint(address(vault), 1_000);
        vm.deal(address(_hooked), 1 ether);
    }

    function test_every_hook_with_every_function() public {
        uint256 cells = 0;
        for (uint256 hook = 0; hook < HOOKS; ++hook) {
            for (uint256 index = 0; index < FUNCTIONS; ++index) {
                // The machine itself lets no coin be sent while a balance is read.
                if (index == PAYMENT && hook == uint256(Hooked.Hook.WhenAskedForABalance)) continue;
                uint256 before = vm.snapshotState();
                _assertCell(Hooked.Hook(hook), index);
                vm.revertToState(before);
                ++cells;
            }
        }
        vm.assertEq(cells, 99, "cells");
    }

    function _assertCell(Hooked.Hook hook, uint256 index) private {
        Action memory action = _actionFor(hook);
        bytes32 id = _submitReady(action);
        Attempt memory attempt = _prepareAttempt(id, action, index);
        bytes memory signature = _authorization(id);
        uint256 tokens = _hooked.balanceOf(address(vault));
        uint256 coin = address(vault).balance;
        _hooked.prepare(hook, attempt.target, attempt.data);
        vault.execute(id, action, signature);
        _hooked.prepare(Hooked.Hook.WhenCalled, address(0), "");
        vm.assertTrue(decisions.stateOf(id) == DecisionState.Executed, "executed");
        vm.assertTrue(decisions.stateOf(_other) != DecisionState.Executed, "the other one is not");
        bool isTransfer = hook >= Hooked.Hook.BeforeMoving;
        vm.assertEq(_hooked.balanceOf(address(vault)), tokens - (isTransfer ? AMOUNT : 0), "tokens");
        if (hook == Hooked.Hook.WhenPaid) coin -= AMOUNT;
        bool isStatic = hook == Hooked.Hook.WhenAskedForABalance;
        if (index == PAYMENT) coin += _hooked.GIFT();
        vm.assertEq(address(vault).balance, coin, "coin");
        if (!isStatic) _assertOutcome(attempt.refusal);
    }

    function _assertOutcome(bytes4 refusal) private view {
        vm.assertEq(_hooked.calls(), 1, "called back once");
        vm.assertEq(_hooked.hasSucceeded(), refusal == 0, "legal or not");
        vm.assertEq(bytes32(_hooked.reason()), bytes32(refusal), "reason");
    }

    function _actionFor(Hooked.Hook hook) private view returns (Action memory) {
        if (hook == Hooked.Hook.WhenCalled) return _action(address(_hooked), 0, abi.encodeCall(_hooked.poke, ()));
        if (hook == Hooked.Hook.WhenPaid) return _action(address(_hooked), AMOUNT, "");
        return _action(address(_hooked), 0, abi.encodeCall(_hooked.transfer, (RECIPIENT, AMOUNT)));
    }

    // ---- every function that changes something ----

    /// @dev Of the decisions made here the first is ready as the executing one is, the others are pending and approved.
    function _prepareAttempt(bytes32 id, Action memory action, uint256 index) private returns (Attempt memory) {
        _other = _submitReady(_transfer(1));
        _pending = _submit(_transfer(2));
        _approved = _submitApproved(_transfer(3));
        if (index < 5) return _onTheVault(id, action, index);
        if (index < 8) return _onTheApprovals(index);
        if (index < 13) return _onTheDecisions(index);
        if (index < 18) return _onTheCommittees(index);
        bytes4 refusal = IDecisionRegistry.DecisionNotGuardian.selector;
        if (index == 18) {
            return Attempt(address(decisions), abi.encodeCall(decisions.pause, (agentId, _now() + 1)), refusal);
        }
        return Attempt(address(decisions), abi.encodeCall(decisions.unpause, (agentId)), refusal);
    }

    function _onTheVault(bytes32 id, Action memory action, uint256 index) private view returns (Attempt memory) {
        bytes4 guarded = ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector;
        if (index == 0) return _attempt(abi.encodeCall(vault.execute, (id, action, _authorization(id))), guarded);
        if (index == 1) {
            return _attempt(abi.encodeCall(vault.execute, (_other, _transfer(1), _authorization(_other))), guarded);
        }
        bytes4 stranger = ITypedDataApprovals.VaultCallerNotItself.selector;
        if (index == 2) return _attempt(_approval(), stranger);
        if (index == 3) return _attempt(abi.encodeCall(vault.revokeTypedData, (0)), stranger);
        // Whoever gives the vault coin gets nothing for it.
        return _attempt("", 0);
    }

    function _onTheApprovals(uint256 index) private view returns (Attempt memory attempt) {
        bytes4 stranger = ITypedDataApprovals.VaultCallerNotItself.selector;
        if (index == 5) attempt = _attempt(_approval(), stranger);
        else if (index == 6) attempt = _attempt(abi.encodeCall(vault.revokeTypedData, (0)), stranger);
        else
            return
                Attempt(address(token), abi.encodeCall(token.transferFrom, (address(vault), RECIPIENT, 1)), _denied());
        attempt.target = address(vault.typedDataApprovals());
    }

    function _onTheDecisions(uint256 index) private view returns (Attempt memory) {
        bytes memory data;
        bytes4 refusal;
        if (index == 8) {
            data = abi.encodeCall(decisions.submit, (agentId, _transfer(4), _now() + LIFETIME, _anytime(), 0));
        } else if (index == 9) {
            data = abi.encodeCall(decisions.resolve, (_pending, true, RESULT_HASH, _attestations(_pending, true)));
        } else if (index == 10) {
            data = abi.encodeCall(decisions.cancel, (_pending));
            refusal = IDecisionRegistry.DecisionNotSubmitter.selector;
        } else if (index == 11) {
            data = abi.encodeCall(decisions.veto, (_approved));
            refusal = IDecisionRegistry.DecisionNotGuardian.selector;
        } else {
            data = abi.encodeCall(decisions.markExecuted, (_other));
            refusal = IDecisionRegistry.DecisionNotVault.selector;
        }
        return Attempt(address(decisions), data, refusal);
    }

    function _onTheCommittees(uint256 index) private returns (Attempt memory) {
        if (index == 13) return Attempt(address(decisions), _registration(), 0);
        if (index == 14) {
            bytes memory proposal = abi.encodeCall(
                committees.proposeCommittee,
                (bytes32(0), _members(NEXT, MEMBERS), MIN_SIGNERS, QUORUM)
            );
            return Attempt(address(committees), proposal, 0);
        }
        uint64 epoch = _proposeEpoch(committeeId, NEXT, FIRST_MEMBER);
        bytes memory data;
        if (index == 15) {
            bytes32 digest = _abandonmentDigest(committeeId, epoch);
            data = abi.encodeCall(
                committees.abandonEpoch,
                (committeeId, epoch, _signatures(FIRST_MEMBER, QUORUM, digest))
            );
        } else if (index == 16) {
            bytes memory signature = _sign(NEXT, _confirmationDigest(committeeId, epoch, NEXT_GROUP));
            data = abi.encodeCall(
                committees.confirmEpoch,
                (committeeId, epoch, 0, _groupKey(NEXT_GROUP), RECORD_HASH, signature)
            );
        } else {
            for (uint16 i = 0; i < MEMBERS; ++i) _confirm(committeeId, epoch, i, NEXT + i, NEXT_GROUP);
            bytes memory proof = _sign(NEXT_GROUP, _possessionDigest(committeeId, epoch));
            data = abi.encodeCall(committees.activateEpoch, (committeeId, epoch, proof));
        }
        return Attempt(address(committees), data, 0);
    }

    /// @dev An agent of the callee's own.
    function _registration() private returns (bytes memory) {
        AgentTerms memory terms = _terms();
        bytes32 id = decisions.computeAgentId(address(_hooked), 0, terms);
        terms.vault = address(new AgentVault(decisions, id, super._policy()));
        return abi.encodeCall(decisions.registerAgent, (0, terms));
    }

    function _approval() private view returns (bytes memory) {
        AppDomain memory domain = AppDomain(hex"08", "", "", 0, address(_hooked), 0);
        return abi.encodeCall(vault.approveTypedData, (domain, "Message(uint256 text)", abi.encode(1), _now() + 1));
    }

    function _attempt(bytes memory data, bytes4 refusal) private view returns (Attempt memory) {
        return Attempt(address(vault), data, refusal);
    }

    /// @dev A token refuses who has no allowance.
    function _denied() private pure returns (bytes4) {
        return bytes4(keccak256("ERC20InsufficientAllowance(address,uint256,uint256)"));
    }

    function _policy() internal view override returns (Policy memory policy) {
        policy.calls = new CallRule[](4);
        policy.calls[0] = callRule(address(_hooked), _hooked.poke.selector);
        policy.calls[1] = callRule(address(_hooked), _hooked.transfer.selector);
        policy.calls[2] = callRule(address(_hooked), bytes4(0));
        policy.calls[3] = callRule(address(token), token.transfer.selector);
        policy.assets = new AssetRule[](3);
        policy.assets[0] = assetRule(address(_hooked), 100, 500, 1 days);
        policy.assets[1] = assetRule(address(0), 100, 500, 1 days);
        policy.assets[2] = assetRule(address(token), 100, 500, 1 days);
    }
}
