// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {IAgentVault} from "../src/interfaces/IAgentVault.sol";
import {ICommitteeRegistry} from "../src/interfaces/ICommitteeRegistry.sol";
import {Ids} from "../src/libraries/Ids.sol";
import {TypedData} from "../src/libraries/TypedData.sol";
import {Member, SignedBy} from "../src/types/Committee.sol";
import {DecisionView} from "../src/types/Decision.sol";
import {Keys} from "./utils/Keys.sol";
import {World} from "./utils/World.sol";

/// @notice Every place that takes a signature takes exactly one encoding of exactly one message.
contract SignaturesTest is World {
    uint256 private constant OTHERS = 0x201;
    uint256 private constant OTHER_GROUP = 0x9002;
    uint256 private constant PLACES = 6;

    bytes32 private _pending;
    bytes32 private _ready;
    bytes32 private _proposed;
    bytes32 private _confirmed;

    function setUp() public override {
        super.setUp();
        _ready = _submitReady(_transfer(10));
        _pending = _submit(_transfer(11));
        _proposed = committees.proposeCommittee(bytes32(uint256(1)), _members(OTHERS, MEMBERS), MIN_SIGNERS, QUORUM);
        _confirmed = committees.proposeCommittee(bytes32(uint256(2)), _members(OTHERS, MEMBERS), MIN_SIGNERS, QUORUM);
        for (uint16 i = 0; i < MEMBERS; ++i) _confirm(_confirmed, 1, i, OTHERS + i, OTHER_GROUP);
        _proposeEpoch(committeeId, OTHERS, FIRST_MEMBER);
    }

    // ---- the six places: which key, which digest, which call ----

    function _key(uint256 place) private pure returns (uint256) {
        if (place == 0) return GROUP;
        if (place == 2) return OTHERS;
        if (place == 3) return OTHER_GROUP;
        return FIRST_MEMBER;
    }

    function _digest(uint256 place) private view returns (bytes32) {
        if (place == 0) return _authorizationDigest(_ready);
        if (place == 1) return _attestationDigest(_pending, true);
        if (place == 2) return _confirmationDigest(_proposed, 1, OTHER_GROUP);
        if (place == 3) return _possessionDigest(_confirmed, 1);
        if (place == 4) return _proposalDigest(committeeId, 3, _members(OTHERS, MEMBERS));
        return _abandonmentDigest(committeeId, 2);
    }

    function _call(uint256 place, bytes memory signature) private view returns (address, bytes memory) {
        if (place == 0) return (address(vault), abi.encodeCall(vault.execute, (_ready, _transfer(10), signature)));
        if (place == 1) return (address(decisions), _resolveCall(signature));
        return (address(committees), _committeeCall(place, signature));
    }

    function _resolveCall(bytes memory signature) private view returns (bytes memory) {
        return abi.encodeCall(decisions.resolve, (_pending, true, RESULT_HASH, _firstBy(1, signature)));
    }

    function _committeeCall(uint256 place, bytes memory signature) private view returns (bytes memory) {
        if (place == 2) {
            return
                abi.encodeCall(
                    committees.confirmEpoch,
                    (_proposed, 1, 0, _groupKey(OTHER_GROUP), RECORD_HASH, signature)
                );
        }
        if (place == 3) return abi.encodeCall(committees.activateEpoch, (_confirmed, 1, signature));
        if (place == 4) {
            Member[] memory members = _members(OTHERS, MEMBERS);
            return
                abi.encodeCall(
                    committees.proposeEpoch,
                    (committeeId, members, MIN_SIGNERS, QUORUM, _firstBy(4, signature))
                );
        }
        return abi.encodeCall(committees.abandonEpoch, (committeeId, 2, _firstBy(5, signature)));
    }

    /// @dev A full quorum whose first signature is the one in question.
    function _firstBy(uint256 place, bytes memory signature) private view returns (SignedBy[] memory list) {
        list = _signatures(FIRST_MEMBER, QUORUM, _digest(place));
        list[0].signature = signature;
    }

    function _try(uint256 place, bytes memory signature) private returns (bytes memory) {
        (address target, bytes memory data) = _call(place, signature);
        uint256 before = vm.snapshotState();
        (bool success, bytes memory reason) = target.call(data);
        vm.revertToState(before);
        return success ? bytes("") : reason;
    }

    function _assertRefused(uint256 place, bytes memory signature, bytes memory reason) private {
        vm.assertEq(_try(place, signature), reason, "reason");
    }

    // ---- one encoding ----

    function test_the_right_signature_is_taken_everywhere() public {
        for (uint256 place = 0; place < PLACES; ++place) {
            vm.assertEq(_try(place, _sign(_key(place), _digest(place))).length, 0, "taken");
        }
    }

    function test_only_two_values_of_v_are_read_and_one_is_right() public {
        bytes memory invalid = abi.encodeWithSelector(ECDSA.ECDSAInvalidSignature.selector);
        for (uint256 place = 0; place < PLACES; ++place) {
            (uint8 right, bytes32 r, bytes32 s) = vm.sign(_key(place), _digest(place));
            for (uint256 v = 0; v < 256; ++v) {
                bytes memory reason = _try(place, abi.encodePacked(r, s, uint8(v)));
                if (v == right) vm.assertEq(reason.length, 0, "right");
                else if (v == 27 || v == 28) _assertMismatch(place, reason);
                else vm.assertEq(reason, invalid, "invalid");
            }
        }
    }

    function test_the_high_s_twin_is_refused() public {
        for (uint256 place = 0; place < PLACES; ++place) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(_key(place), _digest(place));
            bytes32 twin = bytes32(Keys.N - uint256(s));
            _assertRefused(
                place,
                abi.encodePacked(r, twin, v == 27 ? uint8(28) : uint8(27)),
                abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, twin)
            );
        }
    }

    function test_other_lengths_are_refused() public {
        for (uint256 place = 0; place < PLACES; ++place) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(_key(place), _digest(place));
            bytes32 compactS = bytes32(uint256(s) | (uint256(v - 27) << 255));
            _assertLengthRefused(place, abi.encodePacked(r, compactS));
            _assertLengthRefused(place, abi.encodePacked(r, s, v, uint8(0)));
            _assertLengthRefused(place, "");
        }
    }

    function test_r_and_s_outside_their_range_are_refused() public {
        bytes32[4] memory values = [bytes32(0), bytes32(Keys.N), bytes32(Keys.N + 1), bytes32(type(uint256).max)];
        for (uint256 place = 0; place < PLACES; ++place) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(_key(place), _digest(place));
            for (uint256 i = 0; i < values.length; ++i) {
                bytes memory invalid = abi.encodeWithSelector(ECDSA.ECDSAInvalidSignature.selector);
                _assertRefused(place, abi.encodePacked(values[i], s, v), invalid);
                bytes memory badS =
                    i == 0 ? invalid : abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, values[i]);
                _assertRefused(place, abi.encodePacked(r, values[i], v), badS);
            }
        }
    }

    /// @dev Each bit of the 520 of an authorization, and one bit of each byte at the other places: none is idle.
    function test_every_bit_of_a_signature_counts() public {
        uint256 refused = 0;
        uint256 taken = 0;
        for (uint256 place = 0; place < PLACES; ++place) {
            bytes memory right = _sign(_key(place), _digest(place));
            if (_try(place, right).length == 0) ++taken;
            uint256 bitsPerByte = place == 0 ? 8 : 1;
            for (uint256 i = 0; i < right.length * bitsPerByte; ++i) {
                uint256 position = i / bitsPerByte;
                bytes1 mask = bytes1(uint8(1 << (place == 0 ? i % 8 : (i + place) % 8)));
                right[position] ^= mask;
                if (_try(place, right).length != 0) ++refused;
                right[position] ^= mask;
            }
        }
        vm.assertEq(refused, 520 + 5 * 65, "refused");
        vm.assertEq(taken, PLACES, "taken");
    }

    // ---- one message ----

    /// @dev Six places, six messages, three domains, four keys: of 432 signatures each place takes one.
    function test_no_message_in_any_domain_by_any_key_stands_for_another() public {
        uint256[4] memory keys = [GROUP, FIRST_MEMBER, OTHERS, OTHER_GROUP];
        uint256 refused = 0;
        for (uint256 place = 0; place < PLACES; ++place) {
            for (uint256 i = 0; i < 3 * PLACES; ++i) {
                bytes32 digest = MessageHashUtils.toTypedDataHash(_separatorOf(i / PLACES), _structHash(i % PLACES));
                for (uint256 k = 0; k < keys.length; ++k) {
                    bool isTaken = _try(place, _sign(keys[k], digest)).length == 0;
                    vm.assertEq(isTaken, digest == _digest(place) && keys[k] == _key(place), "only its own");
                    if (!isTaken) ++refused;
                }
            }
        }
        vm.assertEq(refused, 432 - PLACES, "refused");
    }

    function _separatorOf(uint256 domain) private view returns (bytes32) {
        if (domain == 0) return _separator("Synod AgentVault", address(vault));
        if (domain == 1) return _separator("Synod DecisionRegistry", address(decisions));
        return _separator("Synod CommitteeRegistry", address(committees));
    }

    function _structHash(uint256 place) private view returns (bytes32) {
        if (place == 0) return TypedData.authorization(_rightAuthorization());
        if (place == 1) return TypedData.attestation(_pending, committeeId, 1, true, RESULT_HASH);
        if (place == 2) {
            return TypedData.epochConfirmation(_epochTerms(_proposed, 1), _groupKey(OTHER_GROUP), RECORD_HASH);
        }
        if (place == 3) return TypedData.proofOfPossession(_epochTerms(_confirmed, 1), _groupKey(OTHER_GROUP));
        if (place == 4) {
            bytes32 membersHash = Ids.hashMembers(_members(OTHERS, MEMBERS));
            return TypedData.epochProposal(TypedData.EpochTerms(committeeId, 3, membersHash, MIN_SIGNERS, QUORUM), 1);
        }
        return TypedData.epochAbandonment(committeeId, 2);
    }

    /// @dev The right key of each place signs the message of every place: only the place's own message is taken.
    function test_no_message_stands_for_another() public {
        for (uint256 place = 0; place < PLACES; ++place) {
            for (uint256 other = 0; other < PLACES; ++other) {
                bytes memory reason = _try(place, _sign(_key(place), _digest(other)));
                if (place == other) vm.assertEq(reason.length, 0, "own message");
                else _assertMismatch(place, reason);
            }
        }
    }

    /// @dev Each field of the authorization and each part of its domain is signed: changing one makes another message.
    function test_an_authorization_is_bound_to_every_field() public {
        for (uint256 field = 0; field < 12; ++field) {
            _assertMismatch(0, _try(0, _sign(GROUP, _alteredAuthorization(field))));
        }
        vm.assertEq(_try(0, _sign(GROUP, _alteredAuthorization(12))).length, 0, "unaltered");
    }

    function _rightAuthorization() private view returns (TypedData.Authorization memory) {
        DecisionView memory decision = decisions.decisionOf(_ready);
        return
            TypedData.Authorization(
                _ready,
                decision.agentId,
                decision.committeeId,
                decision.epoch,
                decision.payloadHash,
                decision.policyHash,
                decision.deadline,
                address(decisions)
            );
    }

    function _alteredAuthorization(uint256 field) private view returns (bytes32) {
        TypedData.Authorization memory message = _rightAuthorization();
        if (field == 0) message.decisionId = _pending;
        if (field == 1) message.agentId = 0;
        if (field == 2) message.committeeId = _confirmed;
        if (field == 3) message.epoch = 2;
        if (field == 4) message.payloadHash = 0;
        if (field == 5) message.policyHash = 0;
        if (field == 6) message.deadline += 1;
        if (field == 7) message.registry = address(committees);
        return MessageHashUtils.toTypedDataHash(_alteredSeparator(field), TypedData.authorization(message));
    }

    function _alteredSeparator(uint256 field) private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                    field == 8 ? keccak256("Synod DecisionRegistry") : keccak256("Synod AgentVault"),
                    field == 9 ? keccak256("2") : keccak256("1"),
                    field == 10 ? block.chainid + 1 : block.chainid,
                    field == 11 ? address(decisions) : address(vault)
                )
            );
    }

    function _assertMismatch(uint256 place, bytes memory reason) private pure {
        bytes4 expected =
            place == 0 ? IAgentVault.VaultSignerMismatch.selector : ICommitteeRegistry.CommitteeSignerMismatch.selector;
        vm.assertEq(bytes32(bytes4(reason)), bytes32(expected), "mismatch");
    }

    function _assertLengthRefused(uint256 place, bytes memory signature) private {
        _assertRefused(
            place,
            signature,
            abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureLength.selector, signature.length)
        );
    }
}
