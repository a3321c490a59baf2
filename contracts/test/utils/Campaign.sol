// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "./Test.sol";

/// @notice A stateful test: the runner draws actions of one handler and asks for the invariants after each.
abstract contract Campaign is Test {
    /// @dev The shape that the runner asks for.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    address private _handlerAddress;
    bytes4[] private _selectors;

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = _handlerAddress;
    }

    function targetSelectors() external view returns (FuzzSelector[] memory selectors) {
        selectors = new FuzzSelector[](1);
        selectors[0] = FuzzSelector(_handlerAddress, _selectors);
    }

    function _target(address handler) internal {
        _handlerAddress = handler;
    }

    /// @dev An action is drawn as often as its weight says, in comparison with the others.
    function _draw(bytes4 selector, uint256 weight) internal {
        for (uint256 i = 0; i < weight; ++i) _selectors.push(selector);
    }
}
