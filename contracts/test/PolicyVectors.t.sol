// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PolicyEngine} from "../src/PolicyEngine.sol";
import {IAgentVault} from "../src/interfaces/IAgentVault.sol";
import {PolicyCode} from "../src/libraries/PolicyCode.sol";
import {Action} from "../src/types/Action.sol";
import {Budget} from "../src/types/Decision.sol";
import {Charge, Policy, Violation, ViolationKind} from "../src/types/Policy.sol";
import {Test} from "./utils/Test.sol";

/// @notice Random policies, actions and situations, judged beforehand by the TypeScript that committers judge by: the
/// engine must say the same of each.
contract PolicyVectorsTest is Test {
    string private constant FILE = "../test/vectors/policies.json";
    uint256 private constant LEAST = 64;

    PolicyEngine private _engine;

    /// @dev The columns of the file.
    struct Columns {
        bytes[] policies;
        bytes[] actions;
        uint256[] times;
        bytes[] spent;
        uint256[] executions;
        bytes[] charges;
        bytes[] violations;
        bytes[] budgets;
        uint256[] attestations;
        uint256[] vetoWindows;
    }

    function setUp() public {
        _engine = new PolicyEngine();
    }

    function test_the_engine_judges_as_the_committers_do() public {
        Columns memory all = _read();
        vm.assertGe(all.policies.length, LEAST, "cases");
        uint256 allowed = 0;
        for (uint256 i = 0; i < all.policies.length; ++i) {
            if (_check(all, i)) ++allowed;
        }
        vm.assertGe(allowed, 5, "cases of which the engine takes charges");
    }

    function _read() private view returns (Columns memory all) {
        string memory json = vm.readFile(FILE);
        all.policies = vm.parseJsonBytesArray(json, "$.policy");
        all.actions = vm.parseJsonBytesArray(json, "$.action");
        all.times = vm.parseJsonUintArray(json, "$.time");
        all.spent = vm.parseJsonBytesArray(json, "$.spent");
        all.executions = vm.parseJsonUintArray(json, "$.executionsInSpan");
        all.charges = vm.parseJsonBytesArray(json, "$.charges");
        all.violations = vm.parseJsonBytesArray(json, "$.violations");
        all.budgets = vm.parseJsonBytesArray(json, "$.budgets");
        all.attestations = vm.parseJsonUintArray(json, "$.minAttestations");
        all.vetoWindows = vm.parseJsonUintArray(json, "$.minVetoWindow");
    }

    /// @return isAllowed Whether nothing but what was executed before is against the action.
    function _check(Columns memory all, uint256 i) private returns (bool isAllowed) {
        Action memory action = abi.decode(all.actions[i], (Action));
        vm.assertEq(abi.encode(action), all.actions[i], "the action's encoding");
        _engine.validate(all.policies[i], action.vault);
        address pointer = PolicyCode.write(all.policies[i]);
        _setUpVault(action.vault, pointer, abi.decode(all.policies[i], (Policy)), all, i);
        vm.assertEq(abi.encode(_engine.violationsOf(action)), all.violations[i], "violations");
        _assertRequirements(action, all, i);
        isAllowed = !_breaksRules(abi.decode(all.violations[i], (Violation[])));
        if (isAllowed) _assertCharges(action, pointer, abi.decode(all.charges[i], (uint256[])));
        else
            vm.assertTrue(
                _selectorOfRevert(address(_engine), abi.encodeCall(_engine.clear, (action, pointer))) != 0,
                "refused"
            );
    }

    function _assertRequirements(Action memory action, Columns memory all, uint256 i) private view {
        (bytes32 hash, uint256 attestations, uint256 vetoWindow, Budget[] memory budgets) = _engine.requirementsOf(
            action
        );
        vm.assertEq(hash, keccak256(all.policies[i]), "hash");
        vm.assertEq(attestations, all.attestations[i], "attestations");
        vm.assertEq(vetoWindow, all.vetoWindows[i], "veto window");
        vm.assertEq(abi.encode(budgets), all.budgets[i], "budgets");
    }

    /// @dev A vault in this situation, as far as the engine asks it.
    function _setUpVault(address vault, address pointer, Policy memory policy, Columns memory all, uint256 i) private {
        vm.clearMockedCalls();
        vm.warp(all.times[i]);
        vm.mockCall(vault, abi.encodeCall(IAgentVault.policyPointer, ()), abi.encode(pointer));
        vm.mockCall(vault, abi.encodeCall(IAgentVault.executionsInSpan, ()), abi.encode(all.executions[i]));
        uint256[] memory spent = abi.decode(all.spent[i], (uint256[]));
        for (uint256 at = 0; at < spent.length; ++at) {
            bytes memory question = abi.encodeCall(IAgentVault.spentInWindow, (policy.assets[at].asset));
            vm.mockCall(vault, question, abi.encode(spent[at]));
        }
    }

    function _assertCharges(Action memory action, address pointer, uint256[] memory expected) private view {
        (, , , Charge[] memory charges) = _engine.clear(action, pointer);
        vm.assertEq(charges.length, expected.length, "assets with caps");
        for (uint256 i = 0; i < charges.length; ++i) vm.assertEq(charges[i].amount, expected[i], "charge");
    }

    /// @dev Windows and the rate are for the vault to look at.
    function _breaksRules(Violation[] memory found) private pure returns (bool) {
        for (uint256 i = 0; i < found.length; ++i) {
            if (found[i].kind < ViolationKind.WindowCapExceeded) return true;
        }
        return false;
    }
}
