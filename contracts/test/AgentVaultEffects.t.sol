// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentVault} from "../src/interfaces/IAgentVault.sol";
import {Action, AllowanceBound, Bound, Call, CodePin} from "../src/types/Action.sol";
import {AssetRule, CallRule, Policy} from "../src/types/Policy.sol";
import {Founder, Puller} from "./mocks/Callees.sol";
import {SecretAllowanceToken} from "./mocks/HostileTokens.sol";
import {assetRule, callRule} from "./utils/Policies.sol";
import {World} from "./utils/World.sol";

/// @notice What an action says of its own effects beside the vault's balances: allowances, code, and that no movement
/// serves two bounds.
contract AgentVaultEffectsTest is World {
    Puller private _puller;
    Founder private _founder;
    SecretAllowanceToken private _secret;

    function setUp() public override {
        _puller = new Puller();
        _founder = new Founder();
        _secret = new SecretAllowanceToken();
        super.setUp();
        _secret.mint(address(vault), 1_000);
    }

    function _policy() internal view override returns (Policy memory policy) {
        policy.calls = new CallRule[](5);
        policy.calls[0] = callRule(address(token), token.transfer.selector);
        policy.calls[1] = callRule(address(token), token.approve.selector);
        policy.calls[2] = callRule(address(_puller), _puller.pull.selector);
        policy.calls[3] = callRule(address(_founder), _founder.found.selector);
        policy.calls[4] = callRule(address(_secret), token.approve.selector);
        policy.assets = new AssetRule[](3);
        policy.assets[0] = assetRule(address(token), 1_000, 100_000, 1 days);
        policy.assets[1] = assetRule(address(0), 1 ether, 2 ether, 1 days);
        policy.assets[2] = assetRule(address(_secret), 1_000, 100_000, 1 days);
    }

    // ---- bounds ----

    /// @dev With two bounds of which each asks for 5, an inflow of 5 would serve both.
    function test_two_bounds_of_one_asset_are_refused() public {
        Action memory action = _transfer(1);
        action.bounds = new Bound[](3);
        action.bounds[0] = Bound(address(token), 1, 0);
        action.bounds[1] = Bound(address(0), 0, 0);
        action.bounds[2] = Bound(address(token), 1, 0);
        _assertRefused(action, abi.encodeWithSelector(IAgentVault.VaultBoundRepeated.selector, address(token)));
        action.bounds[2] = Bound(address(_secret), 0, 0);
        action.bounds[0] = Bound(address(0), 0, 0);
        _assertRefused(action, abi.encodeWithSelector(IAgentVault.VaultBoundRepeated.selector, address(0)));
        action.bounds[0] = Bound(address(token), 1, 0);
        _run(action);
    }

    // ---- allowances ----

    function test_an_allowance_that_is_left_over_is_refused() public {
        Action memory action = _action(_approveAndPull(10, 9));
        _run(action);
        action.noNewAllowances = true;
        // The rest of the first time is the allowance before; one more than that is left over.
        action.calls = _approveAndPull(12, 10);
        _assertRefused(
            action,
            abi.encodeWithSelector(IAgentVault.VaultAllowanceGrew.selector, address(token), address(_puller), 1, 2)
        );
        action.calls = _approveAndPull(11, 10);
        _run(action);
        action.calls = _approveAndPull(10, 10);
        _run(action);
        vm.assertEq(token.allowance(address(vault), address(_puller)), 0, "used up");
    }

    /// @dev Also when it was given by a call that takes it back in another place, or to somebody who used none of it.
    function test_every_allowance_of_the_batch_is_watched() public {
        Action memory action = _action(_approveAndPull(10, 10));
        action.noNewAllowances = true;
        action.calls[1] = Call(address(token), 0, abi.encodeCall(token.approve, (RECIPIENT, 1)));
        action.calls[0] = Call(address(token), 0, abi.encodeCall(token.approve, (RECIPIENT, 0)));
        _assertRefused(
            action,
            abi.encodeWithSelector(IAgentVault.VaultAllowanceGrew.selector, address(token), RECIPIENT, 0, 1)
        );
        (action.calls[0], action.calls[1]) = (action.calls[1], action.calls[0]);
        _run(action);
    }

    function test_a_named_allowance_must_not_grow() public {
        Action memory action = _action(_approveAndPull(10, 9));
        action.allowances = new AllowanceBound[](2);
        action.allowances[0] = AllowanceBound(address(token), RECIPIENT);
        action.allowances[1] = AllowanceBound(address(token), address(_puller));
        _assertRefused(
            action,
            abi.encodeWithSelector(IAgentVault.VaultAllowanceGrew.selector, address(token), address(_puller), 0, 1)
        );
        action.calls = _approveAndPull(10, 10);
        _run(action);
    }

    function test_an_allowance_that_is_not_told_is_refused() public {
        Action memory action = _action(address(_secret), 0, abi.encodeCall(token.approve, (RECIPIENT, 0)));
        _run(action);
        action.noNewAllowances = true;
        bytes memory reason = abi.encodeWithSelector(
            IAgentVault.VaultAllowanceUnreadable.selector,
            address(_secret),
            RECIPIENT
        );
        _assertRefused(action, reason);
        action = _transfer(1);
        action.allowances = new AllowanceBound[](1);
        action.allowances[0] = AllowanceBound(address(_secret), RECIPIENT);
        _assertRefused(action, reason);
    }

    /// @dev Any allowances and pulls: executed exactly when no allowance is larger than before.
    function testFuzz_no_allowance_grows(uint8 earlier, uint8 given, uint8 taken) public {
        uint256 most = uint256(given) > 200 ? 200 : given;
        uint256 pulled = uint256(taken) % (most + 1);
        _run(_action(_approveAndPull(earlier, 0)));
        Action memory action = _action(_approveAndPull(most, pulled));
        action.noNewAllowances = true;
        bytes32 id = _submitReady(action);
        (bool success, ) = address(vault).call(abi.encodeCall(vault.execute, (id, action, _authorization(id))));
        vm.assertEq(success, most - pulled <= earlier, "exactly when it does not grow");
    }

    // ---- code ----

    function test_pinned_code_is_asked_for_before_the_batch() public {
        Action memory action = _pinned(_transfer(1), address(token), address(token).codehash);
        _run(action);
        action.codePins[0].codeHash = keccak256("other code");
        _assertRefused(action, _mismatch(address(token), address(token).codehash, keccak256("other code")));
        // An account without code can be pinned as such.
        _run(_pinned(_transfer(1), address(0xE4), address(0xE4).codehash));
    }

    /// @dev The code changes inside the batch: fitting before is not enough.
    function test_pinned_code_is_asked_for_after_the_batch() public {
        address home = _founder.addressOf(address(vault));
        Action memory action = _action(address(_founder), 0, abi.encodeCall(_founder.found, ()));
        _assertRefused(_pinned(action, home, 0), _mismatch(home, keccak256(hex"00"), 0));
        _run(_pinned(action, address(_founder), address(_founder).codehash));
        vm.assertEq(home.codehash, keccak256(hex"00"), "founded");
        _run(_pinned(_transfer(1), home, keccak256(hex"00")));
    }

    // ---- helpers ----

    function _approveAndPull(uint256 given, uint256 taken) private view returns (Call[] memory calls) {
        calls = new Call[](2);
        calls[0] = Call(address(token), 0, abi.encodeCall(token.approve, (address(_puller), given)));
        calls[1] = Call(address(_puller), 0, abi.encodeCall(_puller.pull, (token, taken)));
    }

    function _pinned(Action memory action, address account, bytes32 codeHash) private pure returns (Action memory) {
        action.codePins = new CodePin[](1);
        action.codePins[0] = CodePin(account, codeHash);
        return action;
    }

    function _mismatch(address account, bytes32 codeHash, bytes32 expected) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAgentVault.VaultCodeMismatch.selector, account, codeHash, expected);
    }

    function _assertRefused(Action memory action, bytes memory reason) private {
        bytes32 id = _submitReady(action);
        _assertReverts(address(vault), abi.encodeCall(vault.execute, (id, action, _authorization(id))), reason);
    }
}
