// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentVault} from "../../src/interfaces/IAgentVault.sol";
import {Windows} from "../../src/libraries/Windows.sol";
import {Charge} from "../../src/types/Policy.sol";
import {Test} from "../utils/Test.sol";

contract WindowsTest is Test {
    using Windows for Windows.Book;

    address private constant ASSET = address(0xA55E7);
    uint64 private constant WINDOW = 100;
    uint256 private constant PER_TRANSACTION = 60;
    uint256 private constant PER_WINDOW = 150;

    Windows.Book private _book;
    uint256[] private _times;
    uint256[] private _amounts;

    function setUp() public {
        vm.warp(1_000_000);
    }

    function charge(uint256 amount) external {
        _book.charge(_terms(), 0, amount);
    }

    /// @dev Against the plain model: a list of charges, added up over the last window. A charge is taken exactly when
    /// both caps hold with it, and no window of any placement ever holds more than the cap.
    function testFuzz_the_window_is_exact(uint16[24] memory steps) public {
        for (uint256 i = 0; i < steps.length; ++i) {
            vm.warp(block.timestamp + (steps[i] % 64));
            uint256 amount = (steps[i] / 64) % (PER_TRANSACTION + 10);
            uint256 spent = _spentBetween(block.timestamp - WINDOW, block.timestamp);
            vm.assertEq(_book.spent(ASSET, PER_WINDOW, WINDOW), spent, "spent");
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

    /// @dev Caps up to 80 bits count every unit; larger ones round up what is charged, and never down.
    function testFuzz_large_caps_round_up(uint256 seed) public {
        uint256 cap = _between(seed, 1 << 80, type(uint128).max);
        Charge memory terms = Charge(ASSET, 0, type(uint128).max, cap, WINDOW);
        uint256 real = 0;
        for (uint256 i = 0; i < 5; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 amount = _between(seed, 1, cap / 6);
            real += amount;
            _book.charge(terms, 0, amount);
        }
        uint256 spent = _book.spent(ASSET, cap, WINDOW);
        vm.assertGe(spent, real, "never less");
        vm.assertLe(spent, real + 5 * _unit(cap), "less than a unit each");
        _assertOverWindow(terms, cap - spent + 1, spent + _roundedUp(cap - spent + 1, cap));
        uint256 rest = cap - spent - ((cap - spent) % _unit(cap));
        _book.charge(terms, 0, rest);
        vm.assertEq(_book.spent(ASSET, cap, WINDOW), spent + rest, "whole units up to the cap");
    }

    function testFuzz_what_a_charge_adds_is_told_beforehand(uint256 amount, uint256 cap) public pure {
        cap = _between(cap, 1, type(uint128).max);
        amount = _between(amount, 0, cap);
        vm.assertEq(Windows.roundedUp(amount, cap), _roundedUp(amount, cap), "rounded");
        vm.assertEq(Windows.roundedUp(type(uint256).max, cap), type(uint256).max, "beyond the cap");
    }

    function chargeWith(Charge calldata terms, uint256 amount) external {
        _book.charge(terms, 0, amount);
    }

    function test_the_largest_cap_of_80_bits_counts_ones() public {
        Charge memory terms = Charge(ASSET, 0, type(uint80).max, type(uint80).max, WINDOW);
        _book.charge(terms, 0, type(uint80).max - 1);
        vm.assertEq(_book.spent(ASSET, type(uint80).max, WINDOW), type(uint80).max - 1, "spent");
        _assertOverWindow(terms, 2, uint256(type(uint80).max) + 1);
    }

    function test_a_window_longer_than_all_time_is_a_cap_for_ever() public {
        Charge memory terms = Charge(address(1), 0, PER_TRANSACTION, PER_WINDOW, type(uint64).max);
        _book.charge(terms, 0, 10);
        vm.warp(block.timestamp + 100 * 365 days);
        vm.assertEq(_book.spent(address(1), PER_WINDOW, type(uint64).max), 10, "for ever");
    }

    function test_the_cap_of_one_execution_counts_what_it_was_charged_before() public {
        _book.charge(_terms(), 50, 10);
        vm.assertEq(_book.spent(ASSET, PER_WINDOW, WINDOW), 10, "the rest");
        _assertReverts(
            address(this),
            abi.encodeCall(this.chargeOnTop, (50, 11)),
            abi.encodeWithSelector(IAgentVault.VaultTransactionCapExceeded.selector, ASSET, 61, PER_TRANSACTION)
        );
    }

    function chargeOnTop(uint256 before, uint256 amount) external {
        _book.charge(_terms(), before, amount);
    }

    /// @dev Two charges of one execution are rounded up together, so that it is never charged a unit twice.
    function test_parts_of_one_execution_share_a_unit() public {
        Charge memory terms = Charge(ASSET, 0, type(uint128).max, 1 << 83, WINDOW);
        _book.charge(terms, 0, 3);
        _book.charge(terms, 3, 4);
        vm.assertEq(_book.spent(ASSET, 1 << 83, WINDOW), 16, "one unit");
        _book.charge(terms, 7, 10);
        vm.assertEq(_book.spent(ASSET, 1 << 83, WINDOW), 32, "two units");
    }

    function test_executions_are_limited_in_every_span() public {
        this.count(2, WINDOW);
        vm.warp(block.timestamp + WINDOW - 1);
        this.count(2, WINDOW);
        _assertReverts(
            address(this),
            abi.encodeCall(this.count, (2, WINDOW)),
            abi.encodeWithSelector(IAgentVault.VaultRateExceeded.selector, 3, 2)
        );
        vm.assertEq(_book.executed(WINDOW), 2, "two");
        vm.warp(block.timestamp + 1);
        this.count(2, WINDOW);
        vm.assertEq(_book.executed(WINDOW), 2, "the first has left the span");
    }

    function count(uint256 maxExecutions, uint64 executionsSeconds) external {
        _book.count(maxExecutions, executionsSeconds);
    }

    function _assertOverWindow(Charge memory terms, uint256 amount, uint256 inWindow) private {
        _assertReverts(
            address(this),
            abi.encodeCall(this.chargeWith, (terms, amount)),
            abi.encodeWithSelector(IAgentVault.VaultWindowCapExceeded.selector, ASSET, inWindow, terms.maxPerWindow)
        );
    }

    function _terms() private pure returns (Charge memory) {
        return Charge(ASSET, 0, PER_TRANSACTION, PER_WINDOW, WINDOW);
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
