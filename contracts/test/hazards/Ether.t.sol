// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentVault} from "../../src/interfaces/IAgentVault.sol";
import {Action, Call} from "../../src/types/Action.sol";
import {AssetRule, CallRule, Policy} from "../../src/types/Policy.sol";
import {Feeding} from "../utils/Feeding.sol";
import {assetRule, callRule} from "../utils/Policies.sol";
import {World} from "../utils/World.sol";

/// @notice Forces all that it holds upon whoever calls it.
contract Feeder {
    function feed() external {
        Feeding.force(msg.sender, address(this).balance);
    }
}

/// @notice Coin that comes unasked, before an execution or in the middle of one.
contract EtherTest is World {
    uint256 private constant PER_TRANSACTION = 1 ether;

    Feeder private _feeder;

    function setUp() public override {
        _feeder = new Feeder();
        super.setUp();
    }

    /// @dev Every wei that goes out is charged once, whatever comes in beside it, and nothing is blocked by what came.
    function testFuzz_forced_coin_lowers_no_charge_and_blocks_nothing(
        uint256 first,
        uint256 second,
        uint96 fedBefore,
        uint96 fedWithin
    ) public {
        first = _between(first, 0, PER_TRANSACTION / 2);
        second = _between(second, 0, PER_TRANSACTION / 2);
        Action memory action = _payments(first, second);
        bytes32 id = _submitReady(action);
        vm.deal(address(this), fedBefore);
        Feeding.force(address(vault), fedBefore);
        vm.deal(address(_feeder), fedWithin);
        uint256 before = address(vault).balance;
        _execute(id, action);
        vm.assertEq(address(vault).balance, before + fedWithin - first - second, "out and in");
        vm.assertEq(RECIPIENT.balance, first + second, "received");
        vm.assertEq(vault.spentInWindow(address(0)), first + second, "charged once");
    }

    /// @dev What comes in within a batch does not make room for more to go out.
    function testFuzz_forced_coin_raises_no_cap(uint256 excess, uint96 fedWithin) public {
        excess = _between(excess, 1, 50 ether);
        Action memory action = _payments(PER_TRANSACTION, excess);
        bytes32 id = _submitReady(action);
        vm.deal(address(_feeder), fedWithin);
        _assertReverts(
            address(vault),
            abi.encodeCall(vault.execute, (id, action, _authorization(id))),
            abi.encodeWithSelector(
                IAgentVault.VaultTransactionCapExceeded.selector,
                address(0),
                PER_TRANSACTION + excess,
                PER_TRANSACTION
            )
        );
    }

    /// @dev Two payments, with forced coin between them.
    function _payments(uint256 first, uint256 second) private view returns (Action memory) {
        Call[] memory calls = new Call[](3);
        calls[0] = Call(RECIPIENT, first, "");
        calls[1] = Call(address(_feeder), 0, abi.encodeCall(_feeder.feed, ()));
        calls[2] = Call(RECIPIENT, second, "");
        return _action(calls);
    }

    function _policy() internal view override returns (Policy memory policy) {
        policy.calls = new CallRule[](2);
        policy.calls[0] = callRule(RECIPIENT, bytes4(0));
        policy.calls[1] = callRule(address(_feeder), _feeder.feed.selector);
        policy.assets = new AssetRule[](1);
        policy.assets[0] = assetRule(address(0), PER_TRANSACTION, 2 * PER_TRANSACTION, 1 days);
    }
}
