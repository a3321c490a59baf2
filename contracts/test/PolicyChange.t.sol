// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentVault} from "../src/interfaces/IAgentVault.sol";
import {ITypedDataApprovals} from "../src/interfaces/ITypedDataApprovals.sol";
import {Action} from "../src/types/Action.sol";
import {DecisionState} from "../src/types/Decision.sol";
import {CallRule, Policy} from "../src/types/Policy.sol";
import {CallingBack} from "./mocks/Callees.sol";
import {assetRule, callRule, unlimitedRule} from "./utils/Policies.sol";
import {World} from "./utils/World.sol";

/// @notice A policy changes by an executed decision, after a delay, and forgets nothing that was spent.
contract PolicyChangeTest is World {
    uint64 private constant DELAY = 2 days;

    CallingBack private _caller;

    function setUp() public override {
        _caller = new CallingBack();
        super.setUp();
    }

    function _policy() internal view override returns (Policy memory policy) {
        policy = super._policy();
        policy.changeDelay = DELAY;
    }

    // ---- the way of a change ----

    function test_a_change_takes_effect_after_the_delay() public {
        Policy memory next = _next();
        (bytes32 before, bytes32 after_) = (vault.policyHash(), keccak256(abi.encode(next)));
        _schedule(next);
        (address pointer, uint64 effectiveAt) = vault.scheduledPolicy();
        vm.assertEq(pointer.code, bytes.concat(hex"00", abi.encode(next)), "kept");
        vm.assertEq(effectiveAt, block.timestamp + DELAY, "effective");
        vm.assertEq(vault.policyHash(), before, "as before");
        vm.warp(effectiveAt - 1);
        _assertReverts(
            address(vault),
            abi.encodeCall(vault.applyPolicy, ()),
            abi.encodeWithSelector(IAgentVault.VaultPolicyTooEarly.selector, effectiveAt, effectiveAt - 1)
        );
        vm.warp(effectiveAt);
        vm.prank(address(0xA11));
        vault.applyPolicy();
        vm.assertEq(vault.policyHash(), after_, "changed");
        vm.assertEq(abi.encode(vault.policy()), abi.encode(next), "policy");
        vm.assertEq(vault.policyPointer(), pointer, "pointer");
        _assertNothingWaits();
    }

    function test_each_step_is_told() public {
        Policy memory next = _next();
        next.assets[1] = unlimitedRule(address(0));
        bytes32 hash = keccak256(abi.encode(next));
        Action memory action = _scheduling(abi.encode(next));
        bytes32 id = _submitReady(action);
        bytes memory signature = _authorization(id);
        vm.expectEmit(true, false, false, false, address(vault));
        emit IAgentVault.PolicyScheduled(hash, address(0), 0);
        vault.execute(id, action, signature);
        (address pointer, uint64 effectiveAt) = vault.scheduledPolicy();
        vm.warp(effectiveAt);
        vm.expectEmit(true, false, false, true, address(vault));
        emit IAgentVault.PolicyUnscheduled(pointer);
        address[] memory unlimited = new address[](1);
        vm.expectEmit(true, false, false, true, address(vault));
        emit IAgentVault.PolicyAdopted(hash, pointer, unlimited);
        vault.applyPolicy();
    }

    function test_a_decision_gives_a_change_up() public {
        _schedule(_next());
        (, uint64 effectiveAt) = vault.scheduledPolicy();
        _run(_action(address(vault), 0, abi.encodeCall(vault.cancelPolicy, ())));
        _assertNothingWaits();
        vm.warp(effectiveAt);
        _assertNotScheduled();
    }

    function test_the_last_change_that_was_scheduled_counts_from_its_own_time() public {
        _schedule(_next());
        vm.warp(block.timestamp + DELAY - 2 * VETO_WINDOW);
        Policy memory other = _next();
        other.assets[0].maxPerWindow = 7_777;
        _schedule(other);
        (, uint64 effectiveAt) = vault.scheduledPolicy();
        vm.assertEq(effectiveAt, block.timestamp + DELAY, "anew");
        vm.warp(effectiveAt);
        vault.applyPolicy();
        vm.assertEq(vault.policyHash(), keccak256(abi.encode(other)), "the last");
    }

    // ---- who may not, and when not ----

    function test_nobody_but_a_decision_schedules_or_cancels() public {
        bytes memory encoded = abi.encode(_next());
        _schedule(_next());
        address[4] memory callers = [GUARDIAN, RECIPIENT, address(decisions), address(this)];
        for (uint256 i = 0; i < callers.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(ITypedDataApprovals.VaultCallerNotItself.selector, callers[i]);
            _assertRevertsFor(callers[i], address(vault), abi.encodeCall(vault.schedulePolicy, (encoded)), reason);
            _assertRevertsFor(callers[i], address(vault), abi.encodeCall(vault.cancelPolicy, ()), reason);
        }
    }

    function test_nothing_is_applied_or_cancelled_when_nothing_waits() public {
        _assertNotScheduled();
        _assertExecuteFails(
            _action(address(vault), 0, abi.encodeCall(vault.cancelPolicy, ())),
            abi.encodeWithSelector(IAgentVault.VaultPolicyNotScheduled.selector)
        );
        _schedule(_next());
        vm.warp(block.timestamp + DELAY);
        vault.applyPolicy();
        _assertNotScheduled();
    }

    function test_a_policy_without_a_delay_never_changes() public {
        _useVault(super._policy());
        _assertExecuteFails(
            _scheduling(abi.encode(_next())),
            abi.encodeWithSelector(IAgentVault.VaultPolicyFixed.selector)
        );
    }

    function test_a_policy_is_looked_at_when_it_is_scheduled() public {
        Policy memory next = _next();
        next.calls[0].target = address(vault);
        bytes4 selector = next.calls[0].selector;
        _assertExecuteFails(
            _scheduling(abi.encode(next)),
            abi.encodeWithSelector(IAgentVault.VaultRuleTargetsItself.selector, selector)
        );
        _assertExecuteFails(
            _scheduling(bytes.concat(abi.encode(_next()), bytes32(0))),
            abi.encodeWithSelector(IAgentVault.VaultPolicyNotCanonical.selector)
        );
    }

    /// @dev The calls of an execution are judged by one policy, whatever they call.
    function test_no_change_takes_effect_inside_an_execution() public {
        Policy memory policy = _policy();
        policy.calls[2] = callRule(address(_caller), _caller.poke.selector);
        _useVault(policy);
        _schedule(_next());
        vm.warp(block.timestamp + DELAY);
        _caller.prepare(address(vault), abi.encodeCall(vault.applyPolicy, ()));
        bytes32 before = vault.policyHash();
        _run(_action(address(_caller), 0, abi.encodeCall(_caller.poke, ())));
        vm.assertEq(_caller.calls(), 1, "tried");
        vm.assertTrue(!_caller.hasSucceeded(), "refused");
        vm.assertEq(vault.policyHash(), before, "as before");
        vault.applyPolicy();
    }

    function test_decisions_of_the_last_policy_cannot_be_executed() public {
        _schedule(_next());
        (, uint64 effectiveAt) = vault.scheduledPolicy();
        vm.warp(effectiveAt - 2 * VETO_WINDOW);
        Action memory action = _transfer(1);
        bytes32 id = _submitReady(action);
        bytes32 before = vault.policyHash();
        vm.warp(effectiveAt);
        vault.applyPolicy();
        bytes memory execution = abi.encodeCall(vault.execute, (id, action, _authorization(id)));
        _assertReverts(
            address(vault),
            execution,
            abi.encodeWithSelector(IAgentVault.VaultPolicyChanged.selector, vault.policyHash(), before)
        );
        vm.assertTrue(decisions.stateOf(id) == DecisionState.Ready, "until its deadline");
        _run(action);
    }

    // ---- what was spent ----

    function test_other_caps_do_not_reset_what_was_spent() public {
        Policy memory next = _policy();
        (next.assets[0].maxPerTransaction, next.assets[0].maxPerWindow) = (3_000, 3_000);
        _schedule(next);
        vm.warp(block.timestamp + DELAY - 3 * VETO_WINDOW);
        _run(_transfer(1_000));
        uint256 spentAt = block.timestamp;
        vm.warp(block.timestamp + 2 * VETO_WINDOW);
        vault.applyPolicy();
        vm.assertEq(vault.spentInWindow(address(token)), 1_000, "kept");
        bytes32 id = _submit(_transfer(2_001));
        _assertReverts(
            address(decisions),
            abi.encodeCall(decisions.resolve, (id, true, RESULT_HASH, _attestations(id, true))),
            abi.encodeWithSelector(IAgentVault.VaultBudgetNotFree.selector, address(token), 3_001, 3_000)
        );
        vm.warp(spentAt + 1 days);
        vm.assertEq(vault.spentInWindow(address(token)), 0, "leaves as it would have");
    }

    /// @dev With another window, all that is in the last one counts as spent at the change.
    function test_another_window_takes_over_what_was_spent() public {
        Policy memory next = _policy();
        next.assets[0].windowSeconds = 3 days;
        _changeAfterSpending(next);
        vm.assertEq(vault.spentInWindow(address(token)), 1_000, "kept");
        uint256 changedAt = block.timestamp;
        vm.warp(changedAt + 3 days - 1);
        vm.assertEq(vault.spentInWindow(address(token)), 1_000, "as long as the new window");
        vm.warp(changedAt + 3 days);
        vm.assertEq(vault.spentInWindow(address(token)), 0, "left");
    }

    function test_other_units_take_over_what_was_spent() public {
        Policy memory next = _policy();
        next.assets[0].maxPerWindow = 1 << 83;
        _changeAfterSpending(next);
        vm.assertEq(vault.spentInWindow(address(token)), 1_008, "rounded up");
        _schedule(_policy());
        vm.warp(block.timestamp + DELAY - 2 * VETO_WINDOW);
        _run(_transfer(16));
        vm.warp(block.timestamp + 2 * VETO_WINDOW);
        vault.applyPolicy();
        vm.assertEq(vault.spentInWindow(address(token)), 16, "in ones again");
    }

    /// @dev More than the new cap is no more than a full window.
    function test_a_much_smaller_cap_begins_full() public {
        Policy memory policy = _policy();
        policy.assets[0] = assetRule(address(token), type(uint128).max, type(uint128).max, 3 days);
        _useVault(policy);
        token.mint(address(vault), type(uint128).max / 2);
        _schedule(_policy());
        vm.warp(block.timestamp + DELAY - 2 * VETO_WINDOW);
        _run(_transfer(1 << 100));
        vm.warp(block.timestamp + 2 * VETO_WINDOW);
        vault.applyPolicy();
        vm.assertEq(vault.spentInWindow(address(token)), type(uint80).max, "as much as can be counted");
        vm.assertEq(vault.violationsOf(_transfer(1)).length, 1, "no room");
        vm.warp(block.timestamp + 1 days);
        vm.assertEq(vault.violationsOf(_transfer(1)).length, 0, "room");
    }

    function test_an_asset_that_was_dropped_comes_back_with_what_was_spent() public {
        Policy memory policy = _policy();
        policy.assets[0].windowSeconds = 30 days;
        _useVault(policy);
        Policy memory without = _policy();
        without.assets[0].asset = address(0xA55E7);
        _changeAfterSpending(without);
        vm.assertEq(vault.spentInWindow(address(token)), 0, "no rule");
        _schedule(policy);
        vm.warp(block.timestamp + DELAY);
        vault.applyPolicy();
        vm.assertEq(vault.spentInWindow(address(token)), 1_000, "not forgotten");
    }

    function test_another_span_takes_over_the_executions() public {
        Policy memory policy = _policy();
        (policy.maxExecutions, policy.executionsSeconds) = (5, 7 days);
        _useVault(policy);
        Policy memory next = _policy();
        (next.maxExecutions, next.executionsSeconds) = (3, 10 days);
        _schedule(next);
        _run(_transfer(1));
        vm.warp(block.timestamp + DELAY);
        vm.assertEq(vault.executionsInSpan(), 2, "scheduling counts too");
        vault.applyPolicy();
        vm.assertEq(vault.executionsInSpan(), 2, "kept");
        _run(_transfer(1));
        vm.assertEq(vault.violationsOf(_transfer(1)).length, 1, "no more");
        vm.warp(block.timestamp + 10 days);
        vm.assertEq(vault.executionsInSpan(), 0, "left");
    }

    // ---- helpers ----

    function _next() private view returns (Policy memory policy) {
        policy = _policy();
        policy.calls = new CallRule[](1);
        policy.calls[0] = callRule(address(token), token.transfer.selector);
        policy.changeDelay = 30 days;
    }

    function _scheduling(bytes memory encoded) private view returns (Action memory) {
        return _action(address(vault), 0, abi.encodeCall(vault.schedulePolicy, (encoded)));
    }

    function _schedule(Policy memory policy) private {
        _run(_scheduling(abi.encode(policy)));
    }

    /// @dev Schedules a policy, spends 1,000 tokens shortly before it may take effect, and applies it.
    function _changeAfterSpending(Policy memory next) private {
        _schedule(next);
        vm.warp(block.timestamp + DELAY - 2 * VETO_WINDOW);
        _run(_transfer(1_000));
        vm.warp(block.timestamp + 2 * VETO_WINDOW);
        vault.applyPolicy();
    }

    function _assertNothingWaits() private view {
        (address pointer, uint64 effectiveAt) = vault.scheduledPolicy();
        vm.assertEq(pointer, address(0), "no pointer");
        vm.assertEq(effectiveAt, 0, "no time");
    }

    function _assertNotScheduled() private {
        _assertReverts(
            address(vault),
            abi.encodeCall(vault.applyPolicy, ()),
            abi.encodeWithSelector(IAgentVault.VaultPolicyNotScheduled.selector)
        );
    }

    /// @dev The vault's call of itself fails, for this reason.
    function _assertExecuteFails(Action memory action, bytes memory reason) private {
        bytes32 id = _submitReady(action);
        _assertReverts(
            address(vault),
            abi.encodeCall(vault.execute, (id, action, _authorization(id))),
            abi.encodeWithSelector(IAgentVault.VaultCallFailed.selector, 0, address(vault), reason)
        );
    }
}
