// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IAgentVault} from "../interfaces/IAgentVault.sol";
import {Call} from "../types/Action.sol";
import {Spending} from "./Spending.sol";

/// @title Running one of an action's calls
library Batch {
    /// @dev Most gas that passes between the check of the gas floor and the first instruction of the callee: a value
    /// transfer to a new account (9,000 + 25,000), cold access to it and to the code it delegates to (2 · 2,600), and the
    /// few instructions around the call.
    uint256 internal constant CALL_OVERHEAD = 40_000;
    /// @dev Most bytes of a revert reason that are passed on.
    uint256 internal constant MAX_REASON_BYTES = 256;

    /// @notice Runs a call; reverts when it fails. It starts with at least `gasFloor` gas: a call can be given 63/64 of
    /// the gas left (EIP-150), so a submitter could otherwise starve a callee that swallows the failure.
    /// @param index Position of the call in its batch, for errors.
    function run(uint256 index, Call calldata call, uint256 gasFloor) internal {
        bytes memory data = call.data;
        if (data.length != 0 && call.target.code.length == 0) {
            revert IAgentVault.VaultTargetWithoutCode(index, call.target);
        }
        uint256 needed = Math.saturatingAdd(gasFloor, gasFloor / 63 + 1 + CALL_OVERHEAD);
        if (gasleft() < needed) revert IAgentVault.VaultGasTooLow(gasleft(), needed);
        (bool success, bytes32 word, ) = LowLevelCall.callReturn64Bytes(call.target, call.value, data);
        if (!success) revert IAgentVault.VaultCallFailed(index, call.target, _boundedReason());
        if (Spending.isDecoded(Spending.selectorOf(call.data)) && !_isYes(word)) {
            revert IAgentVault.VaultTokenRefused(index, call.target);
        }
    }

    /// @dev Whether the last call answered as an ERC-20 does: `true`, or nothing as some old tokens.
    function _isYes(bytes32 word) private pure returns (bool) {
        uint256 size = LowLevelCall.returnDataSize();
        return size == 0 || (size >= 32 && word == bytes32(uint256(1)));
    }

    function _boundedReason() private pure returns (bytes memory reason) {
        uint256 size = Math.min(LowLevelCall.returnDataSize(), MAX_REASON_BYTES);
        reason = new bytes(size);
        // The whole of a large revert reason would be paid for here; only its beginning is copied.
        assembly ("memory-safe") {
            returndatacopy(add(reason, 0x20), 0x00, size)
        }
    }
}
