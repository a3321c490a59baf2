// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Ids} from "../src/libraries/Ids.sol";
import {TypedData} from "../src/libraries/TypedData.sol";
import {Action, AllowanceBound, Bound, Call, CodePin} from "../src/types/Action.sol";
import {GroupKey, Member} from "../src/types/Committee.sol";
import {AgentTerms} from "../src/types/Decision.sol";
import {AssetRule, CallRule, Policy} from "../src/types/Policy.sol";
import {assetRule, callRule} from "./utils/Policies.sol";
import {Test} from "./utils/Test.sol";

/// @notice The golden files that the TypeScript packages are tested against too: the same inputs, the same hashes.
contract VectorsTest is Test {
    string private _json;
    string private _at;

    function test_typed_data() public {
        _json = vm.readFile("../test/vectors/eip712.json");
        uint256 count = _forEach(_checkTypedData);
        vm.assertGe(count, 21, "three vectors of each of the seven messages");
    }

    function test_ids() public {
        _json = vm.readFile("../test/vectors/ids.json");
        uint256 count = _forEach(_checkId);
        vm.assertGe(count, 12, "vectors");
    }

    function _forEach(function() internal check) private returns (uint256 count) {
        while (true) {
            _at = string.concat("$[", _decimal(count), "]");
            if (!vm.keyExistsJson(_json, string.concat(_at, ".name"))) return count;
            check();
            ++count;
        }
    }

    // ---- EIP-712 ----

    function _checkTypedData() private view {
        string memory message = _string("message");
        bytes32 structHash = _structHash(keccak256(bytes(message)));
        bytes32 separator = _separator(_domainName(keccak256(bytes(message))));
        vm.assertEq(separator, _expected("domainSeparator"), _label());
        vm.assertEq(structHash, _expected("structHash"), _label());
        vm.assertEq(MessageHashUtils.toTypedDataHash(separator, structHash), _expected("digest"), _label());
    }

    function _domainName(bytes32 message) private pure returns (string memory) {
        if (message == keccak256("Authorization")) return TypedData.AGENT_VAULT_NAME;
        if (message == keccak256("Attestation")) return TypedData.DECISION_REGISTRY_NAME;
        return TypedData.COMMITTEE_REGISTRY_NAME;
    }

    function _separator(string memory name) private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                    keccak256(bytes(name)),
                    keccak256(bytes(TypedData.VERSION)),
                    _uint("chainId"),
                    _address("verifyingContract")
                )
            );
    }

    function _structHash(bytes32 message) private view returns (bytes32) {
        if (message == keccak256("EpochProposal")) {
            return TypedData.epochProposal(_epochTerms(), uint64(_uint("approvingEpoch")));
        }
        if (message == keccak256("EpochAbandonment")) {
            return TypedData.epochAbandonment(_bytes32("committeeId"), uint64(_uint("epoch")));
        }
        if (message == keccak256("EpochConfirmation")) {
            return TypedData.epochConfirmation(_epochTerms(), _groupKey(), _bytes32("recordHash"));
        }
        if (message == keccak256("ProofOfPossession")) {
            return TypedData.proofOfPossession(_possessionTerms(), _groupKey());
        }
        if (message == keccak256("Attestation")) return _attestation();
        if (message == keccak256("AuditHead")) return _auditHead();
        vm.assertEq(message, keccak256("Authorization"), "a known message");
        return TypedData.authorization(_authorization());
    }

    function _possessionTerms() private view returns (TypedData.EpochTerms memory terms) {
        terms.committeeId = _bytes32("committeeId");
        terms.epoch = uint64(_uint("epoch"));
        terms.membersHash = _bytes32("membersHash");
    }

    function _epochTerms() private view returns (TypedData.EpochTerms memory terms) {
        terms = _possessionTerms();
        terms.minSigners = uint16(_uint("minSigners"));
        terms.quorum = uint16(_uint("quorum"));
    }

    function _groupKey() private view returns (GroupKey memory) {
        return GroupKey(_bytes32("groupKeyX"), _bytes32("groupKeyY"));
    }

    function _attestation() private view returns (bytes32) {
        return
            TypedData.attestation(
                _bytes32("decisionId"),
                _bytes32("committeeId"),
                uint64(_uint("epoch")),
                vm.parseJsonBool(_json, _input("reply")),
                _bytes32("resultHash")
            );
    }

    /// @dev Committers sign it for each other and no contract checks it, so that it is spelled out here.
    function _auditHead() private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256(
                        "AuditHead(bytes32 committeeId,uint64 epoch,address committer,uint32 length,bytes32 hash)"
                    ),
                    _bytes32("committeeId"),
                    uint64(_uint("epoch")),
                    _address("committer"),
                    uint32(_uint("length")),
                    _bytes32("hash")
                )
            );
    }

    function _authorization() private view returns (TypedData.Authorization memory) {
        return
            TypedData.Authorization(
                _bytes32("decisionId"),
                _bytes32("agentId"),
                _bytes32("committeeId"),
                uint64(_uint("epoch")),
                _bytes32("payloadHash"),
                _bytes32("policyHash"),
                uint64(_uint("deadline")),
                _address("registry")
            );
    }

    // ---- ids ----

    function _checkId() private view {
        bytes32 id = keccak256(bytes(_string("id")));
        // The beacon is a hash the committers agree on among themselves; no contract computes it.
        if (id == keccak256("beacon")) return;
        vm.assertEq(_hash(id), _expected("hash"), _label());
    }

    /// @dev From outside, since the library reads calldata.
    function hashAction(Action calldata action) external pure returns (bytes32) {
        return Ids.hashAction(action);
    }

    function _hash(bytes32 id) private view returns (bytes32) {
        if (id == keccak256("payloadHash")) return this.hashAction(_action());
        if (id == keccak256("membersHash")) return Ids.hashMembers(_members());
        if (id == keccak256("policyHash")) return keccak256(abi.encode(_policy()));
        if (id == keccak256("committeeId")) return _committeeId();
        if (id == keccak256("agentId")) return _agentId();
        if (id == keccak256("stateRoot")) return _stateRoot();
        vm.assertEq(id, keccak256("decisionId"), "a known id");
        return _decisionId();
    }

    function _action() private view returns (Action memory action) {
        action.chainId = _uint("chainId");
        action.vault = _address("vault");
        action.gasFloor = _uint("gasFloor");
        address[] memory targets = vm.parseJsonAddressArray(_json, _input("callTargets"));
        uint256[] memory values = vm.parseJsonUintArray(_json, _input("callValues"));
        bytes[] memory datas = vm.parseJsonBytesArray(_json, _input("callDatas"));
        action.calls = new Call[](targets.length);
        for (uint256 i = 0; i < targets.length; ++i) action.calls[i] = Call(targets[i], values[i], datas[i]);
        address[] memory assets = vm.parseJsonAddressArray(_json, _input("boundAssets"));
        uint256[] memory maxOuts = vm.parseJsonUintArray(_json, _input("boundMaxOuts"));
        uint256[] memory minIns = vm.parseJsonUintArray(_json, _input("boundMinIns"));
        action.bounds = new Bound[](assets.length);
        for (uint256 i = 0; i < assets.length; ++i) action.bounds[i] = Bound(assets[i], maxOuts[i], minIns[i]);
        _readEffects(action);
    }

    function _readEffects(Action memory action) private view {
        action.noNewAllowances = vm.parseJsonBool(_json, _input("noNewAllowances"));
        address[] memory tokens = vm.parseJsonAddressArray(_json, _input("allowanceTokens"));
        address[] memory spenders = vm.parseJsonAddressArray(_json, _input("allowanceSpenders"));
        action.allowances = new AllowanceBound[](tokens.length);
        for (uint256 i = 0; i < tokens.length; ++i) action.allowances[i] = AllowanceBound(tokens[i], spenders[i]);
        address[] memory accounts = vm.parseJsonAddressArray(_json, _input("codePinAccounts"));
        bytes32[] memory hashes = vm.parseJsonBytes32Array(_json, _input("codePinHashes"));
        action.codePins = new CodePin[](accounts.length);
        for (uint256 i = 0; i < accounts.length; ++i) action.codePins[i] = CodePin(accounts[i], hashes[i]);
    }

    function _members() private view returns (Member[] memory members) {
        bytes32[] memory xs = vm.parseJsonBytes32Array(_json, _input("memberXs"));
        bytes32[] memory ys = vm.parseJsonBytes32Array(_json, _input("memberYs"));
        string[] memory endpoints = vm.parseJsonStringArray(_json, _input("memberEndpoints"));
        members = new Member[](xs.length);
        for (uint256 i = 0; i < xs.length; ++i) members[i] = Member(xs[i], ys[i], endpoints[i]);
    }

    function _policy() private view returns (Policy memory policy) {
        address[] memory targets = vm.parseJsonAddressArray(_json, _input("callTargets"));
        bytes[] memory selectors = vm.parseJsonBytesArray(_json, _input("callSelectors"));
        policy.calls = new CallRule[](targets.length);
        for (uint256 i = 0; i < targets.length; ++i) policy.calls[i] = callRule(targets[i], bytes4(selectors[i]));
        address[] memory assets = vm.parseJsonAddressArray(_json, _input("assets"));
        uint256[] memory perTransaction = vm.parseJsonUintArray(_json, _input("assetMaxPerTransactions"));
        uint256[] memory perWindow = vm.parseJsonUintArray(_json, _input("assetMaxPerWindows"));
        uint256[] memory windows = vm.parseJsonUintArray(_json, _input("assetWindowSeconds"));
        policy.assets = new AssetRule[](assets.length);
        for (uint256 i = 0; i < assets.length; ++i) {
            policy.assets[i] = assetRule(assets[i], perTransaction[i], perWindow[i], uint64(windows[i]));
        }
    }

    function _committeeId() private view returns (bytes32) {
        return
            Ids.committeeId(
                _place(),
                _address("proposer"),
                _bytes32("salt"),
                _bytes32("membersHash"),
                uint16(_uint("minSigners")),
                uint16(_uint("quorum"))
            );
    }

    function _agentId() private view returns (bytes32) {
        AgentTerms memory terms;
        terms.definitionHash = _bytes32("definitionHash");
        terms.lobeUri = _string("lobeUri");
        terms.committeeId = _bytes32("committeeId");
        terms.guardian = _address("guardian");
        terms.submitter = _address("submitter");
        terms.vetoWindow = uint64(_uint("vetoWindow"));
        return Ids.agentId(_place(), _address("registrant"), _bytes32("salt"), terms);
    }

    function _decisionId() private view returns (bytes32) {
        Ids.DecisionContent memory content;
        content.agentId = _bytes32("agentId");
        content.submitter = _address("submitter");
        content.payloadHash = _bytes32("payloadHash");
        content.deadline = uint64(_uint("deadline"));
        content.binding.expectedSequence = uint64(_uint("expectedSequence"));
        content.binding.expectedStateRoot = _bytes32("expectedStateRoot");
        content.binding.predecessor = _bytes32("predecessor");
        content.salt = _bytes32("salt");
        return Ids.decisionId(_place(), content);
    }

    function _stateRoot() private view returns (bytes32) {
        return
            Ids.stateRoot(
                _bytes32("previous"),
                _bytes32("decisionId"),
                vm.parseJsonBool(_json, _input("reply")),
                _bytes32("resultHash")
            );
    }

    function _place() private view returns (Ids.Place memory) {
        return Ids.Place(_uint("chainId"), _address("registry"));
    }

    // ---- reading ----

    function _input(string memory field) private view returns (string memory) {
        return string.concat(_at, ".inputs.", field);
    }

    function _label() private view returns (string memory) {
        return vm.parseJsonString(_json, string.concat(_at, ".name"));
    }

    function _expected(string memory field) private view returns (bytes32) {
        return vm.parseJsonBytes32(_json, string.concat(_at, ".expected.", field));
    }

    function _string(string memory field) private view returns (string memory) {
        return vm.parseJsonString(_json, _input(field));
    }

    function _uint(string memory field) private view returns (uint256) {
        return vm.parseJsonUint(_json, _input(field));
    }

    function _bytes32(string memory field) private view returns (bytes32) {
        return vm.parseJsonBytes32(_json, _input(field));
    }

    function _address(string memory field) private view returns (address) {
        return vm.parseJsonAddress(_json, _input(field));
    }

    function _decimal(uint256 value) private pure returns (string memory) {
        bytes memory digits = abi.encodePacked(bytes1(uint8(48 + (value % 10))));
        return value < 10 ? string(digits) : string.concat(_decimal(value / 10), string(digits));
    }
}
