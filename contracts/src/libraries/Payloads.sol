// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Action} from "../types/Action.sol";

/// @title The payload of an execution as its calldata holds it
library Payloads {
    /// @notice `abi.encode(action)`, when the calldata is as the compiler encodes it; other bytes otherwise. Encoding it
    /// anew would cost more than hashing it. Whoever compares the hash of these bytes with one of `abi.encode(action)`
    /// knows that they are the same, and then so is what is read of the action: all of it stands in these bytes.
    /// @param action An argument of the function that was called.
    /// @param following The next argument, which the compiler encodes right behind.
    function encodingOf(Action calldata action, bytes calldata following) internal pure returns (bytes memory encoded) {
        assembly ("memory-safe") {
            // The next argument begins with its length. Nothing of the action is taken when it stands before it.
            let end := sub(following.offset, 0x20)
            let size := mul(sub(end, action), gt(end, action))
            encoded := mload(0x40)
            mstore(encoded, add(size, 0x20))
            mstore(add(encoded, 0x20), 0x20)
            calldatacopy(add(encoded, 0x40), action, size)
            mstore(0x40, and(add(add(encoded, size), 0x5f), not(0x1f)))
        }
    }
}
