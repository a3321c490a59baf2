// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {ERC1967Utils} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";
import {IAgentVault} from "../../src/interfaces/IAgentVault.sol";
import {Action, CodePin} from "../../src/types/Action.sol";
import {AssetRule, CallRule, Policy} from "../../src/types/Policy.sol";
import {callRule} from "../utils/Policies.sol";
import {World} from "../utils/World.sol";

/// @notice Does what was looked at when the decision was made.
contract Original {
    uint256 public done;

    function work() external virtual {
        done = 1;
    }
}

/// @notice Does something else.
contract Replacement is Original {
    function work() external override {
        done = 2;
    }
}

/// @notice A proxy whose implementation anyone may change.
contract OpenProxy is ERC1967Proxy {
    constructor(address implementation) ERC1967Proxy(implementation, "") {}

    receive() external payable {
        _fallback();
    }

    function upgradeTo(address implementation) external {
        ERC1967Utils.upgradeToAndCall(implementation, "");
    }

    function _unsafeAllowUninitialized() internal pure override returns (bool) {
        return true;
    }
}

/// @notice Code that is exchanged between the decision and its execution.
contract CodeSwapTest is World {
    Original private _target;
    // What the policy lists: the target, or a proxy before it.
    address private _listed;

    function setUp() public override {
        _target = new Original();
        _listed = address(_target);
        super.setUp();
    }

    function test_a_metamorphic_target_is_refused() public {
        Action memory action = _pinned(address(_target));
        bytes32 id = _submitReady(action);
        bytes32 pinned = address(_target).codehash;
        bytes memory code = address(_target).code;
        vm.etch(address(_target), address(new Replacement()).code);
        _assertRefused(id, action, address(_target), pinned);
        vm.etch(address(_target), "");
        _assertRefused(id, action, address(_target), pinned);
        vm.etch(address(_target), code);
        _execute(id, action);
        vm.assertEq(_target.done(), 1, "as it was looked at");
    }

    /// @dev The code of a minimal proxy says what it delegates to; another one in its place does not pass.
    function test_a_minimal_proxy_with_another_implementation_is_refused() public {
        Original clone = Original(Clones.clone(address(_target)));
        _list(address(clone));
        Action memory action = _pinned(address(clone));
        bytes32 id = _submitReady(action);
        bytes32 pinned = address(clone).codehash;
        address other = Clones.clone(address(new Replacement()));
        vm.etch(address(clone), other.code);
        _assertRefused(id, action, address(clone), pinned);
    }

    /// @dev The implementation's own code is pinned beside its proxy's.
    function test_an_implementation_that_changes_behind_its_proxy_is_refused() public {
        Original proxy = Original(address(new OpenProxy(address(_target))));
        _list(address(proxy));
        Action memory action = _pinned(address(proxy));
        CodePin[] memory pins = new CodePin[](2);
        pins[0] = action.codePins[0];
        pins[1] = CodePin(address(_target), address(_target).codehash);
        action.codePins = pins;
        bytes32 id = _submitReady(action);
        vm.etch(address(_target), address(new Replacement()).code);
        _assertRefused(id, action, address(_target), pins[1].codeHash);
    }

    /// @dev The limit, which the documentation states: where a proxy keeps its implementation in storage, an upgrade changes
    /// no code, and no pin sees it.
    function test_a_pin_does_not_see_an_upgrade_that_changes_storage_only() public {
        OpenProxy proxy = new OpenProxy(address(_target));
        _list(address(proxy));
        Action memory action = _pinned(address(proxy));
        bytes32 id = _submitReady(action);
        proxy.upgradeTo(address(new Replacement()));
        _execute(id, action);
        vm.assertEq(Original(address(proxy)).done(), 2, "not what was looked at");
    }

    function _pinned(address target) private view returns (Action memory action) {
        action = _action(target, 0, abi.encodeCall(Original.work, ()));
        action.codePins = new CodePin[](1);
        action.codePins[0] = CodePin(target, target.codehash);
    }

    function _list(address target) private {
        _listed = target;
        _useVault(_policy());
    }

    function _assertRefused(bytes32 id, Action memory action, address account, bytes32 pinned) private {
        _assertReverts(
            address(vault),
            abi.encodeCall(vault.execute, (id, action, _authorization(id))),
            abi.encodeWithSelector(IAgentVault.VaultCodeMismatch.selector, account, account.codehash, pinned)
        );
    }

    function _policy() internal view override returns (Policy memory policy) {
        policy.calls = new CallRule[](1);
        policy.calls[0] = callRule(_listed, Original.work.selector);
        policy.assets = new AssetRule[](0);
    }
}
