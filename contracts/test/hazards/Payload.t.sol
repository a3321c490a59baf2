// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentVault} from "../../src/interfaces/IAgentVault.sol";
import {IDecisionRegistry} from "../../src/interfaces/IDecisionRegistry.sol";
import {Action} from "../../src/types/Action.sol";
import {Vm} from "../utils/Vm.sol";
import {World} from "../utils/World.sol";

/// @notice What is decided is available to all, and is the whole of what executes.
contract PayloadTest is World {
    /// @dev Whoever has the event has the payload: it can be executed from there alone.
    function testFuzz_the_event_holds_the_whole_payload(
        bytes calldata data,
        uint256 value,
        bool noNewAllowances
    ) public {
        Action memory action = _action(RECIPIENT, value, data);
        action.noNewAllowances = noNewAllowances;
        vm.recordLogs();
        bytes32 id = _submit(action);
        Vm.Log memory log = vm.getRecordedLogs()[0];
        vm.assertEq(log.topics[0], IDecisionRegistry.DecisionSubmitted.selector, "event");
        Action memory found = abi.decode(log.data, (Action));
        vm.assertEq(keccak256(abi.encode(found)), decisions.decisionOf(id).payloadHash, "hash of what the event holds");
        vm.assertEq(decisions.hashAction(found), decisions.hashAction(action), "the same action");
    }

    /// @dev A byte more, a byte less, or another byte in a call's data is another payload.
    function testFuzz_every_byte_of_a_call_counts(uint256 place, uint8 flip, bytes calldata trailing) public {
        vm.assume(trailing.length != 0);
        Action memory action = _transfer(10);
        bytes32 id = _submitReady(action);
        bytes memory signature = _authorization(id);
        bytes memory data = action.calls[0].data;
        action.calls[0].data = bytes.concat(data, trailing);
        _assertMismatch(id, action, signature);
        bytes memory altered = bytes.concat(data);
        altered[place % data.length] ^= bytes1(flip == 0 ? 1 : flip);
        action.calls[0].data = altered;
        _assertMismatch(id, action, signature);
        action.calls[0].data = data;
        vault.execute(id, action, signature);
    }

    /// @dev Bits that an address or a flag does not have are refused wherever an action is taken: by the decoder where it
    /// reads the word, and as another payload where the calldata is hashed as it stands.
    function test_dirty_words_are_refused() public {
        Action memory action = _transfer(10);
        bytes32 id = _submitReady(action);
        bytes memory execution = abi.encodeCall(vault.execute, (id, action, _authorization(id)));
        bytes memory submission = abi.encodeCall(
            decisions.submit,
            (agentId, action, _now() + LIFETIME, _anytime(), keccak256("salt"))
        );
        // Words of the action's head: 1 is the vault, 5 the flag.
        _assertDirtyRefused(address(vault), execution, 3 + 1, "");
        _assertDirtyRefused(address(vault), execution, 3 + 5, _mismatchOf(action, 1 + 5));
        _assertDirtyRefused(address(decisions), submission, 7 + 1, "");
        _assertDirtyRefused(address(decisions), submission, 7 + 5, "");
    }

    /// @dev Bytes behind the arguments are no part of the action: the id stays the same, and so does what executes.
    function testFuzz_bytes_behind_the_arguments_change_nothing(bytes calldata trailing) public {
        Action memory action = _transfer(10);
        bytes memory submission = abi.encodeCall(
            decisions.submit,
            (agentId, action, _now() + LIFETIME, _anytime(), keccak256("salt"))
        );
        uint256 before = vm.snapshotState();
        (, bytes memory plain) = address(decisions).call(submission);
        vm.revertToState(before);
        (bool success, bytes memory padded) = address(decisions).call(bytes.concat(submission, trailing));
        vm.assertTrue(success, "taken");
        vm.assertEq(padded, plain, "the same id");
    }

    function _assertMismatch(bytes32 id, Action memory action, bytes memory signature) private {
        bytes memory data = abi.encodeCall(vault.execute, (id, action, signature));
        vm.assertEq(
            bytes32(_selectorOfRevert(address(vault), data)),
            bytes32(IAgentVault.VaultPayloadMismatch.selector),
            "another payload"
        );
    }

    /// @dev The reason for an action of which the highest bit of a word of its encoding is set.
    function _mismatchOf(Action memory action, uint256 word) private pure returns (bytes memory) {
        bytes memory encoded = abi.encode(action);
        bytes32 expected = keccak256(encoded);
        encoded[32 * word] |= 0x80;
        return abi.encodeWithSelector(IAgentVault.VaultPayloadMismatch.selector, keccak256(encoded), expected);
    }

    /// @dev Sets the highest bit of a word behind the selector. The reason of the decoder is empty.
    function _assertDirtyRefused(address target, bytes memory data, uint256 word, bytes memory reason) private {
        uint256 place = 4 + 32 * word;
        data[place] |= 0x80;
        _assertReverts(target, data, reason);
        data[place] &= 0x7f;
        uint256 before = vm.snapshotState();
        (bool success, ) = target.call(data);
        vm.assertTrue(success, "taken without that bit");
        vm.revertToState(before);
    }
}
