// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {IPolicyEngine} from "../interfaces/IPolicyEngine.sol";
import {Charge} from "../types/Policy.sol";

/// @title Asking the policy engine what an execution is charged
/// @notice What {IPolicyEngine-clear} answers is used where it stands in memory, since decoding it would cost more than the
/// question. The engine is a contract of this tree that cannot change, so its answer is as the compiler encodes it.
library Clearances {
    /// @notice Asks; reverts with the engine's reason when the policy does not allow the action.
    /// @param policy Account whose code is the policy.
    /// @param encoded `abi.encode(action)`.
    function ask(
        IPolicyEngine engine,
        address policy,
        bytes memory encoded
    )
        internal
        view
        returns (bytes32 policyHash, uint256 maxExecutions, uint64 executionsSeconds, Charge[] memory charges)
    {
        // The action's offset leads past the two words of arguments, and past the offset that `encoded` begins with.
        bytes memory question = bytes.concat(
            IPolicyEngine.clear.selector,
            bytes32(uint256(0x60)),
            bytes32(uint256(uint160(policy))),
            encoded
        );
        (bool success, bytes memory answer) = address(engine).staticcall(question);
        if (!success) LowLevelCall.bubbleRevert(answer);
        // Four words, of which the last is the offset of the list: 128, right behind them. Each charge is a struct of five
        // words, which a list in memory points to.
        assembly ("memory-safe") {
            policyHash := mload(add(answer, 0x20))
            maxExecutions := mload(add(answer, 0x40))
            executionsSeconds := mload(add(answer, 0x60))
            let count := mload(add(answer, 0xa0))
            charges := mload(0x40)
            mstore(0x40, add(charges, shl(5, add(count, 1))))
            mstore(charges, count)
            let first := add(answer, 0xc0)
            for {
                let i := 0
            } lt(i, count) {
                i := add(i, 1)
            } {
                mstore(add(charges, shl(5, add(i, 1))), add(first, mul(i, 0xa0)))
            }
        }
    }
}
