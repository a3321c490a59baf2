// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ERC7739Utils} from "@openzeppelin/contracts/utils/cryptography/draft-ERC7739Utils.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {IAgentVault} from "./interfaces/IAgentVault.sol";
import {ITypedDataApprovals} from "./interfaces/ITypedDataApprovals.sol";
import {TypedData} from "./libraries/TypedData.sol";
import {AppDomain} from "./types/AppDomain.sol";

/// @title TypedDataApprovals
/// @notice See {ITypedDataApprovals}: the part of an {AgentVault} that keeps and answers for approvals of typed data. A
/// contract of its own, made by its vault, because both together exceed the size of one; the vault hands calls on.
/// Source: https://eips.ethereum.org/EIPS/eip-1271, https://eips.ethereum.org/EIPS/eip-7739
contract TypedDataApprovals is ITypedDataApprovals {
    /// @notice Longest life of an approval.
    uint64 public constant MAX_APPROVAL_LIFETIME = 30 days;

    bytes4 private constant REFUSED = 0xffffffff;
    // A signature of nothing for this hash asks whether the account nests typed data (ERC-7739).
    bytes32 private constant DETECTION_HASH = 0x7739773977397739773977397739773977397739773977397739773977397739;
    bytes4 private constant DETECTION_ANSWER = 0x77390001;
    bytes1 private constant CHAIN_ID = 0x04;
    bytes1 private constant VERIFYING_CONTRACT = 0x08;
    bytes1 private constant ALL_FIELDS = 0x1f;

    /// @notice Vault that these approvals are of.
    IAgentVault public immutable vault;

    mapping(bytes32 approvalId => uint64 expiry) private _expiries;

    /// @dev Made by its vault.
    constructor() {
        vault = IAgentVault(msg.sender);
    }

    /// @inheritdoc ITypedDataApprovals
    function approveTypedData(
        AppDomain calldata domain,
        string calldata contentsType,
        bytes calldata contents,
        uint64 expiry
    ) external {
        _requireVault();
        _requireExpiry(expiry);
        _requireDomain(domain);
        bytes32 typeHash = keccak256(bytes(contentsType));
        address app = domain.verifyingContract;
        if (!vault.isCallAllowed(app, bytes4(typeHash))) revert VaultTypedDataDenied(app, typeHash);
        bytes32 appSeparator = _separatorOf(domain);
        bytes32 contentsHash = keccak256(abi.encodePacked(typeHash, contents));
        bytes32 approvalId = _approvalId(appSeparator, contentsHash, contentsType);
        if (approvalId == 0 || contents.length % 32 != 0) {
            revert VaultTypedDataMalformed(contentsType, contents.length);
        }
        _expiries[approvalId] = expiry;
        emit TypedDataApproved(approvalId, app, MessageHashUtils.toTypedDataHash(appSeparator, contentsHash), expiry);
    }

    /// @inheritdoc ITypedDataApprovals
    function revokeTypedData(bytes32 approvalId) external {
        _requireVault();
        if (_expiries[approvalId] == 0) revert VaultApprovalUnknown(approvalId);
        delete _expiries[approvalId];
        emit TypedDataRevoked(approvalId);
    }

    /// @inheritdoc ITypedDataApprovals
    function approvedUntil(bytes32 approvalId) external view returns (uint64 expiry) {
        return _expiries[approvalId];
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        if (hash == DETECTION_HASH && signature.length == 0) return DETECTION_ANSWER;
        (bytes calldata inner, bytes32 appSeparator, bytes32 contentsHash, string calldata contentsType) = ERC7739Utils
            .decodeTypedDataSig(signature);
        if (inner.length != 0 || hash != MessageHashUtils.toTypedDataHash(appSeparator, contentsHash)) return REFUSED;
        // Nothing is approved until second 0, neither an unknown id nor that of a malformed type.
        uint64 expiry = _expiries[_approvalId(appSeparator, contentsHash, contentsType)];
        return block.timestamp <= expiry ? IERC1271.isValidSignature.selector : REFUSED;
    }

    /// @dev Hash of typed data, nested in this vault's domain; zero for a malformed type.
    function _approvalId(
        bytes32 appSeparator,
        bytes32 contentsHash,
        string calldata contentsType
    ) private view returns (bytes32) {
        bytes32 structHash = ERC7739Utils.typedDataSignStructHash(contentsType, contentsHash, _domainBytes());
        return structHash == 0 ? bytes32(0) : MessageHashUtils.toTypedDataHash(appSeparator, structHash);
    }

    function _domainBytes() private view returns (bytes memory) {
        bytes32 nameHash = keccak256(bytes(TypedData.AGENT_VAULT_NAME));
        return abi.encode(nameHash, keccak256(bytes(TypedData.VERSION)), block.chainid, address(vault), bytes32(0));
    }

    function _separatorOf(AppDomain calldata domain) private pure returns (bytes32) {
        return
            MessageHashUtils.toDomainSeparator(
                domain.fields,
                domain.name,
                domain.version,
                domain.chainId,
                domain.verifyingContract,
                domain.salt
            );
    }

    function _requireVault() private view {
        if (msg.sender != address(vault)) revert VaultCallerNotItself(msg.sender);
    }

    function _requireExpiry(uint64 expiry) private view {
        uint256 latest = block.timestamp + MAX_APPROVAL_LIFETIME;
        if (expiry < block.timestamp || expiry > latest) {
            revert VaultApprovalExpiryInvalid(expiry, block.timestamp, latest);
        }
    }

    function _requireDomain(AppDomain calldata domain) private view {
        bytes1 fields = domain.fields;
        bool isElsewhere = fields & CHAIN_ID != 0 && domain.chainId != block.chainid;
        if (isElsewhere || fields & VERIFYING_CONTRACT == 0 || fields & ~ALL_FIELDS != 0) {
            revert VaultTypedDataDomainInvalid(fields, domain.chainId);
        }
    }
}
