// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IAgentVault} from "./interfaces/IAgentVault.sol";
import {IPolicyEngine} from "./interfaces/IPolicyEngine.sol";
import {CallRules} from "./libraries/CallRules.sol";
import {Charges} from "./libraries/Charges.sol";
import {Findings} from "./libraries/Findings.sol";
import {Inspection} from "./libraries/Inspection.sol";
import {PolicyCode} from "./libraries/PolicyCode.sol";
import {PolicyReader} from "./libraries/PolicyReader.sol";
import {PolicyValidation} from "./libraries/PolicyValidation.sol";
import {Windows} from "./libraries/Windows.sol";
import {Action, Call} from "./types/Action.sol";
import {Budget} from "./types/Decision.sol";
import {AssetRule, Charge, Clearance, Policy, Range, Violation, ViolationKind} from "./types/Policy.sol";

/// @title PolicyEngine
/// @notice See {IPolicyEngine}.
contract PolicyEngine is IPolicyEngine {
    using Findings for Findings.Report;
    using Inspection for Inspection.State;
    using PolicyCode for bytes;
    using PolicyReader for bytes;

    /// @inheritdoc IPolicyEngine
    function validateChange(bytes calldata encoded) external view returns (uint64 delay) {
        delay = _policyOf(msg.sender).changeDelayOf();
        if (delay == 0) revert IAgentVault.VaultPolicyFixed();
        validate(encoded, msg.sender);
    }

    /// @inheritdoc IPolicyEngine
    function validate(bytes calldata encoded, address vault) public pure {
        Policy memory policy = abi.decode(encoded, (Policy));
        if (keccak256(abi.encode(policy)) != keccak256(encoded)) revert IAgentVault.VaultPolicyNotCanonical();
        PolicyValidation.check(policy, vault);
    }

    /// @inheritdoc IPolicyEngine
    function clear(
        Action calldata action,
        address policy
    ) external view returns (bytes32, uint256, uint64, Charge[] memory) {
        bytes memory code = policy.code;
        Inspection.State memory state;
        state.begin(code, action.vault, true);
        _inspect(state, action);
        bytes32 hash = code.hash();
        (uint256 maxExecutions, uint64 executionsSeconds) = code.rateOf();
        bytes memory answer = Charges.encodeCharges(code, action, state.amounts, 4);
        // What the compiler would return: three words, the offset of the list, the list.
        assembly ("memory-safe") {
            mstore(add(answer, 0x20), hash)
            mstore(add(answer, 0x40), maxExecutions)
            mstore(add(answer, 0x60), executionsSeconds)
            mstore(add(answer, 0x80), 0x80)
            return(add(answer, 0x20), mload(answer))
        }
    }

    /// @inheritdoc IPolicyEngine
    function violationsOf(Action calldata action) external view returns (Violation[] memory) {
        IAgentVault vault = IAgentVault(action.vault);
        Inspection.State memory state;
        state.begin(vault.policyPointer().code, action.vault, false);
        _inspect(state, action);
        _checkWindows(state, vault);
        _checkRate(state, vault);
        return state.report.all();
    }

    /// @inheritdoc IPolicyEngine
    function requirementsOf(
        Action calldata action
    )
        external
        view
        returns (bytes32 policyHash, uint16 minAttestations, uint64 minVetoWindow, Budget[] memory budgets)
    {
        bytes memory code = _policyOf(action.vault);
        uint256[] memory amounts = _amountsOf(code, action);
        policyHash = code.hash();
        (minAttestations, minVetoWindow) = Charges.requirementsOf(code, action, amounts);
        budgets = Charges.budgetsOf(code, action, amounts);
    }

    /// @inheritdoc IPolicyEngine
    function budgetsOfNothing(address policy, uint256 positions) external view returns (Budget[] memory) {
        return Charges.budgetsOfNothing(policy.code, positions);
    }

    /// @inheritdoc IPolicyEngine
    function requireRoom(bytes32 policyHash, Budget[] calldata reserved) external view {
        bytes memory code = _policyOf(msg.sender);
        bytes32 hash = code.hash();
        if (hash != policyHash) revert IAgentVault.VaultPolicyChanged(hash, policyHash);
        for (uint256 i = 0; i < reserved.length; ++i) {
            AssetRule memory rule = code.assetRule(reserved[i].indexOf());
            uint256 sum = IAgentVault(msg.sender).spentInWindow(rule.asset) + reserved[i].amountOf();
            if (sum > rule.maxPerWindow) revert IAgentVault.VaultBudgetNotFree(rule.asset, sum, rule.maxPerWindow);
        }
    }

    /// @inheritdoc IPolicyEngine
    function isCallAllowed(address target, bytes4 selector) external view returns (bool) {
        bytes memory code = _policyOf(msg.sender);
        uint256 rule = code.findCallRule(target, selector);
        if (rule == PolicyReader.NONE) return false;
        (Range conditions, Range recipients, Range initCodes) = code.rangesOf(rule);
        return conditions.countOf() + recipients.countOf() + initCodes.countOf() == 0;
    }

    /// @inheritdoc IPolicyEngine
    function termsOf(address policy) external view returns (Clearance memory terms, address[] memory unlimited) {
        bytes memory code = policy.code;
        terms.policyHash = code.hash();
        (terms.maxExecutions, terms.executionsSeconds) = code.rateOf();
        (terms.charges, unlimited) = Charges.termsOf(code);
    }

    /// @inheritdoc IPolicyEngine
    function windowOf(address policy, address asset) external view returns (uint256, uint64) {
        bytes memory code = policy.code;
        uint256 index = code.findAssetRule(asset);
        if (index == PolicyReader.NONE) return (0, 0);
        AssetRule memory rule = code.assetRule(index);
        return (rule.maxPerWindow, rule.windowSeconds);
    }

    /// @inheritdoc IPolicyEngine
    function rateOf(address policy) external view returns (uint256, uint64) {
        return policy.code.rateOf();
    }

    /// @inheritdoc IPolicyEngine
    function hashOf(address policy) external view returns (bytes32) {
        return policy.code.hash();
    }

    /// @dev All that does not depend on what was executed before.
    function _inspect(Inspection.State memory state, Action calldata action) private view {
        _checkHours(state);
        Call[] calldata calls = action.calls;
        for (uint256 i = 0; i < calls.length; ++i) {
            bytes calldata data = state.turnTo(i, calls[i]);
            CallRules.check(state, data);
            Charges.check(state, data);
        }
        Charges.checkCaps(state);
    }

    function _checkHours(Inspection.State memory state) private view {
        (uint256 from, uint256 until) = state.policy.hoursOf();
        if (from == until) return;
        uint256 second = block.timestamp % 1 days;
        bool isWithin = from < until ? second >= from && second < until : second >= from || second < until;
        if (!isWithin) state.noteWhole(ViolationKind.OutsideHours, until, address(0), second, from);
    }

    function _checkWindows(Inspection.State memory state, IAgentVault vault) private view {
        for (uint256 i = 0; i < state.amounts.length; ++i) {
            AssetRule memory rule = state.policy.assetRule(i);
            if (state.amounts[i] == 0 || rule.isUnlimited) continue;
            uint256 charged = Windows.roundedUp(state.amounts[i], rule.maxPerWindow);
            uint256 inWindow = Math.saturatingAdd(vault.spentInWindow(rule.asset), charged);
            if (inWindow <= rule.maxPerWindow) continue;
            state.noteWhole(ViolationKind.WindowCapExceeded, i, rule.asset, inWindow, rule.maxPerWindow);
        }
    }

    function _checkRate(Inspection.State memory state, IAgentVault vault) private view {
        (uint256 most, ) = state.policy.rateOf();
        if (most == 0) return;
        uint256 executions = vault.executionsInSpan() + 1;
        if (executions <= most) return;
        state.noteWhole(ViolationKind.RateExceeded, Findings.NONE, address(vault), executions, most);
    }

    function _policyOf(address vault) private view returns (bytes memory) {
        return IAgentVault(vault).policyPointer().code;
    }

    /// @dev Gross charges of an action, whether or not the policy allows it.
    function _amountsOf(bytes memory code, Action calldata action) private pure returns (uint256[] memory) {
        Inspection.State memory state;
        state.begin(code, action.vault, false);
        for (uint256 i = 0; i < action.calls.length; ++i) {
            Charges.check(state, state.turnTo(i, action.calls[i]));
        }
        return state.amounts;
    }
}
