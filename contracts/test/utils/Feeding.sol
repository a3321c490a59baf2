// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Coin that nobody can refuse.
library Feeding {
    /// @dev Creates a contract that does nothing but destroy itself in favour of `to`, whose code is not asked.
    function force(address to, uint256 amount) internal {
        bytes memory code = abi.encodePacked(hex"73", to, hex"ff");
        assembly ("memory-safe") {
            pop(create(amount, add(code, 0x20), mload(code)))
        }
    }
}
