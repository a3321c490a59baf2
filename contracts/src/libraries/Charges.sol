// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Action} from "../types/Action.sol";
import {Budget, toBudget} from "../types/Decision.sol";
import {AssetRule, Charge, Tier, ViolationKind} from "../types/Policy.sol";
import {Findings} from "./Findings.sol";
import {Inspection} from "./Inspection.sol";
import {PolicyReader} from "./PolicyReader.sol";
import {Spending} from "./Spending.sol";
import {Windows} from "./Windows.sol";

/// @title What an action spends by its calldata, and what it may spend
library Charges {
    using Inspection for Inspection.State;
    using PolicyReader for bytes;

    /// @notice Adds what the call that is looked at spends gross, and finds assets without a rule.
    /// @param data Its calldata.
    function check(Inspection.State memory state, bytes calldata data) internal pure {
        if (state.value != 0) _spend(state, address(0), state.value);
        if (!state.isWhole) return;
        if (state.amount != Spending.NONE) {
            _spend(state, state.target, Spending.amountAt(data, state.selector, state.amount, state.vault));
        } else if (Spending.givesOperator(data, state.selector)) {
            _nameOperator(state);
        }
    }

    /// @notice Finds caps of one execution that are exceeded. To be called after all calls.
    function checkCaps(Inspection.State memory state) internal pure {
        uint256[] memory amounts = state.amounts;
        for (uint256 i = 0; i < amounts.length; ++i) {
            uint256 amount = amounts[i];
            if (amount == 0 || state.policy.isUnlimited(i)) continue;
            uint256 cap = state.policy.maxPerTransactionOf(i);
            if (amount <= cap) continue;
            address asset = state.policy.assetRule(i).asset;
            state.noteWhole(ViolationKind.TransactionCapExceeded, i, asset, amount, cap);
        }
    }

    /// @notice The charges of an execution, one per asset with caps, as the compiler encodes them behind other words.
    /// @param words How many words are left free before the list.
    function encodeCharges(
        bytes memory policy,
        Action calldata action,
        uint256[] memory amounts,
        uint256 words
    ) internal pure returns (bytes memory encoded) {
        encoded = new bytes(32 * (words + 1 + 5 * amounts.length));
        uint256 count = 0;
        for (uint256 i = 0; i < amounts.length; ++i) {
            if (policy.isUnlimited(i)) continue;
            uint256 ceiling =
                policy.tierCount() == 0
                    ? policy.maxPerTransactionOf(i)
                    : _ceiling(policy, action, policy.assetRule(i), amounts[i]);
            _putCharge(encoded, words + 1 + 5 * count, policy.placeOfAssetRule(i), amounts[i], ceiling);
            ++count;
        }
        // The length of the list; and of the bytes, without the room that was left.
        assembly ("memory-safe") {
            mstore(add(encoded, shl(5, add(words, 1))), count)
            mstore(encoded, shl(5, add(add(words, 1), mul(5, count))))
        }
    }

    /// @notice All assets with caps, with nothing charged, and those that are unlimited.
    function termsOf(bytes memory policy) internal pure returns (Charge[] memory charges, address[] memory unlimited) {
        uint256 count = policy.assetCount();
        charges = _room(count);
        unlimited = new address[](count);
        (uint256 capped, uint256 open) = (0, 0);
        for (uint256 i = 0; i < count; ++i) {
            AssetRule memory rule = policy.assetRule(i);
            if (rule.isUnlimited) {
                unlimited[open++] = rule.asset;
                continue;
            }
            (uint256 perTransaction, uint256 perWindow) = (rule.maxPerTransaction, rule.maxPerWindow);
            charges[capped++] = Charge(rule.asset, 0, perTransaction, perWindow, rule.windowSeconds);
        }
        // Shortens both lists to what was filled.
        assembly ("memory-safe") {
            mstore(charges, capped)
            mstore(unlimited, open)
        }
    }

    /// @notice The most that the action may charge: a budget for each asset with caps for which that is not nothing, as the
    /// windows count it. An action that would exceed a cap per execution can never run, and needs no budget.
    function budgetsOf(
        bytes memory policy,
        Action calldata action,
        uint256[] memory amounts
    ) internal pure returns (Budget[] memory budgets) {
        budgets = new Budget[](amounts.length);
        uint256 count = 0;
        for (uint256 i = 0; i < amounts.length; ++i) {
            AssetRule memory rule = policy.assetRule(i);
            if (rule.isUnlimited) continue;
            if (amounts[i] > rule.maxPerTransaction) return new Budget[](0);
            uint256 amount = Windows.roundedUp(_budget(action, rule, amounts[i]), rule.maxPerWindow);
            if (amount != 0) budgets[count++] = toBudget(i, amount);
        }
        // Shortens the list to what was filled.
        assembly ("memory-safe") {
            mstore(budgets, count)
        }
    }

    /// @notice Budgets of nothing for some assets with caps.
    /// @param positions Bit i is set when there is to be one for the i-th asset with caps.
    function budgetsOfNothing(bytes memory policy, uint256 positions) internal pure returns (Budget[] memory budgets) {
        uint256 length = policy.assetCount();
        budgets = new Budget[](length);
        (uint256 count, uint256 position) = (0, 0);
        for (uint256 i = 0; i < length; ++i) {
            if (policy.isUnlimited(i)) continue;
            if (positions & (1 << position) != 0) budgets[count++] = toBudget(i, 0);
            ++position;
        }
        // Shortens the list to what was filled.
        assembly ("memory-safe") {
            mstore(budgets, count)
        }
    }

    /// @notice What a decision needs that may spend so much: the most that any tier asks for whose line it is above.
    function requirementsOf(
        bytes memory policy,
        Action calldata action,
        uint256[] memory amounts
    ) internal pure returns (uint16 minAttestations, uint64 minVetoWindow) {
        uint256 count = policy.tierCount();
        for (uint256 i = 0; i < count; ++i) {
            Tier memory tier = policy.tier(i);
            uint256 index = policy.findAssetRule(tier.asset);
            if (_budget(action, policy.assetRule(index), amounts[index]) <= tier.above) continue;
            if (tier.minAttestations > minAttestations) minAttestations = tier.minAttestations;
            if (tier.minVetoWindow > minVetoWindow) minVetoWindow = tier.minVetoWindow;
        }
    }

    /// @dev The cap of one execution; or the lowest line of a tier that the budget is not above, because the decision was
    /// not asked for what that tier needs.
    function _ceiling(
        bytes memory policy,
        Action calldata action,
        AssetRule memory rule,
        uint256 amount
    ) private pure returns (uint256 ceiling) {
        ceiling = rule.maxPerTransaction;
        uint256 count = policy.tierCount();
        for (uint256 i = 0; i < count; ++i) {
            Tier memory tier = policy.tier(i);
            if (tier.asset != rule.asset || _budget(action, rule, amount) > tier.above) continue;
            ceiling = Math.min(ceiling, tier.above);
        }
    }

    function _budget(Action calldata action, AssetRule memory rule, uint256 amount) private pure returns (uint256) {
        for (uint256 i = 0; i < action.bounds.length; ++i) {
            if (action.bounds[i].asset == rule.asset) amount = Math.max(amount, action.bounds[i].maxOut);
        }
        return Math.min(amount, rule.maxPerTransaction);
    }

    /// @dev Writes a charge, which begins with so many words before it, from the rule at a place in memory.
    function _putCharge(
        bytes memory encoded,
        uint256 words,
        uint256 rule,
        uint256 amount,
        uint256 ceiling
    ) private pure {
        assembly ("memory-safe") {
            let at := add(encoded, shl(5, add(words, 1)))
            mstore(at, mload(rule))
            mstore(add(at, 0x20), amount)
            mstore(add(at, 0x40), ceiling)
            mstore(add(at, 0x60), mload(add(rule, 0x40)))
            mstore(add(at, 0x80), mload(add(rule, 0x60)))
        }
    }

    function _spend(Inspection.State memory state, address asset, uint256 amount) private pure {
        uint256 index = state.policy.findAssetRule(asset);
        if (index == PolicyReader.NONE) {
            state.note(ViolationKind.AssetDenied, Findings.NONE, asset, amount, 0);
            return;
        }
        state.amounts[index] = Math.saturatingAdd(state.amounts[index], amount);
    }

    function _nameOperator(Inspection.State memory state) private pure {
        uint256 index = state.policy.findAssetRule(state.target);
        if (index != PolicyReader.NONE && state.policy.isUnlimited(index)) return;
        state.note(ViolationKind.OperatorDenied, index, state.target, 0, 0);
    }

    /// @dev A list of so many charges that are not there yet: all of them are written before they are read. The compiler's
    /// own list would hold as many charges of zeros, each paid for.
    function _room(uint256 count) private pure returns (Charge[] memory charges) {
        assembly ("memory-safe") {
            charges := mload(0x40)
            mstore(charges, count)
            mstore(0x40, add(charges, shl(5, add(count, 1))))
        }
    }
}
