// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Vm} from "./Vm.sol";

/// @notice What every test contract has at hand.
abstract contract Test {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @dev Folds a fuzzed number into `low` … `high`, both included.
    function _between(uint256 value, uint256 low, uint256 high) internal pure returns (uint256) {
        return high - low == type(uint256).max ? value : low + (value % (high - low + 1));
    }

    /// @dev Asserts that the call reverts with exactly `reason`.
    function _assertReverts(address target, bytes memory data, bytes memory reason) internal {
        (bool success, bytes memory actual) = target.call(data);
        vm.assertTrue(!success, "the call must revert");
        vm.assertEq(actual, reason, "revert reason");
    }

    /// @dev As above, called by `caller`.
    function _assertRevertsFor(address caller, address target, bytes memory data, bytes memory reason) internal {
        vm.prank(caller);
        _assertReverts(target, data, reason);
    }

    /// @dev Calls and returns the first four bytes of the revert reason; zero when the call succeeded.
    function _selectorOfRevert(address target, bytes memory data) internal returns (bytes4) {
        (bool success, bytes memory reason) = target.call(data);
        return success ? bytes4(0) : bytes4(reason);
    }
}
