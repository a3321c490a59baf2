// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token without worth
/// @notice For devnets and tests only: anyone can mint any amount.
contract TestToken is ERC20 {
    constructor(string memory name_, string memory symbol_) ERC20(name_, symbol_) {}

    /// @notice Creates `amount` of the token for `to`.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
