// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentVault} from "../src/interfaces/IAgentVault.sol";
import {IDecisionRegistry} from "../src/interfaces/IDecisionRegistry.sol";
import {Action, Bound, Call} from "../src/types/Action.sol";
import {Budget, DecisionState, toBudget} from "../src/types/Decision.sol";
import {AssetRule, CallRule, Policy} from "../src/types/Policy.sol";
import {SweepableToken} from "./mocks/HostileTokens.sol";
import {assetRule, callRule} from "./utils/Policies.sol";
import {World} from "./utils/World.sol";

/// @notice Approved decisions reserve what they may charge. Per execution 1,000 tokens and 1 ether may be spent, per day
/// 2,500 tokens and 2 ether.
contract ReservationsTest is World {
    // ---- what a budget is ----

    function test_a_budget_is_what_the_calldata_spends() public {
        _assertBudget(_transfer(700), 0, 700);
        _assertBudget(_action(address(token), 0, abi.encodeCall(token.approve, (RECIPIENT, 300))), 0, 300);
        _assertBudget(_action(RECIPIENT, 5, ""), 1, 5);
        Call[] memory calls = new Call[](3);
        calls[0] = Call(address(token), 0, abi.encodeCall(token.transfer, (RECIPIENT, 1)));
        calls[1] = Call(address(token), 0, abi.encodeCall(token.transferFrom, (address(vault), RECIPIENT, 2)));
        calls[2] = Call(address(token), 0, abi.encodeCall(token.transferFrom, (RECIPIENT, address(vault), 4)));
        _assertBudget(_action(calls), 0, 3);
    }

    function test_several_assets_have_a_budget_each() public {
        Budget[] memory budgets = decisions.budgetsOf(_submit(_both(10, 20)));
        vm.assertEq(budgets.length, 2, "two");
        _assertIs(budgets[0], 0, 10);
        _assertIs(budgets[1], 1, 20);
    }

    /// @dev A bound that lets more go than the calldata tells counts, up to what one execution may spend.
    function test_a_bound_makes_a_budget_larger() public {
        _assertBudget(_bounded(100, 400), 0, 400);
        _assertBudget(_bounded(100, 50), 0, 100);
        _assertBudget(_bounded(100, type(uint256).max), 0, 1_000);
    }

    function test_what_can_never_run_reserves_nothing() public {
        bytes memory short = abi.encodePacked(token.transfer.selector, uint256(1));
        Action[4] memory actions = [
            _transfer(1_001),
            _action(address(token), 0, short),
            _action(address(decisions), 0, abi.encodeCall(token.transfer, (RECIPIENT, 1))),
            _both(10, 1 ether + 1)
        ];
        for (uint256 i = 0; i < actions.length; ++i) {
            bytes32 id = _submitApproved(actions[i]);
            vm.assertEq(decisions.budgetsOf(id).length, 0, "no budget");
            vm.assertEq(_reservations().length, 0, "no reservation");
        }
    }

    function test_an_unknown_decision_or_agent_has_none() public {
        bytes32 unknown = keccak256("unknown");
        bytes32 policyHash = vault.policyHash();
        _assertReverts(
            address(decisions),
            abi.encodeCall(decisions.budgetsOf, (unknown)),
            abi.encodeWithSelector(IDecisionRegistry.DecisionUnknown.selector, unknown)
        );
        bytes memory reason = abi.encodeWithSelector(IDecisionRegistry.DecisionAgentUnknown.selector, unknown);
        _assertReverts(address(decisions), abi.encodeCall(decisions.reservationsOf, (unknown, policyHash)), reason);
        _assertReverts(
            address(decisions),
            abi.encodeCall(decisions.reservedOf, (unknown, policyHash, new Budget[](0))),
            reason
        );
    }

    // ---- approving ----

    function test_an_approval_reserves_and_another_finds_no_room() public {
        bytes32 first = _submitApproved(_transfer(1_000));
        bytes32 second = _submitApproved(_transfer(1_000));
        bytes32 third = _submit(_transfer(501));
        vm.assertEq(_reservations().length, 2, "two");
        vm.assertEq(_reservations()[0], first, "first");
        vm.assertEq(_reservations()[1], second, "second");
        _assertReserved(2_000);
        _assertNoRoom(third, address(token), 2_501, 2_500);
        _submitApproved(_transfer(500));
        _assertReserved(2_500);
        _resolve(third, false);
        _assertState(third, DecisionState.Rejected);
    }

    function test_what_was_spent_and_what_is_reserved_count_together() public {
        _run(_transfer(1_000));
        _submitApproved(_transfer(1_000));
        _assertNoRoom(_submit(_transfer(501)), address(token), 2_501, 2_500);
        _submitApproved(_transfer(500));
    }

    function test_each_asset_has_its_own_room() public {
        _submitApproved(_both(1, 1 ether));
        _submitApproved(_both(1, 1 ether));
        _assertNoRoom(_submit(_both(1, 1)), address(0), 2 ether + 1, 2 ether);
        _submitApproved(_transfer(1_000));
    }

    function test_agents_do_not_share_room() public {
        _submitApproved(_transfer(1_000));
        _submitApproved(_transfer(1_000));
        _useVault(_policy());
        _submitApproved(_transfer(1_000));
        _assertReserved(1_000);
    }

    function test_at_most_16_approved_decisions_wait_with_a_budget() public {
        for (uint256 i = 0; i < 16; ++i) _submitApproved(_transfer(1));
        bytes32 id = _submit(_transfer(1));
        bytes memory full = abi.encodeWithSelector(IDecisionRegistry.DecisionReservationsFull.selector, id, 16);
        _assertReverts(address(decisions), _resolveCall(id), full);
        _submitApproved(_transfer(1_001));
        vm.warp(block.timestamp + VETO_WINDOW);
        bytes32 executed = _reservations()[7];
        _execute(executed, _transfer(1));
        _resolve(id, true);
        bytes32[] memory ids = _reservations();
        vm.assertEq(ids.length, 16, "16 again");
        vm.assertEq(ids[15], id, "at the end");
        for (uint256 i = 0; i < 16; ++i) vm.assertTrue(ids[i] != executed, "the executed one is gone");
    }

    // ---- releasing ----

    /// @dev However a reservation ends, there is room for another one afterwards, and nobody has to clear anything.
    function test_whatever_ends_a_decision_releases_its_budget() public {
        for (uint256 ending = 0; ending < 4; ++ending) {
            uint256 fresh = vm.snapshotState();
            bytes32 first = _submitApproved(_transfer(1_000));
            _submitApproved(_transfer(1_000));
            _assertNoRoom(_submit(_transfer(1_000)), address(token), 3_000, 2_500);
            uint256 firstMember = _end(ending, first);
            bytes32 other = _submit(_transfer(1_000));
            decisions.resolve(
                other,
                true,
                RESULT_HASH,
                _signatures(firstMember, QUORUM, _attestationDigest(other, true))
            );
            _assertState(other, DecisionState.Approved);
            bytes32[] memory ids = _reservations();
            vm.assertEq(ids[ids.length - 1], other, "reserved");
            for (uint256 i = 0; i < ids.length; ++i) vm.assertTrue(ids[i] != first, "released");
            vm.revertToState(fresh);
        }
    }

    /// @dev An execution takes its budget out of what is reserved and adds it to what was spent.
    function test_an_execution_converts() public {
        bytes32 first = _submitApproved(_transfer(1_000));
        _submitApproved(_transfer(1_000));
        vm.warp(block.timestamp + VETO_WINDOW);
        _execute(first, _transfer(1_000));
        _assertReserved(1_000);
        vm.assertEq(vault.spentInWindow(address(token)), 1_000, "spent");
        _assertNoRoom(_submit(_transfer(501)), address(token), 2_501, 2_500);
        _submitApproved(_transfer(500));
    }

    /// @dev What fails reverts wholly, so the decision may still be executed, and goes on reserving.
    function test_a_failed_execution_releases_nothing() public {
        bytes32 id = _submitReady(_transfer(1_000));
        bytes memory wrong = _sign(FIRST_MEMBER, _authorizationDigest(id));
        _selectorOfRevert(address(vault), abi.encodeCall(vault.execute, (id, _transfer(1_000), wrong)));
        _assertReserved(1_000);
    }

    function test_a_decision_of_another_policy_is_not_approved() public {
        bytes32 decided = keccak256("another policy");
        bytes memory answer = abi.encode(decided, uint16(0), uint64(0), new Budget[](1));
        vm.mockCall(address(vault), abi.encodeWithSelector(vault.requirementsOf.selector), answer);
        bytes32 id = _submit(_transfer(1));
        vm.clearMockedCalls();
        _assertReverts(
            address(decisions),
            _resolveCall(id),
            abi.encodeWithSelector(IAgentVault.VaultPolicyChanged.selector, vault.policyHash(), decided)
        );
    }

    // ---- executing ----

    /// @dev Whatever was approved can be executed, in any order, however the amounts are.
    function testFuzz_approved_decisions_never_fail_for_a_window_cap(uint16[6] memory amounts, uint256 order) public {
        bytes32[] memory ids = new bytes32[](amounts.length);
        uint256 reserved = 0;
        for (uint256 i = 0; i < amounts.length; ++i) {
            amounts[i] = uint16(_between(amounts[i], 1, 1_000));
            bytes32 id = _submit(_transfer(amounts[i]));
            bool fits = reserved + amounts[i] <= 2_500;
            vm.assertEq(_selectorOfRevert(address(decisions), _resolveCall(id)) == 0, fits, "approved if it fits");
            if (!fits) continue;
            reserved += amounts[i];
            ids[i] = id;
        }
        vm.warp(block.timestamp + VETO_WINDOW);
        for (uint256 i = 0; i < ids.length; ++i) {
            uint256 next = ((order % ids.length) + i * 5) % ids.length;
            if (ids[next] != 0) _execute(ids[next], _transfer(amounts[next]));
        }
        vm.assertEq(vault.spentInWindow(address(token)), reserved, "all of them");
    }

    /// @dev Windows with large caps count in units, rounded up; so do budgets, or the roundings would not fit in the end.
    function testFuzz_large_amounts_never_fail_for_a_window_cap_either(uint128[4] memory amounts) public {
        uint256 cap = (1 << 126) + 12_345;
        Policy memory policy = _policy();
        (policy.assets[0].maxPerTransaction, policy.assets[0].maxPerWindow) = (cap, cap);
        _useVault(policy);
        token.mint(address(vault), cap);
        bytes32[] memory ids = new bytes32[](amounts.length);
        for (uint256 i = 0; i < amounts.length; ++i) {
            amounts[i] = uint128(_between(amounts[i], 1, cap / 3));
            bytes32 id = _submit(_transfer(amounts[i]));
            if (_selectorOfRevert(address(decisions), _resolveCall(id)) == 0) ids[i] = id;
        }
        vm.warp(block.timestamp + VETO_WINDOW);
        for (uint256 i = 0; i < ids.length; ++i) {
            if (ids[i] != 0) _execute(ids[i], _transfer(amounts[i]));
        }
        vm.assertTrue(ids[0] != 0 && ids[1] != 0, "two of them fit in any case");
    }

    /// @dev What leaves without calldata that tells it is charged as it is measured; beyond its own budget, only out of
    /// what others have not reserved.
    function test_an_execution_beyond_its_budget_leaves_what_others_reserved() public {
        SweepableToken asset = _useSweepable();
        _submitApproved(_action(address(asset), 0, abi.encodeCall(asset.transfer, (RECIPIENT, 1_000))));
        _submitApproved(_action(address(asset), 0, abi.encodeCall(asset.transfer, (RECIPIENT, 1_000))));
        Action memory action = _sweep(asset, 501);
        bytes32 id = _submitReady(action);
        vm.assertEq(decisions.budgetsOf(id).length, 0, "nothing is told");
        _assertReverts(
            address(vault),
            abi.encodeCall(vault.execute, (id, action, _authorization(id))),
            abi.encodeWithSelector(IAgentVault.VaultBudgetNotFree.selector, address(asset), 2_501, 2_500)
        );
        _run(_sweep(asset, 500));
        vm.assertEq(vault.spentInWindow(address(asset)), 500, "what was free");
    }

    /// @dev With a bound the same outflow has a budget, and nothing else stands in its way.
    function test_a_bound_reserves_for_what_calldata_does_not_tell() public {
        SweepableToken asset = _useSweepable();
        Action memory action = _sweep(asset, 800);
        action.bounds = new Bound[](1);
        action.bounds[0] = Bound(address(asset), 800, 0);
        bytes32 id = _submitApproved(action);
        _submitApproved(_action(address(asset), 0, abi.encodeCall(asset.transfer, (RECIPIENT, 1_000))));
        _submitApproved(_action(address(asset), 0, abi.encodeCall(asset.transfer, (RECIPIENT, 700))));
        vm.warp(block.timestamp + VETO_WINDOW);
        _execute(id, action);
        vm.assertEq(vault.spentInWindow(address(asset)), 800, "spent");
    }

    // ---- helpers ----

    /// @dev Ends the first decision, or all that is open.
    /// @return firstMember First key of the committee that decides from then on.
    function _end(uint256 ending, bytes32 id) private returns (uint256 firstMember) {
        firstMember = FIRST_MEMBER;
        if (ending == 0) {
            vm.prank(GUARDIAN);
            decisions.veto(id);
        } else if (ending == 1) {
            vm.warp(block.timestamp + LIFETIME + 1);
        } else if (ending == 2) {
            _rotate(committeeId, 0x201, 0x9002);
            firstMember = 0x201;
        } else {
            vm.warp(block.timestamp + VETO_WINDOW);
            _execute(id, _transfer(1_000));
            // Executed, it counts as spent until its window has passed.
            vm.warp(block.timestamp + 1 days);
        }
    }

    function _useSweepable() private returns (SweepableToken asset) {
        asset = new SweepableToken();
        Policy memory policy;
        policy.calls = new CallRule[](2);
        policy.calls[0] = callRule(address(asset), asset.transfer.selector);
        policy.calls[1] = callRule(address(asset), asset.sweep.selector);
        policy.assets = new AssetRule[](1);
        policy.assets[0] = assetRule(address(asset), 1_000, 2_500, 1 days);
        _useVault(policy);
        asset.mint(address(vault), 10_000);
    }

    function _sweep(SweepableToken asset, uint256 amount) private view returns (Action memory) {
        return _action(address(asset), 0, abi.encodeCall(asset.sweep, (RECIPIENT, amount)));
    }

    function _both(uint256 tokens, uint256 coin) private view returns (Action memory) {
        Call[] memory calls = new Call[](2);
        calls[0] = Call(address(token), 0, abi.encodeCall(token.transfer, (RECIPIENT, tokens)));
        calls[1] = Call(RECIPIENT, coin, "");
        return _action(calls);
    }

    function _bounded(uint256 amount, uint256 maxOut) private view returns (Action memory action) {
        action = _transfer(amount);
        action.bounds = new Bound[](1);
        action.bounds[0] = Bound(address(token), maxOut, 0);
    }

    function _reservations() private view returns (bytes32[] memory) {
        return decisions.reservationsOf(agentId, vault.policyHash());
    }

    function _resolveCall(bytes32 id) private view returns (bytes memory) {
        return abi.encodeCall(decisions.resolve, (id, true, RESULT_HASH, _attestations(id, true)));
    }

    function _assertBudget(Action memory action, uint256 index, uint256 amount) private {
        Budget[] memory budgets = decisions.budgetsOf(_submit(action));
        vm.assertEq(budgets.length, 1, "one asset");
        _assertIs(budgets[0], index, amount);
    }

    function _assertIs(Budget budget, uint256 index, uint256 amount) private pure {
        vm.assertEq(budget.indexOf(), index, "index");
        vm.assertEq(budget.amountOf(), amount, "amount");
    }

    /// @dev Of tokens, and of nothing else.
    function _assertReserved(uint256 tokens) private view {
        Budget[] memory budgets = new Budget[](2);
        (budgets[0], budgets[1]) = (toBudget(0, 0), toBudget(1, 7));
        Budget[] memory reserved = decisions.reservedOf(agentId, vault.policyHash(), budgets);
        vm.assertEq(reserved.length, 2, "as asked");
        _assertIs(reserved[0], 0, tokens);
        _assertIs(reserved[1], 1, 7);
    }

    function _assertNoRoom(bytes32 id, address asset, uint256 needed, uint256 cap) private {
        _assertReverts(
            address(decisions),
            _resolveCall(id),
            abi.encodeWithSelector(IAgentVault.VaultBudgetNotFree.selector, asset, needed, cap)
        );
        _assertState(id, DecisionState.Pending);
    }

    function _assertState(bytes32 id, DecisionState expected) private view {
        vm.assertEq(uint256(decisions.stateOf(id)), uint256(expected), "state");
    }
}
