// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice One call of an action's batch.
/// @param target Account to call.
/// @param value Native coin sent along, in wei.
/// @param data Calldata: empty, or a non-zero selector and its arguments.
struct Call {
    address target;
    uint256 value;
    bytes data;
}

/// @notice A limit on the vault's total change of one asset over the whole batch. No two bounds of an action may be for
/// the same asset, so that one movement never serves two of them.
/// @param asset ERC-20 token, or the zero address for the native coin.
/// @param maxOut The most the vault's balance may fall.
/// @param minIn The least the vault's balance must rise; zero asks for nothing.
struct Bound {
    address asset;
    uint256 maxOut;
    uint256 minIn;
}

/// @notice What a spender may take of the vault's tokens, which must not be more after the batch than before.
/// @param token ERC-20 token.
/// @param spender Account that may have an allowance.
struct AllowanceBound {
    address token;
    address spender;
}

/// @notice Code that an account must have before the first call and after the last one. A proxy's code says nothing about
/// what it delegates to: pin that as well.
/// @param account Account whose code is pinned.
/// @param codeHash `keccak256` of its code, as EXTCODEHASH tells it.
struct CodePin {
    address account;
    bytes32 codeHash;
}

/// @notice What an approved decision makes a vault do. Its payload hash is `keccak256(abi.encode(action))`.
/// @param chainId Chain the action is meant for.
/// @param vault Vault the action is meant for.
/// @param calls Calls in the order in which they run; all succeed or nothing happens.
/// @param bounds Limits on the vault's balances over the whole batch.
/// @param gasFloor Gas that every call of the batch has at least available when it starts.
/// @param noNewAllowances Whether the allowances that the calls themselves give must all be used up or taken back by the
/// end of the batch: each `approve` and `increaseAllowance` counts as an allowance bound.
/// @param allowances Further allowances that must not grow over the batch.
/// @param codePins Code that accounts must have before and after the batch.
struct Action {
    uint256 chainId;
    address vault;
    Call[] calls;
    Bound[] bounds;
    uint256 gasFloor;
    bool noNewAllowances;
    AllowanceBound[] allowances;
    CodePin[] codePins;
}
