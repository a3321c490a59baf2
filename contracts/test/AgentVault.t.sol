// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {AgentVault} from "../src/AgentVault.sol";
import {IAgentVault} from "../src/interfaces/IAgentVault.sol";
import {IDecisionRegistry} from "../src/interfaces/IDecisionRegistry.sol";
import {Action, Call} from "../src/types/Action.sol";
import {Budget, DecisionState, DecisionView, ExecutionTerms} from "../src/types/Decision.sol";
import {World} from "./utils/World.sol";

contract Collectible is ERC721("Collectible", "COL") {
    function give(address to, uint256 id) external {
        _safeMint(to, id);
    }
}

contract Badges is ERC1155("") {
    function give(address to, uint256 id) external {
        _mint(to, id, 1, "");
    }
}

contract AgentVaultTest is World {
    event ActionExecuted(bytes32 indexed decisionId, bytes32 payloadHash, address submitter);

    function test_the_vault_knows_its_terms() public view {
        vm.assertEq(address(vault.registry()), address(decisions), "registry");
        vm.assertEq(vault.agentId(), agentId, "agent");
        vm.assertEq(vault.policyHash(), keccak256(abi.encode(_policy())), "policy hash");
        vm.assertEq(keccak256(abi.encode(vault.policy())), vault.policyHash(), "policy");
    }

    function test_the_vault_takes_coin_and_collectibles() public {
        (bool success, ) = address(vault).call{value: 1}("");
        vm.assertTrue(success, "coin");
        Collectible collectible = new Collectible();
        collectible.give(address(vault), 1);
        vm.assertEq(collectible.ownerOf(1), address(vault), "ERC-721");
        Badges badges = new Badges();
        badges.give(address(vault), 2);
        vm.assertEq(badges.balanceOf(address(vault), 2), 1, "ERC-1155");
    }

    // ---- what execution does ----

    function test_a_ready_decision_moves_tokens_once() public {
        Action memory action = _transfer(10);
        bytes32 id = _submitReady(action);
        bytes memory call = _executeCall(id, action);
        vm.expectEmit(true, false, false, true, address(vault));
        emit ActionExecuted(id, keccak256(abi.encode(action)), address(this));
        _execute(id, action);
        vm.assertEq(token.balanceOf(RECIPIENT), 10, "received");
        vm.assertEq(token.balanceOf(address(vault)), 1_000_000 - 10, "spent");
        vm.assertTrue(decisions.stateOf(id) == DecisionState.Executed, "executed");
        _assertReverts(address(vault), call, _notReady(id, DecisionState.Executed));
        vm.assertEq(token.balanceOf(RECIPIENT), 10, "once");
    }

    function test_a_ready_decision_moves_native_coin() public {
        _run(_action(RECIPIENT, 1 ether, ""));
        vm.assertEq(RECIPIENT.balance, 1 ether, "received");
        vm.assertEq(address(vault).balance, 99 ether, "spent");
    }

    function test_a_batch_runs_in_order_or_not_at_all() public {
        Call[] memory calls = new Call[](2);
        calls[0] = Call(RECIPIENT, 1, "");
        calls[1] = Call(address(token), 0, abi.encodeCall(token.transfer, (RECIPIENT, 5)));
        bytes32 id = _run(_action(calls));
        vm.assertTrue(decisions.stateOf(id) == DecisionState.Executed, "executed");
        vm.assertEq(RECIPIENT.balance, 1, "coin");
        vm.assertEq(token.balanceOf(RECIPIENT), 5, "token");
    }

    function test_a_failing_call_reverts_all_and_leaves_the_decision_ready() public {
        vm.deal(address(vault), 1);
        Call[] memory calls = new Call[](2);
        calls[0] = Call(address(token), 0, abi.encodeCall(token.transfer, (RECIPIENT, 5)));
        calls[1] = Call(RECIPIENT, 2, "");
        Action memory action = _action(calls);
        bytes32 id = _submitReady(action);
        bytes memory call = _executeCall(id, action);
        _assertReverts(
            address(vault),
            call,
            abi.encodeWithSelector(IAgentVault.VaultCallFailed.selector, 1, RECIPIENT, bytes(""))
        );
        vm.assertTrue(decisions.stateOf(id) == DecisionState.Ready, "ready");
        vm.assertEq(token.balanceOf(RECIPIENT), 0, "nothing moved");
        vm.assertEq(vault.spentInWindow(address(token)), 0, "nothing charged");
        vm.deal(address(vault), 2);
        (bool success, ) = address(vault).call(call);
        vm.assertTrue(success, "later it runs");
    }

    /// @dev The outcome does not depend on who submits, who signed the transaction and what gas costs.
    function testFuzz_anyone_may_submit(address caller, address origin, uint64 gasPrice) public {
        Action memory action = _transfer(10);
        bytes32 id = _submitReady(action);
        bytes memory signature = _authorization(id);
        vm.txGasPrice(gasPrice);
        vm.prank(caller, origin);
        vault.execute(id, action, signature);
        vm.assertEq(token.balanceOf(RECIPIENT), 10, "received");
        vm.assertTrue(decisions.stateOf(id) == DecisionState.Executed, "executed");
    }

    // ---- what execution refuses ----

    function test_every_state_but_ready_is_refused() public {
        Action memory action = _transfer(10);
        bytes32 id = _submit(action);
        bytes memory call = _executeCall(id, action);
        _assertReverts(address(vault), call, _notReady(id, DecisionState.Pending));
        _resolve(id, true);
        _assertReverts(address(vault), call, _notReady(id, DecisionState.Approved));
        uint256 approved = vm.snapshotState();
        vm.prank(GUARDIAN);
        decisions.veto(id);
        vm.warp(START + VETO_WINDOW);
        _assertReverts(address(vault), call, _notReady(id, DecisionState.Vetoed));
        vm.revertToState(approved);
        vm.warp(START + LIFETIME + 1);
        _assertReverts(address(vault), call, _notReady(id, DecisionState.Expired));
    }

    function test_rejected_and_cancelled_are_refused() public {
        Action memory action = _transfer(10);
        bytes32 id = _submit(action);
        bytes memory call = _executeCall(id, action);
        _resolve(id, false);
        _assertReverts(address(vault), call, _notReady(id, DecisionState.Rejected));
        action = _transfer(11);
        id = _submit(action);
        call = _executeCall(id, action);
        decisions.cancel(id);
        _assertReverts(address(vault), call, _notReady(id, DecisionState.Cancelled));
    }

    function test_a_retired_epoch_is_refused_even_with_the_same_group_key() public {
        Action memory action = _transfer(10);
        bytes32 id = _submitReady(action);
        bytes memory call = _executeCall(id, action);
        _rotate(committeeId, 0x201, GROUP);
        _assertReverts(address(vault), call, _notReady(id, DecisionState.Stale));
    }

    /// @dev Every single changed bit of the payload is noticed.
    function testFuzz_an_altered_action_is_refused(uint256 field, uint256 change) public {
        vm.assume(change != 0);
        Action memory action = _transfer(10);
        bytes32 id = _submitReady(action);
        bytes32 expected = keccak256(abi.encode(action));
        field = field % 4;
        if (field == 0) action.calls[0].target = address(uint160(_between(change, 1, 1_000)));
        else if (field == 1) action.calls[0].value ^= change;
        else if (field == 2) action.calls[0].data = bytes.concat(action.calls[0].data, bytes32(change));
        else action.gasFloor ^= change;
        bytes32 given = keccak256(abi.encode(action));
        _assertReverts(
            address(vault),
            _executeCall(id, action),
            abi.encodeWithSelector(IAgentVault.VaultPayloadMismatch.selector, given, expected)
        );
    }

    function testFuzz_an_action_for_another_place_is_refused(uint256 chain, address place) public {
        vm.assume(chain != block.chainid && place != address(vault));
        Action memory action = _transfer(10);
        bytes32 id = _submitReady(action);
        action.vault = place;
        _assertReverts(
            address(vault),
            _executeCall(id, action),
            abi.encodeWithSelector(IAgentVault.VaultWrongVault.selector, place, address(vault))
        );
        action.chainId = chain;
        _assertReverts(
            address(vault),
            _executeCall(id, action),
            abi.encodeWithSelector(IAgentVault.VaultWrongChain.selector, chain, block.chainid)
        );
    }

    function test_another_chain_is_refused() public {
        Action memory action = _transfer(10);
        bytes32 id = _submitReady(action);
        bytes memory call = _executeCall(id, action);
        vm.chainId(block.chainid + 1);
        _assertReverts(
            address(vault),
            call,
            abi.encodeWithSelector(IAgentVault.VaultWrongChain.selector, action.chainId, action.chainId + 1)
        );
    }

    function test_a_decision_of_another_agent_is_refused() public {
        bytes32 id = _submitReady(_transfer(10));
        bytes memory signature = _authorization(id);
        bytes32 owner = agentId;
        (agentId, vault) = _foundAgent(_terms(), _policy());
        bytes memory reason = abi.encodeWithSelector(IAgentVault.VaultForeignDecision.selector, id, owner);
        _assertReverts(address(vault), abi.encodeCall(vault.execute, (id, _transfer(10), signature)), reason);
        _assertReverts(address(vault), abi.encodeCall(vault.authorizationDigest, (id)), reason);
    }

    function test_an_unknown_decision_is_refused() public {
        bytes32 id = keccak256("unknown");
        _assertReverts(
            address(vault),
            abi.encodeCall(vault.execute, (id, _transfer(10), "")),
            abi.encodeWithSelector(IDecisionRegistry.DecisionUnknown.selector, id)
        );
    }

    /// @dev The registry knows one vault per agent, and marks for nobody else.
    function test_a_second_vault_of_the_same_agent_is_refused() public {
        Action memory action = _transfer(10);
        bytes32 id = _submitReady(action);
        AgentVault twin = new AgentVault(decisions, agentId, _policy());
        bytes memory signature = _sign(GROUP, _authorizationDigest(id, address(twin)));
        _assertReverts(
            address(twin),
            abi.encodeCall(twin.execute, (id, action, signature)),
            abi.encodeWithSelector(IAgentVault.VaultWrongVault.selector, address(vault), address(twin))
        );
        action.vault = address(twin);
        _assertReverts(
            address(twin),
            abi.encodeCall(twin.execute, (id, action, signature)),
            abi.encodeWithSelector(IDecisionRegistry.DecisionNotVault.selector, address(twin), address(vault))
        );
    }

    function test_another_policy_than_the_one_decided_under_is_refused() public {
        Action memory action = _transfer(10);
        bytes32 decided = keccak256("another policy");
        bytes memory answer = abi.encode(decided, uint16(0), uint64(0), new Budget[](0));
        vm.mockCall(address(vault), abi.encodeWithSelector(vault.requirementsOf.selector), answer);
        bytes32 id = _submitReady(action);
        vm.clearMockedCalls();
        _assertReverts(
            address(vault),
            _executeCall(id, action),
            abi.encodeWithSelector(IAgentVault.VaultPolicyChanged.selector, vault.policyHash(), decided)
        );
    }

    function test_a_signature_by_another_key_is_refused() public {
        Action memory action = _transfer(10);
        bytes32 id = _submitReady(action);
        bytes memory signature = _sign(FIRST_MEMBER, _authorizationDigest(id));
        _assertReverts(
            address(vault),
            abi.encodeCall(vault.execute, (id, action, signature)),
            abi.encodeWithSelector(IAgentVault.VaultSignerMismatch.selector, vm.addr(FIRST_MEMBER), vm.addr(GROUP))
        );
    }

    /// @dev The registry's word alone is not enough.
    function test_a_registry_that_marks_too_late_is_not_believed() public {
        Action memory action = _transfer(10);
        bytes32 id = _submitReady(action);
        bytes memory call = _executeCall(id, action);
        DecisionView memory facts = decisions.decisionOf(id);
        ExecutionTerms memory terms = ExecutionTerms(
            facts.payloadHash,
            facts.policyHash,
            facts.committeeId,
            vm.addr(GROUP),
            facts.epoch,
            facts.deadline
        );
        vm.warp(START + LIFETIME + 1);
        vm.mockCall(address(decisions), abi.encodeCall(decisions.markExecuted, (id)), abi.encode(terms));
        _assertReverts(
            address(vault),
            call,
            abi.encodeWithSelector(
                IAgentVault.VaultDeadlinePassed.selector,
                uint64(START + LIFETIME),
                START + LIFETIME + 1
            )
        );
    }

    /// @dev What fails after the mark takes the mark back: another signature is tried in vain, then the right one works.
    function test_a_refused_execution_leaves_the_decision_ready() public {
        Action memory action = _transfer(10);
        bytes32 id = _submitReady(action);
        bytes memory wrong = _sign(FIRST_MEMBER, _authorizationDigest(id));
        _selectorOfRevert(address(vault), abi.encodeCall(vault.execute, (id, action, wrong)));
        vm.assertTrue(decisions.stateOf(id) == DecisionState.Ready, "ready");
        _execute(id, action);
        vm.assertTrue(decisions.stateOf(id) == DecisionState.Executed, "executed");
    }

    // ---- the signed message ----

    function test_the_digest_is_the_one_the_world_computes() public {
        bytes32 id = _submitReady(_transfer(10));
        vm.assertEq(vault.authorizationDigest(id), _authorizationDigest(id), "digest");
    }

    // ---- helpers ----

    function _executeCall(bytes32 id, Action memory action) private view returns (bytes memory) {
        return abi.encodeCall(vault.execute, (id, action, _authorization(id)));
    }

    function _notReady(bytes32 id, DecisionState state) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAgentVault.VaultDecisionNotReady.selector, id, state);
    }

    // ---- the payload in the calldata ----

    /// @dev Calldata that decodes to the same action in another way is another payload; bytes behind it are none.
    function test_the_action_stands_right_before_the_signature() public {
        Action memory action = _transfer(10);
        bytes32 id = _submitReady(action);
        bytes memory payload = abi.encode(action);
        bytes memory tail = _afterFirstWord(payload);
        bytes memory signature = _afterFirstWord(abi.encode(_authorization(id)));
        bytes memory apart = abi.encodePacked(vault.execute.selector, id, uint256(96), 96 + tail.length + 32, tail);
        _assertOtherPayload(id, bytes.concat(apart, bytes32(0), signature), bytes.concat(payload, bytes32(0)));
        bytes memory reversed = abi.encodePacked(vault.execute.selector, id, 96 + signature.length, uint256(96));
        _assertOtherPayload(id, bytes.concat(reversed, signature, tail), abi.encode(uint256(32)));
        bytes memory plain = abi.encodeCall(vault.execute, (id, action, _authorization(id)));
        (bool success, ) = address(vault).call(bytes.concat(plain, hex"ff"));
        vm.assertTrue(success, "what stands behind is not looked at");
    }

    function _assertOtherPayload(bytes32 id, bytes memory call, bytes memory payload) private {
        _assertReverts(
            address(vault),
            call,
            abi.encodeWithSelector(
                IAgentVault.VaultPayloadMismatch.selector,
                keccak256(payload),
                decisions.decisionOf(id).payloadHash
            )
        );
    }

    function _afterFirstWord(bytes memory data) private pure returns (bytes memory rest) {
        rest = new bytes(data.length - 32);
        for (uint256 i = 0; i < rest.length; ++i) rest[i] = data[i + 32];
    }
}
