// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentVault} from "../../src/interfaces/IAgentVault.sol";
import {AssetRules} from "../../src/libraries/AssetRules.sol";
import {AssetRule} from "../../src/types/Policy.sol";
import {Test} from "../utils/Test.sol";

contract AssetRulesTest is Test {
    using AssetRules for AssetRules.Book;

    address private constant ASSET = address(0xA55E7);
    uint64 private constant WINDOW = 100;
    uint256 private constant PER_TRANSACTION = 60;
    uint256 private constant PER_WINDOW = 150;

    AssetRules.Book private _book;
    uint256[] private _times;
    uint256[] private _amounts;

    function setUp() public {
        AssetRule[] memory rules = new AssetRule[](1);
        rules[0] = AssetRule(ASSET, PER_TRANSACTION, PER_WINDOW, WINDOW);
        _book.write(rules);
        vm.warp(1_000_000);
    }

    function charge(uint256 amount) external {
        _book.chargeMeasured(0, 0, amount);
    }

    /// @dev Against the plain model: a list of charges, added up over the last window. A charge is taken exactly when
    /// both caps hold with it, and no window of any placement ever holds more than the cap.
    function testFuzz_the_window_is_exact(uint16[24] memory steps) public {
        for (uint256 i = 0; i < steps.length; ++i) {
            vm.warp(block.timestamp + (steps[i] % 64));
            uint256 amount = (steps[i] / 64) % (PER_TRANSACTION + 10);
            uint256 spent = _spentBetween(block.timestamp - WINDOW, block.timestamp);
            vm.assertEq(_book.spentInWindow(ASSET), spent, "spent");
            bytes4 expected =
                amount > PER_TRANSACTION
                    ? IAgentVault.VaultTransactionCapExceeded.selector
                    : spent + amount > PER_WINDOW
                        ? IAgentVault.VaultWindowCapExceeded.selector
                        : bytes4(0);
            bytes4 selector = _selectorOfRevert(address(this), abi.encodeCall(this.charge, (amount)));
            vm.assertEq(bytes32(selector), bytes32(expected), "verdict");
            if (expected == 0) _note(amount);
        }
        for (uint256 i = 0; i < _times.length; ++i) {
            vm.assertLe(_spentBetween(_times[i] - 1, _times[i] - 1 + WINDOW), PER_WINDOW, "any window");
        }
    }

    function test_a_window_longer_than_all_time_is_a_cap_for_ever() public {
        AssetRule[] memory rules = new AssetRule[](1);
        rules[0] = AssetRule(address(1), PER_TRANSACTION, PER_WINDOW, type(uint64).max);
        _book.write(rules);
        _book.chargeMeasured(1, 0, 10);
        vm.warp(block.timestamp + 100 * 365 days);
        vm.assertEq(_book.spentInWindow(address(1)), 10, "for ever");
    }

    /// @dev Caps up to 80 bits count every unit; larger ones round up what is charged, and never down.
    function testFuzz_large_caps_round_up(uint256 seed) public {
        uint256 cap = _between(seed, 1 << 80, type(uint128).max);
        uint256 unit = cap >> 79;
        AssetRule[] memory rules = new AssetRule[](1);
        rules[0] = AssetRule(address(1), type(uint128).max, cap, WINDOW);
        _book.write(rules);
        uint256 real = 0;
        for (uint256 i = 0; i < 5; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            real += _between(seed, 1, cap / 6);
            _book.chargeMeasured(1, 0, _between(seed, 1, cap / 6));
        }
        uint256 spent = _book.spentInWindow(address(1));
        vm.assertGe(spent, real, "never less");
        vm.assertLe(spent, real + 5 * unit, "at most a unit each");
        _assertReverts(
            address(this),
            abi.encodeCall(this.chargeSecond, (cap - spent + 1)),
            abi.encodeWithSelector(
                IAgentVault.VaultWindowCapExceeded.selector,
                address(1),
                spent + _roundedUp(cap - spent + 1, cap),
                cap
            )
        );
        uint256 rest = cap - spent - ((cap - spent) % _unit(cap));
        _book.chargeMeasured(1, 0, rest);
        vm.assertEq(_book.spentInWindow(address(1)), spent + rest, "whole units up to the cap");
    }

    function chargeSecond(uint256 amount) external {
        _book.chargeMeasured(1, 0, amount);
    }

    function test_the_largest_cap_of_80_bits_counts_ones() public {
        AssetRule[] memory rules = new AssetRule[](1);
        rules[0] = AssetRule(address(1), type(uint80).max, type(uint80).max, WINDOW);
        _book.write(rules);
        _book.chargeMeasured(1, 0, type(uint80).max - 1);
        vm.assertEq(_book.spentInWindow(address(1)), type(uint80).max - 1, "spent");
        _assertReverts(
            address(this),
            abi.encodeCall(this.chargeSecond, (2)),
            abi.encodeWithSelector(
                IAgentVault.VaultWindowCapExceeded.selector,
                address(1),
                uint256(type(uint80).max) + 1,
                type(uint80).max
            )
        );
    }

    function test_only_what_exceeds_the_gross_charge_is_charged_afterwards() public {
        _book.chargeMeasured(0, 50, 49);
        _book.chargeMeasured(0, 50, 50);
        vm.assertEq(_book.spentInWindow(ASSET), 0, "nothing");
        _book.chargeMeasured(0, 50, 60);
        vm.assertEq(_book.spentInWindow(ASSET), 10, "the rest");
        _assertReverts(
            address(this),
            abi.encodeCall(this.chargeMeasured, (50, 61)),
            abi.encodeWithSelector(IAgentVault.VaultTransactionCapExceeded.selector, ASSET, 61, PER_TRANSACTION)
        );
    }

    function chargeMeasured(uint256 gross, uint256 outflow) external {
        _book.chargeMeasured(0, gross, outflow);
    }

    function test_an_asset_without_a_rule_has_spent_nothing() public view {
        vm.assertEq(_book.spentInWindow(address(2)), 0, "nothing");
    }

    /// @dev The smallest power of two with which the cap needs no more than 80 bits.
    function _unit(uint256 cap) private pure returns (uint256 unit) {
        unit = 1;
        while (cap / unit >= 2 ** 80) unit *= 2;
    }

    function _roundedUp(uint256 amount, uint256 cap) private pure returns (uint256) {
        uint256 unit = _unit(cap);
        return ((amount + unit - 1) / unit) * unit;
    }

    function _note(uint256 amount) private {
        _times.push(block.timestamp);
        _amounts.push(amount);
    }

    /// @dev Sum of the charges after `from` and up to `to`.
    function _spentBetween(uint256 from, uint256 to) private view returns (uint256 sum) {
        for (uint256 i = 0; i < _times.length; ++i) {
            if (_times[i] > from && _times[i] <= to) sum += _amounts[i];
        }
    }
}
