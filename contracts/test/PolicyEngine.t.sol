// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PolicyEngine} from "../src/PolicyEngine.sol";
import {IAgentVault} from "../src/interfaces/IAgentVault.sol";
import {IDecisionRegistry} from "../src/interfaces/IDecisionRegistry.sol";
import {PolicyCode} from "../src/libraries/PolicyCode.sol";
import {AssetRule, CallRule, Charge, Clearance, Condition, Policy, Range, Tier} from "../src/types/Policy.sol";
import {assetRule, callRule, rangeOf, unlimitedRule} from "./utils/Policies.sol";
import {Test} from "./utils/Test.sol";

/// @notice Which policies there may be, and that they are read from their code as they were written.
contract PolicyEngineTest is Test {
    address private constant VAULT = address(0x7A017);
    address private constant TARGET = address(0x7A26E7);
    address private constant ASSET = address(0xA55E7);

    PolicyEngine private _engine;

    function setUp() public {
        _engine = new PolicyEngine();
    }

    // ---- as code ----

    function write(bytes calldata encoded) external returns (address) {
        return PolicyCode.write(encoded);
    }

    /// @dev Whoever calls the code gets nothing, with whatever data; it cannot do anything to anybody.
    function testFuzz_the_code_of_a_policy_stops(bytes calldata data, uint96 value) public {
        address pointer = PolicyCode.write(abi.encode(_policy()));
        vm.assertEq(bytes32(pointer.code[0]), 0, "STOP");
        vm.deal(address(this), value);
        (bool success, bytes memory answer) = pointer.call{value: value}(data);
        vm.assertTrue(success && answer.length == 0, "nothing happens");
    }

    function testFuzz_code_holds_every_byte(bytes calldata encoded) public {
        address pointer = PolicyCode.write(encoded);
        vm.assertEq(pointer.code, bytes.concat(hex"00", encoded), "code");
        vm.assertEq(_engine.hashOf(pointer), keccak256(encoded), "hash");
    }

    function test_code_has_a_largest_size() public {
        vm.assertEq(PolicyCode.write(new bytes(24_575)).code.length, 24_576, "the largest");
        _assertReverts(
            address(this),
            abi.encodeCall(this.write, (new bytes(24_576))),
            abi.encodeWithSelector(IAgentVault.VaultPolicyTooLarge.selector, 24_576)
        );
    }

    /// @dev Every part of a policy is read back as it was given, wherever it stands.
    function testFuzz_assets_and_rate_are_read_as_written(
        uint256 seed,
        uint32 maxExecutions,
        uint64 executionsSeconds
    ) public {
        Policy memory policy = _policy();
        (policy.maxExecutions, policy.executionsSeconds) = (maxExecutions, executionsSeconds);
        policy.calls = new CallRule[](seed % 5);
        policy.conditions = new Condition[]((seed >> 8) % 5);
        policy.recipients = new address[]((seed >> 16) % 5);
        policy.initCodes = new bytes32[]((seed >> 24) % 5);
        policy.assets = new AssetRule[]((seed >> 32) % 5);
        for (uint256 i = 0; i < policy.assets.length; ++i) {
            address asset = address(uint160(uint256(keccak256(abi.encode(seed, i)))));
            policy.assets[i] =
                (seed >> (40 + i)) & 1 == 1
                    ? unlimitedRule(asset)
                    : assetRule(asset, uint128(seed), uint128(seed >> i), uint64(seed >> 64));
        }
        address pointer = PolicyCode.write(abi.encode(policy));
        (Clearance memory terms, address[] memory unlimited) = _engine.termsOf(pointer);
        vm.assertEq(terms.policyHash, keccak256(abi.encode(policy)), "hash");
        vm.assertEq(terms.maxExecutions, maxExecutions, "executions");
        vm.assertEq(terms.executionsSeconds, executionsSeconds, "span");
        _assertTerms(policy.assets, terms.charges, unlimited);
        (uint256 most, uint64 span) = _engine.rateOf(pointer);
        vm.assertEq(most, maxExecutions, "executions");
        vm.assertEq(span, executionsSeconds, "span");
        for (uint256 i = 0; i < policy.assets.length; ++i) {
            (uint256 maxPerWindow, uint64 windowSeconds) = _engine.windowOf(pointer, policy.assets[i].asset);
            vm.assertEq(maxPerWindow, policy.assets[i].maxPerWindow, "cap");
            vm.assertEq(windowSeconds, policy.assets[i].windowSeconds, "window");
        }
        (uint256 cap, uint64 window) = _engine.windowOf(pointer, ASSET);
        vm.assertEq(cap + window, 0, "no rule");
    }

    /// @dev Only the bytes that the compiler writes: else one policy had two hashes.
    function test_other_encodings_are_refused() public {
        bytes memory encoded = abi.encode(_policy());
        _engine.validate(encoded, VAULT);
        bytes memory reason = abi.encodeWithSelector(IAgentVault.VaultPolicyNotCanonical.selector);
        bytes memory longer = bytes.concat(encoded, bytes32(0));
        _assertReverts(address(_engine), abi.encodeCall(_engine.validate, (longer, VAULT)), reason);
        bytes memory shifted = bytes.concat(bytes32(uint256(64)), bytes32(0), _without(encoded, 32));
        _assertReverts(address(_engine), abi.encodeCall(_engine.validate, (shifted, VAULT)), reason);
    }

    // ---- which policies may be ----

    function test_call_rules_stay_within_the_lists() public {
        for (uint256 kind = 0; kind < 4; ++kind) {
            Policy memory policy = _policy();
            policy.conditions = new Condition[](3);
            policy.recipients = new address[](3);
            policy.initCodes = new bytes32[](3);
            policy.calls[1] = _with(callRule(TARGET, 0xa9059cbb), kind, rangeOf(1, 2), 15);
            _assertValid(policy);
            policy.calls[1] = _with(callRule(TARGET, 0xa9059cbb), kind, rangeOf(2, 2), 16);
            _assertInvalid(policy, abi.encodeWithSelector(IAgentVault.VaultRangeInvalid.selector, 1));
        }
    }

    function test_recipients_need_a_function_that_tells_them() public {
        Policy memory policy = _policy();
        policy.recipients = new address[](1);
        policy.calls[0].recipients = rangeOf(0, 1);
        policy.calls[0].selector = bytes4(0);
        _assertValid(policy);
        policy.calls[0].selector = 0x12345678;
        _assertInvalid(
            policy,
            abi.encodeWithSelector(
                IAgentVault.VaultRecipientsUnreadable.selector,
                policy.calls[0].target,
                bytes4(0x12345678)
            )
        );
    }

    function test_no_rule_of_a_deployer_goes_without_init_code() public {
        Policy memory policy = _policy();
        policy.initCodes = new bytes32[](1);
        policy.calls[0] = callRule(TARGET, 0x00000001);
        policy.calls[1] = callRule(TARGET, 0x00000002);
        policy.calls[0].initCodes = rangeOf(0, 1);
        _assertInvalid(
            policy,
            abi.encodeWithSelector(IAgentVault.VaultDeployerOpen.selector, TARGET, bytes4(0x00000002))
        );
        policy.calls[1].initCodes = rangeOf(0, 1);
        _assertValid(policy);
        policy.calls[0].initCodes = rangeOf(0, 0);
        _assertInvalid(
            policy,
            abi.encodeWithSelector(IAgentVault.VaultDeployerOpen.selector, TARGET, bytes4(0x00000001))
        );
    }

    function test_the_delay_of_changes_is_bounded() public {
        Policy memory policy = _policy();
        policy.changeDelay = 1 days;
        _assertValid(policy);
        policy.changeDelay = 30 days;
        _assertValid(policy);
        policy.changeDelay = 1 days - 1;
        _assertInvalid(policy, abi.encodeWithSelector(IAgentVault.VaultChangeDelayInvalid.selector, 1 days - 1));
        policy.changeDelay = 30 days + 1;
        _assertInvalid(policy, abi.encodeWithSelector(IAgentVault.VaultChangeDelayInvalid.selector, 30 days + 1));
    }

    function test_hours_lie_within_the_day() public {
        Policy memory policy = _policy();
        (policy.activeFrom, policy.activeUntil) = (86_399, 0);
        _assertValid(policy);
        (policy.activeFrom, policy.activeUntil) = (0, 86_400);
        _assertInvalid(policy, abi.encodeWithSelector(IAgentVault.VaultHoursInvalid.selector, 0, 86_400));
        (policy.activeFrom, policy.activeUntil) = (86_400, 0);
        _assertInvalid(policy, abi.encodeWithSelector(IAgentVault.VaultHoursInvalid.selector, 86_400, 0));
    }

    function test_a_rate_has_a_number_and_a_span() public {
        Policy memory policy = _policy();
        (policy.maxExecutions, policy.executionsSeconds) = (1, 1);
        _assertValid(policy);
        policy.executionsSeconds = 0;
        _assertInvalid(policy, abi.encodeWithSelector(IAgentVault.VaultRateInvalid.selector, 1, 0));
        (policy.maxExecutions, policy.executionsSeconds) = (0, 1);
        _assertInvalid(policy, abi.encodeWithSelector(IAgentVault.VaultRateInvalid.selector, 0, 1));
    }

    function test_unlimited_assets_have_no_numbers() public {
        for (uint256 i = 0; i < 3; ++i) {
            Policy memory policy = _policy();
            policy.assets[0] = unlimitedRule(ASSET);
            _assertValid(policy);
            if (i == 0) policy.assets[0].maxPerTransaction = 1;
            if (i == 1) policy.assets[0].maxPerWindow = 1;
            if (i == 2) policy.assets[0].windowSeconds = 1;
            _assertInvalid(policy, abi.encodeWithSelector(IAgentVault.VaultUnlimitedWithCaps.selector, ASSET));
        }
    }

    function test_tiers_are_of_assets_with_caps() public {
        Policy memory policy = _policy();
        policy.tiers = new Tier[](1);
        policy.tiers[0] = Tier(ASSET, 1, 64, 14 days);
        _assertValid(policy);
        policy.tiers[0].minAttestations = 65;
        _assertInvalid(policy, abi.encodeWithSelector(IAgentVault.VaultTierTooHigh.selector, ASSET, 65, 14 days));
        policy.tiers[0] = Tier(ASSET, 1, 64, 14 days + 1);
        _assertInvalid(policy, abi.encodeWithSelector(IAgentVault.VaultTierTooHigh.selector, ASSET, 64, 14 days + 1));
        policy.tiers[0] = Tier(TARGET, 1, 0, 0);
        _assertInvalid(policy, abi.encodeWithSelector(IAgentVault.VaultTierWithoutCaps.selector, TARGET));
        policy.assets[0] = unlimitedRule(ASSET);
        policy.tiers[0].asset = ASSET;
        _assertInvalid(policy, abi.encodeWithSelector(IAgentVault.VaultTierWithoutCaps.selector, ASSET));
    }

    function test_lists_have_a_largest_length() public {
        Policy memory policy = _policy();
        policy.calls = new CallRule[](128);
        for (uint256 i = 0; i < 128; ++i) policy.calls[i] = callRule(address(uint160(i + 1)), bytes4(0));
        policy.assets = new AssetRule[](32);
        for (uint256 i = 0; i < 32; ++i) policy.assets[i] = assetRule(address(uint160(i)), 1, 1, 1);
        policy.tiers = new Tier[](64);
        _assertValid(policy);
        policy.calls = new CallRule[](129);
        _assertInvalid(policy, abi.encodeWithSelector(IAgentVault.VaultCallRulesTooMany.selector, 129));
        policy.calls = new CallRule[](0);
        policy.assets = new AssetRule[](33);
        _assertInvalid(policy, abi.encodeWithSelector(IAgentVault.VaultAssetsTooMany.selector, 33));
        policy.assets = new AssetRule[](0);
        policy.tiers = new Tier[](65);
        _assertInvalid(policy, abi.encodeWithSelector(IAgentVault.VaultTiersTooMany.selector, 65));
    }

    function test_rules_that_no_vault_may_have() public {
        Policy memory policy = _policy();
        policy.calls[0].target = VAULT;
        _assertInvalid(
            policy,
            abi.encodeWithSelector(IAgentVault.VaultRuleTargetsItself.selector, policy.calls[0].selector)
        );
        policy = _policy();
        policy.calls[0].selector = IDecisionRegistry.markExecuted.selector;
        _assertInvalid(
            policy,
            abi.encodeWithSelector(
                IAgentVault.VaultRuleSelectorForbidden.selector,
                policy.calls[0].target,
                IDecisionRegistry.markExecuted.selector
            )
        );
    }

    // ---- helpers ----

    function _policy() private pure returns (Policy memory policy) {
        policy.calls = new CallRule[](2);
        policy.calls[0] = callRule(ASSET, 0xa9059cbb);
        policy.calls[1] = callRule(TARGET, 0x00000000);
        policy.assets = new AssetRule[](1);
        policy.assets[0] = assetRule(ASSET, 1, 2, 3);
    }

    /// @dev Every asset stands in one of the lists, in the order of the rules.
    function _assertTerms(AssetRule[] memory rules, Charge[] memory charges, address[] memory unlimited) private pure {
        (uint256 capped, uint256 open) = (0, 0);
        for (uint256 i = 0; i < rules.length; ++i) {
            AssetRule memory rule = rules[i];
            if (rule.isUnlimited) {
                vm.assertEq(unlimited[open++], rule.asset, "unlimited");
                continue;
            }
            vm.assertEq(
                abi.encode(charges[capped++]),
                abi.encode(Charge(rule.asset, 0, rule.maxPerTransaction, rule.maxPerWindow, rule.windowSeconds)),
                "with caps"
            );
        }
        vm.assertEq(charges.length, capped, "assets with caps");
        vm.assertEq(unlimited.length, open, "unlimited assets");
    }

    function _with(
        CallRule memory rule,
        uint256 kind,
        Range range,
        uint16 argument
    ) private pure returns (CallRule memory) {
        if (kind == 0) rule.conditions = range;
        if (kind == 1) rule.recipients = range;
        if (kind == 2) rule.initCodes = range;
        if (kind == 3) rule.initCodeArgument = argument;
        return rule;
    }

    function _without(bytes memory data, uint256 count) private pure returns (bytes memory rest) {
        rest = new bytes(data.length - count);
        for (uint256 i = 0; i < rest.length; ++i) rest[i] = data[i + count];
    }

    function _assertValid(Policy memory policy) private view {
        _engine.validate(abi.encode(policy), VAULT);
    }

    function _assertInvalid(Policy memory policy, bytes memory reason) private {
        _assertReverts(address(_engine), abi.encodeCall(_engine.validate, (abi.encode(policy), VAULT)), reason);
    }
}
