// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentVault} from "../../src/interfaces/IAgentVault.sol";
import {IDecisionRegistry} from "../../src/interfaces/IDecisionRegistry.sol";
import {Action, Call} from "../../src/types/Action.sol";
import {SignedBy} from "../../src/types/Committee.sol";
import {Binding, Budget, DecisionState, toBudget} from "../../src/types/Decision.sol";
import {AssetRule, Policy} from "../../src/types/Policy.sol";
import {World} from "../utils/World.sol";

/// @notice What anyone can do to one agent, as actions that always find something to do: each prepares what it needs,
/// so that no call is wasted, and keeps its own record of what happened, against which the contracts are compared.
contract LifecycleHandler is World {
    struct Record {
        bytes32 id;
        bytes32 predecessor;
        bool isApproved;
        bool isVetoed;
        uint64 deadline;
        uint64 executedAt;
        uint256 tokensOut;
        uint256 coinOut;
        DecisionState lastState;
    }

    /// @dev Longer than any decision of this handler lives, and than the windows of the caps.
    uint256 private constant LONGEST = 1 days;

    Record[] public records;
    mapping(string action => uint256) public done;
    uint256 public epochs = 1;
    uint256 private _firstMember = FIRST_MEMBER;

    function start() external {
        super.setUp();
    }

    /// @dev The real set-up happens once, through {start}, on behalf of the test contract.
    function setUp() public override {}

    // ---- actions ----

    function submit(uint256 tokens, uint256 coin, uint256 lifetime) external {
        // One in four must follow one that was submitted before.
        bool isNext = lifetime % 4 == 2 && records.length != 0;
        _submitRecord(tokens, coin, lifetime, isNext ? records[tokens % records.length].id : bytes32(0));
        ++done["submit"];
    }

    /// @dev Approves a pending decision. One whose predecessor is not executed cannot be, and stays as it is.
    function approve(uint256 choice) external {
        Record storage chosen = records[_choose(choice, DecisionState.Pending)];
        bool mustWait = chosen.predecessor != 0 && decisions.stateOf(chosen.predecessor) != DecisionState.Executed;
        if (mustWait) return _tryTooEarly(chosen.id);
        _tryToApprove(chosen);
        ++done["approve"];
    }

    /// @dev Approves decisions of the largest amount until the window has no room for the next.
    function approveBeyondTheCap(uint256 choice) external {
        uint256 index = records.length;
        do {
            index = _submitRecord(999, choice, 1, 0);
        } while (_tryToApprove(records[index]));
        ++done["approveBeyondTheCap"];
    }

    /// @dev Tries to approve a decision whose predecessor is still pending: it must never succeed.
    function approveTooEarly(uint256 choice) external {
        uint256 first = _choose(choice, DecisionState.Pending);
        _tryTooEarly(records[_submitRecord(choice, choice >> 32, 1, records[first].id)].id);
        ++done["approveTooEarly"];
    }

    function reject(uint256 choice) external {
        _resolveBy(records[_choose(choice, DecisionState.Pending)].id, false);
        ++done["reject"];
    }

    function cancel(uint256 choice) external {
        decisions.cancel(records[_choose(choice, DecisionState.Pending)].id);
        ++done["cancel"];
    }

    function veto(uint256 choice) external {
        Record storage chosen = records[_choose(choice, DecisionState.Approved)];
        vm.prank(GUARDIAN);
        decisions.veto(chosen.id);
        chosen.isVetoed = true;
        ++done["veto"];
    }

    /// @dev Executes a ready decision. A pause may stand in the way, and then nothing must have changed; a cap never does.
    function execute(uint256 choice) external {
        uint256 index = _choose(choice, DecisionState.Ready);
        Record storage chosen = records[index];
        Action memory action = _actionOf(index, chosen.tokensOut, chosen.coinOut);
        bytes memory signature = _authorization(chosen.id);
        uint256 tokens = token.balanceOf(address(vault));
        uint256 coin = address(vault).balance;
        try vault.execute(chosen.id, action, signature) {
            vm.assertTrue(!_isPaused(), "executed in a pause");
            chosen.executedAt = _now();
            tokens -= chosen.tokensOut;
            coin -= chosen.coinOut;
            ++done["execute"];
        } catch {
            vm.assertTrue(_isPaused(), "nothing but a pause stops what was approved");
        }
        vm.assertEq(token.balanceOf(address(vault)), tokens, "tokens move by execution only");
        vm.assertEq(address(vault).balance, coin, "coin moves by execution only");
    }

    /// @dev Tries to execute a decision that is not ready, or was executed: it must never succeed.
    function executeWrongly(uint256 choice) external {
        if (records.length == 0) _submitRecord(choice, 0, choice, 0);
        uint256 index = choice % records.length;
        Record storage chosen = records[index];
        if (decisions.stateOf(chosen.id) == DecisionState.Ready) return;
        Action memory action = _actionOf(index, chosen.tokensOut, chosen.coinOut);
        bytes memory signature = _authorization(chosen.id);
        try vault.execute(chosen.id, action, signature) {
            vm.assertTrue(false, "executed although not ready");
        } catch {
            ++done["executeWrongly"];
        }
    }

    /// @dev Pauses executions for some hours; ends a pause early; or tries to pause too soon after the last one.
    function pause(uint256 length) external {
        bytes memory call = abi.encodeCall(decisions.pause, (agentId, _now() + uint64(_between(length, 1, 4 hours))));
        uint64 last = decisions.agentOf(agentId).pausedUntil;
        if (_isPaused()) call = abi.encodeCall(decisions.unpause, (agentId));
        vm.prank(GUARDIAN);
        bytes4 reason = _selectorOfRevert(address(decisions), call);
        bool isTooSoon = last != 0 && last <= block.timestamp && block.timestamp < last + 30 days;
        vm.assertEq(reason, isTooSoon ? IDecisionRegistry.DecisionPausesUsedUp.selector : bytes4(0), "pause");
        ++done["pause"];
    }

    /// @dev From wherever this is: once a pause is over, and the windows of the caps and the deadlines of what was approved
    /// have passed, another decision gets funds out. Afterwards all is as before.
    function withdraw(uint256 amount) external {
        uint256 before = vm.snapshotState();
        vm.warp(block.timestamp + (_isPaused() ? 14 days : LONGEST));
        uint256 index = _submitRecord(amount, amount >> 128, 1, 0);
        Record memory mine = records[index];
        _resolveBy(mine.id, true);
        vm.warp(block.timestamp + VETO_WINDOW);
        Action memory action = _actionOf(index, mine.tokensOut, mine.coinOut);
        uint256 received = token.balanceOf(RECIPIENT);
        vault.execute(mine.id, action, _authorization(mine.id));
        vm.assertEq(token.balanceOf(RECIPIENT), received + mine.tokensOut, "withdrawn");
        vm.revertToState(before);
        ++done["withdraw"];
    }

    function passTime(uint256 time) external {
        vm.warp(block.timestamp + _between(time, 1, 2 hours));
        ++done["passTime"];
    }

    /// @dev One time in eight, hands the committee to other members; they keep the group key.
    function reshare(uint256 choice) external {
        if (choice % 8 == 0) {
            uint256 next = 0x1000 * (1 + epochs);
            uint64 epoch = _proposeEpoch(committeeId, next, _firstMember);
            _completeEpoch(committeeId, epoch, next, GROUP);
            _firstMember = next;
            ++epochs;
        }
        ++done["reshare"];
    }

    /// @dev Gives the vault coin and tokens that nobody asked for.
    function donate(uint256 amount) external {
        vm.deal(address(vault), address(vault).balance + _between(amount, 1, 1 ether));
        token.mint(address(vault), _between(amount, 1, 1_000));
        ++done["donate"];
    }

    // ---- what the invariants read ----

    /// @dev Compares each decision's state with the one seen before: final states stay, others only move on.
    function observe() external {
        for (uint256 i = 0; i < records.length; ++i) {
            DecisionState state = decisions.stateOf(records[i].id);
            if (uint256(records[i].lastState) > uint256(DecisionState.Ready)) {
                vm.assertEq(uint256(state), uint256(records[i].lastState), "final states are final");
            } else {
                vm.assertTrue(_mayFollow(records[i].lastState, state), "states move forward");
            }
            records[i].lastState = state;
        }
    }

    /// @dev What approved decisions that may still be executed would spend, by the states that the registry tells.
    function reserved() public view returns (uint256 tokens, uint256 coin, uint256 number) {
        for (uint256 i = 0; i < records.length; ++i) {
            DecisionState state = decisions.stateOf(records[i].id);
            if (state != DecisionState.Approved && state != DecisionState.Ready) continue;
            tokens += records[i].tokensOut;
            coin += records[i].coinOut;
            ++number;
        }
    }

    /// @dev The same as the registry reserves it.
    function reservedOnChain() external view returns (uint256 tokens, uint256 coin, uint256 number) {
        bytes32 policyHash = vault.policyHash();
        Budget[] memory budgets = new Budget[](2);
        (budgets[0], budgets[1]) = (toBudget(0, 0), toBudget(1, 0));
        budgets = decisions.reservedOf(agentId, policyHash, budgets);
        (tokens, coin) = (budgets[0].amountOf(), budgets[1].amountOf());
        number = decisions.reservationsOf(agentId, policyHash).length;
    }

    function count() external view returns (uint256) {
        return records.length;
    }

    function recordAt(uint256 index) external view returns (Record memory) {
        return records[index];
    }

    function stateOf(uint256 index) external view returns (DecisionState) {
        return decisions.stateOf(records[index].id);
    }

    function isExecuted(bytes32 id) external view returns (bool) {
        return decisions.stateOf(id) == DecisionState.Executed;
    }

    function executedAtOf(uint256 index) external view returns (uint64) {
        return decisions.decisionOf(records[index].id).executedAt;
    }

    function sequence() external view returns (uint64) {
        return decisions.agentOf(agentId).sequence;
    }

    function activeEpoch() external view returns (uint64) {
        return committees.activeEpoch(committeeId);
    }

    function spentInWindow(address asset) external view returns (uint256) {
        return vault.spentInWindow(asset);
    }

    function tokenAddress() external view returns (address) {
        return address(token);
    }

    function rules() external view returns (AssetRule[] memory) {
        return _policy().assets;
    }

    // ---- preparing ----

    function _submitRecord(
        uint256 tokens,
        uint256 coin,
        uint256 lifetime,
        bytes32 predecessor
    ) private returns (uint256) {
        uint256 tokensOut = _between(tokens, 1, 1_000);
        uint256 coinOut = _between(coin, 1, 1 ether);
        uint64 deadline = _now() + VETO_WINDOW + uint64(_between(lifetime, 1, 12 hours));
        bytes32 salt = bytes32(records.length);
        // One in four is bound to the agent's sequence and becomes stale by what happens to the others.
        uint64 expected = lifetime % 4 == 0 ? decisions.agentOf(agentId).sequence : type(uint64).max;
        Binding memory binding = Binding(expected, 0, predecessor);
        bytes32 id = decisions.submit(agentId, _actionOf(records.length, tokensOut, coinOut), deadline, binding, salt);
        records.push(Record(id, predecessor, false, false, deadline, 0, tokensOut, coinOut, DecisionState.Pending));
        return records.length - 1;
    }

    function _tryTooEarly(bytes32 id) private {
        bytes memory call = abi.encodeCall(
            decisions.resolve,
            (id, true, RESULT_HASH, _signatures(_firstMember, QUORUM, _attestationDigest(id, true)))
        );
        vm.assertEq(
            _selectorOfRevert(address(decisions), call),
            IDecisionRegistry.DecisionPredecessorNotExecuted.selector,
            "approved before its predecessor was executed"
        );
    }

    /// @dev The index makes each payload another one, so that a rejected one does not have to cool down.
    function _actionOf(uint256 index, uint256 tokensOut, uint256 coinOut) private view returns (Action memory action) {
        Call[] memory calls = new Call[](2);
        calls[0] = Call(address(token), 0, abi.encodeCall(token.transfer, (RECIPIENT, tokensOut)));
        calls[1] = Call(RECIPIENT, coinOut, "");
        action = _action(calls);
        action.gasFloor = index;
    }

    /// @dev A decision in the wanted state: one that is there, or a new one brought there.
    function _choose(uint256 choice, DecisionState wanted) private returns (uint256 index) {
        uint256 length = records.length;
        for (uint256 i = 0; i < length; ++i) {
            index = addmod(choice, i, length);
            if (decisions.stateOf(records[index].id) == wanted) return index;
        }
        index = _submitRecord(choice, choice >> 32, (choice >> 64) | 1, 0);
        if (wanted == DecisionState.Pending) return index;
        if (!_tryToApprove(records[index])) {
            // What is approved and what was spent leave no room: their time passes, then there is.
            vm.warp(block.timestamp + LONGEST);
            index = _submitRecord(choice, choice >> 32, (choice >> 64) | 1, 0);
            vm.assertTrue(_tryToApprove(records[index]), "there is room again");
        }
        if (wanted == DecisionState.Ready) vm.warp(block.timestamp + VETO_WINDOW);
    }

    /// @dev An approval goes through exactly when what was spent, what is reserved and what it asks for fit together.
    function _tryToApprove(Record storage record) private returns (bool isApproved) {
        (uint256 tokens, uint256 coin, uint256 count) = reserved();
        AssetRule[] memory caps = _policy().assets;
        bool fits =
            vault.spentInWindow(address(token)) + tokens + record.tokensOut <= caps[0].maxPerWindow &&
                vault.spentInWindow(address(0)) + coin + record.coinOut <= caps[1].maxPerWindow;
        bytes4 expected = fits && count < 16 ? bytes4(0) : IAgentVault.VaultBudgetNotFree.selector;
        if (fits && count == 16) expected = IDecisionRegistry.DecisionReservationsFull.selector;
        SignedBy[] memory attestations = _signatures(_firstMember, QUORUM, _attestationDigest(record.id, true));
        bytes memory call = abi.encodeCall(decisions.resolve, (record.id, true, RESULT_HASH, attestations));
        vm.assertEq(_selectorOfRevert(address(decisions), call), expected, "approved if there is room");
        isApproved = expected == 0;
        record.isApproved = isApproved;
    }

    function _isPaused() private view returns (bool) {
        return block.timestamp < decisions.agentOf(agentId).pausedUntil;
    }

    function _resolveBy(bytes32 id, bool reply) private {
        decisions.resolve(id, reply, RESULT_HASH, _signatures(_firstMember, QUORUM, _attestationDigest(id, reply)));
    }

    function _mayFollow(DecisionState before, DecisionState present) private pure returns (bool) {
        if (before == DecisionState.Pending) return true;
        if (before == DecisionState.Approved) {
            return present != DecisionState.Pending && present != DecisionState.Cancelled;
        }
        return
            present == DecisionState.Ready ||
            present == DecisionState.Executed ||
            present == DecisionState.Expired ||
            present == DecisionState.Stale;
    }

    /// @dev Wider windows than the deadlines, so that the caps really come into play.
    function _policy() internal view override returns (Policy memory policy) {
        policy = super._policy();
        policy.assets[0].maxPerWindow = 3_000;
        policy.assets[1].maxPerWindow = 3 ether;
        policy.assets[0].windowSeconds = 6 hours;
        policy.assets[1].windowSeconds = 6 hours;
    }
}
