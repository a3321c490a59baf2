// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TestToken} from "../src/devnet/TestToken.sol";
import {IAgentVault} from "../src/interfaces/IAgentVault.sol";
import {Call} from "../src/types/Action.sol";
import {DecisionState} from "../src/types/Decision.sol";
import {AssetRule, CallRule, Policy} from "../src/types/Policy.sol";
import {Puller} from "./mocks/Callees.sol";
import {SecretAllowanceToken, SweepableToken} from "./mocks/HostileTokens.sol";
import {assetRule, callRule} from "./utils/Policies.sol";
import {World} from "./utils/World.sol";

/// @notice What is charged when a batch mixes allowances, inflows and outflows that no calldata tells. Per execution
/// 1,000 may be spent.
contract AgentVaultMeteringTest is World {
    SweepableToken private _asset;
    Puller private _puller;

    function setUp() public override {
        _puller = new Puller();
        _asset = new SweepableToken();
        super.setUp();
        _use(_asset);
    }

    function test_an_allowance_does_not_pay_for_an_outflow_that_is_not_decoded() public {
        _assertSpends(_calls(_approve(RECIPIENT, 1_000), _sweep(1_000)), 2_000);
        _assertSpends(_calls(_approve(RECIPIENT, 400), _sweep(601)), 1_001);
        _run(_action(_calls(_approve(RECIPIENT, 400), _sweep(600))));
        vm.assertEq(vault.spentInWindow(address(_asset)), 1_000, "both");
    }

    function test_an_allowance_added_to_another_does_not_pay_for_an_outflow_either() public {
        bytes memory more = abi.encodeWithSignature("increaseAllowance(address,uint256)", RECIPIENT, 600);
        _run(_action(_calls(_toAsset(more), _sweep(400))));
        vm.assertEq(vault.spentInWindow(address(_asset)), 1_000, "both");
    }

    function test_an_allowance_that_is_used_up_in_the_batch_is_charged_once() public {
        _run(_action(_calls(_approve(address(_puller), 1_000), _pull(1_000))));
        vm.assertEq(vault.spentInWindow(address(_asset)), 1_000, "once");
        vm.assertEq(_asset.balanceOf(address(_puller)), 1_000, "pulled");
    }

    function test_the_rest_of_an_allowance_stays_charged() public {
        _run(_action(_calls(_approve(address(_puller), 1_000), _pull(300))));
        vm.assertEq(vault.spentInWindow(address(_asset)), 1_000, "used and unused");
    }

    function test_an_allowance_that_is_taken_back_pays_for_nothing_else() public {
        _run(_action(_calls(_approve(RECIPIENT, 1_000), _approve(RECIPIENT, 0), _sweep(1_000))));
        vm.assertEq(vault.spentInWindow(address(_asset)), 1_000, "gross and outflow are the same");
    }

    function test_an_allowance_that_cannot_be_read_counts_whole() public {
        _use(new SecretAllowanceToken());
        _assertSpends(_calls(_approve(RECIPIENT, 600), _sweep(401)), 1_001);
    }

    function test_an_inflow_of_one_call_does_not_hide_the_outflow_of_another() public {
        bytes memory inflow = abi.encodeCall(_asset.mint, (address(vault), 5_000));
        _assertSpends(_calls(_toAsset(inflow), _sweep(5_000)), 5_000);
        _assertSpends(_calls(_sweep(600), _toAsset(inflow), _sweep(600)), 1_200);
        _run(_action(_calls(_toAsset(inflow), _sweep(1_000))));
        vm.assertEq(vault.spentInWindow(address(_asset)), 1_000, "gross of the inflow");
    }

    /// @dev Any batch of allowances, pulls, transfers, undecoded outflows and inflows: what left and what may still leave
    /// is charged and within the cap. It is refused only when a cap is exceeded by what it names or takes.
    function testFuzz_all_that_leaves_or_may_leave_is_charged(uint16[6] memory steps) public {
        Call[] memory calls = new Call[](steps.length);
        uint256 out = 0;
        uint256 named = 0;
        uint256 allowed = 0;
        for (uint256 i = 0; i < steps.length; ++i) {
            uint256 amount = (steps[i] / 6) % 400;
            uint256 kind = steps[i] % 6;
            if (kind == 3) amount = amount % (allowed + 1);
            if (kind == 1) allowed = amount;
            if (kind == 3) allowed -= amount;
            if (kind < 2 || kind == 5) named += amount;
            if (kind == 2 || kind == 3 || kind == 5) out += amount;
            calls[i] = _step(kind, amount);
        }
        bytes32 id = _submitReady(_action(calls));
        bytes memory call = abi.encodeCall(vault.execute, (id, _action(calls), _authorization(id)));
        (bool success, bytes memory reason) = address(vault).call(call);
        if (success) {
            uint256 spent = vault.spentInWindow(address(_asset));
            uint256 left =
                _asset.allowance(address(vault), RECIPIENT) + _asset.allowance(address(vault), address(_puller));
            vm.assertEq(left >= allowed, true, "allowances were given");
            vm.assertGe(spent, out + left, "charged");
            vm.assertLe(spent, 1_000, "capped");
        } else {
            vm.assertEq(
                bytes32(bytes4(reason)),
                bytes32(IAgentVault.VaultTransactionCapExceeded.selector),
                "only for the cap"
            );
            vm.assertGe(out + named, 1_001, "it named or took too much");
        }
    }

    // ---- helpers ----

    function _step(uint256 kind, uint256 amount) private view returns (Call memory) {
        if (kind == 0) return _approve(RECIPIENT, amount);
        if (kind == 1) return _approve(address(_puller), amount);
        if (kind == 2) return _sweep(amount);
        if (kind == 3) return _pull(amount);
        if (kind == 4) return _toAsset(abi.encodeCall(_asset.mint, (address(vault), amount)));
        return _toAsset(abi.encodeCall(_asset.transfer, (RECIPIENT, amount)));
    }

    function _use(SweepableToken asset) private {
        _asset = asset;
        Policy memory policy;
        policy.calls = new CallRule[](6);
        policy.calls[0] = callRule(address(asset), asset.approve.selector);
        policy.calls[1] = callRule(address(asset), asset.sweep.selector);
        policy.calls[2] = callRule(address(asset), asset.mint.selector);
        policy.calls[3] = callRule(address(asset), asset.increaseAllowance.selector);
        policy.calls[4] = callRule(address(_puller), _puller.pull.selector);
        policy.calls[5] = callRule(address(asset), asset.transfer.selector);
        policy.assets = new AssetRule[](1);
        policy.assets[0] = assetRule(address(asset), 1_000, 100_000, 1 days);
        _useVault(policy);
        asset.mint(address(vault), 10_000);
    }

    function _toAsset(bytes memory data) private view returns (Call memory) {
        return Call(address(_asset), 0, data);
    }

    function _approve(address spender, uint256 amount) private view returns (Call memory) {
        return _toAsset(abi.encodeCall(_asset.approve, (spender, amount)));
    }

    function _sweep(uint256 amount) private view returns (Call memory) {
        return _toAsset(abi.encodeCall(_asset.sweep, (RECIPIENT, amount)));
    }

    function _pull(uint256 amount) private view returns (Call memory) {
        return Call(address(_puller), 0, abi.encodeCall(_puller.pull, (TestToken(_asset), amount)));
    }

    function _calls(Call memory first, Call memory second) private pure returns (Call[] memory calls) {
        calls = new Call[](2);
        (calls[0], calls[1]) = (first, second);
    }

    function _calls(
        Call memory first,
        Call memory second,
        Call memory third
    ) private pure returns (Call[] memory calls) {
        calls = new Call[](3);
        (calls[0], calls[1], calls[2]) = (first, second, third);
    }

    /// @dev The batch would spend `spent`, which is more than one execution may.
    function _assertSpends(Call[] memory calls, uint256 spent) private {
        bytes32 id = _submitReady(_action(calls));
        _assertReverts(
            address(vault),
            abi.encodeCall(vault.execute, (id, _action(calls), _authorization(id))),
            abi.encodeWithSelector(
                IAgentVault.VaultTransactionCapExceeded.selector,
                address(_asset),
                spent,
                uint256(1_000)
            )
        );
        vm.assertTrue(decisions.stateOf(id) == DecisionState.Ready, "ready");
    }
}
