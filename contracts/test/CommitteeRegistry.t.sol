// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICommitteeRegistry} from "../src/interfaces/ICommitteeRegistry.sol";
import {Ids} from "../src/libraries/Ids.sol";
import {TypedData} from "../src/libraries/TypedData.sol";
import {CommitteeView, EpochStatus, EpochView, GroupKey, Member, SignedBy} from "../src/types/Committee.sol";
import {Vm} from "./utils/Vm.sol";
import {World} from "./utils/World.sol";

contract CommitteeRegistryTest is World {
    uint256 private constant OTHERS = 0x201;
    uint256 private constant OTHER_GROUP = 0x9002;
    bytes32 private constant SALT = keccak256("salt");

    bytes32 private proposed;

    function setUp() public override {
        super.setUp();
        proposed = committees.proposeCommittee(SALT, _members(OTHERS, MEMBERS), MIN_SIGNERS, QUORUM);
    }

    // ---- proposeCommittee ----

    function test_proposal_is_recorded_under_its_content_hash() public view {
        Member[] memory members = _members(OTHERS, MEMBERS);
        vm.assertEq(proposed, committees.computeCommitteeId(address(this), SALT, members, MIN_SIGNERS, QUORUM), "id");
        EpochView memory facts = committees.epochOf(proposed, 1);
        vm.assertTrue(facts.status == EpochStatus.Proposed, "status");
        vm.assertEq(facts.minSigners, MIN_SIGNERS, "minSigners");
        vm.assertEq(facts.quorum, QUORUM, "quorum");
        vm.assertEq(facts.memberCount, MEMBERS, "memberCount");
        vm.assertEq(facts.membersHash, Ids.hashMembers(members), "membersHash");
        vm.assertEq(facts.proposedAt, START, "proposedAt");
        vm.assertEq(keccak256(abi.encode(committees.members(proposed, 1))), facts.membersHash, "members");
        for (uint16 i = 0; i < MEMBERS; ++i) {
            vm.assertEq(committees.memberAddress(proposed, 1, i), vm.addr(OTHERS + i), "address");
        }
    }

    function test_proposal_is_not_active() public view {
        CommitteeView memory committee = committees.committeeOf(proposed);
        vm.assertEq(committee.proposer, address(this), "proposer");
        vm.assertEq(committee.latestEpoch, 1, "latest");
        vm.assertEq(committee.activeEpoch, 0, "active");
        vm.assertEq(committees.activeEpoch(proposed), 0, "active view");
    }

    function test_a_copied_proposal_is_another_committee() public {
        Member[] memory members = _members(OTHERS, MEMBERS);
        vm.prank(RECIPIENT);
        bytes32 copy = committees.proposeCommittee(SALT, members, MIN_SIGNERS, QUORUM);
        vm.assertTrue(copy != proposed, "the proposer is in the id");
    }

    function test_the_same_proposal_twice_is_refused() public {
        _assertReverts(
            address(committees),
            abi.encodeCall(committees.proposeCommittee, (SALT, _members(OTHERS, MEMBERS), MIN_SIGNERS, QUORUM)),
            abi.encodeWithSelector(ICommitteeRegistry.CommitteeAlreadyExists.selector, proposed)
        );
    }

    function test_sizes_outside_2_to_64_are_refused() public {
        uint256[3] memory sizes = [uint256(0), 1, 65];
        for (uint256 i = 0; i < sizes.length; ++i) {
            _assertProposalReverts(
                _members(OTHERS, sizes[i]),
                2,
                2,
                abi.encodeWithSelector(ICommitteeRegistry.CommitteeSizeInvalid.selector, sizes[i])
            );
        }
        committees.proposeCommittee(SALT, _members(OTHERS, 64), 2, 43);
    }

    function test_a_point_off_the_curve_is_refused() public {
        Member[] memory members = _members(OTHERS, MEMBERS);
        members[2].y = bytes32(uint256(members[2].y) ^ 1);
        _assertProposalReverts(
            members,
            MIN_SIGNERS,
            QUORUM,
            abi.encodeWithSelector(
                ICommitteeRegistry.CommitteeIdentityKeyInvalid.selector,
                2,
                members[2].x,
                members[2].y
            )
        );
    }

    function test_a_repeated_identity_is_refused() public {
        Member[] memory members = _members(OTHERS, MEMBERS);
        members[3].x = members[1].x;
        members[3].y = members[1].y;
        members[3].endpoint = "/elsewhere";
        _assertProposalReverts(
            members,
            MIN_SIGNERS,
            QUORUM,
            abi.encodeWithSelector(ICommitteeRegistry.CommitteeIdentityKeyRepeated.selector, 3, vm.addr(OTHERS + 1))
        );
    }

    function test_an_endpoint_has_256_bytes_at_most() public {
        Member[] memory members = _members(OTHERS, MEMBERS);
        members[0].endpoint = string(new bytes(256));
        committees.proposeCommittee(SALT, members, MIN_SIGNERS, QUORUM);
        members[0].endpoint = string(new bytes(257));
        _assertProposalReverts(
            members,
            MIN_SIGNERS,
            QUORUM,
            abi.encodeWithSelector(ICommitteeRegistry.CommitteeEndpointTooLong.selector, 0, 257)
        );
    }

    // ---- confirmEpoch ----

    function test_confirmations_are_collected_until_all_agree() public {
        for (uint16 i = 0; i < MEMBERS; ++i) {
            vm.assertTrue(_status(proposed, 1) == EpochStatus.Proposed, "proposed");
            _confirm(proposed, 1, i, OTHERS + i, OTHER_GROUP);
            vm.assertEq(committees.epochOf(proposed, 1).confirmations, (2 << i) - 1, "bitmap");
        }
        EpochView memory facts = committees.epochOf(proposed, 1);
        vm.assertTrue(facts.status == EpochStatus.Confirmed, "confirmed");
        vm.assertEq(facts.groupAddress, vm.addr(OTHER_GROUP), "group address");
        vm.assertEq(facts.recordHash, RECORD_HASH, "record");
        vm.assertEq(facts.groupKey.x, _groupKey(OTHER_GROUP).x, "x");
        vm.assertEq(facts.groupKey.y, _groupKey(OTHER_GROUP).y, "y");
    }

    function test_a_confirmation_changes_its_own_epoch_only() public {
        bytes32 before = keccak256(abi.encode(committees.epochOf(committeeId, 1)));
        _confirm(proposed, 1, 0, OTHERS, OTHER_GROUP);
        vm.assertEq(keccak256(abi.encode(committees.epochOf(committeeId, 1))), before, "other committee");
    }

    function test_a_confirmation_by_another_key_is_refused() public {
        _assertConfirmationReverts(
            0,
            _sign(OTHERS + 1, _confirmationDigest(proposed, 1, OTHER_GROUP)),
            abi.encodeWithSelector(
                ICommitteeRegistry.CommitteeSignerMismatch.selector,
                vm.addr(OTHERS + 1),
                vm.addr(OTHERS)
            )
        );
    }

    function test_a_confirmation_by_nobody_is_refused() public {
        _assertConfirmationReverts(
            MEMBERS,
            _sign(OTHERS, _confirmationDigest(proposed, 1, OTHER_GROUP)),
            abi.encodeWithSelector(ICommitteeRegistry.CommitteeMemberUnknown.selector, MEMBERS, MEMBERS)
        );
    }

    function test_a_second_confirmation_is_refused() public {
        _confirm(proposed, 1, 0, OTHERS, OTHER_GROUP);
        _assertConfirmationReverts(
            0,
            _sign(OTHERS, _confirmationDigest(proposed, 1, OTHER_GROUP)),
            abi.encodeWithSelector(ICommitteeRegistry.CommitteeAlreadyConfirmed.selector, 0)
        );
    }

    function test_a_confirmation_of_another_key_is_refused() public {
        _confirm(proposed, 1, 0, OTHERS, GROUP);
        _assertConfirmationReverts(
            1,
            _sign(OTHERS + 1, _confirmationDigest(proposed, 1, OTHER_GROUP)),
            abi.encodeWithSelector(
                ICommitteeRegistry.CommitteeConfirmationMismatch.selector,
                1,
                vm.addr(OTHER_GROUP),
                RECORD_HASH,
                vm.addr(GROUP),
                RECORD_HASH
            )
        );
    }

    function test_a_confirmation_of_another_record_is_refused() public {
        bytes32 other = keccak256("another record");
        _confirm(proposed, 1, 0, OTHERS, OTHER_GROUP);
        bytes32 digest = _committeeDigest(
            TypedData.epochConfirmation(_epochTerms(proposed, 1), _groupKey(OTHER_GROUP), other)
        );
        _assertReverts(
            address(committees),
            abi.encodeCall(
                committees.confirmEpoch,
                (proposed, 1, 1, _groupKey(OTHER_GROUP), other, _sign(OTHERS + 1, digest))
            ),
            abi.encodeWithSelector(
                ICommitteeRegistry.CommitteeConfirmationMismatch.selector,
                1,
                vm.addr(OTHER_GROUP),
                other,
                vm.addr(OTHER_GROUP),
                RECORD_HASH
            )
        );
    }

    function test_a_group_key_off_the_curve_is_refused() public {
        GroupKey memory zero = GroupKey(0, 0);
        bytes32 digest = _committeeDigest(TypedData.epochConfirmation(_epochTerms(proposed, 1), zero, RECORD_HASH));
        _assertReverts(
            address(committees),
            abi.encodeCall(committees.confirmEpoch, (proposed, 1, 0, zero, RECORD_HASH, _sign(OTHERS, digest))),
            abi.encodeWithSelector(ICommitteeRegistry.CommitteeGroupKeyInvalid.selector, bytes32(0), bytes32(0))
        );
    }

    function test_a_complete_epoch_takes_no_more_confirmations() public {
        bytes memory signature = _sign(FIRST_MEMBER, _confirmationDigest(committeeId, 1, GROUP));
        _assertReverts(
            address(committees),
            abi.encodeCall(committees.confirmEpoch, (committeeId, 1, 0, _groupKey(GROUP), RECORD_HASH, signature)),
            _unexpectedStatus(committeeId, 1, EpochStatus.Active)
        );
    }

    function test_an_unknown_committee_is_named() public {
        bytes32 unknown = keccak256("unknown");
        bytes memory reason = abi.encodeWithSelector(ICommitteeRegistry.CommitteeUnknown.selector, unknown);
        _assertReverts(address(committees), abi.encodeCall(committees.committeeOf, (unknown)), reason);
        _assertReverts(address(committees), abi.encodeCall(committees.activateEpoch, (unknown, 1, "")), reason);
        vm.assertTrue(_status(unknown, 1) == EpochStatus.None, "no status");
    }

    // ---- activateEpoch ----

    function test_activation_needs_every_confirmation() public {
        for (uint16 i = 0; i < MEMBERS - 1; ++i) _confirm(proposed, 1, i, OTHERS + i, OTHER_GROUP);
        bytes memory proof = _sign(OTHER_GROUP, _possessionDigest(proposed, 1));
        _assertReverts(
            address(committees),
            abi.encodeCall(committees.activateEpoch, (proposed, 1, proof)),
            _unexpectedStatus(proposed, 1, EpochStatus.Proposed)
        );
        _confirm(proposed, 1, MEMBERS - 1, OTHERS + MEMBERS - 1, OTHER_GROUP);
        committees.activateEpoch(proposed, 1, proof);
        vm.assertEq(committees.activeEpoch(proposed), 1, "active");
    }

    function test_activation_needs_the_group_key() public {
        for (uint16 i = 0; i < MEMBERS; ++i) _confirm(proposed, 1, i, OTHERS + i, OTHER_GROUP);
        bytes memory proof = _sign(GROUP, _possessionDigest(proposed, 1));
        _assertReverts(
            address(committees),
            abi.encodeCall(committees.activateEpoch, (proposed, 1, proof)),
            abi.encodeWithSelector(
                ICommitteeRegistry.CommitteeSignerMismatch.selector,
                vm.addr(GROUP),
                vm.addr(OTHER_GROUP)
            )
        );
    }

    function test_rotation_retires_the_old_epoch_and_says_that_the_key_changed() public {
        vm.recordLogs();
        _rotate(committeeId, OTHERS, OTHER_GROUP);
        _assertKeyChanged(true);
        vm.assertTrue(committees.epochOf(committeeId, 2).isKeyNew, "the view says so too");
        vm.assertTrue(_status(committeeId, 1) == EpochStatus.Retired, "retired");
        vm.assertTrue(_status(committeeId, 2) == EpochStatus.Active, "active");
        _assertKey(1, GROUP, START);
        _assertKey(2, OTHER_GROUP, 0);
    }

    function test_resharing_keeps_the_key_and_says_so() public {
        vm.recordLogs();
        _rotate(committeeId, OTHERS, GROUP);
        _assertKeyChanged(false);
        vm.assertTrue(!committees.epochOf(committeeId, 2).isKeyNew, "the view says so too");
        vm.assertTrue(committees.epochOf(committeeId, 1).isKeyNew, "the first key was new");
        _assertKey(1, GROUP, START);
        _assertKey(2, GROUP, 0);
    }

    function test_an_active_epoch_cannot_be_activated_again() public {
        bytes memory proof = _sign(GROUP, _possessionDigest(committeeId, 1));
        _assertReverts(
            address(committees),
            abi.encodeCall(committees.activateEpoch, (committeeId, 1, proof)),
            _unexpectedStatus(committeeId, 1, EpochStatus.Active)
        );
    }

    // ---- proposeEpoch ----

    function test_the_old_epoch_stays_active_until_the_switch() public {
        vm.assertEq(_proposeEpoch(committeeId, OTHERS, FIRST_MEMBER), 2, "number");
        vm.assertEq(committees.activeEpoch(committeeId), 1, "active");
        vm.assertTrue(_status(committeeId, 2) == EpochStatus.Proposed, "proposed");
    }

    function test_a_newer_proposal_abandons_the_half_done_one() public {
        _proposeEpoch(committeeId, OTHERS, FIRST_MEMBER);
        vm.assertEq(_proposeEpoch(committeeId, OTHERS + 1, FIRST_MEMBER), 3, "number");
        vm.assertTrue(_status(committeeId, 2) == EpochStatus.Abandoned, "abandoned");
        vm.assertTrue(_status(committeeId, 3) == EpochStatus.Proposed, "proposed");
    }

    function test_approvals_of_one_proposal_do_not_serve_the_next() public {
        Member[] memory members = _members(OTHERS, MEMBERS);
        SignedBy[] memory approvals = _signatures(FIRST_MEMBER, QUORUM, _proposalDigest(committeeId, 2, members));
        bytes memory call = abi.encodeCall(
            committees.proposeEpoch,
            (committeeId, members, MIN_SIGNERS, QUORUM, approvals)
        );
        (bool success, ) = address(committees).call(call);
        vm.assertTrue(success, "first");
        vm.assertEq(
            _selectorOfRevert(address(committees), call),
            ICommitteeRegistry.CommitteeSignerMismatch.selector,
            "second"
        );
    }

    /// @dev Epoch 1 approves an epoch 3 in place of an epoch 2 that does not get done. Epoch 2 gets done after all, with
    /// the same members; what they approved as epoch 1 does not bind them as epoch 2.
    function test_approvals_of_one_epoch_do_not_serve_the_next() public {
        _proposeEpoch(committeeId, FIRST_MEMBER, FIRST_MEMBER);
        Member[] memory members = _members(OTHERS, MEMBERS);
        SignedBy[] memory approvals = _signatures(FIRST_MEMBER, QUORUM, _proposalDigest(committeeId, 3, members));
        _completeEpoch(committeeId, 2, FIRST_MEMBER, GROUP);
        vm.assertEq(
            _selectorOfRevert(
                address(committees),
                abi.encodeCall(committees.proposeEpoch, (committeeId, members, MIN_SIGNERS, QUORUM, approvals))
            ),
            ICommitteeRegistry.CommitteeSignerMismatch.selector,
            "left over"
        );
    }

    function test_a_committee_without_an_active_epoch_cannot_go_on() public {
        SignedBy[] memory none = new SignedBy[](0);
        _assertReverts(
            address(committees),
            abi.encodeCall(committees.proposeEpoch, (proposed, _members(OTHERS, MEMBERS), MIN_SIGNERS, QUORUM, none)),
            abi.encodeWithSelector(ICommitteeRegistry.CommitteeNotActive.selector, proposed)
        );
    }

    function test_retired_members_cannot_propose() public {
        _rotate(committeeId, OTHERS, OTHER_GROUP);
        Member[] memory members = _members(0x301, MEMBERS);
        SignedBy[] memory approvals = _signatures(FIRST_MEMBER, QUORUM, _proposalDigest(committeeId, 3, members));
        _assertReverts(
            address(committees),
            abi.encodeCall(committees.proposeEpoch, (committeeId, members, MIN_SIGNERS, QUORUM, approvals)),
            abi.encodeWithSelector(
                ICommitteeRegistry.CommitteeSignerMismatch.selector,
                vm.addr(FIRST_MEMBER),
                vm.addr(OTHERS)
            )
        );
    }

    // ---- abandonEpoch ----

    function test_the_proposer_abandons_the_first_epoch_for_good() public {
        committees.abandonEpoch(proposed, 1, new SignedBy[](0));
        vm.assertTrue(_status(proposed, 1) == EpochStatus.Abandoned, "abandoned");
        bytes memory signature = _sign(OTHERS, _confirmationDigest(proposed, 1, OTHER_GROUP));
        _assertConfirmationReverts(0, signature, _unexpectedStatus(proposed, 1, EpochStatus.Abandoned));
    }

    function test_nobody_else_abandons_the_first_epoch() public {
        _assertRevertsFor(
            RECIPIENT,
            address(committees),
            abi.encodeCall(committees.abandonEpoch, (proposed, 1, new SignedBy[](0))),
            abi.encodeWithSelector(ICommitteeRegistry.CommitteeNotProposer.selector, RECIPIENT, address(this))
        );
    }

    function test_a_quorum_abandons_a_later_epoch() public {
        _proposeEpoch(committeeId, OTHERS, FIRST_MEMBER);
        SignedBy[] memory approvals = _signatures(FIRST_MEMBER, QUORUM, _abandonmentDigest(committeeId, 2));
        vm.prank(RECIPIENT);
        committees.abandonEpoch(committeeId, 2, approvals);
        vm.assertTrue(_status(committeeId, 2) == EpochStatus.Abandoned, "abandoned");
        vm.assertEq(committees.activeEpoch(committeeId), 1, "the old epoch stays");
    }

    function test_the_proposer_alone_does_not_abandon_a_later_epoch() public {
        _proposeEpoch(committeeId, OTHERS, FIRST_MEMBER);
        _assertReverts(
            address(committees),
            abi.encodeCall(committees.abandonEpoch, (committeeId, 2, new SignedBy[](0))),
            abi.encodeWithSelector(ICommitteeRegistry.CommitteeQuorumNotReached.selector, 0, QUORUM)
        );
    }

    function test_an_active_epoch_cannot_be_abandoned() public {
        _assertReverts(
            address(committees),
            abi.encodeCall(committees.abandonEpoch, (committeeId, 1, new SignedBy[](0))),
            _unexpectedStatus(committeeId, 1, EpochStatus.Active)
        );
    }

    /// @dev Given up when all had confirmed, it cannot take over any more, not even with the key's own proof.
    function test_an_abandoned_epoch_cannot_be_activated() public {
        _proposeEpoch(committeeId, OTHERS, FIRST_MEMBER);
        for (uint16 i = 0; i < MEMBERS; ++i) _confirm(committeeId, 2, i, OTHERS + i, OTHER_GROUP);
        vm.assertTrue(_status(committeeId, 2) == EpochStatus.Confirmed, "confirmed");
        bytes memory proof = _sign(OTHER_GROUP, _possessionDigest(committeeId, 2));
        SignedBy[] memory approvals = _signatures(FIRST_MEMBER, QUORUM, _abandonmentDigest(committeeId, 2));
        committees.abandonEpoch(committeeId, 2, approvals);
        _assertReverts(
            address(committees),
            abi.encodeCall(committees.activateEpoch, (committeeId, 2, proof)),
            _unexpectedStatus(committeeId, 2, EpochStatus.Abandoned)
        );
        _assertReverts(
            address(committees),
            abi.encodeCall(committees.abandonEpoch, (committeeId, 2, approvals)),
            _unexpectedStatus(committeeId, 2, EpochStatus.Abandoned)
        );
        vm.assertEq(_proposeEpoch(committeeId, OTHERS, FIRST_MEMBER), 3, "the next one has the next number");
    }

    function test_a_replaced_epoch_cannot_be_activated() public {
        _proposeEpoch(committeeId, OTHERS, FIRST_MEMBER);
        for (uint16 i = 0; i < MEMBERS; ++i) _confirm(committeeId, 2, i, OTHERS + i, OTHER_GROUP);
        bytes memory proof = _sign(OTHER_GROUP, _possessionDigest(committeeId, 2));
        _proposeEpoch(committeeId, OTHERS + 1, FIRST_MEMBER);
        _assertReverts(
            address(committees),
            abi.encodeCall(committees.activateEpoch, (committeeId, 2, proof)),
            _unexpectedStatus(committeeId, 2, EpochStatus.Abandoned)
        );
    }

    function test_an_epoch_that_was_never_proposed_cannot_be_abandoned() public {
        _assertReverts(
            address(committees),
            abi.encodeCall(committees.abandonEpoch, (committeeId, 2, new SignedBy[](0))),
            _unexpectedStatus(committeeId, 2, EpochStatus.None)
        );
    }

    // ---- retired epochs ----

    /// @dev Its members cannot propose (above), give up what their successors proposed, confirm, or come back with a proof of
    /// the key that they still hold; nor can they be abandoned or active again.
    function test_a_retired_epoch_can_do_nothing() public {
        bytes memory proof = _sign(GROUP, _possessionDigest(committeeId, 1));
        bytes memory confirmation = _sign(FIRST_MEMBER, _confirmationDigest(committeeId, 1, GROUP));
        _rotate(committeeId, OTHERS, OTHER_GROUP);
        bytes memory retired = _unexpectedStatus(committeeId, 1, EpochStatus.Retired);
        _assertReverts(
            address(committees),
            abi.encodeCall(committees.confirmEpoch, (committeeId, 1, 0, _groupKey(GROUP), RECORD_HASH, confirmation)),
            retired
        );
        _assertReverts(address(committees), abi.encodeCall(committees.activateEpoch, (committeeId, 1, proof)), retired);
        _assertReverts(
            address(committees),
            abi.encodeCall(committees.abandonEpoch, (committeeId, 1, new SignedBy[](0))),
            retired
        );
        _proposeEpoch(committeeId, 0x301, OTHERS);
        SignedBy[] memory approvals = _signatures(FIRST_MEMBER, QUORUM, _abandonmentDigest(committeeId, 3));
        _assertReverts(
            address(committees),
            abi.encodeCall(committees.abandonEpoch, (committeeId, 3, approvals)),
            abi.encodeWithSelector(
                ICommitteeRegistry.CommitteeSignerMismatch.selector,
                vm.addr(FIRST_MEMBER),
                vm.addr(OTHERS)
            )
        );
    }

    /// @dev What epoch 1 was is still there to be read, and nothing that epoch 2 does changes it.
    function test_a_retired_epoch_keeps_its_facts() public {
        EpochView memory before = committees.epochOf(committeeId, 1);
        _rotate(committeeId, OTHERS, OTHER_GROUP);
        EpochView memory present = committees.epochOf(committeeId, 1);
        before.status = EpochStatus.Retired;
        before.retiredAt = _now();
        vm.assertEq(keccak256(abi.encode(present)), keccak256(abi.encode(before)), "facts");
        vm.assertEq(committees.members(committeeId, 1).length, MEMBERS, "members");
    }

    // ---- checkQuorum ----

    function test_signers_must_ascend() public {
        bytes32 digest = keccak256("digest");
        SignedBy[] memory signatures = _signatures(FIRST_MEMBER, QUORUM, digest);
        signatures[2] = signatures[1];
        _assertReverts(
            address(committees),
            abi.encodeCall(committees.checkQuorum, (committeeId, 1, 0, digest, signatures)),
            abi.encodeWithSelector(ICommitteeRegistry.CommitteeMembersNotAscending.selector, 1, 1)
        );
    }

    function test_an_epoch_never_proposed_has_no_quorum() public {
        _assertReverts(
            address(committees),
            abi.encodeCall(committees.checkQuorum, (committeeId, 9, 0, keccak256("digest"), new SignedBy[](0))),
            abi.encodeWithSelector(ICommitteeRegistry.CommitteeQuorumNotReached.selector, 0, 0)
        );
    }

    /// @dev Succeeds exactly when at least three of the four sign, and tells who did.
    function testFuzz_quorum_is_reached_exactly_by_enough_distinct_members(uint8 mask, bytes32 digest) public {
        mask = mask & 0xf;
        SignedBy[] memory all = _signatures(FIRST_MEMBER, MEMBERS, digest);
        uint256 count = 0;
        for (uint16 i = 0; i < MEMBERS; ++i) {
            if ((mask >> i) & 1 == 1) all[count++] = all[i];
        }
        SignedBy[] memory given = new SignedBy[](count);
        for (uint256 i = 0; i < count; ++i) given[i] = all[i];
        if (count >= QUORUM) {
            vm.assertEq(committees.checkQuorum(committeeId, 1, 0, digest, given), mask, "bitmap");
        } else {
            _assertReverts(
                address(committees),
                abi.encodeCall(committees.checkQuorum, (committeeId, 1, 0, digest, given)),
                abi.encodeWithSelector(ICommitteeRegistry.CommitteeQuorumNotReached.selector, count, QUORUM)
            );
        }
    }

    // ---- helpers ----

    function _status(bytes32 id, uint64 epoch) private view returns (EpochStatus) {
        return committees.epochOf(id, epoch).status;
    }

    function _unexpectedStatus(bytes32 id, uint64 epoch, EpochStatus status) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ICommitteeRegistry.CommitteeUnexpectedStatus.selector, id, epoch, status);
    }

    function _assertProposalReverts(
        Member[] memory members,
        uint16 minSigners,
        uint16 quorum,
        bytes memory reason
    ) private {
        _assertReverts(
            address(committees),
            abi.encodeCall(committees.proposeCommittee, (keccak256("other"), members, minSigners, quorum)),
            reason
        );
    }

    function _assertConfirmationReverts(uint16 index, bytes memory signature, bytes memory reason) private {
        _assertReverts(
            address(committees),
            abi.encodeCall(
                committees.confirmEpoch,
                (proposed, 1, index, _groupKey(OTHER_GROUP), RECORD_HASH, signature)
            ),
            reason
        );
    }

    function _assertKeyChanged(bool expected) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        Vm.Log memory last = logs[logs.length - 1];
        vm.assertEq(last.topics[0], ICommitteeRegistry.EpochActivated.selector, "event");
        (, , bool keyChanged) = abi.decode(last.data, (address, GroupKey, bool));
        vm.assertEq(keyChanged, expected, "keyChanged");
    }

    function _assertKey(uint64 epoch, uint256 groupKey, uint256 retiredAt) private view {
        (address groupAddress, uint64 actual) = committees.keyOf(committeeId, epoch);
        vm.assertEq(groupAddress, vm.addr(groupKey), "group");
        vm.assertEq(actual, retiredAt, "retiredAt");
    }
}
