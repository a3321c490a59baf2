// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentVault} from "../interfaces/IAgentVault.sol";
import {ITypedDataApprovals} from "../interfaces/ITypedDataApprovals.sol";

/// @title What a vault may call on itself: a closed list
/// @notice A decision acts upon the vault through these functions alone. They need no call rule, because they are not a
/// matter of the policy; each of them takes calls from the vault itself only. All other calls to the vault are denied.
library SelfCalls {
    /// @notice Whether an executed decision may call the function of its own vault.
    function isAllowed(bytes4 selector) internal pure returns (bool) {
        return
            selector == ITypedDataApprovals.approveTypedData.selector ||
            selector == ITypedDataApprovals.revokeTypedData.selector ||
            selector == IAgentVault.schedulePolicy.selector ||
            selector == IAgentVault.cancelPolicy.selector;
    }
}
