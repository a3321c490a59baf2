// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Call} from "../types/Action.sol";

/// @title What a call spends, read from its calldata
/// @notice Only what is written in the calldata counts here; what really left is measured afterwards.
library Spending {
    /// @dev ERC-20 `transfer(address,uint256)`.
    bytes4 internal constant TRANSFER = bytes4(keccak256("transfer(address,uint256)"));
    /// @dev ERC-20 and ERC-721 `transferFrom(address,address,uint256)`.
    bytes4 internal constant TRANSFER_FROM = bytes4(keccak256("transferFrom(address,address,uint256)"));
    /// @dev ERC-20 and ERC-721 `approve(address,uint256)`.
    bytes4 internal constant APPROVE = bytes4(keccak256("approve(address,uint256)"));
    /// @dev Common extension of ERC-20 `increaseAllowance(address,uint256)`.
    bytes4 internal constant INCREASE_ALLOWANCE = bytes4(keccak256("increaseAllowance(address,uint256)"));

    uint256 private constant TWO_ARGUMENTS = 4 + 2 * 32;
    uint256 private constant THREE_ARGUMENTS = 4 + 3 * 32;

    /// @notice Selector of the calldata; zero when it has none.
    function selectorOf(bytes calldata data) internal pure returns (bytes4) {
        return data.length < 4 ? bytes4(0) : bytes4(data[:4]);
    }

    /// @notice Whether calldata is empty, or begins with a selector that is not zero and holds the arguments of the
    /// functions that are decoded here. Some tokens read missing bytes as zeroes, so short calldata is refused.
    function isWellFormed(bytes calldata data) internal pure returns (bool) {
        if (data.length == 0) return true;
        bytes4 selector = selectorOf(data);
        if (selector == bytes4(0)) return false;
        if (selector == TRANSFER_FROM) return data.length >= THREE_ARGUMENTS;
        return !isDecoded(selector) || data.length >= TWO_ARGUMENTS;
    }

    /// @notice Whether the function's amount is read from the calldata and charged.
    function isDecoded(bytes4 selector) internal pure returns (bool) {
        return
            selector == TRANSFER || selector == TRANSFER_FROM || selector == APPROVE || selector == INCREASE_ALLOWANCE;
    }

    /// @notice Whether the function gives an allowance whose amount is read from the calldata.
    function isAllowance(bytes4 selector) internal pure returns (bool) {
        return selector == APPROVE || selector == INCREASE_ALLOWANCE;
    }

    /// @notice Who is given the allowance by a well-formed call of such a function.
    function spenderOf(Call calldata call) internal pure returns (address) {
        return address(uint160(uint256(bytes32(call.data[4:36]))));
    }

    /// @notice Amount of the called token that a decoded, well-formed call spends from `vault`: nothing when it pulls
    /// from somebody else. Upper bits of the address are ignored, as a token might.
    function tokenAmount(Call calldata call, address vault) internal pure returns (uint256) {
        if (selectorOf(call.data) != TRANSFER_FROM) return uint256(bytes32(call.data[36:68]));
        address from = address(uint160(uint256(bytes32(call.data[4:36]))));
        return from == vault ? uint256(bytes32(call.data[68:100])) : 0;
    }

    /// @notice Whether the function gives an allowance in a way that cannot be charged as spending.
    function givesHiddenAllowance(bytes4 selector) internal pure returns (bool) {
        return
            selector == bytes4(keccak256("setApprovalForAll(address,bool)")) ||
            selector == bytes4(keccak256("permit(address,address,uint256,uint256,uint8,bytes32,bytes32)")) ||
            selector == bytes4(keccak256("permit(address,address,uint256,uint256,bytes)")) ||
            selector == bytes4(keccak256("permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)")) ||
            selector == bytes4(keccak256("approve(address,address,uint160,uint48)")) ||
            selector == bytes4(keccak256("approveAndCall(address,uint256)")) ||
            selector == bytes4(keccak256("approveAndCall(address,uint256,bytes)")) ||
            selector == bytes4(keccak256("increaseApproval(address,uint256)")) ||
            selector == bytes4(keccak256("authorizeOperator(address)")) ||
            selector == bytes4(keccak256("setOperator(address,bool)")) ||
            selector == bytes4(keccak256("approve(address,uint256,uint256)"));
    }
}
