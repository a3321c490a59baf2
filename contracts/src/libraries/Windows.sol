// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IAgentVault} from "../interfaces/IAgentVault.sol";
import {Charge, Clearance} from "../types/Policy.sol";
import {RollingSum} from "./RollingSum.sol";

/// @title What a vault spent and how often it executed, in rolling windows
/// @notice Kept per asset, whatever the policy says of it. The windows are exact; see {RollingSum}.
library Windows {
    using RollingSum for RollingSum.Log;

    /// @dev Bits of a {RollingSum}.
    uint256 private constant SUM_BITS = 80;

    /// @notice A sum, and what it was last counted for.
    /// @param windowSeconds Length of the window; zero before the first.
    /// @param unitBits Sums are counted in units of 2 to the power of this.
    struct Window {
        uint64 windowSeconds;
        uint8 unitBits;
        RollingSum.Log log;
    }

    /// @notice What was charged, and when the vault executed.
    struct Book {
        mapping(address asset => Window) charged;
        Window executions;
    }

    /// @notice Has assets charged in these windows from now on, and executions counted in this span. What was charged in
    /// the last windows stays charged: when the length or the unit is another, all of it as if it were charged now. What
    /// left the last window does not come back.
    function open(Book storage self, Clearance memory terms) internal {
        for (uint256 i = 0; i < terms.charges.length; ++i) {
            Charge memory charge_ = terms.charges[i];
            _open(self.charged[charge_.asset], charge_.windowSeconds, _unitBits(charge_.maxPerWindow));
        }
        if (terms.executionsSeconds != 0) _open(self.executions, terms.executionsSeconds, 0);
    }

    /// @notice Counts an execution. Reverts when there are too many in the span.
    function count(Book storage self, uint256 maxExecutions, uint64 executionsSeconds) internal {
        uint256 executions = self.executions.log.add(1, executionsSeconds);
        if (executions > maxExecutions) revert IAgentVault.VaultRateExceeded(executions, maxExecutions);
    }

    /// @notice Charges an asset. Reverts when a cap would be exceeded.
    /// @param before What this execution was charged before in the asset.
    /// @param amount What is charged on top.
    function charge(Book storage self, Charge memory terms, uint256 before, uint256 amount) internal {
        if (amount == 0) return;
        uint256 inTransaction = Math.saturatingAdd(before, amount);
        if (inTransaction > terms.ceiling) {
            revert IAgentVault.VaultTransactionCapExceeded(terms.asset, inTransaction, terms.ceiling);
        }
        uint256 unitBits = _unitBits(terms.maxPerWindow);
        // Not more than the cap per transaction, so 128 bits hold it.
        uint128 units = uint128(_units(inTransaction, unitBits) - _units(before, unitBits));
        uint256 inWindow = self.charged[terms.asset].log.add(units, terms.windowSeconds) << unitBits;
        if (inWindow > terms.maxPerWindow) {
            revert IAgentVault.VaultWindowCapExceeded(terms.asset, inWindow, terms.maxPerWindow);
        }
    }

    /// @notice What was charged for the asset in the rolling window that ends now.
    function spent(
        Book storage self,
        address asset,
        uint256 maxPerWindow,
        uint64 windowSeconds
    ) internal view returns (uint256) {
        return self.charged[asset].log.sumInWindow(windowSeconds) << _unitBits(maxPerWindow);
    }

    /// @notice Executions in the rolling span that ends now, while there was a limit to them.
    function executed(Book storage self, uint64 executionsSeconds) internal view returns (uint256) {
        return self.executions.log.sumInWindow(executionsSeconds);
    }

    /// @notice What charging the amount adds to a window with this cap. Sums are counted in ones, unless the cap has more
    /// than 80 bits: then in the smallest power of two with which it has no more, rounded up. What is above the cap alone is
    /// left as it is.
    function roundedUp(uint256 amount, uint256 maxPerWindow) internal pure returns (uint256) {
        if (amount > maxPerWindow) return amount;
        uint256 unitBits = _unitBits(maxPerWindow);
        return _units(amount, unitBits) << unitBits;
    }

    function _open(Window storage self, uint64 windowSeconds, uint256 unitBits) private {
        (uint64 lastSeconds, uint256 lastBits) = (self.windowSeconds, self.unitBits);
        if (lastSeconds == windowSeconds && lastBits == unitBits) return;
        if (lastSeconds == 0) {
            self.log.prepare();
        } else {
            uint256 units = _units(self.log.sumInWindow(lastSeconds) << lastBits, unitBits);
            // More than the largest sum is more than every cap: the window is full, as it is then.
            self.log.restart(uint80(Math.min(units, type(uint80).max)));
        }
        (self.windowSeconds, self.unitBits) = (windowSeconds, uint8(unitBits));
    }

    function _unitBits(uint256 maxPerWindow) private pure returns (uint256) {
        return maxPerWindow >> SUM_BITS == 0 ? 0 : Math.log2(maxPerWindow) + 1 - SUM_BITS;
    }

    function _units(uint256 amount, uint256 unitBits) private pure returns (uint256) {
        return (amount + (1 << unitBits) - 1) >> unitBits;
    }
}
