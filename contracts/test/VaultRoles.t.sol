// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IAgentVault} from "../src/interfaces/IAgentVault.sol";
import {Action, Call} from "../src/types/Action.sol";
import {AppDomain} from "../src/types/AppDomain.sol";
import {AssetRule, CallRule, Policy} from "../src/types/Policy.sol";
import {Parameters, RateBook} from "./mocks/Administered.sol";
import {callRule} from "./utils/Policies.sol";
import {ISafe, Safes} from "./utils/Safes.sol";
import {World} from "./utils/World.sol";

/// @notice A vault in the roles that other systems give to accounts: owner of a Safe, holder of a role, administrator.
contract VaultRolesTest is World, Safes {
    string internal constant SAFE_TX =
        "SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 baseGas,uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)";
    uint256 internal constant HUMAN = 0x4001;
    bytes32 internal constant FEE = "fee";

    RateBook internal rates;
    Parameters internal parameters;
    ISafe internal safe;

    function setUp() public override {
        rates = new RateBook();
        parameters = new Parameters();
        // The vault is an owner of the Safe, and the vault's policy names the Safe: so the Safe's proxy comes first.
        safe = _newSafeProxy();
        super.setUp();
        address[] memory owners = new address[](2);
        (owners[0], owners[1]) = (address(vault), vm.addr(HUMAN));
        _setUp(safe, owners, 2);
        vm.deal(address(safe), 10 ether);
        rates.grantRole(rates.RATE_ROLE(), address(vault));
        parameters.transferOwnership(address(vault));
    }

    function _policy() internal view override returns (Policy memory policy) {
        policy.calls = new CallRule[](6);
        policy.calls[0] = callRule(address(safe), safe.approveHash.selector);
        policy.calls[1] = callRule(address(safe), safe.execTransaction.selector);
        policy.calls[2] = callRule(address(safe), bytes4(keccak256(bytes(SAFE_TX))));
        policy.calls[3] = callRule(address(rates), rates.setRate.selector);
        policy.calls[4] = callRule(address(parameters), parameters.acceptOwnership.selector);
        policy.calls[5] = callRule(address(parameters), parameters.set.selector);
        policy.assets = new AssetRule[](0);
    }

    // ---- owner of a Safe ----

    function test_as_an_owner_it_approves_a_hash_and_anyone_executes() public {
        bytes memory signatures = _signatures(_approvedHash());
        _assertReverts(address(safe), _payment(signatures), _safeError("GS025"));
        _run(_action(address(safe), 0, abi.encodeCall(safe.approveHash, (_paymentHash()))));
        _assertPaysOnce(signatures);
    }

    function test_as_an_owner_it_executes_by_itself() public {
        _run(_action(address(safe), 0, _payment(_signatures(_approvedHash()))));
        vm.assertEq(RECIPIENT.balance, 1 ether, "paid");
    }

    function test_as_an_owner_it_signs_typed_data_and_anyone_executes() public {
        bytes memory signatures = _signatures(_contractSignature());
        _assertReverts(address(safe), _payment(signatures), _safeError("GS024"));
        _run(_approveSafeTx());
        _assertPaysOnce(signatures);
    }

    function test_as_an_owner_it_pays_nothing_alone() public {
        _run(_action(address(safe), 0, abi.encodeCall(safe.approveHash, (_paymentHash()))));
        bytes memory forged = _sign(0xBAD, _paymentHash());
        bytes memory signatures =
            address(vault) < vm.addr(0xBAD)
                ? bytes.concat(_approvedHash(), forged)
                : bytes.concat(forged, _approvedHash());
        _assertReverts(address(safe), _payment(signatures), _safeError("GS026"));
    }

    function test_as_an_owner_it_does_no_more_than_its_policy_names() public {
        bytes memory data = abi.encodeWithSignature("changeThreshold(uint256)", 1);
        _assertDenied(address(safe), data);
    }

    // ---- holder of a role ----

    function test_as_holder_of_a_role_it_uses_it_by_a_decision() public {
        _run(_action(address(rates), 0, abi.encodeCall(rates.setRate, (5))));
        vm.assertEq(rates.rate(), 5, "rate");
    }

    function test_as_holder_of_a_role_nobody_else_uses_it() public {
        bytes32 role = rates.RATE_ROLE();
        address[3] memory others = [vm.addr(GROUP), GUARDIAN, vm.addr(FIRST_MEMBER)];
        for (uint256 i = 0; i < others.length; ++i) {
            _assertRevertsFor(
                others[i],
                address(rates),
                abi.encodeCall(rates.setRate, (6)),
                abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, others[i], role)
            );
        }
        _assertDenied(address(rates), abi.encodeCall(rates.grantRole, (role, GUARDIAN)));
    }

    function test_as_holder_of_a_role_it_is_refused_when_the_role_is_taken_away() public {
        bytes32 role = rates.RATE_ROLE();
        rates.revokeRole(role, address(vault));
        _assertExecutionFails(
            _action(address(rates), 0, abi.encodeCall(rates.setRate, (7))),
            abi.encodeWithSelector(
                IAgentVault.VaultCallFailed.selector,
                uint256(0),
                address(rates),
                abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, address(vault), role)
            )
        );
    }

    // ---- administrator of parameters ----

    function test_as_owner_of_a_protocol_it_accepts_and_sets_parameters_in_one_decision() public {
        Call[] memory calls = new Call[](2);
        calls[0] = Call(address(parameters), 0, abi.encodeCall(parameters.acceptOwnership, ()));
        calls[1] = Call(address(parameters), 0, abi.encodeCall(parameters.set, (FEE, 30)));
        _run(_action(calls));
        vm.assertEq(parameters.owner(), address(vault), "owner");
        vm.assertEq(parameters.valueOf(FEE), 30, "parameter");
        _assertReverts(
            address(parameters),
            abi.encodeCall(parameters.set, (FEE, 31)),
            abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(this))
        );
    }

    function test_as_owner_of_a_protocol_it_cannot_give_it_away() public {
        _run(_action(address(parameters), 0, abi.encodeCall(parameters.acceptOwnership, ())));
        _assertDenied(address(parameters), abi.encodeCall(parameters.transferOwnership, (GUARDIAN)));
        _assertDenied(address(parameters), abi.encodeCall(parameters.renounceOwnership, ()));
    }

    // ---- the Safe's transaction: one coin to the recipient ----

    function _payment(bytes memory signatures) private view returns (bytes memory) {
        return
            abi.encodeCall(
                safe.execTransaction,
                (RECIPIENT, 1 ether, "", 0, 0, 0, 0, address(0), payable(0), signatures)
            );
    }

    function _paymentHash() private view returns (bytes32) {
        return safe.getTransactionHash(RECIPIENT, 1 ether, "", 0, 0, 0, 0, address(0), address(0), safe.nonce());
    }

    function _paymentContents() private view returns (bytes memory) {
        return abi.encode(RECIPIENT, 1 ether, keccak256(""), 0, 0, 0, 0, address(0), address(0), safe.nonce());
    }

    function _approveSafeTx() private view returns (Action memory) {
        AppDomain memory domain = AppDomain(0x0c, "", "", block.chainid, address(safe), 0);
        uint64 expiry = _now() + 1 days;
        bytes memory data = abi.encodeCall(vault.approveTypedData, (domain, SAFE_TX, _paymentContents(), expiry));
        return _action(address(vault), 0, data);
    }

    /// @dev Both owners' parts in the order of their addresses, and the vault's dynamic part, if any, behind them.
    function _signatures(bytes memory ofVault) private view returns (bytes memory) {
        bytes memory human = _sign(HUMAN, _paymentHash());
        (bytes memory fixedPart, bytes memory dynamicPart) = _split(ofVault);
        return
            address(vault) < vm.addr(HUMAN)
                ? bytes.concat(fixedPart, human, dynamicPart)
                : bytes.concat(human, fixedPart, dynamicPart);
    }

    function _split(bytes memory signature) private pure returns (bytes memory fixedPart, bytes memory dynamicPart) {
        fixedPart = new bytes(65);
        dynamicPart = new bytes(signature.length - 65);
        for (uint256 i = 0; i < 65; ++i) fixedPart[i] = signature[i];
        for (uint256 i = 65; i < signature.length; ++i) dynamicPart[i - 65] = signature[i];
    }

    /// @dev v = 1: the owner approved the hash on chain, or is the caller.
    function _approvedHash() private view returns (bytes memory) {
        return abi.encodePacked(uint256(uint160(address(vault))), uint256(0), uint8(1));
    }

    /// @dev v = 0: a contract's signature, which stands behind the fixed parts of both owners.
    function _contractSignature() private view returns (bytes memory) {
        bytes32 typeHash = keccak256("EIP712Domain(uint256 chainId,address verifyingContract)");
        bytes32 separator = keccak256(abi.encode(typeHash, block.chainid, address(safe)));
        bytes32 contentsHash = keccak256(abi.encodePacked(keccak256(bytes(SAFE_TX)), _paymentContents()));
        uint16 length = uint16(bytes(SAFE_TX).length);
        bytes memory signature = abi.encodePacked(separator, contentsHash, SAFE_TX, length);
        return
            abi.encodePacked(uint256(uint160(address(vault))), uint256(2 * 65), uint8(0), signature.length, signature);
    }

    function _assertPaysOnce(bytes memory signatures) private {
        bytes memory payment = _payment(signatures);
        (bool success, ) = address(safe).call(payment);
        vm.assertTrue(success, "executed by anyone");
        vm.assertEq(RECIPIENT.balance, 1 ether, "paid");
        (success, ) = address(safe).call(payment);
        vm.assertTrue(!success, "not twice");
    }

    function _assertDenied(address target, bytes memory data) private {
        _assertExecutionFails(
            _action(target, 0, data),
            abi.encodeWithSelector(IAgentVault.VaultCallDenied.selector, uint256(0), target, bytes4(data))
        );
    }

    function _assertExecutionFails(Action memory action, bytes memory reason) private {
        bytes32 id = _submitReady(action);
        _assertReverts(address(vault), abi.encodeCall(vault.execute, (id, action, _authorization(id))), reason);
    }

    /// @dev How a Safe names its errors.
    function _safeError(string memory code) private pure returns (bytes memory) {
        return abi.encodeWithSignature("Error(string)", code);
    }
}
