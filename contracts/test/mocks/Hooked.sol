// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A callee, a recipient and a token in one, which makes one prepared call at one moment of an execution.
contract Hooked is ERC20("Hooked", "HKD") {
    enum Hook {
        WhenCalled,
        WhenPaid,
        BeforeMoving,
        AfterMoving,
        WhenAskedForABalance
    }

    /// @notice Coin that goes along with a call without data.
    uint256 public constant GIFT = 3;

    Hook private _hook;
    address private _target;
    bytes private _data;
    uint256 public calls;
    bool public hasSucceeded;
    bytes4 public reason;

    receive() external payable {
        _callBack(Hook.WhenPaid);
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function prepare(Hook hook, address target, bytes calldata data) external {
        (_hook, _target, _data) = (hook, target, data);
    }

    function poke() external {
        _callBack(Hook.WhenCalled);
    }

    /// @dev The vault asks by a static call, in which nothing can be changed. Should the prepared call succeed all the same,
    /// the vault gets no answer.
    function balanceOf(address account) public view override returns (uint256) {
        if (_hook == Hook.WhenAskedForABalance && _reaches(_target, _data)) revert("reached");
        return super.balanceOf(account);
    }

    function _update(address from, address to, uint256 amount) internal override {
        _callBack(Hook.BeforeMoving);
        super._update(from, to, amount);
        _callBack(Hook.AfterMoving);
    }

    function _callBack(Hook hook) private {
        if (_hook != hook || _target == address(0)) return;
        ++calls;
        (bool success, bytes memory answer) = _target.call{value: _gift(_data)}(_data);
        hasSucceeded = success;
        if (!success) reason = bytes4(answer);
    }

    function _reaches(address target, bytes memory data) private view returns (bool success) {
        function(address, bytes memory) internal returns (bool) make = _make;
        function(address, bytes memory) internal view returns (bool) ask;
        // The compiler cannot know that whoever calls does so by a static call.
        assembly ("memory-safe") {
            ask := make
        }
        return ask(target, data);
    }

    /// @dev An attempt to change something takes all its gas; what is left suffices for an answer. Coin cannot go along.
    function _make(address target, bytes memory data) private returns (bool success) {
        (success, ) = target.call{gas: 150_000}(data);
    }

    function _gift(bytes memory data) private pure returns (uint256) {
        return data.length == 0 ? GIFT : 0;
    }
}
