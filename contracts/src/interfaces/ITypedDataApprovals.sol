// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {AppDomain} from "../types/AppDomain.sol";

/// @title Typed data that a vault has agreed to
/// @notice A vault signs nothing. It answers {IERC1271-isValidSignature} for typed data (EIP-712) that an executed
/// decision approved before, until the approval expires or is revoked. Raw hashes, personal messages and everything else
/// are refused.
///
/// What a decision approves is the data itself, not a hash of it: the application's domain, the type, and the values. The
/// vault hashes them, once as the application does and once more with its own domain (ERC-7739), so that an approval
/// serves this vault on this chain alone. Approvals are default deny as calls are: a call rule of the policy must name the
/// application's contract with the first four bytes of the type's hash as the selector. Typed data can give allowances
/// (`Permit` and its like) that the vault's caps do not see; whoever lists a type must know what it gives.
///
/// The signature that belongs to an approval is not secret: `appSeparator ‖ contentsHash ‖ contentsType ‖
/// uint16(length of contentsType)`, the encoding of ERC-7739 around an empty signature.
///
/// A vault and the contract that keeps its approvals ({IAgentVault-typedDataApprovals}, which emits the events) both have
/// these functions; the vault hands them on.
interface ITypedDataApprovals is IERC1271 {
    /// @notice Typed data was approved.
    /// @param approvalId Hash of the data, nested in this vault's domain.
    /// @param app Contract of the application.
    /// @param digest Hash for which {isValidSignature} answers.
    /// @param expiry Last second at which it does.
    event TypedDataApproved(bytes32 indexed approvalId, address indexed app, bytes32 indexed digest, uint64 expiry);
    /// @notice An approval was taken back.
    event TypedDataRevoked(bytes32 indexed approvalId);

    /// @notice Only the vault itself may do this, as a call of an executed decision.
    error VaultCallerNotItself(address caller);
    /// @notice No call rule names the application and the type.
    error VaultTypedDataDenied(address app, bytes32 typeHash);
    /// @notice The application's domain names no contract, or another chain, or fields that do not exist.
    error VaultTypedDataDomainInvalid(bytes1 fields, uint256 chainId);
    /// @notice The type is not an EIP-712 type, or the values are not whole words.
    error VaultTypedDataMalformed(string contentsType, uint256 length);
    /// @notice The approval would be over already, or last longer than 30 days.
    error VaultApprovalExpiryInvalid(uint64 expiry, uint256 earliest, uint256 latest);
    /// @notice There is no such approval.
    error VaultApprovalUnknown(bytes32 approvalId);

    /// @notice Approves typed data. Only by the vault itself, as a call of an executed decision.
    /// @param domain Domain of the application; it must name a contract, and no other chain.
    /// @param contentsType EIP-712 `encodeType` of the data's type, as `Order(address to,uint256 amount)`.
    /// @param contents EIP-712 `encodeData` of the values: one word each, hashes in place of what is longer.
    /// @param expiry Last second at which the approval counts, at most 30 days away.
    function approveTypedData(
        AppDomain calldata domain,
        string calldata contentsType,
        bytes calldata contents,
        uint64 expiry
    ) external;

    /// @notice Takes an approval back. Only by the vault itself, as a call of an executed decision.
    function revokeTypedData(bytes32 approvalId) external;

    /// @notice Last second at which an approval counts; zero when there is none.
    function approvedUntil(bytes32 approvalId) external view returns (uint64 expiry);
}
