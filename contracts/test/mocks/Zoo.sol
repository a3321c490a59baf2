// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice How a token of the zoo departs from ERC-20.
enum Behaviour {
    Honest,
    NoReturn,
    FalseReturn,
    FalseButMoves,
    ShortReturn,
    ReturnsTwo,
    FeeFromAmount,
    FeeOnTop,
    RebasesUp,
    RebasesDown,
    ReentersBefore,
    ReentersAfter,
    CallsRegistry,
    NotifiesRecipient,
    Blocklist,
    Pausable,
    ApproveRace,
    ApproveIgnored,
    RevertsOnZero,
    TakesDouble,
    BurnsGasOnTransfer,
    BurnsGasOnBalance,
    BombsOnTransfer,
    BombsOnBalance,
    HidesBalance,
    LiesHigh,
    LiesZero,
    ChangesBetweenReads,
    Upgradable,
    SelfDestructed
}

/// @notice Has a go at whatever it was prepared for, whenever a token lets it; counts what it got through.
contract Intruder {
    address[] private _targets;
    bytes[] private _datas;
    uint256 public tries;
    uint256 public successes;

    function prepare(address target, bytes calldata data) external {
        _targets.push(target);
        _datas.push(data);
    }

    function forget() external {
        delete _targets;
        delete _datas;
    }

    /// @dev The hook of every token of the zoo that has one.
    function intrude() external {
        for (uint256 i = 0; i < _targets.length; ++i) {
            ++tries;
            (bool success, ) = _targets[i].call(_datas[i]);
            if (success) ++successes;
        }
    }
}

/// @notice One token with one bad habit. `ledger` is the truth, whatever it answers.
contract ZooToken {
    Behaviour public immutable behaviour;
    Intruder private immutable _intruder;
    mapping(address account => uint256) public ledger;
    mapping(address owner => mapping(address spender => uint256)) private _allowances;
    uint256 public totalSupply;
    bool public isSwitched;
    /// @dev Another contract that moves the same ledger.
    address public twin;

    constructor(Behaviour behaviour_, Intruder intruder) {
        behaviour = behaviour_;
        _intruder = intruder;
    }

    function setTwin(address twin_) external {
        twin = twin_;
    }

    function mint(address to, uint256 amount) external {
        ledger[to] += amount;
        totalSupply += amount;
    }

    /// @dev Pauses, blocks or upgrades the tokens that know such a thing.
    function flip() external {
        isSwitched = !isSwitched;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        _spend(msg.sender, to, amount);
        return _answer();
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        if (from != msg.sender) _allowances[from][msg.sender] -= amount;
        _spend(from, to, amount);
        return _answer();
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        if (behaviour == Behaviour.ApproveRace) {
            require(amount == 0 || _allowances[msg.sender][spender] == 0, "set to zero first");
        }
        if (behaviour != Behaviour.ApproveIgnored) _allowances[msg.sender][spender] = amount;
        return _answer();
    }

    /// @dev For the twin alone.
    function moveFor(address from, address to, uint256 amount) external {
        require(msg.sender == twin, "not the twin");
        _move(from, to, amount);
    }

    function allowance(address owner, address spender) external view returns (uint256) {
        return _allowances[owner][spender];
    }

    function balanceOf(address account) external view returns (uint256) {
        if (behaviour == Behaviour.BurnsGasOnBalance) _burnGas();
        if (behaviour == Behaviour.BombsOnBalance) _return(1 << 20, ledger[account]);
        if (behaviour == Behaviour.HidesBalance) revert("hidden");
        if (behaviour == Behaviour.LiesHigh) return type(uint256).max;
        if (behaviour == Behaviour.LiesZero) return 0;
        if (behaviour == Behaviour.ChangesBetweenReads) return ledger[account] + (gasleft() % 7);
        if (behaviour == Behaviour.SelfDestructed) _return(0, 0);
        return ledger[account];
    }

    function decimals() external pure returns (uint8) {
        revert("no decimals");
    }

    function _spend(address from, address to, uint256 amount) private {
        _refuse(to, amount);
        if (behaviour == Behaviour.ReentersBefore) _intruder.intrude();
        if (behaviour == Behaviour.FalseReturn || behaviour == Behaviour.SelfDestructed) return;
        _changeSupply(from, amount);
        uint256 factor = behaviour == Behaviour.TakesDouble ? 2 : 1;
        if (behaviour == Behaviour.Upgradable && isSwitched) factor = 3;
        _move(from, to, factor * amount);
        if (behaviour == Behaviour.FeeFromAmount) _burn(to, amount / 10);
        if (behaviour == Behaviour.FeeOnTop) _burn(from, amount / 10 + 1);
        if (behaviour == Behaviour.BurnsGasOnTransfer) _burnSome();
        if (
            behaviour == Behaviour.ReentersAfter ||
            behaviour == Behaviour.CallsRegistry ||
            behaviour == Behaviour.NotifiesRecipient
        ) _intruder.intrude();
    }

    function _refuse(address to, uint256 amount) private view {
        if (behaviour == Behaviour.Blocklist) require(!isSwitched || to == address(this), "blocked");
        if (behaviour == Behaviour.Pausable) require(!isSwitched, "paused");
        if (behaviour == Behaviour.RevertsOnZero) require(amount != 0, "zero");
    }

    function _changeSupply(address from, uint256 amount) private {
        if (behaviour == Behaviour.RebasesUp) {
            ledger[from] += amount + 1;
            totalSupply += amount + 1;
        }
        if (behaviour == Behaviour.RebasesDown) _burn(from, ledger[from] / 1_000 + 1);
    }

    function _move(address from, address to, uint256 amount) private {
        ledger[from] -= amount;
        ledger[to] += amount;
    }

    function _burn(address from, uint256 amount) private {
        ledger[from] -= amount;
        totalSupply -= amount;
    }

    function _answer() private view returns (bool) {
        if (behaviour == Behaviour.NoReturn || behaviour == Behaviour.SelfDestructed) _return(0, 0);
        if (behaviour == Behaviour.FalseReturn || behaviour == Behaviour.FalseButMoves) return false;
        if (behaviour == Behaviour.ShortReturn) _return(31, 1);
        if (behaviour == Behaviour.ReturnsTwo) _return(32, 2);
        if (behaviour == Behaviour.BombsOnTransfer) _return(1 << 16, 1);
        return true;
    }

    function _return(uint256 size, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(0, word)
            return(0, size)
        }
    }

    function _burnGas() private pure {
        while (true) {}
    }

    function _burnSome() private view {
        uint256 start = gasleft();
        while (start - gasleft() < 500_000) {}
    }
}

/// @notice A second entry to the ledger of another token: each moves what the other one holds.
contract TwinToken {
    ZooToken private immutable _first;

    constructor(ZooToken first) {
        _first = first;
    }

    function balanceOf(address account) external view returns (uint256) {
        return _first.balanceOf(account);
    }

    function allowance(address, address) external pure returns (uint256) {
        return 0;
    }

    function approve(address, uint256) external pure returns (bool) {
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        _first.moveFor(msg.sender, to, amount);
        return true;
    }
}
