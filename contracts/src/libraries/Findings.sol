// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentVault} from "../interfaces/IAgentVault.sol";
import {Violation, ViolationKind} from "../types/Policy.sol";

/// @title Violations as they are found
/// @notice The same checks serve an execution, which reverts at the first violation, and the view that lists them all.
library Findings {
    /// @dev Stands for "the whole action", and for "no rule".
    uint256 internal constant NONE = type(uint256).max;

    /// @notice What was found so far.
    /// @param isFirstFatal Whether the first violation reverts.
    /// @param count How many were found.
    /// @param list These, and room for more.
    struct Report {
        bool isFirstFatal;
        uint256 count;
        Violation[] list;
    }

    /// @notice Adds a violation; or reverts with the error that names it.
    function add(Report memory self, Violation memory violation) internal pure {
        if (self.isFirstFatal) raise(violation);
        if (self.count == self.list.length) _grow(self);
        self.list[self.count++] = violation;
    }

    /// @notice All that was found.
    function all(Report memory self) internal pure returns (Violation[] memory list) {
        list = self.list;
        uint256 count = self.count;
        // Shortens the list to what was filled.
        assembly ("memory-safe") {
            mstore(list, count)
        }
    }

    /// @notice Reverts with the error that names the violation.
    function raise(Violation memory v) internal pure {
        if (v.kind < ViolationKind.AssetDenied) _raiseCall(v);
        if (v.kind == ViolationKind.AssetDenied) revert IAgentVault.VaultAssetDenied(v.subject);
        if (v.kind == ViolationKind.OperatorDenied) revert IAgentVault.VaultOperatorDenied(v.callIndex, v.subject);
        if (v.kind == ViolationKind.TransactionCapExceeded) {
            revert IAgentVault.VaultTransactionCapExceeded(v.subject, v.actual, v.limit);
        }
        if (v.kind == ViolationKind.WindowCapExceeded) {
            revert IAgentVault.VaultWindowCapExceeded(v.subject, v.actual, v.limit);
        }
        revert IAgentVault.VaultRateExceeded(v.actual, v.limit);
    }

    function _raiseCall(Violation memory v) private pure {
        if (v.kind == ViolationKind.OutsideHours) revert IAgentVault.VaultOutsideHours(v.actual, v.limit, v.rule);
        if (v.kind == ViolationKind.CalldataMalformed) revert IAgentVault.VaultCalldataMalformed(v.callIndex, v.actual);
        if (v.kind == ViolationKind.CallDenied) {
            revert IAgentVault.VaultCallDenied(v.callIndex, v.subject, bytes4(uint32(v.actual)));
        }
        if (v.kind == ViolationKind.RecipientDenied) revert IAgentVault.VaultRecipientDenied(v.callIndex, v.subject);
        if (v.kind == ViolationKind.ConditionFailed) {
            revert IAgentVault.VaultConditionFailed(v.callIndex, v.rule, v.actual);
        }
        revert IAgentVault.VaultInitCodeDenied(v.callIndex, v.subject, bytes32(v.actual));
    }

    function _grow(Report memory self) private pure {
        Violation[] memory larger = new Violation[](2 * self.count + 4);
        for (uint256 i = 0; i < self.count; ++i) {
            larger[i] = self.list[i];
        }
        self.list = larger;
    }
}
