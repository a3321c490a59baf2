// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Campaign} from "../utils/Campaign.sol";
import {ZooHandler} from "./ZooHandler.sol";

/// @notice What 30 hostile tokens in one vault cannot do, whatever is spent of them and whatever they do to each other.
contract ZooInvariantTest is Campaign {
    ZooHandler private _handler;

    function setUp() public {
        _handler = new ZooHandler();
        _handler.start();
        _target(address(_handler));
        _draw(_handler.spend.selector, 2);
        _draw(_handler.tryToSpend.selector, 2);
        _draw(_handler.spendHonestly.selector, 1);
        _draw(_handler.spendCoin.selector, 1);
        _draw(_handler.pull.selector, 1);
        _draw(_handler.donate.selector, 1);
        _draw(_handler.flip.selector, 1);
        _draw(_handler.passTime.selector, 1);
    }

    /// @dev Besides, the handler checks around every execution that it happened or changed nothing, that it took nothing of
    /// other tokens and no more than was charged, and that honest assets are never blocked.
    function invariant_hostile_tokens_cannot_take_credit() external view {
        _honestTokensLeaveByExecutionOnly();
        _coinLeavesByExecutionOnly();
        _nothingWasDoneFromInside();
    }

    /// @dev What has not been undone until the end of a run needs to be looked at once only. No run is without a try from
    /// inside.
    function afterInvariant() external view {
        _noWindowHoldsMoreThanItsCap();
        _whatLeftWasCharged();
        _nobodyWasGivenAnAllowanceOfTheHonestToken();
        _everyResultIsCounted();
        vm.assertGe(_handler.intruder().tries(), 1, "tries from inside");
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
}
