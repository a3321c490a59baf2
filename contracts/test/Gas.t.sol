// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgentVault} from "../src/AgentVault.sol";
import {Action, Call} from "../src/types/Action.sol";
import {Member, SignedBy} from "../src/types/Committee.sol";
import {AgentTerms} from "../src/types/Decision.sol";
import {Policy} from "../src/types/Policy.sol";
import {World} from "./utils/World.sol";

/// @notice Gas of each named operation, as a transaction of its own pays it when the tests run isolated: with calldata
/// and base cost, storage cold. A committee of four, three signatures per quorum; the first execution of a vault.
contract GasTest is World {
    event log_named_uint(string name, uint256 value);

    function _report(string memory name) private {
        emit log_named_uint(string.concat("gas ", name), vm.snapshotGasLastCall("gas", name));
    }

    function test_gas_of_a_committee() public {
        Member[] memory members = _members(0x201, MEMBERS);
        bytes32 id = committees.proposeCommittee(0, members, MIN_SIGNERS, QUORUM);
        _report("proposeCommittee");
        _confirm(id, 1, 0, 0x201, 0x9002);
        for (uint16 i = 1; i < MEMBERS; ++i) _confirm(id, 1, i, 0x201 + i, 0x9002);
        _report("confirmEpoch");
        bytes memory proof = _sign(0x9002, _possessionDigest(id, 1));
        committees.activateEpoch(id, 1, proof);
        _report("activateEpoch");
    }

    function test_gas_of_an_agent() public {
        AgentTerms memory terms = _terms();
        bytes32 salt = keccak256("salt");
        bytes32 id = decisions.computeAgentId(address(this), salt, terms);
        terms.vault = address(new AgentVault(decisions, id, _policy()));
        decisions.registerAgent(salt, terms);
        _report("registerAgent");
    }

    function test_gas_of_a_decision() public {
        Action memory action = _transfer(10);
        bytes32 id = _submit(action);
        _report("submit");
        SignedBy[] memory attestations = _attestations(id, true);
        decisions.resolve(id, true, RESULT_HASH, attestations);
        _report("resolve, quorum 3");
        vm.warp(block.timestamp + VETO_WINDOW);
        bytes memory signature = _authorization(id);
        vault.execute(id, action, signature);
        _report("execute, ERC-20 transfer");
    }

    function test_gas_of_a_native_transfer() public {
        _measureExecution(_action(RECIPIENT, 1, ""));
        _report("execute, native transfer");
    }

    function test_gas_of_a_batch() public {
        Call[] memory calls = new Call[](2);
        calls[0] = Call(address(token), 0, abi.encodeCall(token.transfer, (RECIPIENT, 10)));
        calls[1] = Call(RECIPIENT, 1, "");
        _measureExecution(_action(calls));
        _report("execute, batch of 2");
    }

    function test_gas_of_a_policy_change() public {
        Policy memory policy = _policy();
        policy.changeDelay = 1 days;
        _useVault(policy);
        bytes memory encoded = abi.encode(policy);
        _measureExecution(_action(address(vault), 0, abi.encodeCall(vault.schedulePolicy, (encoded))));
        _report("execute, policy change");
        vm.warp(block.timestamp + policy.changeDelay);
        vault.applyPolicy();
        _report("applyPolicy");
    }

    function _measureExecution(Action memory action) private {
        bytes32 id = _submitReady(action);
        bytes memory signature = _authorization(id);
        vault.execute(id, action, signature);
    }
}
