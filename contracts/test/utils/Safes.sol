// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "./Test.sol";

/// @notice What these tests call of a Safe 1.5.0.
interface ISafe {
    function setup(
        address[] calldata owners,
        uint256 threshold,
        address to,
        bytes calldata data,
        address fallbackHandler,
        address paymentToken,
        uint256 payment,
        address payable paymentReceiver
    ) external;

    function execTransaction(
        address to,
        uint256 value,
        bytes calldata data,
        uint8 operation,
        uint256 safeTxGas,
        uint256 baseGas,
        uint256 gasPrice,
        address gasToken,
        address payable refundReceiver,
        bytes memory signatures
    ) external payable returns (bool);

    function approveHash(bytes32 hash) external;

    function getTransactionHash(
        address to,
        uint256 value,
        bytes calldata data,
        uint8 operation,
        uint256 safeTxGas,
        uint256 baseGas,
        uint256 gasPrice,
        address gasToken,
        address refundReceiver,
        uint256 nonce
    ) external view returns (bytes32);

    function nonce() external view returns (uint256);
}

/// @notice Deploys Safes as their project publishes them compiled.
abstract contract Safes is Test {
    string private constant ARTIFACTS = "../node_modules/@safe-global/safe-smart-account/build/artifacts/contracts/";

    /// @dev A Safe that is not set up yet.
    function _newSafeProxy() internal returns (ISafe) {
        address singleton = _create(_published("Safe.sol/Safe.json"));
        bytes memory proxy = _published("proxies/SafeProxy.sol/SafeProxy.json");
        return ISafe(_create(bytes.concat(proxy, abi.encode(singleton))));
    }

    function _setUp(ISafe safe, address[] memory owners, uint256 threshold) internal {
        safe.setup(owners, threshold, address(0), "", address(0), address(0), 0, payable(0));
    }

    function _published(string memory path) private view returns (bytes memory) {
        return vm.parseJsonBytes(vm.readFile(string.concat(ARTIFACTS, path)), ".bytecode");
    }

    function _create(bytes memory code) private returns (address deployed) {
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        vm.assertTrue(deployed != address(0), "deployed");
    }
}
