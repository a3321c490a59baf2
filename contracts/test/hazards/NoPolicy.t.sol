// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentVault} from "../../src/interfaces/IAgentVault.sol";
import {Action} from "../../src/types/Action.sol";
import {Policy} from "../../src/types/Policy.sol";
import {World} from "../utils/World.sol";

/// @notice A vault whose policy says nothing lets nothing out, whoever approved it.
contract NoPolicyTest is World {
    function testFuzz_no_policy_denies_every_call(
        address target,
        uint256 value,
        bytes4 selector,
        bytes calldata rest
    ) public {
        vm.assume(target != address(vault) && selector != bytes4(0));
        // Room for the arguments of the functions that are decoded: short calls of those are malformed.
        Action memory action = _action(target, value, bytes.concat(selector, rest, new bytes(96)));
        _assertDenied(action, abi.encodeWithSelector(IAgentVault.VaultCallDenied.selector, 0, target, selector));
    }

    function testFuzz_no_policy_denies_every_payment(address target, uint256 value) public {
        vm.assume(target != address(vault));
        Action memory action = _action(target, value, "");
        _assertDenied(action, abi.encodeWithSelector(IAgentVault.VaultCallDenied.selector, 0, target, bytes4(0)));
    }

    function _assertDenied(Action memory action, bytes memory reason) private {
        bytes32 id = _submitReady(action);
        _assertReverts(address(vault), abi.encodeCall(vault.execute, (id, action, _authorization(id))), reason);
        vm.assertEq(token.balanceOf(address(vault)), 1_000_000, "tokens");
        vm.assertEq(address(vault).balance, 100 ether, "coin");
    }

    function _policy() internal pure override returns (Policy memory policy) {
        return policy;
    }
}
