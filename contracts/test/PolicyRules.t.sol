// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentVault} from "../src/interfaces/IAgentVault.sol";
import {Spending} from "../src/libraries/Spending.sol";
import {Action, Bound, Call} from "../src/types/Action.sol";
import {Budget, DecisionState} from "../src/types/Decision.sol";
import {
    AssetRule,
    CallRule,
    Comparison,
    Condition,
    Policy,
    Tier,
    Violation,
    ViolationKind
} from "../src/types/Policy.sol";
import {Collection, Deployer, PermitToken, Ticket} from "./mocks/PolicyCallees.sol";
import {Puller} from "./mocks/Callees.sol";
import {assetRule, callRule, rangeOf, unlimitedRule} from "./utils/Policies.sol";
import {Vm} from "./utils/Vm.sol";
import {World} from "./utils/World.sol";

/// @notice Each kind of rule with what it allows and what it denies, by executions; what the view says is the same.
contract PolicyRulesTest is World {
    address private constant STRANGER = address(0xBAD);
    bytes private constant INIT_CODE = hex"600160005260206000f3";

    Collection private _collection;
    Ticket private _ticket;
    PermitToken private _permit;
    Deployer private _deployer;
    Puller private _puller;

    function setUp() public override {
        _collection = new Collection();
        _ticket = new Ticket();
        _permit = new PermitToken();
        _deployer = new Deployer();
        _puller = new Puller();
        super.setUp();
    }

    // ---- recipients ----

    function test_a_rule_with_recipients_gives_to_them_alone() public {
        Policy memory policy = _only(callRule(address(token), token.transfer.selector));
        policy.recipients = _addresses(GUARDIAN, RECIPIENT, STRANGER);
        policy.calls[0].recipients = rangeOf(0, 2);
        _useVault(policy);
        _run(_transfer(1));
        _assertBroken(
            _action(address(token), 0, abi.encodeCall(token.transfer, (STRANGER, 1))),
            Violation(ViolationKind.RecipientDenied, 0, 0, STRANGER, 0, 0),
            abi.encodeWithSelector(IAgentVault.VaultRecipientDenied.selector, 0, STRANGER)
        );
    }

    /// @dev Every function whose calldata tells who is given something.
    function test_recipients_are_decoded_of_every_known_function() public {
        bytes4[11] memory selectors = [
            Spending.TRANSFER,
            Spending.APPROVE,
            Spending.INCREASE_ALLOWANCE,
            Spending.SET_APPROVAL_FOR_ALL,
            Spending.TRANSFER_FROM,
            Spending.PERMIT,
            Spending.PERMIT_WITH_BYTES,
            Spending.SAFE_TRANSFER_FROM,
            Spending.SAFE_TRANSFER_FROM_WITH_DATA,
            Spending.SAFE_TRANSFER_FROM_OF_MANY,
            Spending.SAFE_BATCH_TRANSFER_FROM
        ];
        for (uint256 i = 0; i < selectors.length; ++i) {
            Policy memory policy = _only(callRule(address(_ticket), selectors[i]));
            policy.assets = new AssetRule[](1);
            policy.assets[0] = unlimitedRule(address(_ticket));
            policy.recipients = _addresses(RECIPIENT, GUARDIAN, GUARDIAN);
            policy.calls[0].recipients = rangeOf(0, 1);
            _useVault(policy);
            _run(_action(address(_ticket), 0, _given(selectors[i], i >= 4, RECIPIENT)));
            _assertBroken(
                _action(address(_ticket), 0, _given(selectors[i], i >= 4, STRANGER)),
                Violation(ViolationKind.RecipientDenied, 0, 0, STRANGER, 0, 0),
                abi.encodeWithSelector(IAgentVault.VaultRecipientDenied.selector, 0, STRANGER)
            );
        }
    }

    function test_who_is_called_with_coin_is_a_recipient() public {
        Policy memory policy = _only(callRule(STRANGER, bytes4(0)));
        policy.recipients = _addresses(RECIPIENT, GUARDIAN, GUARDIAN);
        policy.calls[0].recipients = rangeOf(0, 1);
        _useVault(policy);
        _assertBroken(
            _action(STRANGER, 1, ""),
            Violation(ViolationKind.RecipientDenied, 0, 0, STRANGER, 0, 0),
            abi.encodeWithSelector(IAgentVault.VaultRecipientDenied.selector, 0, STRANGER)
        );
        _run(_action(STRANGER, 0, ""));
        policy.recipients[0] = STRANGER;
        _useVault(policy);
        _run(_action(STRANGER, 1, ""));
    }

    // ---- conditions ----

    /// @dev Against the plain meaning of each comparison, on the amount of a transfer.
    function testFuzz_conditions_on_arguments(uint8 comparison, uint256 operand, uint256 amount) public {
        comparison = uint8(_between(comparison, 0, 6));
        operand = _between(operand, 0, 7);
        amount = _between(amount, 0, 7);
        _useVault(_conditional(Condition(32, Comparison(comparison), operand)));
        bool[7] memory holds = [
            amount == operand,
            amount != operand,
            amount < operand,
            amount <= operand,
            amount > operand,
            amount >= operand,
            amount & operand == amount
        ];
        if (holds[comparison]) _run(_transfer(amount));
        else _assertBroken(_transfer(amount), _failed(0, amount, operand), _conditionFailed(0, 0, amount));
    }

    function test_all_conditions_of_a_rule_must_hold() public {
        Policy memory policy = _conditional(Condition(32, Comparison.GreaterOrEqual, 10));
        policy.conditions = new Condition[](3);
        policy.conditions[0] = Condition(32, Comparison.Equal, 0);
        policy.conditions[1] = Condition(32, Comparison.GreaterOrEqual, 10);
        policy.conditions[2] = Condition(32, Comparison.LessOrEqual, 20);
        policy.calls[0].conditions = rangeOf(1, 2);
        _useVault(policy);
        _run(_transfer(10));
        _run(_transfer(20));
        _assertBroken(_transfer(9), _failed(1, 9, 10), _conditionFailed(0, 1, 9));
        _assertBroken(_transfer(21), _failed(2, 21, 20), _conditionFailed(0, 2, 21));
    }

    /// @dev The word may begin anywhere; the last that fits is the last 32 bytes.
    function test_a_condition_on_a_word_that_is_not_there_fails() public {
        _useVault(_conditional(Condition(33, Comparison.Equal, 0)));
        _assertBroken(_transfer(0), _failed(0, 0, 0), _conditionFailed(0, 0, 0));
        _useVault(_conditional(Condition(31, Comparison.Equal, uint256(uint8(uint160(RECIPIENT))) << 248)));
        _run(_transfer(0));
        _useVault(_conditional(Condition(type(uint32).max, Comparison.Equal, 0)));
        _assertBroken(_transfer(0), _failed(0, 0, 0), _conditionFailed(0, 0, 0));
    }

    // ---- deployments ----

    function test_a_deployer_deploys_what_is_listed() public {
        _useVault(_deploying());
        _run(_action(address(_deployer), 0, abi.encodeCall(_deployer.deploy, (1, INIT_CODE))));
        vm.assertTrue(_deployer.deployed() != address(0), "deployed");
        bytes memory other = bytes.concat(INIT_CODE, hex"00");
        _assertInitCode(abi.encodeCall(_deployer.deploy, (1, other)), keccak256(other));
    }

    /// @dev What an offset points to is what the deployer would read; what points nowhere is nothing.
    function test_init_code_is_found_where_the_deployer_finds_it() public {
        _useVault(_deploying());
        bytes4 deploy = _deployer.deploy.selector;
        bytes memory detour = abi.encodePacked(deploy, abi.encode(1, 96, 0, INIT_CODE.length), INIT_CODE);
        _run(_action(address(_deployer), 0, detour));
        _assertInitCode(abi.encodePacked(deploy, abi.encode(1)), 0);
        _assertInitCode(abi.encodePacked(deploy, abi.encode(1, type(uint256).max)), 0);
        _assertInitCode(abi.encodePacked(deploy, abi.encode(1, 33)), 0);
        _assertInitCode(abi.encodePacked(deploy, abi.encode(1, 64, 1)), 0);
        _assertInitCode(abi.encodePacked(deploy, abi.encode(1, 64, type(uint256).max)), 0);
        _assertInitCode(abi.encodePacked(deploy, abi.encode(1, 64, 0)), keccak256(""));
    }

    // ---- allowances ----

    function test_permits_of_the_vaults_tokens_are_spending() public {
        Policy memory policy = _only(callRule(address(_permit), Spending.PERMIT));
        policy.calls = new CallRule[](2);
        policy.calls[0] = callRule(address(_permit), Spending.PERMIT);
        policy.calls[1] = callRule(address(_permit), Spending.PERMIT_WITH_BYTES);
        policy.assets[0] = assetRule(address(_permit), 100, 1_000, 1 days);
        _useVault(policy);
        _run(_action(address(_permit), 0, _permitting(Spending.PERMIT, address(vault), 100)));
        vm.assertEq(vault.spentInWindow(address(_permit)), 100, "charged");
        _run(_action(address(_permit), 0, _permitting(Spending.PERMIT_WITH_BYTES, STRANGER, 1_000)));
        vm.assertEq(vault.spentInWindow(address(_permit)), 100, "of another's tokens");
        _assertBroken(
            _action(address(_permit), 0, _permitting(Spending.PERMIT_WITH_BYTES, address(vault), 101)),
            Violation(ViolationKind.TransactionCapExceeded, type(uint256).max, 0, address(_permit), 101, 100),
            abi.encodeWithSelector(IAgentVault.VaultTransactionCapExceeded.selector, address(_permit), 101, 100)
        );
    }

    function test_a_permit_that_is_left_over_is_a_new_allowance() public {
        Policy memory policy = _only(callRule(address(_permit), Spending.PERMIT));
        policy.assets[0] = assetRule(address(_permit), 100, 150, 1 days);
        _useVault(policy);
        Action memory action = _action(address(_permit), 0, _permitting(Spending.PERMIT, address(vault), 7));
        action.noNewAllowances = true;
        _assertExecuteReverts(
            action,
            abi.encodeWithSelector(IAgentVault.VaultAllowanceGrew.selector, address(_permit), RECIPIENT, 0, 7)
        );
    }

    function test_operators_need_a_rule_that_says_unlimited() public {
        Policy memory policy = _only(callRule(address(_collection), Spending.SET_APPROVAL_FOR_ALL));
        bytes memory name = abi.encodeCall(_collection.setApprovalForAll, (RECIPIENT, true));
        policy.assets = new AssetRule[](0);
        _useVault(policy);
        _assertOperatorDenied(name, type(uint256).max);
        _run(_action(address(_collection), 0, abi.encodeCall(_collection.setApprovalForAll, (RECIPIENT, false))));
        policy.assets = new AssetRule[](1);
        policy.assets[0] = assetRule(address(_collection), type(uint128).max, type(uint128).max, 1);
        _useVault(policy);
        _assertOperatorDenied(name, 0);
        policy.assets[0] = unlimitedRule(address(_collection));
        _useVault(policy);
        Action memory action = _action(address(_collection), 0, name);
        _run(action);
        vm.assertTrue(_collection.isApprovedForAll(address(vault), RECIPIENT), "named");
        action.noNewAllowances = true;
        _assertExecuteReverts(
            action,
            abi.encodeWithSelector(IAgentVault.VaultOperatorGiven.selector, 0, address(_collection), RECIPIENT)
        );
    }

    // ---- unlimited ----

    function test_unlimited_assets_have_no_caps_and_say_so() public {
        Policy memory policy = _policy();
        policy.assets[0] = unlimitedRule(address(token));
        vm.recordLogs();
        _useVault(policy);
        _assertUnlimited(address(token));
        _run(_transfer(1_000_000));
        vm.assertEq(vault.spentInWindow(address(token)), 0, "not counted");
        _assertExecuteReverts(
            _action(RECIPIENT, 1 ether + 1, ""),
            abi.encodeWithSelector(IAgentVault.VaultTransactionCapExceeded.selector, address(0), 1 ether + 1, 1 ether)
        );
    }

    // ---- times ----

    function test_executions_keep_to_the_hours() public {
        Policy memory policy = _policy();
        (policy.activeFrom, policy.activeUntil) = (9 hours, 17 hours);
        _assertHours(policy, 9 hours, true);
        _assertHours(policy, 17 hours - 1, true);
        _assertHours(policy, 9 hours - 1, false);
        _assertHours(policy, 17 hours, false);
    }

    function test_hours_may_go_over_midnight() public {
        Policy memory policy = _policy();
        (policy.activeFrom, policy.activeUntil) = (22 hours, 4 hours);
        _assertHours(policy, 22 hours, true);
        _assertHours(policy, 0, true);
        _assertHours(policy, 4 hours - 1, true);
        _assertHours(policy, 22 hours - 1, false);
        _assertHours(policy, 4 hours, false);
    }

    function test_executions_are_limited_in_a_rolling_span() public {
        Policy memory policy = _policy();
        (policy.maxExecutions, policy.executionsSeconds) = (2, 1 days);
        _useVault(policy);
        _run(_transfer(1));
        uint256 firstAt = block.timestamp;
        _run(_transfer(2));
        vm.assertEq(vault.executionsInSpan(), 2, "two");
        Action memory action = _transfer(3);
        bytes32 id = _submitReady(action);
        Violation[] memory found = vault.violationsOf(action);
        vm.assertEq(found.length, 1, "one violation");
        _assertSame(
            found[0],
            Violation(ViolationKind.RateExceeded, type(uint256).max, type(uint256).max, address(vault), 3, 2)
        );
        bytes memory execution = abi.encodeCall(vault.execute, (id, action, _authorization(id)));
        vm.warp(firstAt + 1 days - 1);
        _assertReverts(address(vault), execution, abi.encodeWithSelector(IAgentVault.VaultRateExceeded.selector, 3, 2));
        vm.warp(firstAt + 1 days);
        vm.assertEq(vault.violationsOf(action).length, 0, "none");
        _execute(id, action);
        vm.assertEq(vault.executionsInSpan(), 2, "the first has left the span");
    }

    function test_without_a_limit_executions_are_not_counted() public {
        _run(_transfer(1));
        vm.assertEq(vault.executionsInSpan(), 0, "none");
    }

    // ---- tiers and budgets ----

    function test_tiers_ask_for_more_of_decisions_that_may_spend_more() public {
        _useVault(_tiered());
        _assertNeeds(_transfer(100), 0, 0);
        _assertNeeds(_transfer(101), 4, 0);
        _assertNeeds(_transfer(500), 4, 0);
        _assertNeeds(_transfer(501), 4, 2 hours);
        Action memory action = _transfer(100);
        action.bounds = new Bound[](2);
        action.bounds[0] = Bound(address(0), type(uint256).max, 0);
        action.bounds[1] = Bound(address(token), 501, 0);
        _assertNeeds(action, 4, 2 hours);
        action.bounds[1].maxOut = type(uint256).max;
        _assertNeeds(action, 4, 2 hours);
        bytes32 id = _submit(_transfer(501));
        vm.assertEq(decisions.decisionOf(id).quorum, 4, "the registry keeps it");
        vm.assertEq(decisions.decisionOf(id).vetoWindow, 2 hours, "the registry keeps it");
    }

    /// @dev The calldata says nothing, the call takes it nevertheless: not more than the decision was asked for.
    function test_measured_spending_stays_below_the_line_of_the_next_tier() public {
        Policy memory policy = _tiered();
        policy.calls[1] = callRule(address(_puller), _puller.pull.selector);
        _useVault(policy);
        vm.prank(address(vault));
        token.approve(address(_puller), 10_000);
        _run(_pull(100));
        _assertExecuteReverts(
            _pull(101),
            abi.encodeWithSelector(IAgentVault.VaultTransactionCapExceeded.selector, address(token), 101, 100)
        );
        Action memory bounded = _pull(101);
        bounded.bounds = new Bound[](1);
        bounded.bounds[0] = Bound(address(token), 101, 0);
        bytes32 id = _submit(bounded);
        decisions.resolve(id, true, RESULT_HASH, _signatures(FIRST_MEMBER, 4, _attestationDigest(id, true)));
        vm.warp(block.timestamp + VETO_WINDOW);
        _execute(id, bounded);
    }

    function test_budgets_are_counted_as_the_window_counts() public {
        Policy memory policy = _policy();
        policy.assets[1] = assetRule(address(token), 1_000, 1 << 83, 1 days);
        policy.assets[0] = unlimitedRule(address(0));
        _useVault(policy);
        Budget[] memory budgets = _budgets(_transfer(7));
        vm.assertEq(budgets.length, 1, "one asset");
        vm.assertEq(budgets[0].indexOf(), 1, "index of its rule");
        vm.assertEq(budgets[0].amountOf(), 16, "rounded up");
        vm.assertEq(_budgets(_action(RECIPIENT, 3, "")).length, 0, "nothing of what is unlimited");
    }

    /// @dev What is charged beyond a budget is looked for among the reservations of the same rule, whatever stands before.
    function test_measured_spending_leaves_what_is_reserved() public {
        Policy memory policy = _policy();
        policy.assets[1] = policy.assets[0];
        policy.assets[0] = unlimitedRule(address(0));
        policy.calls[1] = callRule(address(_puller), _puller.pull.selector);
        _useVault(policy);
        vm.prank(address(vault));
        token.approve(address(_puller), 10_000);
        bytes32 reserved = _submitReady(_transfer(1_000));
        _submitApproved(_transfer(1_000));
        _run(_pull(500));
        _assertExecuteReverts(
            _pull(1),
            abi.encodeWithSelector(IAgentVault.VaultBudgetNotFree.selector, address(token), 2_501, 2_500)
        );
        vm.assertTrue(decisions.stateOf(reserved) == DecisionState.Ready, "still to be executed");
        _execute(reserved, _transfer(1_000));
    }

    // ---- the view ----

    /// @dev One action that breaks a rule of every kind which can be broken together.
    function test_the_view_lists_every_violation() public {
        Policy memory policy = _conditional(Condition(32, Comparison.LessOrEqual, 600));
        policy.recipients = _addresses(GUARDIAN, GUARDIAN, GUARDIAN);
        policy.calls[0].recipients = rangeOf(0, 1);
        uint32 second = uint32(block.timestamp % 1 days);
        (policy.activeFrom, policy.activeUntil) = (second + 1, second + 2);
        policy.assets[0] = assetRule(address(token), 1_000, 1_100, 1 days);
        _useVault(policy);
        Call[] memory calls = new Call[](4);
        calls[0] = Call(address(token), 0, abi.encodeCall(token.transfer, (RECIPIENT, 1_101)));
        calls[1] = Call(STRANGER, 5, "");
        calls[2] = Call(address(token), 0, hex"a9059c");
        calls[3] = Call(address(_collection), 0, abi.encodeCall(_collection.setApprovalForAll, (RECIPIENT, true)));
        uint256 none = type(uint256).max;
        Violation[10] memory expected = [
            Violation(ViolationKind.OutsideHours, none, second + 2, address(0), second, second + 1),
            Violation(ViolationKind.RecipientDenied, 0, 0, RECIPIENT, 0, 0),
            Violation(ViolationKind.ConditionFailed, 0, 0, address(token), 1_101, 600),
            Violation(ViolationKind.CallDenied, 1, none, STRANGER, 0, 0),
            Violation(ViolationKind.AssetDenied, 1, none, address(0), 5, 0),
            Violation(ViolationKind.CalldataMalformed, 2, none, address(token), 3, 0),
            Violation(ViolationKind.CallDenied, 3, none, address(_collection), 0xa22cb465, 0),
            Violation(ViolationKind.OperatorDenied, 3, none, address(_collection), 0, 0),
            Violation(ViolationKind.TransactionCapExceeded, none, 0, address(token), 1_101, 1_000),
            Violation(ViolationKind.WindowCapExceeded, none, 0, address(token), 1_101, 1_100)
        ];
        Violation[] memory found = vault.violationsOf(_action(calls));
        vm.assertEq(found.length, expected.length, "all");
        for (uint256 i = 0; i < expected.length; ++i) _assertSame(found[i], expected[i]);
    }

    function test_an_empty_policy_denies_everything() public {
        Policy memory policy;
        _useVault(policy);
        vm.assertEq(vault.violationsOf(_transfer(0)).length, 2, "call and asset");
        _assertExecuteReverts(
            _action(RECIPIENT, 0, ""),
            abi.encodeWithSelector(IAgentVault.VaultCallDenied.selector, 0, RECIPIENT, bytes4(0))
        );
    }

    // ---- helpers ----

    /// @dev A policy of this rule alone, with an amount of the token and of coin that is never used up here.
    function _only(CallRule memory rule) private view returns (Policy memory policy) {
        policy.calls = new CallRule[](1);
        policy.calls[0] = rule;
        policy.assets = new AssetRule[](2);
        policy.assets[0] = assetRule(address(token), 1_000_000, 1_000_000, 1 days);
        policy.assets[1] = assetRule(address(0), 1 ether, 1 ether, 1 days);
    }

    function _conditional(Condition memory condition) private view returns (Policy memory policy) {
        policy = _only(callRule(address(token), token.transfer.selector));
        policy.assets = new AssetRule[](1);
        policy.assets[0] = assetRule(address(token), 1_000_000, 1_000_000, 1 days);
        policy.conditions = new Condition[](1);
        policy.conditions[0] = condition;
        policy.calls[0].conditions = rangeOf(0, 1);
    }

    function _deploying() private view returns (Policy memory policy) {
        policy = _only(callRule(address(_deployer), _deployer.deploy.selector));
        policy.initCodes = new bytes32[](2);
        policy.initCodes[0] = keccak256("another");
        policy.initCodes[1] = keccak256(INIT_CODE);
        policy.calls[0].initCodes = rangeOf(1, 1);
        policy.calls[0].initCodeArgument = 1;
    }

    function _tiered() private view returns (Policy memory policy) {
        policy = _policy();
        policy.tiers = new Tier[](3);
        policy.tiers[0] = Tier(address(token), 500, 3, 2 hours);
        policy.tiers[1] = Tier(address(token), 100, 4, 0);
        policy.tiers[2] = Tier(address(0), 1 ether, 0, 3 hours);
    }

    function _addresses(address first, address second, address third) private pure returns (address[] memory list) {
        list = new address[](3);
        (list[0], list[1], list[2]) = (first, second, third);
    }

    function _given(bytes4 selector, bool isSecond, address to) private view returns (bytes memory) {
        if (!isSecond) return abi.encodeWithSelector(selector, to, 0);
        return abi.encodeWithSelector(selector, address(vault), to, 0, 0, 0, 0, 0);
    }

    function _permitting(bytes4 selector, address owner, uint256 amount) private view returns (bytes memory) {
        if (selector == Spending.PERMIT) {
            return abi.encodeWithSelector(selector, owner, RECIPIENT, amount, block.timestamp, 0, 0, 0);
        }
        return abi.encodeWithSelector(selector, owner, RECIPIENT, amount, block.timestamp, "");
    }

    function _pull(uint256 amount) private view returns (Action memory) {
        return _action(address(_puller), 0, abi.encodeCall(_puller.pull, (token, amount)));
    }

    /// @dev Since logs are recorded, the vault has adopted a policy in which this asset alone is unlimited.
    function _assertUnlimited(address asset) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 found = 0;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != IAgentVault.PolicyAdopted.selector) continue;
            (address pointer, address[] memory unlimited) = abi.decode(logs[i].data, (address, address[]));
            vm.assertEq(logs[i].topics[1], vault.policyHash(), "hash");
            vm.assertEq(pointer, vault.policyPointer(), "pointer");
            vm.assertEq(unlimited.length, 1, "one asset");
            vm.assertEq(unlimited[0], asset, "the asset");
            ++found;
        }
        vm.assertEq(found, 1, "adopted once");
    }

    function _failed(uint256 condition, uint256 word, uint256 operand) private view returns (Violation memory) {
        return Violation(ViolationKind.ConditionFailed, 0, condition, address(token), word, operand);
    }

    function _conditionFailed(uint256 call, uint256 condition, uint256 word) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAgentVault.VaultConditionFailed.selector, call, condition, word);
    }

    function _assertInitCode(bytes memory data, bytes32 codeHash) private {
        _assertBroken(
            _action(address(_deployer), 0, data),
            Violation(ViolationKind.InitCodeDenied, 0, 0, address(_deployer), uint256(codeHash), 0),
            abi.encodeWithSelector(IAgentVault.VaultInitCodeDenied.selector, 0, address(_deployer), codeHash)
        );
    }

    function _assertOperatorDenied(bytes memory data, uint256 rule) private {
        _assertBroken(
            _action(address(_collection), 0, data),
            Violation(ViolationKind.OperatorDenied, 0, rule, address(_collection), 0, 0),
            abi.encodeWithSelector(IAgentVault.VaultOperatorDenied.selector, 0, address(_collection))
        );
    }

    /// @dev On another day, at this second, an execution succeeds or is refused.
    function _assertHours(Policy memory policy, uint256 second, bool isWithin) private {
        _useVault(policy);
        Action memory action = _transfer(1);
        vm.warp((block.timestamp / 1 days + 2) * 1 days + second - VETO_WINDOW);
        bytes32 id = _submitReady(action);
        vm.assertEq(vault.violationsOf(action).length, isWithin ? 0 : 1, "view");
        bytes memory execution = abi.encodeCall(vault.execute, (id, action, _authorization(id)));
        if (isWithin) return _execute(id, action);
        bytes memory reason = abi.encodeWithSelector(
            IAgentVault.VaultOutsideHours.selector,
            second,
            policy.activeFrom,
            policy.activeUntil
        );
        _assertReverts(address(vault), execution, reason);
    }

    function _assertNeeds(Action memory action, uint16 attestations, uint64 vetoWindow) private view {
        (bytes32 hash, uint16 minAttestations, uint64 minVetoWindow, ) = vault.requirementsOf(action);
        vm.assertEq(hash, vault.policyHash(), "hash");
        vm.assertEq(minAttestations, attestations, "attestations");
        vm.assertEq(minVetoWindow, vetoWindow, "veto window");
    }

    function _budgets(Action memory action) private view returns (Budget[] memory budgets) {
        (, , , budgets) = vault.requirementsOf(action);
    }

    /// @dev The action breaks this one rule: the view says so, and the execution reverts for it.
    function _assertBroken(Action memory action, Violation memory expected, bytes memory reason) private {
        Violation[] memory found = vault.violationsOf(action);
        vm.assertEq(found.length, 1, "one violation");
        _assertSame(found[0], expected);
        _assertExecuteReverts(action, reason);
    }

    function _assertSame(Violation memory actual, Violation memory expected) private pure {
        vm.assertEq(uint256(actual.kind), uint256(expected.kind), "kind");
        vm.assertEq(actual.callIndex, expected.callIndex, "call");
        vm.assertEq(actual.rule, expected.rule, "rule");
        vm.assertEq(actual.subject, expected.subject, "subject");
        vm.assertEq(actual.actual, expected.actual, "actual");
        vm.assertEq(actual.limit, expected.limit, "limit");
    }

    function _assertExecuteReverts(Action memory action, bytes memory reason) private {
        bytes32 id = _submitReady(action);
        _assertReverts(address(vault), abi.encodeCall(vault.execute, (id, action, _authorization(id))), reason);
        vm.assertTrue(decisions.stateOf(id) == DecisionState.Ready, "ready");
    }
}
