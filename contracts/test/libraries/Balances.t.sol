// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentVault} from "../../src/interfaces/IAgentVault.sol";
import {Balances} from "../../src/libraries/Balances.sol";
import {Test} from "../utils/Test.sol";

/// @notice A token whose balance takes most of the gas a reading is given.
contract CostlyToken {
    uint256[80] private _slots;

    function balanceOf(address) external view returns (uint256 sum) {
        for (uint256 i = 0; i < _slots.length; ++i) sum += _slots[i];
        return sum + 7;
    }
}

contract BalancesTest is Test {
    function read(address asset) external view returns (bool isKnown, uint256 amount) {
        return Balances.read(asset);
    }

    /// @dev At each of 400 gas limits the reading is right or refused: too little gas never makes a token look mute.
    function test_a_reading_does_not_depend_on_the_gas_given() public {
        CostlyToken token = new CostlyToken();
        uint256 right = 0;
        uint256 refused = 0;
        for (uint256 i = 0; i < 400; ++i) {
            uint256 before = vm.snapshotState();
            try this.read{gas: 20_000 + i * 1_000}(address(token)) returns (bool isKnown, uint256 amount) {
                vm.assertTrue(isKnown && amount == 7, "right");
                ++right;
            } catch (bytes memory reason) {
                vm.assertEq(bytes32(bytes4(reason)), bytes32(IAgentVault.VaultGasTooLow.selector), "refused");
                ++refused;
            }
            vm.revertToState(before);
        }
        vm.assertTrue(right > 0 && refused > 0, "both outcomes occur");
    }

    function test_native_coin_is_always_known() public {
        for (uint256 i = 0; i < 3; ++i) {
            vm.deal(address(this), i);
            (bool isKnown, uint256 amount) = Balances.read(address(0));
            vm.assertTrue(isKnown && amount == i, "balance");
        }
    }

    function test_an_account_without_code_has_no_known_balance() public view {
        (bool isKnown, uint256 amount) = Balances.read(address(0xC0DE1E55));
        vm.assertTrue(!isKnown && amount == 0, "unknown");
    }
}
