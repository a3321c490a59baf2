// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IAgentVault} from "../interfaces/IAgentVault.sol";

/// @title Reading what the vault holds, from tokens that may be hostile
/// @notice Every read is given the same gas, and the submitter must provide it, so that whether a read succeeds depends
/// on the token alone and never on who submits. What a token returns is copied up to one word.
library Balances {
    /// @dev Gas given to a token to tell its balance.
    uint256 internal constant READ_GAS = 200_000;
    /// @dev Gas that must be there so that a read gets all of `READ_GAS`: it may take 63/64 of what is left after the
    /// access to a cold account and a margin for the code around it.
    uint256 internal constant GAS_TO_READ = READ_GAS + READ_GAS / 63 + 1 + 5_000;

    /// @notice Reads the vault's balance of an asset.
    /// @param asset Token, or the zero address for the native coin.
    /// @return isKnown Whether the token answered with a balance.
    /// @return amount The balance, zero when it is not known.
    function read(address asset) internal view returns (bool isKnown, uint256 amount) {
        if (asset == address(0)) return (true, address(this).balance);
        if (gasleft() < GAS_TO_READ) revert IAgentVault.VaultGasTooLow(gasleft(), GAS_TO_READ);
        return _tryRead(asset, abi.encodeCall(IERC20.balanceOf, (address(this))));
    }

    /// @notice Reads what `spender` may still take of the vault's tokens.
    /// @return isKnown Whether the token tells it.
    /// @return amount The allowance, zero when it is not known.
    function allowance(address token, address spender) internal view returns (bool isKnown, uint256 amount) {
        if (gasleft() < GAS_TO_READ) revert IAgentVault.VaultGasTooLow(gasleft(), GAS_TO_READ);
        return _tryRead(token, abi.encodeCall(IERC20.allowance, (address(this), spender)));
    }

    function _tryRead(address token, bytes memory data) private view returns (bool isKnown, uint256 amount) {
        // A limited amount of gas and a limited copy of the answer cannot be had together without assembly.
        assembly ("memory-safe") {
            let success := staticcall(READ_GAS, token, add(data, 0x20), mload(data), 0x00, 0x20)
            isKnown := and(success, gt(returndatasize(), 0x1f))
            if isKnown {
                amount := mload(0x00)
            }
        }
    }
}
