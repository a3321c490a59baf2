// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AssetRule, Comparison, Condition, Range, Tier} from "../types/Policy.sol";
import {List, PolicyCode} from "./PolicyCode.sol";

/// @title The parts of a policy, read from its code
/// @notice Names what stands where in the encoding of {Policy}; all positions follow from the structs in their order.
library PolicyReader {
    using PolicyCode for bytes;
    using PolicyCode for List;

    /// @dev Stands for a rule that there is not.
    uint256 internal constant NONE = type(uint256).max;

    // Words of the head, in the order of the fields of Policy.
    uint256 private constant CHANGE_DELAY = 0;
    uint256 private constant ACTIVE_FROM = 1;
    uint256 private constant ACTIVE_UNTIL = 2;
    uint256 private constant MAX_EXECUTIONS = 3;
    uint256 private constant EXECUTIONS_SECONDS = 4;
    uint256 private constant CALLS = 5;
    uint256 private constant CONDITIONS = 6;
    uint256 private constant RECIPIENTS = 7;
    uint256 private constant INIT_CODES = 8;
    uint256 private constant ASSETS = 9;
    uint256 private constant TIERS = 10;

    // Words per entry: as many as the struct has fields.
    uint256 private constant CALL_RULE_WORDS = 6;
    uint256 private constant CONDITION_WORDS = 3;
    uint256 private constant ASSET_RULE_WORDS = 5;
    uint256 private constant TIER_WORDS = 4;

    /// @notice Seconds before another policy takes its place; zero when none ever may.
    function changeDelayOf(bytes memory policy) internal pure returns (uint64) {
        return uint64(policy.word(CHANGE_DELAY));
    }

    /// @notice When executions are allowed, in seconds of the day: from the first number until before the second.
    function hoursOf(bytes memory policy) internal pure returns (uint256 from, uint256 until) {
        return (policy.word(ACTIVE_FROM), policy.word(ACTIVE_UNTIL));
    }

    /// @notice The most executions in a rolling span, and its length.
    function rateOf(bytes memory policy) internal pure returns (uint256 maxExecutions, uint64 executionsSeconds) {
        return (policy.word(MAX_EXECUTIONS), uint64(policy.word(EXECUTIONS_SECONDS)));
    }

    /// @notice Position of the call rule for a function of an account, or `NONE`.
    function findCallRule(bytes memory policy, address target, bytes4 selector) internal pure returns (uint256) {
        List rules = policy.list(CALLS);
        uint256 words = rules.length() * CALL_RULE_WORDS;
        // No overflow: a policy is shorter than a contract's code.
        unchecked {
            for (uint256 at = 0; at < words; at += CALL_RULE_WORDS) {
                if (rules.at(at) != uint160(target)) continue;
                if (bytes32(rules.at(at + 1)) == bytes32(selector)) return at / CALL_RULE_WORDS;
            }
        }
        return NONE;
    }

    /// @notice What a call rule asks for.
    function rangesOf(
        bytes memory policy,
        uint256 rule
    ) internal pure returns (Range conditions, Range recipients, Range initCodes) {
        List rules = policy.list(CALLS);
        uint256 at = rule * CALL_RULE_WORDS;
        conditions = Range.wrap(uint32(rules.at(at + 2)));
        recipients = Range.wrap(uint32(rules.at(at + 3)));
        initCodes = Range.wrap(uint32(rules.at(at + 4)));
    }

    /// @notice Which argument of a deployer's function holds the init code.
    function initCodeArgumentOf(bytes memory policy, uint256 rule) internal pure returns (uint256) {
        return policy.list(CALLS).at(rule * CALL_RULE_WORDS + 5);
    }

    /// @notice A condition by its position.
    function condition(bytes memory policy, uint256 index) internal pure returns (Condition memory) {
        List conditions = policy.list(CONDITIONS);
        uint256 at = index * CONDITION_WORDS;
        return Condition(uint32(conditions.at(at)), Comparison(conditions.at(at + 1)), conditions.at(at + 2));
    }

    /// @notice Whether a recipient stands in the range.
    function hasRecipient(bytes memory policy, Range range, address recipient) internal pure returns (bool) {
        return _holds(policy.list(RECIPIENTS), range, uint160(recipient));
    }

    /// @notice Whether the hash of an init code stands in the range.
    function hasInitCode(bytes memory policy, Range range, bytes32 codeHash) internal pure returns (bool) {
        return _holds(policy.list(INIT_CODES), range, uint256(codeHash));
    }

    /// @notice How many asset rules there are.
    function assetCount(bytes memory policy) internal pure returns (uint256) {
        return policy.list(ASSETS).length();
    }

    /// @notice Position of the rule of an asset, or `NONE`.
    function findAssetRule(bytes memory policy, address asset) internal pure returns (uint256) {
        List rules = policy.list(ASSETS);
        uint256 words = rules.length() * ASSET_RULE_WORDS;
        // No overflow: a policy is shorter than a contract's code.
        unchecked {
            for (uint256 at = 0; at < words; at += ASSET_RULE_WORDS) {
                if (rules.at(at) == uint160(asset)) return at / ASSET_RULE_WORDS;
            }
        }
        return NONE;
    }

    /// @notice Whether everything of an asset may be spent.
    function isUnlimited(bytes memory policy, uint256 index) internal pure returns (bool) {
        return policy.list(ASSETS).at(index * ASSET_RULE_WORDS + 4) != 0;
    }

    /// @notice Cap of one execution on an asset.
    function maxPerTransactionOf(bytes memory policy, uint256 index) internal pure returns (uint256) {
        return policy.list(ASSETS).at(index * ASSET_RULE_WORDS + 1);
    }

    /// @notice Where the words of an asset rule begin in memory.
    function placeOfAssetRule(bytes memory policy, uint256 index) internal pure returns (uint256) {
        return List.unwrap(policy.list(ASSETS)) + 32 * (1 + index * ASSET_RULE_WORDS);
    }

    /// @notice An asset rule by its position.
    function assetRule(bytes memory policy, uint256 index) internal pure returns (AssetRule memory) {
        List rules = policy.list(ASSETS);
        uint256 at = index * ASSET_RULE_WORDS;
        return
            AssetRule(
                address(uint160(rules.at(at))),
                rules.at(at + 1),
                rules.at(at + 2),
                uint64(rules.at(at + 3)),
                rules.at(at + 4) != 0
            );
    }

    /// @notice How many tiers there are.
    function tierCount(bytes memory policy) internal pure returns (uint256) {
        return policy.list(TIERS).length();
    }

    /// @notice A tier by its position.
    function tier(bytes memory policy, uint256 index) internal pure returns (Tier memory) {
        List tiers = policy.list(TIERS);
        uint256 at = index * TIER_WORDS;
        return
            Tier(address(uint160(tiers.at(at))), tiers.at(at + 1), uint16(tiers.at(at + 2)), uint64(tiers.at(at + 3)));
    }

    function _holds(List list, Range range, uint256 value) private pure returns (bool) {
        uint256 end = range.firstOf() + range.countOf();
        for (uint256 at = range.firstOf(); at < end; ++at) {
            if (list.at(at) == value) return true;
        }
        return false;
    }
}
