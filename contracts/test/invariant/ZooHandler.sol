// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentVault} from "../../src/interfaces/IAgentVault.sol";
import {IDecisionRegistry} from "../../src/interfaces/IDecisionRegistry.sol";
import {Action, Call} from "../../src/types/Action.sol";
import {DecisionState} from "../../src/types/Decision.sol";
import {AssetRule, CallRule, Policy} from "../../src/types/Policy.sol";
import {Behaviour, Intruder, TwinToken, ZooToken} from "../mocks/Zoo.sol";
import {assetRule, callRule} from "../utils/Policies.sol";
import {World} from "../utils/World.sol";

/// @notice One vault whose policy lists an honest token, native coin, 29 tokens with a bad habit each and a second entry to
/// the ledger of one of them. Executions spend any of them, and others act on the tokens from outside.
contract ZooHandler is World {
    uint256 public constant HABITS = 29;
    uint256 private constant PER_TRANSACTION = 1_000;
    uint256 private constant PER_WINDOW = 20_000;
    uint256 private constant STOCK = 1e12;

    struct Spent {
        uint256 fallen;
        uint256 charged;
    }

    ZooToken[] public zoo;
    TwinToken private _twin;
    Intruder public intruder;
    mapping(uint256 index => Spent) public spentOf;
    mapping(uint256 index => uint256) public allowedTo;
    uint256 public honestStock;
    uint256 public coinStock;
    uint256 public results;
    uint256 private _amount;
    bool private _hasTried;
    uint256 private _submissions;

    function start() external {
        vm.warp(START);
        intruder = new Intruder();
        for (uint256 i = 1; i <= HABITS; ++i) zoo.push(new ZooToken(Behaviour(i), intruder));
        _twin = new TwinToken(zoo[0]);
        zoo[0].setTwin(address(_twin));
        super.setUp();
        for (uint256 i = 0; i < HABITS; ++i) zoo[i].mint(address(vault), STOCK);
        honestStock = token.balanceOf(address(vault));
        coinStock = address(vault).balance;
    }

    /// @dev The real set-up happens once, through {start}, on behalf of the test contract.
    function setUp() public override {}

    // ---- actions ----

    /// @dev A committee that is careless, or was talked into it, spends a token of the zoo; drawn again when it was refused.
    function spend(uint256 choice, uint256 kind, uint256 amount) external {
        vm.assume(_spend(_obedient(choice), kind % 4, _between(amount, 0, 400)));
    }

    /// @dev The same with any token, whatever comes of it. The first one is the transfer of a token that tries from inside,
    /// so that no run is without a try by chance.
    function tryToSpend(uint256 choice, uint256 kind, uint256 amount) external {
        bool isFirst = !_hasTried;
        _hasTried = true;
        uint256 index = isFirst ? uint256(Behaviour.ReentersBefore) - 1 : choice % (HABITS + 1);
        _spend(index, isFirst ? 0 : kind % 4, _between(amount, 0, 400));
    }

    /// @dev Nothing that the zoo did stands in the way of an honest transfer within its caps.
    function spendHonestly(uint256 amount) external {
        _outliveTheLast();
        _amount = _between(amount, 1, PER_TRANSACTION);
        bool fits = vault.spentInWindow(address(token)) + _amount <= PER_WINDOW;
        vm.assertEq(
            _executeWatched(_transfer(_amount), HABITS),
            fits,
            "honest transfers go on exactly within their cap"
        );
        if (fits) honestStock -= _amount;
    }

    function spendCoin(uint256 amount) external {
        _outliveTheLast();
        _amount = _between(amount, 1, PER_TRANSACTION);
        bool fits = vault.spentInWindow(address(0)) + _amount <= PER_WINDOW;
        vm.assertEq(
            _executeWatched(_action(RECIPIENT, _amount, ""), HABITS),
            fits,
            "coin goes on exactly within its cap"
        );
        if (fits) coinStock -= _amount;
    }

    /// @dev Who was given an allowance uses it, outside of any execution.
    function pull(uint256 choice, uint256 amount) external {
        uint256 index = choice % HABITS;
        uint256 before = zoo[index].ledger(address(vault));
        bytes memory data = abi.encodeCall(token.transferFrom, (address(vault), RECIPIENT, _between(amount, 1, 400)));
        vm.prank(RECIPIENT);
        (bool success, ) = address(zoo[index]).call(data);
        uint256 present = zoo[index].ledger(address(vault));
        // Tokens that take more than they were asked to are as bad outside.
        if (zoo[index].behaviour() < Behaviour.TakesDouble && !_changesSupply(index)) {
            vm.assertLe(before - present, allowedTo[index], "no more than was allowed");
            if (success) allowedTo[index] -= before - present;
        }
    }

    function donate(uint256 choice, uint256 amount) external {
        zoo[choice % HABITS].mint(address(vault), _between(amount, 1, 1_000));
        token.mint(address(vault), 3);
        vm.deal(address(vault), address(vault).balance + 5);
        honestStock += 3;
        coinStock += 5;
    }

    function flip(uint256 choice) external {
        zoo[choice % HABITS].flip();
    }

    function passTime(uint256 time) external {
        vm.warp(block.timestamp + _between(time, 1, 6 hours));
    }

    // ---- what the invariants read ----

    function honestBalance() external view returns (uint256) {
        return token.balanceOf(address(vault));
    }

    function coinBalance() external view returns (uint256) {
        return address(vault).balance;
    }

    function honestAllowance(address spender) external view returns (uint256) {
        return token.allowance(address(vault), spender);
    }

    function sequence() external view returns (uint64) {
        return decisions.agentOf(agentId).sequence;
    }

    function mostSpentOfCap() external view returns (uint256 most) {
        AssetRule[] memory rules = vault.policy().assets;
        for (uint256 i = 0; i < rules.length; ++i) {
            uint256 spent = vault.spentInWindow(rules[i].asset);
            if (spent > most) most = spent;
        }
    }

    function cap() external pure returns (uint256) {
        return PER_WINDOW;
    }

    /// @dev Whether `balanceOf` tells the truth.
    function isTruthful(uint256 index) public view returns (bool) {
        Behaviour behaviour = zoo[index].behaviour();
        return
            behaviour != Behaviour.BurnsGasOnBalance &&
            behaviour != Behaviour.BombsOnBalance &&
            (behaviour < Behaviour.HidesBalance || behaviour == Behaviour.Upgradable);
    }

    function ledgerSum(uint256 index) external view returns (uint256) {
        return zoo[index].ledger(address(vault)) + zoo[index].ledger(RECIPIENT) + zoo[index].ledger(address(intruder));
    }

    // ---- executing under watch ----

    function _spend(uint256 index, uint256 kind, uint256 amount) private returns (bool success) {
        _outliveTheLast();
        _prepareIntruder();
        Call memory call = Call(_at(index), 0, _spending(kind, amount));
        // The twin moves the ledger of the first token.
        success = _executeWatched(_action(call.target, 0, call.data), index == HABITS ? 0 : index);
        // Outside of an execution anyone may execute what is ready.
        intruder.forget();
        if (success && kind == 1 && index < HABITS) allowedTo[index] = amount;
    }

    /// @dev Brings the action to execution, if the window has room for it. When it fails the decision and all balances are as
    /// they were. When it succeeds a
    /// truthful token has lost no more than was charged for it, and no other token has lost anything.
    function _executeWatched(Action memory action, uint256 index) private returns (bool success) {
        (bytes32 id, bool isApproved) = _bringToReady(action, VETO_WINDOW + 1);
        if (!isApproved) return false;
        bytes memory signature = _authorization(id);
        uint256[] memory before = _ledgers();
        uint256 charged = _charged(index);
        try vault.execute(id, action, signature) {
            success = true;
        } catch {}
        DecisionState expected = success ? DecisionState.Executed : DecisionState.Ready;
        vm.assertTrue(decisions.stateOf(id) == expected, "executed, or ready as before");
        charged = _charged(index) - charged;
        uint256[] memory present = _ledgers();
        for (uint256 i = 0; i < HABITS; ++i) {
            uint256 fallen = before[i] > present[i] ? before[i] - present[i] : 0;
            if (i == index && success) _noteSpent(i, fallen, charged);
            else vm.assertEq(fallen, 0, "nothing of the others, and nothing when refused");
        }
        if (!success) vm.assertEq(charged, 0, "nothing charged when refused");
    }

    function _noteSpent(uint256 index, uint256 fallen, uint256 charged) private {
        if (isTruthful(index)) vm.assertLe(fallen, charged, "charged at least what left");
        vm.assertLe(_charged(index), PER_WINDOW, "within the cap");
        spentOf[index].fallen += fallen;
        spentOf[index].charged += charged;
    }

    /// @dev What the vault holds of each token, whatever the token says.
    function _ledgers() private view returns (uint256[] memory list) {
        list = new uint256[](HABITS);
        for (uint256 i = 0; i < HABITS; ++i) list[i] = zoo[i].ledger(address(vault));
    }

    /// @dev What was charged for a token in the window that ends now; nothing for assets that are not of the zoo.
    function _charged(uint256 index) private view returns (uint256) {
        return index < HABITS ? vault.spentInWindow(address(zoo[index])) : 0;
    }

    /// @dev From inside a token: another execution that is ready, and everything else that anyone could try.
    function _prepareIntruder() private {
        Action memory action = _transfer(1);
        (bytes32 id, bool isApproved) = _bringToReady(action, 2 * VETO_WINDOW + 5);
        vm.assertTrue(isApproved, "there is room for the intruder's");
        bytes memory execution = abi.encodeCall(vault.execute, (id, action, _authorization(id)));
        intruder.prepare(address(vault), execution);
        intruder.prepare(address(decisions), abi.encodeCall(IDecisionRegistry.markExecuted, (id)));
        intruder.prepare(address(decisions), abi.encodeCall(IDecisionRegistry.cancel, (id)));
        intruder.prepare(address(decisions), abi.encodeCall(IDecisionRegistry.veto, (id)));
        intruder.prepare(address(token), abi.encodeCall(token.transferFrom, (address(vault), address(intruder), 1)));
    }

    /// @dev Decisions of the zoo live as long as they are needed, so that one that failed reserves nothing for the next.
    function _outliveTheLast() private {
        vm.warp(block.timestamp + 10);
    }

    function _bringToReady(Action memory action, uint64 lifetime) private returns (bytes32 id, bool isApproved) {
        id = decisions.submit(agentId, action, _now() + lifetime, _anytime(), bytes32(++_submissions));
        bytes4 reason = _selectorOfRevert(
            address(decisions),
            abi.encodeCall(decisions.resolve, (id, true, RESULT_HASH, _attestations(id, true)))
        );
        isApproved = reason == 0;
        if (isApproved) ++results;
        else vm.assertEq(reason, IAgentVault.VaultBudgetNotFree.selector, "only for want of room");
        vm.warp(block.timestamp + VETO_WINDOW);
    }

    function _spending(uint256 kind, uint256 amount) private view returns (bytes memory) {
        if (kind == 0) return abi.encodeCall(token.transfer, (RECIPIENT, amount));
        if (kind == 1) return abi.encodeCall(token.approve, (RECIPIENT, amount));
        if (kind == 2) return abi.encodeCall(token.transferFrom, (address(vault), RECIPIENT, amount));
        return abi.encodeCall(token.transfer, (address(intruder), amount));
    }

    function _at(uint256 index) private view returns (address) {
        return index == HABITS ? address(_twin) : address(zoo[index]);
    }

    /// @dev A token that can be spent at all, most of the time.
    function _obedient(uint256 choice) private view returns (uint256 index) {
        index = choice % (HABITS + 1);
        for (uint256 i = 0; i < HABITS && index < HABITS && _refuses(index); ++i) index = (index + 1) % (HABITS + 1);
    }

    function _refuses(uint256 index) private view returns (bool) {
        Behaviour behaviour = zoo[index].behaviour();
        return
            behaviour == Behaviour.FalseReturn ||
            behaviour == Behaviour.FalseButMoves ||
            behaviour == Behaviour.ShortReturn ||
            behaviour == Behaviour.ReturnsTwo ||
            !isTruthful(index);
    }

    function _changesSupply(uint256 index) private view returns (bool) {
        Behaviour behaviour = zoo[index].behaviour();
        return behaviour >= Behaviour.FeeFromAmount && behaviour <= Behaviour.RebasesDown;
    }

    function _policy() internal view override returns (Policy memory policy) {
        policy.calls = new CallRule[](2 + 3 * (HABITS + 1));
        policy.assets = new AssetRule[](2 + HABITS + 1);
        policy.calls[0] = callRule(address(token), token.transfer.selector);
        policy.calls[1] = callRule(RECIPIENT, bytes4(0));
        policy.assets[0] = assetRule(address(token), PER_TRANSACTION, PER_WINDOW, 1 days);
        policy.assets[1] = assetRule(address(0), PER_TRANSACTION, PER_WINDOW, 1 days);
        for (uint256 i = 0; i <= HABITS; ++i) {
            policy.calls[2 + 3 * i] = callRule(_at(i), token.transfer.selector);
            policy.calls[3 + 3 * i] = callRule(_at(i), token.approve.selector);
            policy.calls[4 + 3 * i] = callRule(_at(i), token.transferFrom.selector);
            policy.assets[2 + i] = assetRule(_at(i), PER_TRANSACTION, PER_WINDOW, 1 days);
        }
    }
}
