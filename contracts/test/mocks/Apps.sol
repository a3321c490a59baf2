// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @notice Moves tokens of whoever signed for it, as Permit2 does: a domain without version, a nested struct.
contract PermitApp {
    string public constant TYPE =
        "PermitTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline)TokenPermissions(address token,uint256 amount)";
    bytes32 private constant PERMITTED_TYPEHASH = keccak256("TokenPermissions(address token,uint256 amount)");

    error Unsigned();

    mapping(address owner => mapping(uint256 nonce => bool)) private _isUsed;

    function take(address owner, address token, uint256 amount, uint256 nonce, bytes calldata signature) external {
        if (_isUsed[owner][nonce]) revert Unsigned();
        _isUsed[owner][nonce] = true;
        bytes32 structHash = keccak256(
            abi.encodePacked(keccak256(bytes(TYPE)), contents(token, amount, msg.sender, nonce))
        );
        bytes32 digest = MessageHashUtils.toTypedDataHash(separator(), structHash);
        if (!SignatureChecker.isValidSignatureNow(owner, digest, signature)) revert Unsigned();
        IERC20(token).transferFrom(owner, msg.sender, amount);
    }

    function contents(
        address token,
        uint256 amount,
        address spender,
        uint256 nonce
    ) public pure returns (bytes memory) {
        bytes32 permitted = keccak256(abi.encode(PERMITTED_TYPEHASH, token, amount));
        return abi.encode(permitted, spender, nonce, type(uint256).max);
    }

    function separator() public view returns (bytes32) {
        bytes32 typeHash = keccak256("EIP712Domain(string name,uint256 chainId,address verifyingContract)");
        return keccak256(abi.encode(typeHash, keccak256("Permit2"), block.chainid, address(this)));
    }
}

/// @notice Asks for signatures as a Safe does: a domain of chain and contract, a type of one dynamic field.
contract MessageApp {
    string public constant TYPE = "SafeMessage(bytes message)";

    function isSignedBy(address owner, bytes calldata message, bytes calldata signature) external view returns (bool) {
        return SignatureChecker.isValidSignatureNow(owner, digestOf(message), signature);
    }

    function digestOf(bytes calldata message) public view returns (bytes32) {
        return
            MessageHashUtils.toTypedDataHash(
                separator(),
                keccak256(abi.encode(keccak256(bytes(TYPE)), keccak256(message)))
            );
    }

    function separator() public view returns (bytes32) {
        bytes32 typeHash = keccak256("EIP712Domain(uint256 chainId,address verifyingContract)");
        return keccak256(abi.encode(typeHash, block.chainid, address(this)));
    }
}
