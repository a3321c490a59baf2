// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AssetRule, CallRule, Range} from "../../src/types/Policy.sol";

/// @dev A call rule that asks for nothing but target and selector.
function callRule(address target, bytes4 selector) pure returns (CallRule memory rule) {
    (rule.target, rule.selector) = (target, selector);
}

/// @dev A rule for an asset with caps.
function assetRule(
    address asset,
    uint256 maxPerTransaction,
    uint256 maxPerWindow,
    uint64 windowSeconds
) pure returns (AssetRule memory) {
    return AssetRule(asset, maxPerTransaction, maxPerWindow, windowSeconds, false);
}

/// @dev A rule for an asset of which everything may be spent.
function unlimitedRule(address asset) pure returns (AssetRule memory) {
    return AssetRule(asset, 0, 0, 0, true);
}

/// @dev So many entries of a list, from this one on.
function rangeOf(uint256 first, uint256 count) pure returns (Range) {
    return Range.wrap(uint32((first << 16) | count));
}
