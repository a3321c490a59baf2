// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgentVault} from "../src/AgentVault.sol";
import {TestToken} from "../src/devnet/TestToken.sol";
import {IAgentVault} from "../src/interfaces/IAgentVault.sol";
import {ITypedDataApprovals} from "../src/interfaces/ITypedDataApprovals.sol";
import {Action, Bound, Call} from "../src/types/Action.sol";
import {DecisionState} from "../src/types/Decision.sol";
import {AssetRule, CallRule, Policy} from "../src/types/Policy.sol";
import {Exchange} from "./mocks/Callees.sol";
import {assetRule, callRule} from "./utils/Policies.sol";
import {World} from "./utils/World.sol";

contract AgentVaultPolicyTest is World {
    TestToken private _unlisted;
    Exchange private _exchange;

    function setUp() public override {
        _unlisted = new TestToken("Unlisted", "UNL");
        _exchange = new Exchange();
        super.setUp();
    }

    function _policy() internal view override returns (Policy memory policy) {
        policy.calls = new CallRule[](9);
        policy.calls[0] = callRule(address(token), token.transfer.selector);
        policy.calls[1] = callRule(address(token), token.approve.selector);
        policy.calls[2] = callRule(address(token), token.transferFrom.selector);
        policy.calls[3] = callRule(address(token), bytes4(keccak256("increaseAllowance(address,uint256)")));
        policy.calls[4] = callRule(address(token), token.mint.selector);
        policy.calls[5] = callRule(address(_unlisted), token.transfer.selector);
        policy.calls[6] = callRule(RECIPIENT, bytes4(0));
        policy.calls[7] = callRule(RECIPIENT, token.transfer.selector);
        policy.calls[8] = callRule(address(_exchange), _exchange.swap.selector);
        policy.assets = new AssetRule[](2);
        policy.assets[0] = assetRule(address(token), 1_000, 2_500, 1 days);
        policy.assets[1] = assetRule(address(0), 1 ether, 2 ether, 1 days);
    }

    // ---- which calls ----

    function test_what_no_rule_allows_is_denied() public {
        _assertDenied(_action(address(_unlisted), 0, abi.encodeCall(token.mint, (RECIPIENT, 1))), token.mint.selector);
        _assertDenied(_action(GUARDIAN, 1, ""), bytes4(0));
        _assertDenied(_action(address(token), 0, ""), bytes4(0));
        _assertDenied(_action(RECIPIENT, 0, hex"12345678"), 0x12345678);
        bytes memory mark = abi.encodeCall(decisions.markExecuted, (0));
        _assertDenied(_action(address(decisions), 0, mark), decisions.markExecuted.selector);
        bytes memory approvals = abi.encodeWithSignature("setApprovalForAll(address,bool)", RECIPIENT, true);
        _assertDenied(_action(address(token), 0, approvals), bytes4(approvals));
    }

    function test_the_vault_cannot_call_itself() public {
        bytes memory data = abi.encodeCall(vault.spentInWindow, (address(0)));
        _assertDenied(_action(address(vault), 0, data), vault.spentInWindow.selector);
        _assertDenied(_action(address(vault), 0, ""), bytes4(0));
    }

    /// @dev They reach the vault without a call rule; with coin they are calls like any other.
    function test_the_calls_of_the_closed_list_need_no_rule() public {
        bytes memory revoke = abi.encodeCall(vault.revokeTypedData, (bytes32(0)));
        bytes32 id = _submitReady(_action(address(vault), 0, revoke));
        bytes4 reason = _selectorOfRevert(
            address(vault),
            abi.encodeCall(vault.execute, (id, _action(address(vault), 0, revoke), _authorization(id)))
        );
        vm.assertTrue(reason != IAgentVault.VaultCallDenied.selector, "not denied");
        _assertDenied(_action(address(vault), 1, revoke), ITypedDataApprovals.revokeTypedData.selector);
    }

    function test_calldata_that_is_no_call_is_denied() public {
        _assertMalformed(_action(RECIPIENT, 0, hex"00"));
        _assertMalformed(_action(RECIPIENT, 0, hex"a9059c"));
        _assertMalformed(_action(RECIPIENT, 0, hex"00000000"));
        _assertMalformed(_action(RECIPIENT, 0, abi.encodePacked(bytes4(0), bytes32(0))));
    }

    /// @dev A token could read the missing bytes of a short call as zeroes and so move another amount.
    function test_short_token_calls_are_denied() public {
        bytes memory transfer = abi.encodeCall(token.transfer, (RECIPIENT, 1));
        bytes memory pull = abi.encodeCall(token.transferFrom, (address(vault), RECIPIENT, 1));
        assembly ("memory-safe") {
            mstore(transfer, 67)
            mstore(pull, 99)
        }
        _assertMalformed(_action(address(token), 0, transfer));
        _assertMalformed(_action(address(token), 0, pull));
    }

    function test_a_call_with_data_needs_code_to_answer() public {
        Policy memory policy = _policy();
        policy.calls[7].selector = 0x12345678;
        _useVault(policy);
        _assertExecuteReverts(
            _action(RECIPIENT, 0, hex"12345678"),
            abi.encodeWithSelector(IAgentVault.VaultTargetWithoutCode.selector, 0, RECIPIENT)
        );
    }

    // ---- which assets, and how much ----

    function test_an_unlisted_token_cannot_be_spent() public {
        _unlisted.mint(address(vault), 10);
        _assertExecuteReverts(
            _action(address(_unlisted), 0, abi.encodeCall(token.transfer, (RECIPIENT, 1))),
            abi.encodeWithSelector(IAgentVault.VaultAssetDenied.selector, address(_unlisted))
        );
    }

    function test_unlisted_native_coin_cannot_be_spent() public {
        Policy memory policy = _policy();
        policy.assets[1].asset = address(_unlisted);
        _useVault(policy);
        _assertExecuteReverts(
            _action(RECIPIENT, 1, ""),
            abi.encodeWithSelector(IAgentVault.VaultAssetDenied.selector, address(0))
        );
    }

    function test_the_transaction_cap_is_exact() public {
        _run(_transfer(1_000));
        _assertExecuteReverts(_transfer(1_001), _transactionCap(address(token), 1_001, 1_000));
        _run(_action(RECIPIENT, 1 ether, ""));
        _assertExecuteReverts(_action(RECIPIENT, 1 ether + 1, ""), _transactionCap(address(0), 1 ether + 1, 1 ether));
    }

    function test_a_batch_counts_as_one_transaction() public {
        bytes memory transfer = abi.encodeCall(token.transfer, (RECIPIENT, 600));
        _assertExecuteReverts(_pair(transfer, transfer), _transactionCap(address(token), 1_200, 1_000));
    }

    function test_amounts_beyond_counting_are_refused_by_name() public {
        bytes memory approval = abi.encodeCall(token.approve, (RECIPIENT, type(uint256).max));
        _assertExecuteReverts(_pair(approval, approval), _transactionCap(address(token), type(uint256).max, 1_000));
    }

    function test_the_window_cap_holds_and_rolls() public {
        _run(_transfer(1_000));
        _run(_transfer(1_000));
        _run(_transfer(500));
        vm.assertEq(vault.spentInWindow(address(token)), 2_500, "full");
        uint256 firstAt = START + VETO_WINDOW;
        Action memory action = _transfer(1_000);
        bytes32 id = _submit(action);
        bytes memory approval = abi.encodeCall(decisions.resolve, (id, true, RESULT_HASH, _attestations(id, true)));
        vm.warp(firstAt + 1 days - 1);
        _assertReverts(
            address(decisions),
            approval,
            abi.encodeWithSelector(IAgentVault.VaultBudgetNotFree.selector, address(token), 3_500, 2_500)
        );
        vm.warp(firstAt + 1 days);
        vm.assertEq(vault.spentInWindow(address(token)), 1_500, "the first has left the window");
        (bool success, ) = address(decisions).call(approval);
        vm.assertTrue(success, "there is room again");
    }

    function test_an_allowance_counts_as_spent() public {
        _run(_action(address(token), 0, abi.encodeCall(token.approve, (RECIPIENT, 400))));
        vm.assertEq(vault.spentInWindow(address(token)), 400, "approve");
        bytes memory more = abi.encodeWithSignature("increaseAllowance(address,uint256)", RECIPIENT, 1_001);
        _assertExecuteReverts(_action(address(token), 0, more), _transactionCap(address(token), 1_001, 1_000));
    }

    function test_pulling_out_of_the_vault_is_spending_and_pulling_in_is_not() public {
        token.mint(RECIPIENT, 5_000);
        vm.prank(RECIPIENT);
        token.approve(address(vault), 5_000);
        _run(_action(address(token), 0, abi.encodeCall(token.transferFrom, (RECIPIENT, address(vault), 5_000))));
        vm.assertEq(vault.spentInWindow(address(token)), 0, "in");
        bytes memory out = abi.encodeCall(token.transferFrom, (address(vault), RECIPIENT, 1_001));
        _assertExecuteReverts(_action(address(token), 0, out), _transactionCap(address(token), 1_001, 1_000));
        // An address with dirty upper bits is the vault for a token that ignores them.
        bytes memory dirty = abi.encodePacked(token.transferFrom.selector, bytes12("dirty"), address(vault));
        dirty = bytes.concat(dirty, abi.encode(RECIPIENT, 1_001));
        _assertExecuteReverts(_action(address(token), 0, dirty), _transactionCap(address(token), 1_001, 1_000));
    }

    function test_what_comes_back_does_not_lower_the_charge() public {
        vm.deal(address(_exchange), 1 ether);
        _run(_action(address(_exchange), 1 ether, abi.encodeCall(_exchange.swap, (1 ether))));
        vm.assertEq(vault.spentInWindow(address(0)), 1 ether, "gross");
        vm.assertEq(address(vault).balance, 100 ether, "nothing left in sum");
    }

    // ---- bounds ----

    function test_bounds_limit_the_change_over_the_whole_batch() public {
        vm.deal(address(_exchange), 1 ether);
        Action memory action = _action(address(_exchange), 0.5 ether, abi.encodeCall(_exchange.swap, (0.4 ether)));
        action.bounds = new Bound[](1);
        action.bounds[0] = Bound(address(0), 0.1 ether, 0);
        _run(action);
        action.bounds[0].maxOut = 0.1 ether - 1;
        _assertExecuteReverts(
            action,
            abi.encodeWithSelector(IAgentVault.VaultBoundExceeded.selector, address(0), 0.1 ether, 0.1 ether - 1)
        );
    }

    function test_bounds_ask_for_an_inflow() public {
        Action memory action = _action(address(token), 0, abi.encodeCall(token.mint, (address(vault), 50)));
        action.bounds = new Bound[](1);
        action.bounds[0] = Bound(address(token), 0, 50);
        _run(action);
        action.bounds[0].minIn = 51;
        _assertExecuteReverts(
            action,
            abi.encodeWithSelector(IAgentVault.VaultBoundNotReached.selector, address(token), 50, 51)
        );
    }

    function test_a_bound_on_something_without_a_balance_is_refused() public {
        Action memory action = _transfer(1);
        action.bounds = new Bound[](1);
        action.bounds[0] = Bound(RECIPIENT, 0, 0);
        _assertExecuteReverts(action, abi.encodeWithSelector(IAgentVault.VaultBalanceUnreadable.selector, RECIPIENT));
    }

    // ---- policies that cannot be ----

    function test_a_rule_for_the_vault_itself_is_refused() public {
        Policy memory policy = _policy();
        // Addresses of contracts made by this one follow from its nonce: the next vault's is known beforehand.
        uint256 before = vm.snapshotState();
        address next = address(new AgentVault(decisions, agentId, policy));
        vm.revertToState(before);
        policy.calls[0].target = next;
        _assertPolicyReverts(
            policy,
            abi.encodeWithSelector(IAgentVault.VaultRuleTargetsItself.selector, policy.calls[0].selector)
        );
    }

    function test_rules_for_hidden_allowances_are_refused() public {
        bytes4[8] memory selectors = [
            bytes4(0x8fcbaf0c),
            bytes4(0x87517c45),
            bytes4(0x3177029f),
            bytes4(0xcae9ca51),
            bytes4(0xd73dd623),
            bytes4(0x959b8c3f),
            bytes4(0x558a7297),
            bytes4(0x426a8493)
        ];
        for (uint256 i = 0; i < selectors.length; ++i) {
            Policy memory policy = _policy();
            policy.calls[1].selector = selectors[i];
            _assertPolicyReverts(
                policy,
                abi.encodeWithSelector(IAgentVault.VaultRuleSelectorForbidden.selector, address(token), selectors[i])
            );
        }
    }

    /// @dev With such a rule one decision could mark another as executed that never ran.
    function test_a_rule_for_marking_decisions_is_refused() public {
        Policy memory policy = _policy();
        policy.calls[1] = callRule(address(decisions), decisions.markExecuted.selector);
        _assertPolicyReverts(
            policy,
            abi.encodeWithSelector(
                IAgentVault.VaultRuleSelectorForbidden.selector,
                address(decisions),
                decisions.markExecuted.selector
            )
        );
    }

    function test_repeated_rules_are_refused() public {
        Policy memory policy = _policy();
        policy.calls[1] = policy.calls[0];
        _assertPolicyReverts(
            policy,
            abi.encodeWithSelector(IAgentVault.VaultRuleRepeated.selector, address(token), token.transfer.selector)
        );
        policy = _policy();
        policy.assets[1].asset = address(token);
        _assertPolicyReverts(policy, abi.encodeWithSelector(IAgentVault.VaultAssetRepeated.selector, address(token)));
    }

    function test_caps_without_meaning_are_refused() public {
        Policy memory policy = _policy();
        policy.assets[0].windowSeconds = 0;
        _assertPolicyReverts(policy, abi.encodeWithSelector(IAgentVault.VaultWindowEmpty.selector, address(token)));
        policy = _policy();
        policy.assets[0].maxPerWindow = type(uint256).max;
        _assertPolicyReverts(
            policy,
            abi.encodeWithSelector(IAgentVault.VaultCapTooLarge.selector, address(token), type(uint256).max)
        );
    }

    // ---- helpers ----

    function _pair(bytes memory first, bytes memory second) private view returns (Action memory) {
        Call[] memory calls = new Call[](2);
        calls[0] = Call(address(token), 0, first);
        calls[1] = Call(address(token), 0, second);
        return _action(calls);
    }

    function _transactionCap(address asset, uint256 spent, uint256 cap) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAgentVault.VaultTransactionCapExceeded.selector, asset, spent, cap);
    }

    /// @dev A ready decision for the action cannot be executed, for this reason, and stays ready.
    function _assertExecuteReverts(Action memory action, bytes memory reason) private {
        bytes32 id = _submitReady(action);
        uint256 balance = address(vault).balance;
        uint256 tokens = token.balanceOf(address(vault));
        _assertReverts(address(vault), abi.encodeCall(vault.execute, (id, action, _authorization(id))), reason);
        vm.assertTrue(decisions.stateOf(id) == DecisionState.Ready, "ready");
        vm.assertEq(address(vault).balance, balance, "coin");
        vm.assertEq(token.balanceOf(address(vault)), tokens, "tokens");
    }

    function _assertDenied(Action memory action, bytes4 selector) private {
        _assertExecuteReverts(
            action,
            abi.encodeWithSelector(IAgentVault.VaultCallDenied.selector, 0, action.calls[0].target, selector)
        );
    }

    function _assertMalformed(Action memory action) private {
        _assertExecuteReverts(
            action,
            abi.encodeWithSelector(IAgentVault.VaultCalldataMalformed.selector, 0, action.calls[0].data.length)
        );
    }

    function makeVault(Policy calldata policy) external returns (AgentVault) {
        return new AgentVault(decisions, agentId, policy);
    }

    function _assertPolicyReverts(Policy memory policy, bytes memory reason) private {
        _assertReverts(address(this), abi.encodeCall(this.makeVault, (policy)), reason);
    }
}
