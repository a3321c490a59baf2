// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {AgentVault} from "../../src/AgentVault.sol";
import {CommitteeRegistry} from "../../src/CommitteeRegistry.sol";
import {DecisionRegistry} from "../../src/DecisionRegistry.sol";
import {PolicyEngine} from "../../src/PolicyEngine.sol";
import {TestToken} from "../../src/devnet/TestToken.sol";
import {Ids} from "../../src/libraries/Ids.sol";
import {TypedData} from "../../src/libraries/TypedData.sol";
import {Action, AllowanceBound, Bound, Call, CodePin} from "../../src/types/Action.sol";
import {EpochView, GroupKey, Member, SignedBy} from "../../src/types/Committee.sol";
import {AgentTerms, ANY_SEQUENCE, Binding, DecisionView} from "../../src/types/Decision.sol";
import {AssetRule, CallRule, Policy} from "../../src/types/Policy.sol";
import {Keys} from "./Keys.sol";
import {assetRule, callRule} from "./Policies.sol";
import {Test} from "./Test.sol";

/// @notice A committee of four (three shares sign, three attest), one agent and its vault, and all that is needed to
/// move them: the private keys of everybody.
abstract contract World is Test {
    uint256 internal constant START = 1_700_000_000;
    uint256 internal constant GROUP = 0x9001;
    uint256 internal constant FIRST_MEMBER = 0x101;
    uint16 internal constant MEMBERS = 4;
    uint16 internal constant MIN_SIGNERS = 3;
    uint16 internal constant QUORUM = 3;
    uint64 internal constant VETO_WINDOW = 1 hours;
    uint64 internal constant LIFETIME = 1 days;
    bytes32 internal constant RECORD_HASH = keccak256("record");
    bytes32 internal constant RESULT_HASH = keccak256("result");
    address internal constant GUARDIAN = address(0x6A);
    address internal constant RECIPIENT = address(0xBEEF01);

    CommitteeRegistry internal committees;
    PolicyEngine internal engine;
    DecisionRegistry internal decisions;
    AgentVault internal vault;
    TestToken internal token;
    bytes32 internal committeeId;
    bytes32 internal agentId;
    uint256 private _salts;

    function setUp() public virtual {
        vm.warp(START);
        committees = new CommitteeRegistry();
        engine = new PolicyEngine();
        decisions = new DecisionRegistry(committees, engine);
        token = new TestToken("Test", "TST");
        committeeId = _foundCommittee(bytes32(0), FIRST_MEMBER, GROUP);
        _useVault(_policy());
    }

    // ---- committees ----

    function _member(uint256 privateKey) internal view returns (Member memory) {
        (bytes32 x, bytes32 y) = Keys.publicKey(privateKey);
        return Member(x, y, "/ip4/127.0.0.1/tcp/9001");
    }

    function _members(uint256 firstKey, uint256 count) internal view returns (Member[] memory members) {
        members = new Member[](count);
        for (uint256 i = 0; i < count; ++i) members[i] = _member(firstKey + i);
    }

    function _groupKey(uint256 privateKey) internal view returns (GroupKey memory) {
        (bytes32 x, bytes32 y) = Keys.publicKey(privateKey);
        return GroupKey(x, y);
    }

    function _foundCommittee(bytes32 salt, uint256 firstKey, uint256 groupKey) internal returns (bytes32 id) {
        id = committees.proposeCommittee(salt, _members(firstKey, MEMBERS), MIN_SIGNERS, QUORUM);
        _completeEpoch(id, 1, firstKey, groupKey);
    }

    /// @dev Confirms a proposed epoch of four members by all of them and activates it.
    function _completeEpoch(bytes32 id, uint64 epoch, uint256 firstKey, uint256 groupKey) internal {
        for (uint16 i = 0; i < MEMBERS; ++i) _confirm(id, epoch, i, firstKey + i, groupKey);
        committees.activateEpoch(id, epoch, _sign(groupKey, _possessionDigest(id, epoch)));
    }

    function _confirm(bytes32 id, uint64 epoch, uint16 index, uint256 key, uint256 groupKey) internal {
        bytes memory signature = _sign(key, _confirmationDigest(id, epoch, groupKey));
        committees.confirmEpoch(id, epoch, index, _groupKey(groupKey), RECORD_HASH, signature);
    }

    function _proposeEpoch(bytes32 id, uint256 newFirstKey, uint256 approverFirstKey) internal returns (uint64) {
        Member[] memory members = _members(newFirstKey, MEMBERS);
        bytes32 digest = _proposalDigest(id, committees.committeeOf(id).latestEpoch + 1, members);
        SignedBy[] memory approvals = _signatures(approverFirstKey, QUORUM, digest);
        return committees.proposeEpoch(id, members, MIN_SIGNERS, QUORUM, approvals);
    }

    /// @dev Replaces the active epoch by one with other members and another group key.
    function _rotate(bytes32 id, uint256 newFirstKey, uint256 newGroupKey) internal returns (uint64 epoch) {
        epoch = _proposeEpoch(id, newFirstKey, FIRST_MEMBER);
        _completeEpoch(id, epoch, newFirstKey, newGroupKey);
    }

    function _epochTerms(bytes32 id, uint64 epoch) internal view returns (TypedData.EpochTerms memory) {
        EpochView memory facts = committees.epochOf(id, epoch);
        return TypedData.EpochTerms(id, epoch, facts.membersHash, facts.minSigners, facts.quorum);
    }

    // ---- agents and decisions ----

    function _terms() internal view returns (AgentTerms memory) {
        return
            AgentTerms(keccak256("agent"), "https://lobe", committeeId, GUARDIAN, address(0), VETO_WINDOW, address(0));
    }

    function _policy() internal view virtual returns (Policy memory policy) {
        policy.calls = new CallRule[](3);
        policy.calls[0] = callRule(address(token), token.transfer.selector);
        policy.calls[1] = callRule(address(token), token.approve.selector);
        policy.calls[2] = callRule(RECIPIENT, bytes4(0));
        policy.assets = new AssetRule[](2);
        policy.assets[0] = assetRule(address(token), 1_000, 2_500, 1 days);
        policy.assets[1] = assetRule(address(0), 1 ether, 2 ether, 1 days);
    }

    function _foundAgent(AgentTerms memory terms, Policy memory policy) internal returns (bytes32 id, AgentVault home) {
        bytes32 salt = bytes32(++_salts);
        id = decisions.computeAgentId(address(this), salt, terms);
        home = new AgentVault(decisions, id, policy);
        terms.vault = address(home);
        decisions.registerAgent(salt, terms);
    }

    /// @dev Makes a new agent, whose funded vault has this policy, the one the other functions speak of.
    function _useVault(Policy memory policy) internal {
        (agentId, vault) = _foundAgent(_terms(), policy);
        token.mint(address(vault), 1_000_000);
        vm.deal(address(vault), 100 ether);
    }

    function _action(Call[] memory calls) internal view returns (Action memory) {
        return
            Action(
                block.chainid,
                address(vault),
                calls,
                new Bound[](0),
                0,
                false,
                new AllowanceBound[](0),
                new CodePin[](0)
            );
    }

    function _action(address target, uint256 value, bytes memory data) internal view returns (Action memory) {
        Call[] memory calls = new Call[](1);
        calls[0] = Call(target, value, data);
        return _action(calls);
    }

    function _transfer(uint256 amount) internal view returns (Action memory) {
        return _action(address(token), 0, abi.encodeCall(token.transfer, (RECIPIENT, amount)));
    }

    function _submit(Action memory action) internal returns (bytes32) {
        return _submit(action, _anytime());
    }

    function _submit(Action memory action, uint64 expectedSequence) internal returns (bytes32) {
        return _submit(action, Binding(expectedSequence, 0, 0));
    }

    function _submit(Action memory action, Binding memory binding) internal returns (bytes32) {
        return decisions.submit(agentId, action, _now() + LIFETIME, binding, bytes32(++_salts));
    }

    /// @dev Bound to nothing.
    function _anytime() internal pure returns (Binding memory) {
        return Binding(ANY_SEQUENCE, 0, 0);
    }

    /// @dev Bound to another decision's execution.
    function _after(bytes32 predecessor) internal pure returns (Binding memory) {
        return Binding(ANY_SEQUENCE, 0, predecessor);
    }

    function _resolve(bytes32 id, bool reply) internal {
        decisions.resolve(id, reply, RESULT_HASH, _attestations(id, reply));
    }

    function _submitApproved(Action memory action) internal returns (bytes32 id) {
        id = _submit(action);
        _resolve(id, true);
    }

    function _submitReady(Action memory action) internal returns (bytes32 id) {
        id = _submitApproved(action);
        vm.warp(block.timestamp + VETO_WINDOW);
    }

    function _execute(bytes32 id, Action memory action) internal {
        vault.execute(id, action, _authorization(id));
    }

    function _run(Action memory action) internal returns (bytes32 id) {
        id = _submitReady(action);
        _execute(id, action);
    }

    function _now() internal view returns (uint64) {
        return uint64(block.timestamp);
    }

    // ---- signatures ----

    function _sign(uint256 privateKey, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(privateKey, digest);
        return abi.encodePacked(r, s, v);
    }

    function _signatures(
        uint256 firstKey,
        uint256 count,
        bytes32 digest
    ) internal pure returns (SignedBy[] memory signatures) {
        signatures = new SignedBy[](count);
        for (uint16 i = 0; i < count; ++i) signatures[i] = SignedBy(i, _sign(firstKey + i, digest));
    }

    function _attestations(bytes32 id, bool reply) internal view returns (SignedBy[] memory) {
        return _signatures(FIRST_MEMBER, QUORUM, _attestationDigest(id, reply));
    }

    function _authorization(bytes32 id) internal view returns (bytes memory) {
        return _sign(GROUP, _authorizationDigest(id));
    }

    // ---- digests, put together apart from the contracts that check them ----

    function _separator(string memory name, address verifyingContract) internal view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                    keccak256(bytes(name)),
                    keccak256("1"),
                    block.chainid,
                    verifyingContract
                )
            );
    }

    function _committeeDigest(bytes32 structHash) internal view returns (bytes32) {
        bytes32 separator = _separator("Synod CommitteeRegistry", address(committees));
        return MessageHashUtils.toTypedDataHash(separator, structHash);
    }

    function _proposalDigest(bytes32 id, uint64 epoch, Member[] memory members) internal view returns (bytes32) {
        bytes32 membersHash = Ids.hashMembers(members);
        return
            _committeeDigest(
                TypedData.epochProposal(
                    TypedData.EpochTerms(id, epoch, membersHash, MIN_SIGNERS, QUORUM),
                    committees.activeEpoch(id)
                )
            );
    }

    function _abandonmentDigest(bytes32 id, uint64 epoch) internal view returns (bytes32) {
        return _committeeDigest(TypedData.epochAbandonment(id, epoch));
    }

    function _confirmationDigest(bytes32 id, uint64 epoch, uint256 groupKey) internal view returns (bytes32) {
        return _committeeDigest(TypedData.epochConfirmation(_epochTerms(id, epoch), _groupKey(groupKey), RECORD_HASH));
    }

    function _possessionDigest(bytes32 id, uint64 epoch) internal view returns (bytes32) {
        GroupKey memory groupKey = committees.epochOf(id, epoch).groupKey;
        return _committeeDigest(TypedData.proofOfPossession(_epochTerms(id, epoch), groupKey));
    }

    function _attestationDigest(bytes32 id, bool reply) internal view returns (bytes32) {
        DecisionView memory decision = decisions.decisionOf(id);
        bytes32 separator = _separator("Synod DecisionRegistry", address(decisions));
        return
            MessageHashUtils.toTypedDataHash(
                separator,
                TypedData.attestation(id, decision.committeeId, decision.epoch, reply, RESULT_HASH)
            );
    }

    function _authorizationDigest(bytes32 id) internal view returns (bytes32) {
        return _authorizationDigest(id, address(vault));
    }

    function _authorizationDigest(bytes32 id, address home) internal view returns (bytes32) {
        DecisionView memory decision = decisions.decisionOf(id);
        TypedData.Authorization memory message = TypedData.Authorization(
            id,
            decision.agentId,
            decision.committeeId,
            decision.epoch,
            decision.payloadHash,
            decision.policyHash,
            decision.deadline,
            address(decisions)
        );
        return MessageHashUtils.toTypedDataHash(_separator("Synod AgentVault", home), TypedData.authorization(message));
    }
}
