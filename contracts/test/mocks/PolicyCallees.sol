// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {TestToken} from "../../src/devnet/TestToken.sol";

/// @notice Collectibles whose owner may name operators over all of them.
contract Collection is ERC721("Collection", "COL") {}

/// @notice Takes every call that has data, and answers as tokens do.
contract Ticket {
    fallback(bytes calldata) external returns (bytes memory) {
        return abi.encode(true);
    }
}

/// @notice A token whose permits need no signature: what a vault says is what the vault means.
contract PermitToken is TestToken("Permit", "PRM") {
    function permit(address owner, address spender, uint256 value, uint256, uint8, bytes32, bytes32) external {
        _approve(owner, spender, value);
    }

    function permit(address owner, address spender, uint256 value, uint256, bytes calldata) external {
        _approve(owner, spender, value);
    }
}

/// @notice Deploys what it is given.
contract Deployer {
    address public deployed;

    function deploy(uint256 salt, bytes calldata initCode) external {
        deployed = Create2.deploy(0, bytes32(salt), initCode);
    }
}
