// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Action, Bound, Call} from "../src/types/Action.sol";
import {AgentView, Binding} from "../src/types/Decision.sol";
import {AssetRule, CallRule, Policy} from "../src/types/Policy.sol";
import {ForgivingWorker, Puller} from "./mocks/Callees.sol";
import {BombToken, SweepableToken} from "./mocks/HostileTokens.sol";
import {assetRule, callRule} from "./utils/Policies.sol";
import {World} from "./utils/World.sol";

/// @notice Each way through an execution, and other calls that ask several contracts, at 500 gas limits: all of it happened,
/// or nothing did. All that such a call can change is folded into one number, which after each try is that of the untouched
/// world or that of the full run.
contract GasSweepTest is World {
    uint256 private constant LIMITS = 500;
    uint256 private constant MEGABYTE = 1 << 20;

    SweepableToken private _asset;
    ForgivingWorker private _worker;
    Puller private _puller;

    function setUp() public override {
        _asset = new SweepableToken();
        _worker = new ForgivingWorker();
        _puller = new Puller();
        super.setUp();
        _asset.mint(address(vault), 10_000);
        _asset.approve(address(vault), 1_000);
        _asset.mint(address(this), 1_000);
    }

    function _policy() internal view override returns (Policy memory policy) {
        policy.changeDelay = 1 days;
        policy.calls = new CallRule[](8);
        policy.calls[0] = callRule(address(token), token.transfer.selector);
        policy.calls[1] = callRule(RECIPIENT, bytes4(0));
        policy.calls[2] = callRule(address(_asset), _asset.sweep.selector);
        policy.calls[3] = callRule(address(_asset), _asset.approve.selector);
        policy.calls[4] = callRule(address(_asset), _asset.transfer.selector);
        policy.calls[5] = callRule(address(_asset), _asset.transferFrom.selector);
        policy.calls[6] = callRule(address(_puller), _puller.pull.selector);
        policy.calls[7] = callRule(address(_worker), _worker.work.selector);
        policy.assets = new AssetRule[](3);
        policy.assets[0] = assetRule(address(token), 1_000, 2_500, 1 days);
        policy.assets[1] = assetRule(address(0), 1 ether, 2 ether, 1 days);
        policy.assets[2] = assetRule(address(_asset), 1_000, 2_500, 1 days);
    }

    // ---- the ways through ----

    function test_a_token_transfer() public {
        _sweep(_transfer(10));
    }

    function test_a_native_transfer() public {
        _sweep(_action(RECIPIENT, 1 ether, ""));
    }

    function test_a_bounded_transfer() public {
        Action memory action = _transfer(10);
        action.bounds = new Bound[](2);
        action.bounds[0] = Bound(address(token), 10, 0);
        action.bounds[1] = Bound(address(0), 0, 0);
        _sweep(action);
    }

    function test_an_outflow_that_is_measured() public {
        _sweep(_action(address(_asset), 0, abi.encodeCall(_asset.sweep, (RECIPIENT, 500))));
    }

    function test_tokens_pulled_in() public {
        _sweep(_action(address(_asset), 0, abi.encodeCall(_asset.transferFrom, (address(this), address(vault), 5))));
    }

    function test_an_allowance_that_the_batch_uses_in_part() public {
        Call[] memory calls = new Call[](3);
        calls[0] = Call(address(_asset), 0, abi.encodeCall(_asset.approve, (address(_puller), 300)));
        calls[1] = Call(address(_puller), 0, abi.encodeCall(_puller.pull, (_asset, 200)));
        calls[2] = Call(RECIPIENT, 1, "");
        _sweep(_action(calls));
    }

    function test_a_callee_that_swallows_failures() public {
        Action memory action = _action(address(_worker), 0, abi.encodeCall(_worker.work, ()));
        action.gasFloor = 1_100_000;
        _sweep(action);
    }

    /// @dev Beyond its own budget, which is none, the outflow takes what others have not reserved: they are asked for.
    function test_an_outflow_beside_a_reservation() public {
        _submitApproved(_action(address(_asset), 0, abi.encodeCall(_asset.transfer, (RECIPIENT, 900))));
        _sweep(_action(address(_asset), 0, abi.encodeCall(_asset.sweep, (RECIPIENT, 500))));
    }

    function test_a_bound_decision_after_a_pause() public {
        bytes32 predecessor = _run(_transfer(1));
        AgentView memory agent = decisions.agentOf(agentId);
        bytes32 id = _submit(_transfer(10), Binding(agent.sequence, agent.stateRoot, predecessor));
        _resolve(id, true);
        vm.prank(GUARDIAN);
        decisions.pause(agentId, _now() + 2 * VETO_WINDOW);
        vm.warp(block.timestamp + 2 * VETO_WINDOW);
        _sweep(id, _transfer(10));
    }

    function test_a_policy_is_scheduled() public {
        _sweep(_scheduling());
    }

    function test_a_policy_is_applied() public {
        bytes32 id = _run(_scheduling());
        vm.warp(block.timestamp + 1 days);
        _sweep(id, address(vault), abi.encodeCall(vault.applyPolicy, ()), 0);
    }

    /// @dev The list of reservations is cleared of one that was executed, one that was vetoed and one whose time is over.
    function test_an_approval_takes_released_room() public {
        _submitApproved(_transfer(500));
        vm.warp(block.timestamp + LIFETIME - 2 * VETO_WINDOW);
        bytes32 vetoed = _submitApproved(_transfer(501));
        bytes32 executed = _submitApproved(_transfer(502));
        _submitApproved(_transfer(503));
        vm.prank(GUARDIAN);
        decisions.veto(vetoed);
        vm.warp(block.timestamp + 2 * VETO_WINDOW + 1);
        _execute(executed, _transfer(502));
        bytes32 id = _submit(_transfer(504));
        vm.assertEq(decisions.reservationsOf(agentId, vault.policyHash()).length, 1, "one lives on");
        bytes memory data = abi.encodeCall(decisions.resolve, (id, true, RESULT_HASH, _attestations(id, true)));
        _sweep(id, address(decisions), data, 0);
    }

    function _scheduling() private view returns (Action memory) {
        Policy memory next = _policy();
        next.assets[0].maxPerWindow = 2_000;
        return _action(address(vault), 0, abi.encodeCall(vault.schedulePolicy, (abi.encode(next))));
    }

    function _sweep(Action memory action) private {
        _sweep(_submitReady(action), action);
    }

    function _sweep(bytes32 id, Action memory action) private {
        bytes memory data = abi.encodeCall(vault.execute, (id, action, _authorization(id)));
        _sweep(id, address(vault), data, action.gasFloor);
    }

    function _sweep(bytes32 id, address target, bytes memory data, uint256 gasFloor) private {
        bytes32 untouched = _world(id);
        uint256 start = vm.snapshotState();
        uint256 left = gasleft();
        vm.assertTrue(_try(target, data, gasleft()), "runs with all gas");
        // Up to what it used and what must be there for the reads and the floor.
        uint256 enough = left - gasleft() + 300_000 + gasFloor;
        bytes32 complete = _world(id);
        vm.assertTrue(complete != untouched, "something happens");
        vm.revertToState(start);
        uint256 ran = 0;
        for (uint256 i = 0; i < LIMITS; ++i) {
            uint256 before = vm.snapshotState();
            bool success = _try(target, data, 20_000 + (i * enough) / (LIMITS - 1));
            vm.assertEq(_world(id), success ? complete : untouched, "all or nothing");
            if (success) ++ran;
            vm.revertToState(before);
        }
        vm.assertTrue(ran > 0 && ran < LIMITS, "both outcomes occur");
    }

    function _try(address target, bytes memory data, uint256 limit) private returns (bool success) {
        (success, ) = target.call{gas: limit}(data);
    }

    /// @dev All that a call here can change.
    function _world(bytes32 id) private view returns (bytes32) {
        bytes32 balances = keccak256(
            abi.encode(
                token.balanceOf(address(vault)),
                token.balanceOf(RECIPIENT),
                _asset.balanceOf(address(vault)),
                _asset.balanceOf(RECIPIENT),
                _asset.balanceOf(address(_puller)),
                _asset.allowance(address(vault), address(_puller)),
                address(vault).balance,
                RECIPIENT.balance
            )
        );
        return
            keccak256(
                abi.encode(
                    balances,
                    decisions.decisionOf(id),
                    decisions.agentOf(agentId),
                    vault.spentInWindow(address(token)),
                    vault.spentInWindow(address(_asset)),
                    vault.spentInWindow(address(0)),
                    _worker.hasRun(),
                    _worker.hasFinished(),
                    _policies()
                )
            );
    }

    /// @dev The vault's policy, the one that waits, and what is reserved under it.
    function _policies() private view returns (bytes32) {
        (address scheduled, uint64 effectiveAt) = vault.scheduledPolicy();
        bytes32 policyHash = vault.policyHash();
        bytes32[] memory reserved = decisions.reservationsOf(agentId, policyHash);
        return keccak256(abi.encode(policyHash, scheduled.code, effectiveAt, reserved));
    }

    // ---- answers of any size, in every place where a token answers ----

    function test_large_balances_cost_no_more_than_the_gas_of_their_reads() public {
        BombToken bomb = new BombToken();
        Policy memory policy = _policy();
        policy.assets[2].asset = address(bomb);
        _useVault(policy);
        uint256 small = _costOfATransfer(bomb, 32);
        for (uint256 size = 0; size <= MEGABYTE; size = size == 0 ? 1 : size * 2) {
            // An answer that just fits the gas of a read is paid for at both reads; a larger one is none, and the token is
            // not asked again.
            vm.assertLe(_costOfATransfer(bomb, size), small + 2 * 200_000, "the gas of two reads");
        }
    }

    function _costOfATransfer(BombToken bomb, uint256 size) private returns (uint256 used) {
        bomb.setSizes(size, 32);
        uint256 before = vm.snapshotState();
        bytes32 id = _submitReady(_transfer(1));
        bytes memory signature = _authorization(id);
        Action memory action = _transfer(1);
        uint256 left = gasleft();
        vault.execute(id, action, signature);
        used = left - gasleft();
        vm.revertToState(before);
    }

    function test_large_answers_to_transfers_cost_nothing() public {
        BombToken bomb = new BombToken();
        Policy memory policy = _policy();
        policy.calls[0].target = address(bomb);
        policy.assets[0].asset = address(bomb);
        _useVault(policy);
        bytes memory data = abi.encodeCall(bomb.transfer, (RECIPIENT, 1));
        uint256 small = _ownCost(bomb, data, 32);
        for (uint256 size = 64; size <= MEGABYTE; size *= 2) {
            vm.assertLe(_ownCost(bomb, data, size), small + 3_000, "own cost");
        }
    }

    function _ownCost(BombToken bomb, bytes memory data, uint256 size) private returns (uint256 used) {
        bomb.setSizes(32, size);
        Action memory action = _action(address(bomb), 0, data);
        bytes32 id = _submitReady(action);
        bytes memory call = abi.encodeCall(vault.execute, (id, action, _authorization(id)));
        uint256 before = vm.snapshotState();
        used = _gasOf(address(vault), call);
        vm.revertToState(before);
        used -= _gasOf(address(bomb), data);
    }

    function _gasOf(address target, bytes memory data) private returns (uint256 used) {
        bool success;
        assembly ("memory-safe") {
            let start := gas()
            success := call(gas(), target, 0, add(data, 0x20), mload(data), 0, 0)
            used := sub(start, gas())
        }
        vm.assertTrue(success, "answered");
    }
}
