// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Action, Bound, Call} from "../src/types/Action.sol";
import {AssetRule, CallRule, Policy} from "../src/types/Policy.sol";
import {ForgivingWorker, Puller} from "./mocks/Callees.sol";
import {BombToken, SweepableToken} from "./mocks/HostileTokens.sol";
import {assetRule, callRule} from "./utils/Policies.sol";
import {World} from "./utils/World.sol";

/// @notice Each way through an execution at 500 gas limits: all of it happened, or nothing did. All that an execution can
/// change is folded into one number, which after each try is that of the untouched world or that of the full run.
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

    function _sweep(Action memory action) private {
        bytes32 id = _submitReady(action);
        bytes memory data = abi.encodeCall(vault.execute, (id, action, _authorization(id)));
        bytes32 untouched = _world(id);
        uint256 start = vm.snapshotState();
        uint256 left = gasleft();
        vm.assertTrue(_try(data, gasleft()), "runs with all gas");
        // Up to what it used and what must be there for the reads and the floor.
        uint256 enough = left - gasleft() + 300_000 + action.gasFloor;
        bytes32 complete = _world(id);
        vm.assertTrue(complete != untouched, "something happens");
        vm.revertToState(start);
        uint256 ran = 0;
        for (uint256 i = 0; i < LIMITS; ++i) {
            uint256 before = vm.snapshotState();
            bool success = _try(data, 20_000 + (i * enough) / (LIMITS - 1));
            vm.assertEq(_world(id), success ? complete : untouched, "all or nothing");
            if (success) ++ran;
            vm.revertToState(before);
        }
        vm.assertTrue(ran > 0 && ran < LIMITS, "both outcomes occur");
    }

    function _try(bytes memory data, uint256 limit) private returns (bool success) {
        (success, ) = address(vault).call{gas: limit}(data);
    }

    /// @dev All that an execution of this policy can change.
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
                    _worker.hasFinished()
                )
            );
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
