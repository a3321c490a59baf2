// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title How a vault's policy changes
interface IPolicyChange {
    /// @notice Schedules another policy. Only by the vault itself, as a call of an executed decision.
    /// @param encodedPolicy `abi.encode(policy)`, canonical; its hash is the new policy hash.
    function schedulePolicy(bytes calldata encodedPolicy) external;

    /// @notice Takes back the scheduled policy. Only by the vault itself, as a call of an executed decision.
    function cancelPolicy() external;
}
