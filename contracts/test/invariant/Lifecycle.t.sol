// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DecisionState, DecisionView} from "../../src/types/Decision.sol";
import {Campaign} from "../utils/Campaign.sol";
import {LifecycleHandler} from "./LifecycleHandler.sol";

/// @notice What holds whatever happens, in whatever order. All in one campaign, since the actions are dearer than the
/// checks; how often each action succeeded is counted over all its runs and judged by scripts/effort.ts.
contract LifecycleInvariantTest is Campaign {
    LifecycleHandler private _handler;

    function setUp() public {
        _handler = new LifecycleHandler();
        _handler.start();
        _target(address(_handler));
        // What begins and carries out decisions is drawn more often than what ends them.
        _draw(_handler.submit.selector, 1);
        _draw(_handler.approve.selector, 2);
        _draw(_handler.approveBeyond.selector, 1);
        _draw(_handler.approveTooEarly.selector, 1);
        _draw(_handler.reject.selector, 1);
        _draw(_handler.resolveWrongly.selector, 1);
        _draw(_handler.cancel.selector, 1);
        _draw(_handler.veto.selector, 1);
        _draw(_handler.closeWrongly.selector, 1);
        _draw(_handler.execute.selector, 2);
        _draw(_handler.executeBeyond.selector, 1);
        _draw(_handler.executeWrongly.selector, 1);
        _draw(_handler.pause.selector, 1);
        _draw(_handler.pauseTooSoon.selector, 1);
        _draw(_handler.withdraw.selector, 1);
        _draw(_handler.passTime.selector, 1);
        _draw(_handler.reshare.selector, 1);
        _draw(_handler.schedulePolicy.selector, 1);
        _draw(_handler.applyPolicy.selector, 1);
        _draw(_handler.feed.selector, 1);
    }

    /// @dev Besides, the handler asserts that states move forward only, that what is ready and fits executes whatever
    /// became of other decisions (one decision never blocks another), and that all else is refused.
    function invariant_whatever_happens_in_whatever_order() external view {
        _balancesFallByExecutionsOnly();
        _outflowInAWindowIsWithinItsCap();
        _spentAndReservedAreWithinTheCaps();
        _epochsOnlyRise();
        uint256[] memory open = _handler.open();
        for (uint256 i = 0; i < open.length; ++i) _checkDecision(open[i]);
    }

    /// @dev All decisions once more at the end of each run: what was final before stayed what it was.
    function afterInvariant() external view {
        uint256[3] memory counts;
        for (uint256 i = 0; i < _handler.count(); ++i) {
            DecisionState state = _checkDecision(i);
            vm.assertTrue(state == _handler.recordAt(i).lastState, "final states stay");
            ++counts[_kindOf(state)];
        }
        _everyDecisionIsCountedOnce(counts);
    }

    function _checkDecision(uint256 index) private view returns (DecisionState) {
        LifecycleHandler.Record memory record = _handler.recordAt(index);
        DecisionView memory decision = _handler.decisionAt(index);
        _executedOnlyOnceAndOnlyWhenSeen(record, decision);
        _executedImpliesApprovedInTime(record, decision);
        _executedInItsOrder(record, decision);
        _retiredEpochsExecuteNothing(record, decision);
        _replacedPoliciesExecuteNothing(record, decision);
        _exactlyOneState(decision);
        _nothingChangesADecisionButWhatNamesIt(index, record);
        return decision.state;
    }

    /// @dev Each execution takes exactly what its bounds allow; what is forced upon the vault stays.
    function _balancesFallByExecutionsOnly() private view {
        vm.assertEq(_handler.tokenBalance(), _handler.tokenStock(), "tokens");
        vm.assertEq(_handler.vaultBalance(), _handler.coinStock(), "coin");
    }

    /// @dev What the handler saw leave in the window that ends now is what the vault counts, and within the cap.
    function _outflowInAWindowIsWithinItsCap() private view {
        (uint256 tokens, uint256 coin, uint256 tokensSeen, uint256 coinSeen) = _handler.spent();
        (uint256 tokenCap, uint256 coinCap) = _handler.caps();
        vm.assertEq(tokens, tokensSeen, "tokens counted");
        vm.assertEq(coin, coinSeen, "coin counted");
        vm.assertLe(tokensSeen, tokenCap, "tokens");
        vm.assertLe(coinSeen, coinCap, "coin");
    }

    /// @dev What was spent and what approved decisions may spend are within the caps together; the registry reserves exactly
    /// for the decisions that are Approved or Ready.
    function _spentAndReservedAreWithinTheCaps() private view {
        (uint256 tokens, uint256 coin, uint256 number) = _handler.reserved();
        (, , uint256 tokensSpent, uint256 coinSpent) = _handler.spent();
        (uint256 tokenCap, uint256 coinCap) = _handler.caps();
        vm.assertLe(tokensSpent + tokens, tokenCap, "tokens");
        vm.assertLe(coinSpent + coin, coinCap, "coin");
        (uint256 tokensOnChain, uint256 coinOnChain, uint256 numberOnChain) = _handler.reservedOnChain();
        vm.assertEq(tokensOnChain, tokens, "tokens reserved");
        vm.assertEq(coinOnChain, coin, "coin reserved");
        vm.assertEq(numberOnChain, number, "decisions");
    }

    function _epochsOnlyRise() private view {
        vm.assertEq(_handler.activeEpoch(), _handler.epochs(), "epoch");
    }

    function _executedOnlyOnceAndOnlyWhenSeen(
        LifecycleHandler.Record memory record,
        DecisionView memory decision
    ) private pure {
        vm.assertEq(decision.executedAt, record.executedAt, "executed when seen");
    }

    function _executedImpliesApprovedInTime(
        LifecycleHandler.Record memory record,
        DecisionView memory decision
    ) private pure {
        if (decision.executedAt == 0) return;
        vm.assertTrue(record.isApproved && !record.isVetoed, "approved, not vetoed");
        vm.assertGe(decision.executedAt, decision.readyAt, "after the veto window");
        vm.assertLe(decision.executedAt, record.deadline, "before the deadline");
    }

    /// @dev A decision that must follow another was executed after it.
    function _executedInItsOrder(LifecycleHandler.Record memory record, DecisionView memory decision) private view {
        if (decision.executedAt == 0 || record.predecessor == 0) return;
        vm.assertTrue(_handler.isExecuted(record.predecessor), "in its order");
    }

    function _retiredEpochsExecuteNothing(
        LifecycleHandler.Record memory record,
        DecisionView memory decision
    ) private pure {
        if (decision.executedAt != 0) vm.assertEq(record.epochAtExecution, record.epoch, "active then");
    }

    function _replacedPoliciesExecuteNothing(
        LifecycleHandler.Record memory record,
        DecisionView memory decision
    ) private pure {
        if (decision.executedAt != 0) vm.assertEq(record.policiesAtExecution, record.policies, "in force then");
    }

    /// @dev At most one fact ends a decision, and when there is one it is the state.
    function _exactlyOneState(DecisionView memory decision) private pure {
        uint256 ends = 0;
        DecisionState state = decision.state;
        if (decision.executedAt != 0) (ends, state) = (ends + 1, DecisionState.Executed);
        if (decision.vetoedAt != 0) (ends, state) = (ends + 1, DecisionState.Vetoed);
        if (decision.cancelledAt != 0) (ends, state) = (ends + 1, DecisionState.Cancelled);
        if (decision.resolvedAt != 0 && !decision.reply) (ends, state) = (ends + 1, DecisionState.Rejected);
        vm.assertLe(ends, 1, "at most one end");
        vm.assertTrue(decision.state == state, "the state is the end");
    }

    /// @dev All that is stored of a decision, its epoch, quorum, policy and veto window included, is as the handler left it
    /// when it last acted upon this very decision. So nothing is approved, or made easier, after the fact.
    function _nothingChangesADecisionButWhatNamesIt(uint256 index, LifecycleHandler.Record memory record) private view {
        vm.assertEq(_handler.factsHashAt(index), record.factsHash, "facts");
    }

    /// @dev Executed, open and dead decisions are all there are; results make the agent's sequence.
    function _everyDecisionIsCountedOnce(uint256[3] memory counts) private view {
        vm.assertEq(counts[0] + counts[1] + counts[2], _handler.count(), "all");
        vm.assertEq(counts[0], _handler.executed(), "executed");
        vm.assertEq(_handler.sequence(), _handler.results(), "results");
    }

    /// @dev 0 executed, 1 open, 2 dead.
    function _kindOf(DecisionState state) private pure returns (uint256) {
        if (state == DecisionState.Executed) return 0;
        return uint256(state) <= uint256(DecisionState.Ready) ? 1 : 2;
    }
}
