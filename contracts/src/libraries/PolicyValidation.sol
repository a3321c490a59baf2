// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IAgentVault} from "../interfaces/IAgentVault.sol";
import {IDecisionRegistry} from "../interfaces/IDecisionRegistry.sol";
import {AssetRule, CallRule, Policy, Range, Tier} from "../types/Policy.sol";
import {Spending} from "./Spending.sol";

/// @title Which policies a vault may have
library PolicyValidation {
    /// @dev Most call rules of a policy; each call of an action looks through them.
    uint256 internal constant MAX_CALL_RULES = 128;
    /// @dev Most assets of a policy; the vault reads their balances around every call.
    uint256 internal constant MAX_ASSETS = 32;
    /// @dev Most tiers of a policy.
    uint256 internal constant MAX_TIERS = 64;
    /// @dev Largest cap.
    uint256 internal constant MAX_CAP = type(uint128).max;
    /// @dev Most arguments before the one that holds an init code.
    uint256 internal constant MAX_ARGUMENT = 15;
    /// @dev Most attestations that a tier may ask for: as many as a committee has members.
    uint256 internal constant MAX_ATTESTATIONS = 64;
    /// @dev Longest veto window: what the registry takes.
    uint256 internal constant MAX_VETO_WINDOW = 14 days;

    /// @dev Shortest time in which a change of the policy can be seen coming.
    uint256 internal constant MIN_CHANGE_DELAY = 1 days;
    /// @dev Longest.
    uint256 internal constant MAX_CHANGE_DELAY = 30 days;

    /// @notice Reverts unless `vault` may have the policy.
    function check(Policy memory policy, address vault) internal pure {
        _checkTimes(policy);
        if (policy.calls.length > MAX_CALL_RULES) revert IAgentVault.VaultCallRulesTooMany(policy.calls.length);
        for (uint256 i = 0; i < policy.calls.length; ++i) {
            _checkCallRule(policy, i, vault);
        }
        if (policy.assets.length > MAX_ASSETS) revert IAgentVault.VaultAssetsTooMany(policy.assets.length);
        for (uint256 i = 0; i < policy.assets.length; ++i) {
            _checkAssetRule(policy.assets, i);
        }
        if (policy.tiers.length > MAX_TIERS) revert IAgentVault.VaultTiersTooMany(policy.tiers.length);
        for (uint256 i = 0; i < policy.tiers.length; ++i) {
            _checkTier(policy.assets, policy.tiers[i]);
        }
    }

    function _checkTimes(Policy memory policy) private pure {
        uint256 delay = policy.changeDelay;
        if (delay != 0 && (delay < MIN_CHANGE_DELAY || delay > MAX_CHANGE_DELAY)) {
            revert IAgentVault.VaultChangeDelayInvalid(delay);
        }
        if (Math.max(policy.activeFrom, policy.activeUntil) >= 1 days) {
            revert IAgentVault.VaultHoursInvalid(policy.activeFrom, policy.activeUntil);
        }
        if ((policy.maxExecutions == 0) != (policy.executionsSeconds == 0)) {
            revert IAgentVault.VaultRateInvalid(policy.maxExecutions, policy.executionsSeconds);
        }
    }

    /// @dev What must never be called cannot be allowed: the vault itself, functions that give allowances that cannot be
    /// charged, and the registry's function that is the vault's own to call.
    function _checkCallRule(Policy memory policy, uint256 index, address vault) private pure {
        CallRule memory rule = policy.calls[index];
        (address target, bytes4 selector) = (rule.target, rule.selector);
        if (target == vault) revert IAgentVault.VaultRuleTargetsItself(selector);
        if (Spending.givesHiddenAllowance(selector) || selector == IDecisionRegistry.markExecuted.selector) {
            revert IAgentVault.VaultRuleSelectorForbidden(target, selector);
        }
        if (
            !_isWithin(rule.conditions, policy.conditions.length) ||
            !_isWithin(rule.recipients, policy.recipients.length) ||
            !_isWithin(rule.initCodes, policy.initCodes.length) ||
            rule.initCodeArgument > MAX_ARGUMENT
        ) revert IAgentVault.VaultRangeInvalid(index);
        // A rule that names recipients of a function that tells none would promise what nobody checks.
        if (rule.recipients.countOf() != 0 && selector != bytes4(0) && !Spending.namesRecipient(selector)) {
            revert IAgentVault.VaultRecipientsUnreadable(target, selector);
        }
        _checkOtherRules(policy.calls, index);
    }

    /// @dev No rule is given twice, and no rule for a deployer lets it be called without an init code.
    function _checkOtherRules(CallRule[] memory rules, uint256 index) private pure {
        CallRule memory rule = rules[index];
        bool isDeployer = rule.initCodes.countOf() != 0;
        for (uint256 i = 0; i < index; ++i) {
            if (rules[i].target != rule.target) continue;
            if (rules[i].selector == rule.selector) revert IAgentVault.VaultRuleRepeated(rule.target, rule.selector);
            if ((rules[i].initCodes.countOf() != 0) != isDeployer) {
                revert IAgentVault.VaultDeployerOpen(rule.target, isDeployer ? rules[i].selector : rule.selector);
            }
        }
    }

    function _checkAssetRule(AssetRule[] memory rules, uint256 index) private pure {
        AssetRule memory rule = rules[index];
        for (uint256 i = 0; i < index; ++i) {
            if (rules[i].asset == rule.asset) revert IAgentVault.VaultAssetRepeated(rule.asset);
        }
        uint256 cap = Math.max(rule.maxPerTransaction, rule.maxPerWindow);
        if (rule.isUnlimited) {
            if (cap != 0 || rule.windowSeconds != 0) revert IAgentVault.VaultUnlimitedWithCaps(rule.asset);
            return;
        }
        if (cap > MAX_CAP) revert IAgentVault.VaultCapTooLarge(rule.asset, cap);
        if (rule.windowSeconds == 0) revert IAgentVault.VaultWindowEmpty(rule.asset);
    }

    function _checkTier(AssetRule[] memory rules, Tier memory tier) private pure {
        if (tier.minAttestations > MAX_ATTESTATIONS || tier.minVetoWindow > MAX_VETO_WINDOW) {
            revert IAgentVault.VaultTierTooHigh(tier.asset, tier.minAttestations, tier.minVetoWindow);
        }
        for (uint256 i = 0; i < rules.length; ++i) {
            if (rules[i].asset == tier.asset && !rules[i].isUnlimited) return;
        }
        revert IAgentVault.VaultTierWithoutCaps(tier.asset);
    }

    function _isWithin(Range range, uint256 length) private pure returns (bool) {
        return range.firstOf() + range.countOf() <= length;
    }
}
