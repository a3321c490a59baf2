// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TestToken} from "../../src/devnet/TestToken.sol";

/// @notice Answers `transfer` and `approve` with nothing, as some old tokens do.
contract NoReturnToken {
    mapping(address account => uint256) public balanceOf;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
    }
}

/// @notice Answers `false` and moves nothing.
contract FalseReturnToken is TestToken {
    constructor() TestToken("False", "FLS") {}

    function transfer(address, uint256) public pure override returns (bool) {
        return false;
    }
}

/// @notice Takes a fee from the sender on top of the amount.
contract FeeOnTopToken is TestToken {
    uint256 public constant FEE = 7;

    constructor() TestToken("Fee", "FEE") {}

    function transfer(address to, uint256 amount) public override returns (bool) {
        _burn(msg.sender, FEE);
        return super.transfer(to, amount);
    }
}

/// @notice Does not tell balances, by reverting, by burning all gas or by returning too little.
contract MuteToken is TestToken {
    enum Manner {
        Revert,
        BurnGas,
        ShortAnswer
    }

    Manner public immutable manner;

    constructor(Manner manner_) TestToken("Mute", "MUT") {
        manner = manner_;
    }

    function balanceOf(address) public view override returns (uint256) {
        if (manner == Manner.Revert) revert("mute");
        if (manner == Manner.ShortAnswer) {
            assembly ("memory-safe") {
                return(0, 31)
            }
        }
        while (true) {}
        return 0;
    }
}

/// @notice Moves tokens of whoever calls `sweep`, without an allowance and without a function that is decoded.
contract SweepableToken is TestToken {
    constructor() TestToken("Sweep", "SWP") {}

    function sweep(address to, uint256 amount) external {
        _transfer(msg.sender, to, amount);
    }

    function increaseAllowance(address spender, uint256 amount) external returns (bool) {
        _approve(msg.sender, spender, allowance(msg.sender, spender) + amount);
        return true;
    }
}

/// @notice Does not tell the allowances that contracts gave.
contract SecretAllowanceToken is SweepableToken {
    function allowance(address owner, address spender) public view override returns (uint256) {
        if (owner.code.length != 0) revert("secret");
        return super.allowance(owner, spender);
    }
}

/// @notice Answers with as many bytes as it is told: the word 1, then zeroes.
contract BombToken {
    uint256 private _balanceSize;
    uint256 private _transferSize;

    function setSizes(uint256 balanceSize, uint256 transferSize) external {
        (_balanceSize, _transferSize) = (balanceSize, transferSize);
    }

    function balanceOf(address) external view returns (uint256) {
        _explode(_balanceSize);
    }

    function transfer(address, uint256) external view returns (bool) {
        _explode(_transferSize);
    }

    function _explode(uint256 size) private pure {
        assembly ("memory-safe") {
            mstore(0, 1)
            return(0, size)
        }
    }
}
