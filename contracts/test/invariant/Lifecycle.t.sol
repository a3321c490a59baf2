// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DecisionState} from "../../src/types/Decision.sol";
import {AssetRule} from "../../src/types/Policy.sol";
import {Test} from "../utils/Test.sol";
import {LifecycleHandler} from "./LifecycleHandler.sol";

/// @notice What holds whatever happens, in whatever order.
contract LifecycleInvariantTest is Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    LifecycleHandler private _handler;

    function setUp() public {
        _handler = new LifecycleHandler();
        _handler.start();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory selectors) {
        selectors = new FuzzSelector[](1);
        selectors[0].addr = address(_handler);
        selectors[0].selectors = new bytes4[](14);
        selectors[0].selectors[0] = _handler.submit.selector;
        selectors[0].selectors[1] = _handler.approve.selector;
        selectors[0].selectors[2] = _handler.reject.selector;
        selectors[0].selectors[3] = _handler.cancel.selector;
        selectors[0].selectors[4] = _handler.veto.selector;
        selectors[0].selectors[5] = _handler.execute.selector;
        selectors[0].selectors[6] = _handler.executeWrongly.selector;
        selectors[0].selectors[7] = _handler.passTime.selector;
        selectors[0].selectors[8] = _handler.reshare.selector;
        selectors[0].selectors[9] = _handler.donate.selector;
        selectors[0].selectors[10] = _handler.pause.selector;
        selectors[0].selectors[11] = _handler.withdraw.selector;
        selectors[0].selectors[12] = _handler.approveTooEarly.selector;
        selectors[0].selectors[13] = _handler.approveBeyondTheCap.selector;
    }

    /// @dev Executed implies approved before, not vetoed and before the deadline; the contract says executed exactly for
    /// what the handler saw executed, at that time, and so at most once.
    function invariant_only_approved_decisions_execute_and_only_once() external view {
        uint256 count = _handler.count();
        for (uint256 i = 0; i < count; ++i) {
            LifecycleHandler.Record memory record = _handler.recordAt(i);
            bool isExecuted = _handler.stateOf(i) == DecisionState.Executed;
            vm.assertEq(isExecuted, record.executedAt != 0, "executed exactly when seen");
            vm.assertEq(_handler.executedAtOf(i), record.executedAt, "time");
            if (!isExecuted) continue;
            vm.assertTrue(record.isApproved && !record.isVetoed, "approved, not vetoed");
            vm.assertLe(record.executedAt, record.deadline, "before the deadline");
            if (record.predecessor != 0) vm.assertTrue(_handler.isExecuted(record.predecessor), "in its order");
        }
    }

    /// @dev What the handler saw leave in the window that ends now is what the vault counts, and within the cap.
    function invariant_outflow_in_a_window_is_within_its_cap() external view {
        AssetRule[] memory rules = _handler.rules();
        (uint256 tokens, uint256 coin) = _outflow(block.timestamp - rules[0].windowSeconds);
        vm.assertLe(tokens, rules[0].maxPerWindow, "tokens");
        vm.assertLe(coin, rules[1].maxPerWindow, "coin");
        vm.assertEq(_handler.spentInWindow(_handler.tokenAddress()), tokens, "tokens counted");
        vm.assertEq(_handler.spentInWindow(address(0)), coin, "coin counted");
    }

    /// @dev What was spent and what approved decisions may spend are within the caps together; the registry reserves exactly
    /// for the decisions that are Approved or Ready.
    function invariant_spent_and_reserved_are_within_the_caps() external view {
        AssetRule[] memory rules = _handler.rules();
        (uint256 tokens, uint256 coin, uint256 number) = _handler.reserved();
        vm.assertLe(_handler.spentInWindow(_handler.tokenAddress()) + tokens, rules[0].maxPerWindow, "tokens");
        vm.assertLe(_handler.spentInWindow(address(0)) + coin, rules[1].maxPerWindow, "coin");
        (uint256 tokensOnChain, uint256 coinOnChain, uint256 numberOnChain) = _handler.reservedOnChain();
        vm.assertEq(tokensOnChain, tokens, "tokens reserved");
        vm.assertEq(coinOnChain, coin, "coin reserved");
        vm.assertEq(numberOnChain, number, "decisions");
    }

    /// @dev Final states stay, others move forward.
    function invariant_states_move_forward() external {
        _handler.observe();
    }

    /// @dev Executed, open and dead decisions are all there are; results make the agent's sequence.
    function invariant_every_decision_is_counted_once() external view {
        uint256 count = _handler.count();
        uint256 executed = 0;
        uint256 open = 0;
        uint256 dead = 0;
        for (uint256 i = 0; i < count; ++i) {
            DecisionState state = _handler.stateOf(i);
            if (state == DecisionState.Executed) ++executed;
            else if (uint256(state) <= uint256(DecisionState.Ready)) ++open;
            else ++dead;
        }
        vm.assertEq(executed + open + dead, count, "all");
        vm.assertEq(executed, _handler.done("execute"), "executed");
    }

    function invariant_epochs_only_rise() external view {
        vm.assertEq(_handler.activeEpoch(), _handler.epochs(), "epoch");
    }

    /// @dev A run in which nothing happened shows nothing: in every run decisions were submitted, approved, executed and
    /// wrongly tried.
    function afterInvariant() external view {
        string[13] memory actions = [
            "submit",
            "approve",
            "approveTooEarly",
            "approveBeyondTheCap",
            "reject",
            "cancel",
            "veto",
            "execute",
            "executeWrongly",
            "passTime",
            "donate",
            "pause",
            "withdraw"
        ];
        for (uint256 i = 0; i < actions.length; ++i) {
            vm.assertGe(_handler.done(actions[i]), 1, actions[i]);
        }
    }

    function _outflow(uint256 from) private view returns (uint256 tokens, uint256 coin) {
        uint256 count = _handler.count();
        for (uint256 i = 0; i < count; ++i) {
            LifecycleHandler.Record memory record = _handler.recordAt(i);
            if (record.executedAt <= from) continue;
            tokens += record.tokensOut;
            coin += record.coinOut;
        }
    }
}
