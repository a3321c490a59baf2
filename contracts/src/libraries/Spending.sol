// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Call} from "../types/Action.sol";

/// @title What a call spends and whom it gives something, read from its calldata
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
    /// @dev ERC-2612 `permit`, with the owner's signature in three parts.
    bytes4 internal constant PERMIT = bytes4(
        keccak256("permit(address,address,uint256,uint256,uint8,bytes32,bytes32)")
    );
    /// @dev `permit` with a signature that the owner may be a contract for (ERC-1271).
    bytes4 internal constant PERMIT_WITH_BYTES = bytes4(keccak256("permit(address,address,uint256,uint256,bytes)"));
    /// @dev ERC-721 and ERC-1155 `setApprovalForAll(address,bool)`.
    bytes4 internal constant SET_APPROVAL_FOR_ALL = bytes4(keccak256("setApprovalForAll(address,bool)"));
    /// @dev ERC-721 `safeTransferFrom(address,address,uint256)`.
    bytes4 internal constant SAFE_TRANSFER_FROM = bytes4(keccak256("safeTransferFrom(address,address,uint256)"));
    /// @dev ERC-721 `safeTransferFrom(address,address,uint256,bytes)`.
    bytes4 internal constant SAFE_TRANSFER_FROM_WITH_DATA = bytes4(
        keccak256("safeTransferFrom(address,address,uint256,bytes)")
    );
    /// @dev ERC-1155 `safeTransferFrom(address,address,uint256,uint256,bytes)`.
    bytes4 internal constant SAFE_TRANSFER_FROM_OF_MANY = bytes4(
        keccak256("safeTransferFrom(address,address,uint256,uint256,bytes)")
    );
    /// @dev ERC-1155 `safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)`.
    bytes4 internal constant SAFE_BATCH_TRANSFER_FROM = bytes4(
        keccak256("safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)")
    );

    /// @dev Stands for an argument that a function does not have.
    uint256 internal constant NONE = type(uint256).max;

    /// @notice Selector of the calldata; zero when it has none.
    function selectorOf(bytes calldata data) internal pure returns (bytes4 selector) {
        if (data.length < 4) return bytes4(0);
        // A slice would cost four times as much, and this is asked often.
        assembly ("memory-safe") {
            selector := and(calldataload(data.offset), shl(224, 0xffffffff))
        }
    }

    /// @notice Whether calldata is empty, or begins with a selector that is not zero and holds the arguments of the
    /// functions that are decoded here. Some tokens read missing bytes as zeroes, so short calldata is refused.
    function isWellFormed(bytes calldata data) internal pure returns (bool) {
        (bool isWhole, , , ) = read(data);
        return isWhole;
    }

    /// @notice What the calldata tells of its function, all at once.
    /// @return isWhole Whether the calldata is well-formed.
    /// @return selector Its selector; zero when it has none.
    /// @return recipient Which argument is given something; `NONE` when the function tells none.
    /// @return amount Which argument is charged; `NONE` when none is.
    function read(
        bytes calldata data
    ) internal pure returns (bool isWhole, bytes4 selector, uint256 recipient, uint256 amount) {
        if (data.length == 0) return (true, bytes4(0), NONE, NONE);
        selector = selectorOf(data);
        uint256 words;
        (words, recipient, amount) = _shapeOf(selector);
        isWhole = selector != bytes4(0) && data.length >= 4 + 32 * words;
    }

    /// @notice Whether the function's amount is read from the calldata and charged.
    function isDecoded(bytes4 selector) internal pure returns (bool) {
        (, , uint256 amount) = _shapeOf(selector);
        return amount != NONE;
    }

    /// @notice Whether the function gives an allowance whose amount is read from the calldata.
    function isAllowance(bytes4 selector) internal pure returns (bool) {
        return selector == APPROVE || selector == INCREASE_ALLOWANCE || _isPermit(selector);
    }

    /// @notice Whether the function's calldata tells who is given something.
    function namesRecipient(bytes4 selector) internal pure returns (bool) {
        (, uint256 recipient, ) = _shapeOf(selector);
        return recipient != NONE;
    }

    /// @notice Who receives, or may spend, by a well-formed call of such a function. Upper bits of the address are
    /// ignored, as a token might.
    function recipientOf(Call calldata call) internal pure returns (address) {
        (, uint256 recipient, ) = _shapeOf(selectorOf(call.data));
        return addressAt(call.data, recipient);
    }

    /// @notice Amount of the called token that a decoded, well-formed call spends from `vault`, or lets another spend:
    /// nothing when it is of somebody else's tokens.
    function tokenAmount(Call calldata call, address vault) internal pure returns (uint256) {
        bytes4 selector = selectorOf(call.data);
        (, , uint256 amount) = _shapeOf(selector);
        return amountAt(call.data, selector, amount, vault);
    }

    /// @notice As {tokenAmount}, of calldata that was read.
    /// @param amount Which argument is charged.
    function amountAt(
        bytes calldata data,
        bytes4 selector,
        uint256 amount,
        address vault
    ) internal pure returns (uint256) {
        bool namesOwner = selector == TRANSFER_FROM || _isPermit(selector);
        return namesOwner && addressAt(data, 0) != vault ? 0 : wordAt(data, amount);
    }

    /// @notice Whether a well-formed call names an operator over all that the vault has of a collection. Every value but
    /// zero counts as `true`.
    function givesOperator(Call calldata call) internal pure returns (bool) {
        return givesOperator(call.data, selectorOf(call.data));
    }

    /// @notice The same, of calldata whose selector was read.
    function givesOperator(bytes calldata data, bytes4 selector) internal pure returns (bool) {
        return selector == SET_APPROVAL_FOR_ALL && wordAt(data, 1) != 0;
    }

    /// @notice Whether the function gives an allowance in a way that cannot be charged as spending.
    function givesHiddenAllowance(bytes4 selector) internal pure returns (bool) {
        return
            selector == bytes4(keccak256("permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)")) ||
            selector == bytes4(keccak256("approve(address,address,uint160,uint48)")) ||
            selector == bytes4(keccak256("approveAndCall(address,uint256)")) ||
            selector == bytes4(keccak256("approveAndCall(address,uint256,bytes)")) ||
            selector == bytes4(keccak256("increaseApproval(address,uint256)")) ||
            selector == bytes4(keccak256("authorizeOperator(address)")) ||
            selector == bytes4(keccak256("setOperator(address,bool)")) ||
            selector == bytes4(keccak256("approve(address,uint256,uint256)"));
    }

    function _isPermit(bytes4 selector) private pure returns (bool) {
        return selector == PERMIT || selector == PERMIT_WITH_BYTES;
    }

    /// @dev Words of arguments that a function needs at least, and which of them are the recipient and the amount.
    function _shapeOf(bytes4 selector) private pure returns (uint256 words, uint256 recipient, uint256 amount) {
        if (selector == TRANSFER || selector == APPROVE || selector == INCREASE_ALLOWANCE) return (2, 0, 1);
        if (selector == TRANSFER_FROM) return (3, 1, 2);
        if (selector == PERMIT) return (7, 1, 2);
        if (selector == PERMIT_WITH_BYTES) return (5, 1, 2);
        if (selector == SET_APPROVAL_FOR_ALL) return (2, 0, NONE);
        if (selector == SAFE_TRANSFER_FROM) return (3, 1, NONE);
        if (selector == SAFE_TRANSFER_FROM_WITH_DATA) return (4, 1, NONE);
        if (selector == SAFE_TRANSFER_FROM_OF_MANY || selector == SAFE_BATCH_TRANSFER_FROM) return (5, 1, NONE);
        return (0, NONE, NONE);
    }

    /// @notice An argument of well-formed calldata as an address; upper bits are ignored.
    function addressAt(bytes calldata data, uint256 argument) internal pure returns (address) {
        return address(uint160(wordAt(data, argument)));
    }

    /// @notice An argument of well-formed calldata, which holds as many as its function has here.
    function wordAt(bytes calldata data, uint256 argument) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(add(data.offset, 4), shl(5, argument)))
        }
    }
}
