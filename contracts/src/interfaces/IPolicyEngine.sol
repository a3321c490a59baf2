// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Action} from "../types/Action.sol";
import {Budget} from "../types/Decision.sol";
import {Charge, Clearance, Violation} from "../types/Policy.sol";

/// @title What policies say
/// @notice One contract for all vaults of a registry: no storage, no owner, no call that changes anything. It reads a
/// policy from the code of the contract that a vault wrote it to, and judges by it the actions that are meant for that
/// vault. What a vault asks when it executes and what {violationsOf} lists are found by the same code.
interface IPolicyEngine {
    /// @notice Reverts unless `vault` may have the policy; with the errors of {IAgentVault}.
    /// @param encoded `abi.encode(policy)`. Every other encoding of the same policy is refused.
    function validate(bytes calldata encoded, address vault) external pure;

    /// @notice Reverts unless the vault that asks may have the policy and its present policy may change.
    /// @return delay Seconds before the change, as the present policy says.
    function validateChange(bytes calldata encoded) external view returns (uint64 delay);

    /// @notice What an execution of the action now is charged. Reverts with the error that names the first violation.
    /// @param policy Account whose code is the policy.
    /// @return policyHash Hash of the policy.
    /// @return maxExecutions The most executions in any `executionsSeconds`; zero: any number.
    /// @return executionsSeconds Length of that rolling span.
    /// @return charges All assets with caps, in the order of their rules.
    function clear(
        Action calldata action,
        address policy
    )
        external
        view
        returns (bytes32 policyHash, uint256 maxExecutions, uint64 executionsSeconds, Charge[] memory charges);

    /// @notice See {IAgentVault-violationsOf}.
    function violationsOf(Action calldata action) external view returns (Violation[] memory);

    /// @notice See {IAgentVault-requirementsOf}.
    function requirementsOf(
        Action calldata action
    ) external view returns (bytes32 policyHash, uint16 minAttestations, uint64 minVetoWindow, Budget[] memory budgets);

    /// @notice Budgets of nothing for some of the assets of a policy.
    /// @param policy Account whose code is the policy.
    /// @param positions Bit i is set when there is to be one for the i-th asset with caps.
    function budgetsOfNothing(address policy, uint256 positions) external view returns (Budget[] memory);

    /// @notice See {IAgentVault-requireRoom}; of the vault that asks.
    function requireRoom(bytes32 policyHash, Budget[] calldata reserved) external view;

    /// @notice See {IAgentVault-isCallAllowed}; of the vault that asks.
    function isCallAllowed(address target, bytes4 selector) external view returns (bool);

    /// @notice What a policy says of assets and executions, whatever the action: all assets with caps, with nothing
    /// charged, and those that are unlimited.
    /// @param policy Account whose code is the policy.
    function termsOf(address policy) external view returns (Clearance memory terms, address[] memory unlimited);

    /// @notice The rolling window of an asset in a policy; zeros when the asset has no caps.
    function windowOf(address policy, address asset) external view returns (uint256 maxPerWindow, uint64 windowSeconds);

    /// @notice The rate limit of a policy; zeros when it has none.
    function rateOf(address policy) external view returns (uint256 maxExecutions, uint64 executionsSeconds);

    /// @notice Hash of a policy: `keccak256(abi.encode(policy))`.
    function hashOf(address policy) external view returns (bytes32);
}
