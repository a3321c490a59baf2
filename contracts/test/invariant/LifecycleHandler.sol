// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentVault} from "../../src/interfaces/IAgentVault.sol";
import {ICommitteeRegistry} from "../../src/interfaces/ICommitteeRegistry.sol";
import {IDecisionRegistry} from "../../src/interfaces/IDecisionRegistry.sol";
import {Ids} from "../../src/libraries/Ids.sol";
import {TypedData} from "../../src/libraries/TypedData.sol";
import {Action, Bound, Call} from "../../src/types/Action.sol";
import {Member, SignedBy} from "../../src/types/Committee.sol";
import {Binding, Budget, DecisionState, DecisionView, toBudget} from "../../src/types/Decision.sol";
import {Policy} from "../../src/types/Policy.sol";
import {Feeding} from "../utils/Feeding.sol";
import {assetRule, callRule} from "../utils/Policies.sol";
import {World} from "../utils/World.sol";

/// @notice What anyone can do to one agent. Every action finds something to do, or prepares it, and asserts what must come
/// of it: an action that returns has succeeded, so that the runner's counts of calls are counts of successes. Each keeps
/// its own record of what happened, against which the contracts are compared.
contract LifecycleHandler is World {
    /// @param epoch Epoch at submission, with its members, group key and quorum beside it.
    /// @param policies How many policies the vault had had at submission, the present one included.
    /// @param factsHash Hash of all that the registry stored when the handler last changed something of this decision.
    struct Record {
        bytes32 id;
        bytes32 predecessor;
        uint64 epoch;
        uint16 quorum;
        uint256 firstMember;
        uint256 group;
        bool isApproved;
        bool isVetoed;
        bool isShortOfBounds;
        uint64 deadline;
        uint64 executedAt;
        uint64 epochAtExecution;
        uint256 policies;
        uint256 policiesAtExecution;
        uint256 tokensOut;
        uint256 coinOut;
        DecisionState lastState;
        bytes32 factsHash;
    }

    uint256 private constant PER_TRANSACTION = 1_000;
    uint256 private constant PER_WINDOW = 3_000;
    uint256 private constant COIN_PER_TRANSACTION = 1 ether;
    uint256 private constant COIN_PER_WINDOW = 3 ether;
    uint64 private constant WINDOW = 6 hours;
    uint64 private constant PAUSE_GAP = 30 days;
    // Longer than any decision of this handler lives, and than the windows of the caps.
    uint64 private constant LONGEST = 1 days;
    uint64 private constant CHANGE_DELAY = 1 days;
    uint256 private constant MAX_RESERVATIONS = 16;
    // Lifetimes that make a record bound to nothing, and one whose bounds are too tight.
    uint256 private constant UNBOUND = 0x101;
    uint256 private constant SHORT_OF_BOUNDS = 0x1;

    Record[] private _records;
    // Which records were not in a final state when last seen.
    uint256[] private _open;
    // Which records were executed, in this order.
    uint256[] private _executions;
    uint256 public results;
    uint256 public tokenStock;
    uint256 public coinStock;
    uint64 public epochs = 1;
    uint256 private _policies = 1;
    uint256 private _submissions;
    uint256 private _firstMember = FIRST_MEMBER;
    uint256 private _group = GROUP;
    uint16 private _quorum = QUORUM;

    /// @dev After each action: no state went backwards, and which ones are final now.
    modifier watched() {
        _;
        for (uint256 i = _open.length; i > 0; --i) {
            Record storage record = _records[_open[i - 1]];
            DecisionState present = decisions.stateOf(record.id);
            vm.assertTrue(_mayFollow(record.lastState, present), "states move forward only");
            record.lastState = present;
            if (_isOpen(present)) continue;
            _open[i - 1] = _open[_open.length - 1];
            _open.pop();
        }
    }

    function start() external {
        super.setUp();
        tokenStock = token.balanceOf(address(vault));
        coinStock = address(vault).balance;
    }

    /// @dev The real set-up happens once, through {start}, on behalf of the test contract.
    function setUp() public override {}

    // ---- actions ----

    function submit(uint256 tokens, uint256 coin, uint256 lifetime) external watched {
        // One in four must follow one that was submitted before.
        bool isNext = lifetime % 4 == 2 && _records.length != 0;
        _submitRecord(
            _between(tokens, 1, PER_TRANSACTION),
            _between(coin, 1, COIN_PER_TRANSACTION),
            lifetime,
            isNext ? _records[tokens % _records.length].id : bytes32(0)
        );
    }

    function approve(uint256 choice) external watched {
        uint256 index = _chooseApprovable(choice);
        if (_tryToApprove(index)) return;
        // What was spent and what is approved leave no room: their time passes, then there is.
        vm.warp(block.timestamp + LONGEST);
        vm.assertTrue(_tryToApprove(_submitFree(choice)), "there is room again");
    }

    /// @dev Approves decisions of the largest amount until the window has no room for the next.
    function approveBeyond(uint256 choice) external watched {
        uint256 index;
        do {
            index = _submitRecord(PER_TRANSACTION, 1, choice | 1, 0);
        } while (_tryToApprove(index));
    }

    /// @dev A decision whose predecessor is not executed cannot be approved, and stays as it is.
    function approveTooEarly(uint256 choice) external watched {
        bytes32 first = _records[_choose(choice, DecisionState.Pending)].id;
        uint256 index = _submitRecord(1, 1, choice | 1, first);
        bytes memory data = _resolutionOf(index, true, _quorum, _firstMember);
        _assertRefused(address(decisions), data, IDecisionRegistry.DecisionPredecessorNotExecuted.selector);
    }

    function reject(uint256 choice) external watched {
        uint256 index = _choose(choice, DecisionState.Pending);
        _resolveBy(index, false);
        _note(index);
    }

    /// @dev A decision that is not pending, too few members, members of another epoch.
    function resolveWrongly(uint256 choice, bool reply) external watched {
        uint256 index = _chooseOther(choice, DecisionState.Pending);
        bytes memory data = _resolutionOf(index, reply, _records[index].quorum, _records[index].firstMember);
        _assertRefused(address(decisions), data, IDecisionRegistry.DecisionUnexpectedState.selector);
        index = _choose(choice, DecisionState.Pending);
        data = _resolutionOf(index, reply, _records[index].quorum - 1, _records[index].firstMember);
        _assertRefused(address(decisions), data, ICommitteeRegistry.CommitteeQuorumNotReached.selector);
        data = _resolutionOf(index, reply, _records[index].quorum, _firstMemberOf(epochs + 1));
        _assertRefused(address(decisions), data, ICommitteeRegistry.CommitteeSignerMismatch.selector);
    }

    function cancel(uint256 choice) external watched {
        uint256 index = _choose(choice, DecisionState.Pending);
        decisions.cancel(_records[index].id);
        _note(index);
    }

    function veto(uint256 choice) external watched {
        uint256 index = _choose(choice, DecisionState.Approved);
        vm.prank(GUARDIAN);
        decisions.veto(_records[index].id);
        _records[index].isVetoed = true;
        _note(index);
    }

    /// @dev Cancelling, vetoing and marking, too late or by somebody else.
    function closeWrongly(uint256 choice) external watched {
        bytes32 resolved = _records[_chooseOther(choice, DecisionState.Pending)].id;
        bytes4 unexpected = IDecisionRegistry.DecisionUnexpectedState.selector;
        _assertRefused(address(decisions), abi.encodeCall(decisions.cancel, (resolved)), unexpected);
        bytes memory data = abi.encodeCall(decisions.veto, (_records[_chooseOther(choice, DecisionState.Approved)].id));
        vm.prank(GUARDIAN);
        _assertRefused(address(decisions), data, unexpected);
        data = abi.encodeCall(decisions.markExecuted, (_records[_choose(choice, DecisionState.Ready)].id));
        _assertRefused(address(decisions), data, IDecisionRegistry.DecisionNotVault.selector);
    }

    /// @dev What is ready and keeps its bounds executes, whatever became of all others: its budget is reserved.
    function execute(uint256 choice) external watched {
        _executeRecord(_chooseExecutable(choice));
    }

    /// @dev What is ready but exceeds the cap per execution or its own bounds is refused.
    function executeBeyond(uint256 choice) external watched {
        uint256 index = _chooseBeyond(choice);
        bool isTooMuch = _records[index].tokensOut > PER_TRANSACTION;
        bytes4 tooMuch = IAgentVault.VaultTransactionCapExceeded.selector;
        _assertRefused(
            address(vault),
            _executionOf(index),
            isTooMuch ? tooMuch : IAgentVault.VaultBoundExceeded.selector
        );
    }

    /// @dev What is not ready is refused: not yet approved, too early, too late, executed before, of a retired epoch.
    function executeWrongly(uint256 choice) external watched {
        uint256 index = _chooseOther(choice, DecisionState.Ready);
        _assertRefused(address(vault), _executionOf(index), IAgentVault.VaultDecisionNotReady.selector);
    }

    /// @dev The guardian pauses: what would execute is refused.
    function pause(uint256 choice) external watched {
        _waitUntilPausesAreAllowed();
        uint256 index = _choose(choice, DecisionState.Ready);
        _pause(choice);
        _assertRefused(address(vault), _executionOf(index), IDecisionRegistry.DecisionAgentPaused.selector);
    }

    /// @dev After a pause, which may be ended early, the guardian cannot pause again at once.
    function pauseTooSoon(uint256 choice) external watched {
        uint64 last = decisions.agentOf(agentId).pausedUntil;
        if (last == 0 || block.timestamp >= last + PAUSE_GAP) _pause(choice);
        bytes memory data = abi.encodeCall(decisions.pause, (agentId, _now() + 1));
        vm.prank(GUARDIAN);
        _assertRefused(address(decisions), data, IDecisionRegistry.DecisionPausesUsedUp.selector);
        if (!_isPaused()) return;
        vm.prank(GUARDIAN);
        decisions.unpause(agentId);
    }

    /// @dev From wherever this is: a withdrawal is asked for again and again; a guardian who means harm vetoes it as long as
    /// it can, and then pauses. It leaves after less than 56 days, the first of which is for what was approved before.
    /// Afterwards all is as before.
    function withdraw(uint256 amount) external watched {
        uint256 before = vm.snapshotState();
        Action memory withdrawal = _transfer(_between(amount, 1, PER_TRANSACTION));
        // Like no other payload.
        withdrawal.gasFloor = 999_999;
        uint256 first = block.timestamp;
        vm.warp(first + LONGEST);
        bytes32 id = _submitWithdrawal(withdrawal);
        while (_tryAsGuardian(abi.encodeCall(decisions.veto, (id)))) {
            vm.warp(block.timestamp + 10 days);
            id = _submitWithdrawal(withdrawal);
        }
        vm.warp(block.timestamp + VETO_WINDOW);
        _tryAsGuardian(abi.encodeCall(decisions.pause, (agentId, _now() + 14 days)));
        _waitForPause();
        vm.assertLe(block.timestamp, first + 56 days, "the guardian's delay is bounded");
        vault.execute(id, withdrawal, _sign(_group, _authorizationDigest(id)));
        vm.revertToState(before);
    }

    function passTime(uint256 time) external watched {
        vm.warp(block.timestamp + _between(time, 1, 2 hours));
    }

    /// @dev Hands the committee to other members, with the same group key or another, and another quorum.
    function reshare(uint256 choice) external watched {
        uint256 next = _firstMemberOf(epochs + 1);
        if (choice % 2 == 0) _group = GROUP + epochs;
        uint16 quorum = uint16(_between(choice >> 1, QUORUM, MEMBERS));
        uint64 epoch = _propose(next, quorum);
        _completeEpoch(committeeId, epoch, next, _group);
        (_firstMember, _quorum) = (next, quorum);
        ++epochs;
    }

    /// @dev A decision has the vault schedule its next policy, in place of one that may be waiting.
    function schedulePolicy() external watched {
        _schedulePolicy();
    }

    /// @dev The scheduled policy takes effect, not a second too early. What was approved under the last one, in time for it,
    /// is refused from then on and reserves nothing; what was spent stays spent.
    function applyPolicy(uint256 choice) external watched {
        (address pointer, uint64 effectiveAt) = vault.scheduledPolicy();
        if (pointer == address(0)) effectiveAt = _schedulePolicy();
        // Time for one decision that executes before and one that comes too late.
        uint64 inTime = effectiveAt - 2 * VETO_WINDOW - 1 minutes;
        if (block.timestamp < inTime) vm.warp(inTime);
        _waitForPause();
        _executeRecord(_submitReadyRecord(_between(choice, 1, PER_TRANSACTION), 1, UNBOUND));
        uint256 last = _submitReadyRecord(_between(choice, 1, PER_TRANSACTION), 1, UNBOUND);
        if (block.timestamp < effectiveAt) {
            bytes memory data = abi.encodeCall(vault.applyPolicy, ());
            _assertRefused(address(vault), data, IAgentVault.VaultPolicyTooEarly.selector);
            vm.warp(effectiveAt);
        }
        vault.applyPolicy();
        ++_policies;
        _assertRefused(address(vault), _executionOf(last), IAgentVault.VaultPolicyChanged.selector);
    }

    /// @dev Gives the vault coin and tokens that nobody asked for.
    function feed(uint256 amount) external watched {
        uint256 coin = _between(amount, 1, 1 ether);
        vm.deal(address(this), coin);
        Feeding.force(address(vault), coin);
        token.mint(address(vault), coin % 1_000);
        coinStock += coin;
        tokenStock += coin % 1_000;
    }

    // ---- what the invariants read ----

    function count() external view returns (uint256) {
        return _records.length;
    }

    function executed() external view returns (uint256) {
        return _executions.length;
    }

    function open() external view returns (uint256[] memory) {
        return _open;
    }

    function isExecuted(bytes32 id) external view returns (bool) {
        return decisions.stateOf(id) == DecisionState.Executed;
    }

    function recordAt(uint256 index) external view returns (Record memory) {
        return _records[index];
    }

    function decisionAt(uint256 index) external view returns (DecisionView memory) {
        return decisions.decisionOf(_records[index].id);
    }

    function factsHashAt(uint256 index) external view returns (bytes32) {
        return _factsHash(_records[index].id);
    }

    function sequence() external view returns (uint64) {
        return decisions.agentOf(agentId).sequence;
    }

    function activeEpoch() external view returns (uint64) {
        return committees.activeEpoch(committeeId);
    }

    function tokenBalance() external view returns (uint256) {
        return token.balanceOf(address(vault));
    }

    /// @dev What the vault counts in its windows, and what the records say.
    function spent() external view returns (uint256 tokens, uint256 coin, uint256 tokensSeen, uint256 coinSeen) {
        (tokensSeen, coinSeen) = _spentSeen();
        return (vault.spentInWindow(address(token)), vault.spentInWindow(address(0)), tokensSeen, coinSeen);
    }

    /// @dev What approved decisions that may still be executed would spend, by the states that the registry tells.
    function reserved() public view returns (uint256 tokens, uint256 coin, uint256 number) {
        for (uint256 i = 0; i < _open.length; ++i) {
            Record storage record = _records[_open[i]];
            DecisionState state = decisions.stateOf(record.id);
            if (state != DecisionState.Approved && state != DecisionState.Ready) continue;
            // What can never execute reserves nothing.
            if (record.tokensOut > PER_TRANSACTION || !_isOfThisPolicy(record)) continue;
            tokens += record.tokensOut;
            coin += record.coinOut;
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

    function caps() external pure returns (uint256 tokens, uint256 coin) {
        return (PER_WINDOW, COIN_PER_WINDOW);
    }

    function vaultBalance() external view returns (uint256) {
        return address(vault).balance;
    }

    // ---- preparing ----

    function _submitRecord(
        uint256 tokens,
        uint256 coin,
        uint256 lifetime,
        bytes32 predecessor
    ) private returns (uint256 index) {
        index = _records.length;
        Record storage added = _records.push();
        added.predecessor = predecessor;
        (added.tokensOut, added.coinOut) = (tokens, coin);
        added.isShortOfBounds = (lifetime >> 8) % 8 == 0;
        (added.epoch, added.quorum, added.firstMember, added.group) = (epochs, _quorum, _firstMember, _group);
        added.policies = _policies;
        added.deadline = _now() + VETO_WINDOW + uint64(_between(lifetime, 1, 12 hours));
        // One in four is bound to the agent's sequence and becomes stale by what happens to the others.
        uint64 expected = lifetime % 4 == 0 ? decisions.agentOf(agentId).sequence : type(uint64).max;
        _open.push(index);
        Binding memory binding = Binding(expected, 0, predecessor);
        added.id = decisions.submit(agentId, _actionOf(index), added.deadline, binding, bytes32(index));
        _note(index);
    }

    /// @dev The index makes each payload another one, so that a rejected one does not have to cool down.
    function _actionOf(uint256 index) private view returns (Action memory action) {
        Record storage record = _records[index];
        Call[] memory calls = new Call[](2);
        calls[0] = Call(address(token), 0, abi.encodeCall(token.transfer, (RECIPIENT, record.tokensOut)));
        calls[1] = Call(RECIPIENT, record.coinOut, "");
        action = _action(calls);
        action.gasFloor = index;
        action.bounds = new Bound[](2);
        action.bounds[0] = Bound(address(token), record.tokensOut, 0);
        action.bounds[1] = Bound(address(0), record.coinOut - (record.isShortOfBounds ? 1 : 0), 0);
    }

    function _executionOf(uint256 index) private view returns (bytes memory) {
        Record storage record = _records[index];
        bytes memory signature = _sign(record.group, _authorizationDigest(record.id));
        return abi.encodeCall(vault.execute, (record.id, _actionOf(index), signature));
    }

    /// @dev A decision in the wanted state, an open one: one that is there, or a new one brought there.
    function _choose(uint256 choice, DecisionState wanted) private returns (uint256 index) {
        for (uint256 i = 0; i < _open.length; ++i) {
            index = _open[addmod(choice, i, _open.length)];
            if (decisions.stateOf(_records[index].id) == wanted) return index;
        }
        index = _submitFree(choice);
        if (wanted == DecisionState.Pending) return index;
        if (!_tryToApprove(index)) {
            vm.warp(block.timestamp + LONGEST);
            index = _submitFree(choice);
            vm.assertTrue(_tryToApprove(index), "there is room again");
        }
        if (wanted == DecisionState.Ready) vm.warp(block.timestamp + VETO_WINDOW);
    }

    /// @dev A pending decision that waits for no other.
    function _chooseApprovable(uint256 choice) private returns (uint256 index) {
        for (uint256 i = 0; i < _open.length; ++i) {
            index = _open[addmod(choice, i, _open.length)];
            Record storage record = _records[index];
            if (decisions.stateOf(record.id) != DecisionState.Pending) continue;
            if (record.predecessor == 0 || decisions.stateOf(record.predecessor) == DecisionState.Executed)
                return index;
        }
        return _submitFree(choice);
    }

    /// @dev A new decision, bound to nothing.
    function _submitFree(uint256 choice) private returns (uint256 index) {
        uint256 tokens = _between(choice, 1, PER_TRANSACTION);
        return _submitRecord(tokens, _between(choice >> 32, 1, COIN_PER_TRANSACTION), (choice >> 64) | 1, 0);
    }

    /// @dev A decision in any other state; a new one, made pending or approved, when there is none.
    function _chooseOther(uint256 choice, DecisionState unwanted) private returns (uint256 index) {
        for (uint256 i = 0; i < _records.length; ++i) {
            index = addmod(choice, i, _records.length);
            if (decisions.stateOf(_records[index].id) != unwanted) return index;
        }
        return _choose(choice, unwanted == DecisionState.Pending ? DecisionState.Approved : DecisionState.Pending);
    }

    /// @dev A ready decision that must execute.
    function _chooseExecutable(uint256 choice) private returns (uint256 index) {
        _waitForPause();
        for (uint256 i = 0; i < _open.length; ++i) {
            index = _open[addmod(choice, i, _open.length)];
            Record storage record = _records[index];
            if (decisions.stateOf(record.id) != DecisionState.Ready || !_isOfThisPolicy(record)) continue;
            if (record.tokensOut <= PER_TRANSACTION && !record.isShortOfBounds) return index;
        }
        uint256 tokens = _between(choice, 1, PER_TRANSACTION);
        return _submitReadyRecord(tokens, _between(choice >> 32, 1, COIN_PER_TRANSACTION), UNBOUND);
    }

    /// @dev A ready decision that must not execute.
    function _chooseBeyond(uint256 choice) private returns (uint256 index) {
        _waitForPause();
        for (uint256 i = 0; i < _open.length; ++i) {
            index = _open[addmod(choice, i, _open.length)];
            Record storage record = _records[index];
            if (decisions.stateOf(record.id) != DecisionState.Ready || !_isOfThisPolicy(record)) continue;
            if (record.tokensOut > PER_TRANSACTION || record.isShortOfBounds) return index;
        }
        if (choice % 2 == 0) return _submitReadyRecord(PER_TRANSACTION + 1, 1, UNBOUND);
        return _submitReadyRecord(1, _between(choice, 1, COIN_PER_TRANSACTION), SHORT_OF_BOUNDS);
    }

    function _submitReadyRecord(uint256 tokens, uint256 coin, uint256 lifetime) private returns (uint256 index) {
        index = _submitRecord(tokens, coin, lifetime, 0);
        if (!_tryToApprove(index)) {
            vm.warp(block.timestamp + LONGEST);
            index = _submitRecord(tokens, coin, lifetime, 0);
            vm.assertTrue(_tryToApprove(index), "there is room again");
        }
        vm.warp(block.timestamp + VETO_WINDOW);
    }

    function _executeRecord(uint256 index) private {
        Record storage chosen = _records[index];
        vault.execute(chosen.id, _actionOf(index), _sign(chosen.group, _authorizationDigest(chosen.id)));
        chosen.executedAt = _now();
        chosen.epochAtExecution = committees.activeEpoch(committeeId);
        chosen.policiesAtExecution = _policies;
        tokenStock -= chosen.tokensOut;
        coinStock -= chosen.coinOut;
        _executions.push(index);
        _note(index);
    }

    /// @dev An approval goes through exactly when what was spent, what is reserved and what it asks for fit together.
    function _tryToApprove(uint256 index) private returns (bool isApproved) {
        Record storage record = _records[index];
        bytes4 expected = _refusalOf(record);
        bytes memory data = _resolutionOf(index, true, record.quorum, record.firstMember);
        vm.assertEq(_selectorOfRevert(address(decisions), data), expected, "approved if there is room");
        if (expected != 0) return false;
        record.isApproved = true;
        ++results;
        _note(index);
        return true;
    }

    function _refusalOf(Record storage record) private view returns (bytes4) {
        if (record.tokensOut > PER_TRANSACTION) return 0;
        if (!_isOfThisPolicy(record)) return IAgentVault.VaultPolicyChanged.selector;
        (uint256 tokens, uint256 coin, uint256 number) = reserved();
        (uint256 tokensSpent, uint256 coinSpent) = _spentSeen();
        bool fits =
            tokensSpent + tokens + record.tokensOut <= PER_WINDOW &&
                coinSpent + coin + record.coinOut <= COIN_PER_WINDOW;
        if (!fits) return IAgentVault.VaultBudgetNotFree.selector;
        return number < MAX_RESERVATIONS ? bytes4(0) : IDecisionRegistry.DecisionReservationsFull.selector;
    }

    function _resolveBy(uint256 index, bool reply) private {
        Record storage record = _records[index];
        bytes32 digest = _attestationDigest(record.id, reply);
        decisions.resolve(record.id, reply, RESULT_HASH, _signatures(record.firstMember, record.quorum, digest));
        ++results;
    }

    function _resolutionOf(
        uint256 index,
        bool reply,
        uint256 signers,
        uint256 firstKey
    ) private view returns (bytes memory) {
        bytes32 id = _records[index].id;
        bytes32 digest = _attestationDigest(id, reply);
        return abi.encodeCall(decisions.resolve, (id, reply, RESULT_HASH, _signatures(firstKey, signers, digest)));
    }

    /// @return effectiveAt When the next policy may be applied.
    function _schedulePolicy() private returns (uint64 effectiveAt) {
        bytes memory encoded = abi.encode(_policyOf(_policies + 1));
        Action memory action = _action(address(vault), 0, abi.encodeCall(vault.schedulePolicy, (encoded)));
        _waitForPause();
        bytes32 id = _submitWithoutRecord(action, VETO_WINDOW + 1);
        vm.warp(block.timestamp + VETO_WINDOW);
        vault.execute(id, action, _sign(_group, _authorizationDigest(id)));
        address pointer;
        (pointer, effectiveAt) = vault.scheduledPolicy();
        vm.assertEq(effectiveAt, block.timestamp + CHANGE_DELAY, "after the delay");
        vm.assertEq(pointer.code, bytes.concat(hex"00", encoded), "the next policy");
    }

    function _submitWithdrawal(Action memory action) private returns (bytes32 id) {
        return _submitWithoutRecord(action, 20 days);
    }

    /// @dev A decision that is approved at once.
    function _submitWithoutRecord(Action memory action, uint64 lifetime) private returns (bytes32 id) {
        bytes32 salt = keccak256(abi.encode("without record", ++_submissions));
        id = decisions.submit(agentId, action, _now() + lifetime, _anytime(), salt);
        ++results;
        SignedBy[] memory attestations = _signatures(_firstMember, _quorum, _attestationDigest(id, true));
        decisions.resolve(id, true, RESULT_HASH, attestations);
    }

    function _tryAsGuardian(bytes memory data) private returns (bool success) {
        vm.prank(GUARDIAN);
        (success, ) = address(decisions).call(data);
    }

    function _waitUntilPausesAreAllowed() private {
        uint64 last = decisions.agentOf(agentId).pausedUntil;
        if (last != 0 && block.timestamp < last + PAUSE_GAP) vm.warp(last + PAUSE_GAP);
    }

    /// @dev A pause of some hours.
    function _pause(uint256 length) private {
        vm.prank(GUARDIAN);
        decisions.pause(agentId, _now() + uint64(_between(length, 1, 4 hours)));
    }

    function _waitForPause() private {
        if (_isPaused()) vm.warp(decisions.agentOf(agentId).pausedUntil);
    }

    function _isPaused() private view returns (bool) {
        return block.timestamp < decisions.agentOf(agentId).pausedUntil;
    }

    function _propose(uint256 firstKey, uint16 quorum) private returns (uint64) {
        Member[] memory members = _members(firstKey, MEMBERS);
        TypedData.EpochTerms memory terms = TypedData.EpochTerms(
            committeeId,
            epochs + 1,
            Ids.hashMembers(members),
            MIN_SIGNERS,
            quorum
        );
        bytes32 digest = _committeeDigest(TypedData.epochProposal(terms, epochs));
        return
            committees.proposeEpoch(
                committeeId,
                members,
                MIN_SIGNERS,
                quorum,
                _signatures(_firstMember, _quorum, digest)
            );
    }

    /// @dev To be called after each change that the handler meant to make.
    function _note(uint256 index) private {
        _records[index].factsHash = _factsHash(_records[index].id);
    }

    function _assertRefused(address target, bytes memory data, bytes4 expected) private {
        vm.assertEq(bytes32(_selectorOfRevert(target, data)), bytes32(expected), "refused, and why");
    }

    function _factsHash(bytes32 id) private view returns (bytes32) {
        DecisionView memory facts = decisions.decisionOf(id);
        // Derived, not stored: it changes with the time.
        facts.state = DecisionState.Pending;
        return keccak256(abi.encode(facts));
    }

    /// @dev What the handler saw leave in the window that ends now.
    function _spentSeen() private view returns (uint256 tokens, uint256 coin) {
        for (uint256 i = _executions.length; i > 0; --i) {
            Record storage record = _records[_executions[i - 1]];
            if (record.executedAt <= block.timestamp - WINDOW) break;
            tokens += record.tokensOut;
            coin += record.coinOut;
        }
    }

    /// @dev Whether the vault's policy is that of the decision's submission.
    function _isOfThisPolicy(Record storage record) private view returns (bool) {
        return record.policies == _policies;
    }

    function _firstMemberOf(uint64 epoch) private pure returns (uint256) {
        return FIRST_MEMBER + 0x10 * (uint256(epoch) - 1);
    }

    function _isOpen(DecisionState state) private pure returns (bool) {
        return uint256(state) <= uint256(DecisionState.Ready);
    }

    /// @dev Of an open state; a final one is looked at once more at the end of the run.
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
    function _policy() internal view override returns (Policy memory) {
        return _policyOf(1);
    }

    /// @dev The vault's policies one after the other: alike but for one rule, so that none of them ever comes back.
    function _policyOf(uint256 number) private view returns (Policy memory policy) {
        policy = super._policy();
        policy.changeDelay = CHANGE_DELAY;
        policy.calls[1] = callRule(address(token), bytes4(uint32(number)));
        policy.assets[0] = assetRule(address(token), PER_TRANSACTION, PER_WINDOW, WINDOW);
        policy.assets[1] = assetRule(address(0), COIN_PER_TRANSACTION, COIN_PER_WINDOW, WINDOW);
    }
}
