// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IERC1155Receiver} from "@openzeppelin/contracts/token/ERC1155/IERC1155Receiver.sol";
import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {AgentVault} from "../src/AgentVault.sol";
import {ITypedDataApprovals} from "../src/interfaces/ITypedDataApprovals.sol";
import {IAgentVault} from "../src/interfaces/IAgentVault.sol";
import {Action} from "../src/types/Action.sol";
import {AppDomain} from "../src/types/AppDomain.sol";
import {CallRule, Policy} from "../src/types/Policy.sol";
import {MessageApp, PermitApp} from "./mocks/Apps.sol";
import {callRule} from "./utils/Policies.sol";
import {Vm} from "./utils/Vm.sol";
import {World} from "./utils/World.sol";

contract TypedDataApprovalsTest is World {
    bytes4 internal constant VALID = IERC1271.isValidSignature.selector;
    bytes4 internal constant REFUSED = 0xffffffff;
    bytes1 internal constant CHAIN_AND_CONTRACT = 0x0c;
    bytes1 internal constant NAME_CHAIN_AND_CONTRACT = 0x0d;
    bytes internal constant MESSAGE = "gm";

    PermitApp internal permits;
    MessageApp internal messages;

    function setUp() public override {
        permits = new PermitApp();
        messages = new MessageApp();
        super.setUp();
    }

    /// @dev The usual policy, and one type of each of the two applications.
    function _policy() internal view override returns (Policy memory policy) {
        policy = super._policy();
        CallRule[] memory usual = policy.calls;
        policy.calls = new CallRule[](usual.length + 2);
        for (uint256 i = 0; i < usual.length; ++i) policy.calls[i] = usual[i];
        policy.calls[usual.length] = callRule(address(permits), bytes4(keccak256(bytes(permits.TYPE()))));
        policy.calls[usual.length + 1] = callRule(address(messages), bytes4(keccak256(bytes(messages.TYPE()))));
    }

    // ---- what is approved ----

    function test_what_a_decision_approved_is_valid_and_nothing_beside_it() public {
        bytes32 digest = messages.digestOf(MESSAGE);
        bytes memory signature = _messageSignature(MESSAGE);
        vm.assertEq(bytes32(vault.isValidSignature(digest, signature)), bytes32(REFUSED), "before");
        _run(_approveMessage(MESSAGE, _now() + 2 days));
        vm.assertEq(bytes32(vault.isValidSignature(digest, signature)), bytes32(VALID), "approved");
        vm.assertTrue(messages.isSignedBy(address(vault), MESSAGE, signature), "for the application");
        bytes memory other = _messageSignature("gn");
        vm.assertEq(bytes32(vault.isValidSignature(messages.digestOf("gn"), other)), bytes32(REFUSED), "another");
        vm.assertEq(bytes32(vault.isValidSignature(digest, other)), bytes32(REFUSED), "with another's signature");
        vm.assertEq(
            bytes32(vault.isValidSignature(messages.digestOf("gn"), signature)),
            bytes32(REFUSED),
            "another with this signature"
        );
    }

    function test_raw_hashes_and_personal_messages_are_refused() public {
        _run(_approveMessage(MESSAGE, _now() + 2 days));
        bytes32 digest = messages.digestOf(MESSAGE);
        bytes32[3] memory hashes = [digest, keccak256(MESSAGE), MessageHashUtils.toEthSignedMessageHash(MESSAGE)];
        for (uint256 i = 0; i < hashes.length; ++i) {
            bytes[3] memory signatures = [bytes(""), _sign(GROUP, hashes[i]), _sign(FIRST_MEMBER, hashes[i])];
            for (uint256 j = 0; j < signatures.length; ++j) {
                bytes4 answer = vault.isValidSignature(hashes[i], signatures[j]);
                vm.assertEq(bytes32(answer), bytes32(REFUSED), "refused");
            }
        }
    }

    function test_one_encoding_of_the_signature_is_taken() public {
        _run(_approveMessage(MESSAGE, _now() + 2 days));
        bytes32 digest = messages.digestOf(MESSAGE);
        bytes memory signature = _messageSignature(MESSAGE);
        bytes[4] memory others = [
            bytes.concat(hex"00", signature),
            bytes.concat(signature, hex"00"),
            _encode(messages.separator(), _messageHash(MESSAGE), "SafeMessage(bytes data)"),
            _encode(messages.separator(), _messageHash(MESSAGE), "")
        ];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.assertEq(bytes32(vault.isValidSignature(digest, others[i])), bytes32(REFUSED), "refused");
        }
    }

    function testFuzz_nothing_that_was_not_approved_is_valid(bytes32 hash, bytes calldata signature) public {
        _run(_approveMessage(MESSAGE, _now() + 2 days));
        vm.assume(hash != 0x7739773977397739773977397739773977397739773977397739773977397739);
        vm.assertEq(bytes32(vault.isValidSignature(hash, signature)), bytes32(REFUSED), "refused");
    }

    function testFuzz_a_changed_byte_of_the_signature_is_refused(uint256 place, uint8 flip) public {
        _run(_approveMessage(MESSAGE, _now() + 2 days));
        bytes memory signature = _messageSignature(MESSAGE);
        uint256 at = _between(place, 0, signature.length - 1);
        signature[at] = bytes1(uint8(signature[at]) ^ uint8(_between(flip, 1, 255)));
        bytes4 answer = vault.isValidSignature(messages.digestOf(MESSAGE), signature);
        vm.assertEq(bytes32(answer), bytes32(REFUSED), "refused");
    }

    function test_an_application_moves_the_approved_tokens_and_no_more() public {
        _run(_action(address(token), 0, abi.encodeCall(token.approve, (address(permits), 500))));
        bytes memory contents = permits.contents(address(token), 300, address(this), 7);
        bytes memory data = abi.encodeCall(
            vault.approveTypedData,
            (_permitDomain(), permits.TYPE(), contents, _now() + 2 days)
        );
        _run(_action(address(vault), 0, data));
        bytes32 contentsHash = keccak256(abi.encodePacked(keccak256(bytes(permits.TYPE())), contents));
        bytes memory signature = _encode(permits.separator(), contentsHash, permits.TYPE());
        bytes memory unsigned = abi.encodeWithSelector(PermitApp.Unsigned.selector);
        bytes memory more = abi.encodeCall(permits.take, (address(vault), address(token), 301, 7, signature));
        _assertReverts(address(permits), more, unsigned);
        bytes memory right = abi.encodeCall(permits.take, (address(vault), address(token), 300, 7, signature));
        _assertRevertsFor(RECIPIENT, address(permits), right, unsigned);
        permits.take(address(vault), address(token), 300, 7, signature);
        vm.assertEq(token.balanceOf(address(this)), 300, "taken");
    }

    // ---- until when ----

    function test_an_approval_ends_with_its_expiry() public {
        uint64 expiry = _now() + 2 days;
        _run(_approveMessage(MESSAGE, expiry));
        bytes32 digest = messages.digestOf(MESSAGE);
        vm.warp(expiry);
        vm.assertEq(bytes32(vault.isValidSignature(digest, _messageSignature(MESSAGE))), bytes32(VALID), "last second");
        vm.warp(expiry + 1);
        vm.assertEq(bytes32(vault.isValidSignature(digest, _messageSignature(MESSAGE))), bytes32(REFUSED), "over");
    }

    function test_a_decision_takes_an_approval_back() public {
        bytes32 id = _approved(MESSAGE, _now() + 2 days);
        vm.assertEq(vault.approvedUntil(id), START + 2 days, "approved until");
        _run(_action(address(vault), 0, abi.encodeCall(vault.revokeTypedData, (id))));
        vm.assertEq(vault.approvedUntil(id), 0, "approved no longer");
        bytes4 answer = vault.isValidSignature(messages.digestOf(MESSAGE), _messageSignature(MESSAGE));
        vm.assertEq(bytes32(answer), bytes32(REFUSED), "revoked");
    }

    function test_an_expiry_lies_ahead_and_at_most_30_days_away() public {
        uint64 ready = _now() + VETO_WINDOW;
        uint64[2] memory wrong = [ready - 1, ready + 30 days + 1];
        for (uint256 i = 0; i < wrong.length; ++i) {
            Action memory action = _approveMessage(MESSAGE, wrong[i]);
            vm.warp(ready - VETO_WINDOW);
            _assertCallFails(
                action,
                abi.encodeWithSelector(
                    ITypedDataApprovals.VaultApprovalExpiryInvalid.selector,
                    wrong[i],
                    ready,
                    ready + 30 days
                )
            );
        }
        vm.warp(ready - VETO_WINDOW);
        _run(_approveMessage(MESSAGE, ready + 30 days));
        vm.warp(ready - VETO_WINDOW);
        _run(_approveMessage("now", ready));
    }

    function test_what_was_never_approved_cannot_be_revoked() public {
        _assertCallFails(
            _action(address(vault), 0, abi.encodeCall(vault.revokeTypedData, (keccak256("none")))),
            abi.encodeWithSelector(ITypedDataApprovals.VaultApprovalUnknown.selector, keccak256("none"))
        );
    }

    // ---- for whom ----

    function test_an_approval_serves_one_vault() public {
        AgentVault first = vault;
        _run(_approveMessage(MESSAGE, _now() + 2 days));
        _useVault(_policy());
        bytes32 digest = messages.digestOf(MESSAGE);
        vm.assertEq(bytes32(first.isValidSignature(digest, _messageSignature(MESSAGE))), bytes32(VALID), "the first");
        vm.assertEq(bytes32(vault.isValidSignature(digest, _messageSignature(MESSAGE))), bytes32(REFUSED), "another");
    }

    /// @dev The application's hash is the same on both sides of the fork; the vault's nested one is not.
    function test_an_approval_ends_when_the_chain_forks_away() public {
        _run(_approveMessage(MESSAGE, _now() + 2 days));
        bytes32 digest = messages.digestOf(MESSAGE);
        bytes memory signature = _messageSignature(MESSAGE);
        uint256 id = block.chainid;
        vm.chainId(id + 1);
        vm.assertEq(bytes32(vault.isValidSignature(digest, signature)), bytes32(REFUSED), "after the fork");
        vm.chainId(id);
        vm.assertEq(bytes32(vault.isValidSignature(digest, signature)), bytes32(VALID), "on the chain it is for");
    }

    function test_only_the_vault_itself_approves_and_revokes() public {
        bytes32 id = _approved(MESSAGE, _now() + 2 days);
        address[4] memory callers = [address(this), GUARDIAN, vm.addr(GROUP), address(decisions)];
        bytes memory approve = _approveMessage("gn", _now() + 1 days).calls[0].data;
        for (uint256 i = 0; i < callers.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(ITypedDataApprovals.VaultCallerNotItself.selector, callers[i]);
            _assertRevertsFor(callers[i], address(vault), approve, reason);
            bytes memory revoke = abi.encodeCall(vault.revokeTypedData, (id));
            _assertRevertsFor(callers[i], address(vault), revoke, reason);
            address keeper = address(vault.typedDataApprovals());
            _assertRevertsFor(callers[i], keeper, approve, reason);
            _assertRevertsFor(callers[i], keeper, revoke, reason);
        }
    }

    function test_a_type_or_an_application_that_no_rule_names_is_denied() public {
        AppDomain memory domain = _messageDomain();
        string memory other = "SafeTx(address to)";
        _assertCallFails(
            _approve(domain, other, abi.encode(address(this)), _now() + 1 days),
            abi.encodeWithSelector(
                ITypedDataApprovals.VaultTypedDataDenied.selector,
                address(messages),
                keccak256(bytes(other))
            )
        );
        domain.verifyingContract = address(permits);
        string memory kind = messages.TYPE();
        _assertCallFails(
            _approve(domain, kind, abi.encode(keccak256(MESSAGE)), _now() + 1 days),
            abi.encodeWithSelector(
                ITypedDataApprovals.VaultTypedDataDenied.selector,
                address(permits),
                keccak256(bytes(kind))
            )
        );
    }

    function test_a_domain_names_a_contract_and_no_other_chain() public {
        uint256 id = block.chainid;
        _assertDomainFails(_domain(0x04, id));
        _assertDomainFails(_domain(CHAIN_AND_CONTRACT, id + 1));
        _assertDomainFails(_domain(0x2c, id));
        _assertDomainFails(_domain(0x4c, id));
        _run(_approve(_domain(0x08, id + 1), messages.TYPE(), abi.encode(keccak256(MESSAGE)), _now() + 1 days));
    }

    function test_a_malformed_type_or_value_is_refused() public {
        _assertCallFails(
            _approve(_messageDomain(), messages.TYPE(), hex"01", _now() + 1 days),
            abi.encodeWithSelector(ITypedDataApprovals.VaultTypedDataMalformed.selector, messages.TYPE(), uint256(1))
        );
    }

    function test_an_approval_cannot_carry_value() public {
        Action memory action = _approveMessage(MESSAGE, _now() + 1 days);
        action.calls[0].value = 1;
        bytes32 id = _submitReady(action);
        bytes memory execute = abi.encodeCall(vault.execute, (id, action, _authorization(id)));
        _assertReverts(
            address(vault),
            execute,
            abi.encodeWithSelector(
                IAgentVault.VaultCallDenied.selector,
                uint256(0),
                address(vault),
                vault.approveTypedData.selector
            )
        );
    }

    // ---- what it says of itself ----

    function test_it_tells_its_interfaces() public view {
        bytes4[4] memory known = [
            type(IERC165).interfaceId,
            type(IERC1271).interfaceId,
            type(IERC721Receiver).interfaceId,
            type(IERC1155Receiver).interfaceId
        ];
        for (uint256 i = 0; i < known.length; ++i) vm.assertTrue(vault.supportsInterface(known[i]), "known");
        vm.assertTrue(!vault.supportsInterface(0xffffffff), "the one that none supports");
        vm.assertTrue(!vault.supportsInterface(0x12345678), "unknown");
    }

    function test_it_tells_that_it_nests_typed_data() public view {
        bytes32 question = 0x7739773977397739773977397739773977397739773977397739773977397739;
        vm.assertEq(bytes32(vault.isValidSignature(question, "")), bytes32(bytes4(0x77390001)), "ERC-7739");
        vm.assertEq(bytes32(vault.isValidSignature(question, hex"00")), bytes32(REFUSED), "with a signature");
    }

    // ---- helpers of these tests ----

    function _approveMessage(bytes memory message, uint64 expiry) private view returns (Action memory) {
        return _approve(_messageDomain(), messages.TYPE(), abi.encode(keccak256(message)), expiry);
    }

    function _approve(
        AppDomain memory domain,
        string memory contentsType,
        bytes memory contents,
        uint64 expiry
    ) private view returns (Action memory) {
        bytes memory data = abi.encodeCall(vault.approveTypedData, (domain, contentsType, contents, expiry));
        return _action(address(vault), 0, data);
    }

    /// @dev Approves a message by a decision. @return id of the approval, from the event.
    function _approved(bytes memory message, uint64 expiry) private returns (bytes32 id) {
        vm.recordLogs();
        _run(_approveMessage(message, expiry));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != ITypedDataApprovals.TypedDataApproved.selector) continue;
            vm.assertEq(logs[i].emitter, address(vault.typedDataApprovals()), "emitter");
            vm.assertEq(logs[i].topics[2], bytes32(uint256(uint160(address(messages)))), "app");
            vm.assertEq(logs[i].topics[3], messages.digestOf(MESSAGE), "digest");
            id = logs[i].topics[1];
        }
        vm.assertTrue(id != 0, "event");
    }

    function _domain(bytes1 fields, uint256 chainId) private view returns (AppDomain memory) {
        return AppDomain(fields, "", "", chainId, address(messages), 0);
    }

    function _messageDomain() private view returns (AppDomain memory) {
        return _domain(CHAIN_AND_CONTRACT, block.chainid);
    }

    function _permitDomain() private view returns (AppDomain memory) {
        return AppDomain(NAME_CHAIN_AND_CONTRACT, "Permit2", "", block.chainid, address(permits), 0);
    }

    function _messageHash(bytes memory message) private view returns (bytes32) {
        return keccak256(abi.encode(keccak256(bytes(messages.TYPE())), keccak256(message)));
    }

    function _messageSignature(bytes memory message) private view returns (bytes memory) {
        return _encode(messages.separator(), _messageHash(message), messages.TYPE());
    }

    /// @dev ERC-7739's encoding around an empty signature.
    function _encode(
        bytes32 separator,
        bytes32 contentsHash,
        string memory contentsType
    ) private pure returns (bytes memory) {
        return abi.encodePacked(separator, contentsHash, contentsType, uint16(bytes(contentsType).length));
    }

    function _assertDomainFails(AppDomain memory domain) private {
        _assertCallFails(
            _approve(domain, messages.TYPE(), abi.encode(keccak256(MESSAGE)), _now() + 1 days),
            abi.encodeWithSelector(
                ITypedDataApprovals.VaultTypedDataDomainInvalid.selector,
                domain.fields,
                domain.chainId
            )
        );
    }

    /// @dev Execution fails because the action's only call, of the vault itself, reverts with `reason`.
    function _assertCallFails(Action memory action, bytes memory reason) private {
        bytes32 id = _submitReady(action);
        bytes memory execute = abi.encodeCall(vault.execute, (id, action, _authorization(id)));
        _assertReverts(
            address(vault),
            execute,
            abi.encodeWithSelector(IAgentVault.VaultCallFailed.selector, uint256(0), address(vault), reason)
        );
    }
}
