// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Allows calls of one function of one account. What no rule allows is denied.
/// @param target Account that may be called.
/// @param selector Function that may be called; zero allows calls with empty data.
struct CallRule {
    address target;
    bytes4 selector;
}

/// @notice Allows one asset to be spent, within caps. The ERC-20 functions that spend are denied on an asset without a
/// rule, and native coin without a rule cannot be sent.
/// @param asset ERC-20 token, or the zero address for the native coin.
/// @param maxPerTransaction The most one execution may spend.
/// @param maxPerWindow The most all executions of any `windowSeconds` may spend together.
/// @param windowSeconds Length of the rolling window.
struct AssetRule {
    address asset;
    uint256 maxPerTransaction;
    uint256 maxPerWindow;
    uint64 windowSeconds;
}

/// @notice What a vault may do: default deny. Its hash is `keccak256(abi.encode(policy))`.
/// @param calls Calls that are allowed.
/// @param assets Assets that may be spent.
struct Policy {
    CallRule[] calls;
    AssetRule[] assets;
}
