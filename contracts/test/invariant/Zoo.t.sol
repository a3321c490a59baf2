// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "../utils/Test.sol";
import {ZooHandler} from "./ZooHandler.sol";

/// @notice What 30 hostile tokens in one vault cannot do, whatever is spent of them and whatever they do to each other.
contract ZooInvariantTest is Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    ZooHandler private _handler;

    function setUp() public {
        _handler = new ZooHandler();
        _handler.start();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory selectors) {
        selectors = new FuzzSelector[](1);
        selectors[0].addr = address(_handler);
        selectors[0].selectors = new bytes4[](8);
        // Twice as likely as the others: there are thirty of them.
        selectors[0].selectors[0] = _handler.spend.selector;
        selectors[0].selectors[1] = _handler.spend.selector;
        selectors[0].selectors[2] = _handler.spendHonestly.selector;
        selectors[0].selectors[3] = _handler.spendCoin.selector;
        selectors[0].selectors[4] = _handler.pull.selector;
        selectors[0].selectors[5] = _handler.donate.selector;
        selectors[0].selectors[6] = _handler.flip.selector;
        selectors[0].selectors[7] = _handler.passTime.selector;
    }

    /// @dev All in one campaign: the actions are dear, the checks are not. Besides, the handler checks around every
    /// execution that it happened or changed nothing, and that honest assets are never blocked.
    /// forge-config: default.invariant.runs = 8
    function invariant_hostile_tokens_cannot_take_credit() external view {
        _honestTokensLeaveByExecutionOnly();
        _coinLeavesByExecutionOnly();
        _noWindowHoldsMoreThanItsCap();
        _whatLeftWasCharged();
        _nothingWasDoneFromInside();
        _nobodyWasGivenAnAllowanceOfTheHonestToken();
        _everyResultIsCounted();
    }

    function _honestTokensLeaveByExecutionOnly() private view {
        vm.assertEq(_handler.honestBalance(), _handler.honestStock(), "honest token");
    }

    function _coinLeavesByExecutionOnly() private view {
        vm.assertEq(_handler.coinBalance(), _handler.coinStock(), "coin");
    }

    function _noWindowHoldsMoreThanItsCap() private view {
        vm.assertLe(_handler.mostSpentOfCap(), _handler.cap(), "cap");
    }

    function _whatLeftWasCharged() private view {
        for (uint256 i = 0; i < _handler.HABITS(); ++i) {
            (uint256 fallen, uint256 charged) = _handler.spentOf(i);
            if (_handler.isTruthful(i)) vm.assertLe(fallen, charged, "charged");
            vm.assertEq(_handler.ledgerSum(i), _handler.zoo(i).totalSupply(), "supply");
        }
    }

    function _nothingWasDoneFromInside() private view {
        vm.assertEq(_handler.intruder().successes(), 0, "from inside");
    }

    function _nobodyWasGivenAnAllowanceOfTheHonestToken() private view {
        vm.assertEq(_handler.honestAllowance(address(_handler.intruder())), 0, "allowance");
    }

    function _everyResultIsCounted() private view {
        vm.assertEq(_handler.sequence(), _handler.results(), "results");
    }

    /// @dev Not an empty run: every kind of action, and among the tokens those that can be spent at all.
    function afterInvariant() external view {
        string[7] memory actions = ["spend", "spendHonestly", "spendCoin", "pull", "donate", "flip", "passTime"];
        for (uint256 i = 0; i < actions.length; ++i) vm.assertGe(_handler.done(actions[i]), 1, actions[i]);
        vm.assertGe(_handler.executed(), 20, "executions");
        vm.assertGe(_handler.intruder().tries(), 1, "tries from inside");
        uint256 habits = 0;
        for (uint256 i = 0; i < _handler.HABITS(); ++i) if (_handler.executedOf(i) != 0) ++habits;
        vm.assertGe(habits, 8, "different tokens were spent");
    }
}
