// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice EIP-712 domain of an application that asks for a signature, as its `eip712Domain()` tells it (ERC-5267).
/// @param fields Which of the others its separator has: name 0x01, version 0x02, chainId 0x04, verifyingContract 0x08,
/// salt 0x10.
/// @param name Name of the application.
/// @param version Version of the application.
/// @param chainId Chain the application is on.
/// @param verifyingContract The application's contract.
/// @param salt Salt of the domain.
struct AppDomain {
    bytes1 fields;
    string name;
    string version;
    uint256 chainId;
    address verifyingContract;
    bytes32 salt;
}
