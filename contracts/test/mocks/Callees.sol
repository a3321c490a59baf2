// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice Notes how much gas it was started with, and burns as much as it is told.
contract GasMeter {
    uint256 public gasAtStart;

    function work(uint256 gasToUse) external {
        uint256 start = gasleft();
        gasAtStart = start;
        while (start - gasleft() < gasToUse) {}
    }
}

/// @notice Tries something expensive and carries on when it fails, which is what a gas attack aims at.
contract ForgivingWorker {
    bool public hasRun;
    bool public hasFinished;
    uint256[45] private _filled;

    function work() external {
        hasRun = true;
        try this.expensive() {} catch {}
    }

    /// @dev About a million gas, in few instructions.
    function expensive() external {
        for (uint256 i = 0; i < _filled.length; ++i) _filled[i] = 1;
        hasFinished = true;
    }
}

/// @notice Returns or reverts with as many bytes as it is told.
contract ReturnBomb {
    function explode(uint256 size, bool shouldRevert) external pure {
        assembly ("memory-safe") {
            if shouldRevert {
                revert(0, size)
            }
            return(0, size)
        }
    }
}

/// @notice Makes one prepared call when it is called, and notes how that went.
contract CallingBack {
    address private _target;
    bytes private _data;
    bool public hasSucceeded;
    bytes4 public reason;
    uint256 public calls;

    function prepare(address target, bytes calldata data) external {
        _target = target;
        _data = data;
    }

    function poke() external payable {
        ++calls;
        (bool success, bytes memory answer) = _target.call(_data);
        hasSucceeded = success;
        if (!success) reason = bytes4(answer);
    }
}

/// @notice Takes native coin and gives back as much as it is told.
contract Exchange {
    receive() external payable {}

    /// @dev Takes what is sent and gives back `amount`.
    function swap(uint256 amount) external payable {
        (bool success, ) = msg.sender.call{value: amount}("");
        require(success);
    }
}

/// @notice Takes tokens of its caller by means of an allowance, as a router does.
contract Puller {
    function pull(IERC20 token, uint256 amount) external {
        require(token.transferFrom(msg.sender, address(this), amount));
    }
}

/// @notice Gives one account per caller its code, which is a single STOP.
contract Founder {
    // Returns one zero byte as the code: PUSH1 1 PUSH1 0 RETURN.
    bytes private constant INIT_CODE = hex"60016000f3";

    function found() external {
        bytes memory initCode = INIT_CODE;
        bytes32 salt = bytes32(uint256(uint160(msg.sender)));
        address home;
        assembly ("memory-safe") {
            home := create2(0, add(initCode, 0x20), mload(initCode), salt)
        }
        require(home != address(0));
    }

    function addressOf(address caller) external view returns (address) {
        bytes32 salt = bytes32(uint256(uint160(caller)));
        bytes32 hash = keccak256(abi.encodePacked(bytes1(0xff), address(this), salt, keccak256(INIT_CODE)));
        return address(uint160(uint256(hash)));
    }
}
