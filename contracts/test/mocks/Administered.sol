// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";

/// @notice A protocol one of whose roles sets a rate.
contract RateBook is AccessControl {
    bytes32 public constant RATE_ROLE = keccak256("RATE_ROLE");
    uint256 public rate;

    constructor() {
        _grantRole(DEFAULT_ADMIN_ROLE, msg.sender);
    }

    function setRate(uint256 newRate) external onlyRole(RATE_ROLE) {
        rate = newRate;
    }
}

/// @notice A protocol whose owner sets its parameters; ownership passes in two steps.
contract Parameters is Ownable2Step {
    mapping(bytes32 name => uint256) public valueOf;

    constructor() Ownable(msg.sender) {}

    function set(bytes32 name, uint256 value) external onlyOwner {
        valueOf[name] = value;
    }
}
