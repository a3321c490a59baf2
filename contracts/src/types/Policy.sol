// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Consecutive entries of a list of the policy: the first one's position times 2¹⁶, plus how many they are.
type Range is uint32;

using {firstOf, countOf} for Range global;

/// @dev Position of the first entry.
function firstOf(Range self) pure returns (uint256) {
    return Range.unwrap(self) >> 16;
}

/// @dev How many entries.
function countOf(Range self) pure returns (uint256) {
    return Range.unwrap(self) & type(uint16).max;
}

/// @notice How a word of the calldata must stand to the operand of a condition, both as unsigned numbers.
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// No bit is set but those of the operand.
    WithinMask
}

/// @notice What must be true of the arguments of a call.
/// @param offset Where the word begins, in bytes after the selector. Calldata that ends before the word's end fails.
/// @param comparison How the word must stand to the operand.
/// @param operand What the word is compared with.
struct Condition {
    uint32 offset;
    Comparison comparison;
    uint256 operand;
}

/// @notice Allows calls of one function of one account. What no rule allows is denied. No two rules are for the same
/// function of the same account.
/// @param target Account that may be called.
/// @param selector Function that may be called; zero allows calls with empty data.
/// @param conditions All of these must be true of the arguments.
/// @param recipients Who may be given something by the call: who receives the tokens or collectibles or may spend them,
/// and the target itself when coin is sent along. Nobody listed: anybody.
/// @param initCodes When any is listed, the target is a deployer: it may be called only with one of these init codes, by
/// their hashes.
/// @param initCodeArgument Which argument of the function holds the init code, from zero; of the type `bytes`.
struct CallRule {
    address target;
    bytes4 selector;
    Range conditions;
    Range recipients;
    Range initCodes;
    uint16 initCodeArgument;
}

/// @notice Allows one asset to be spent, within caps. The ERC-20 functions that spend are denied on an asset without a
/// rule, and native coin without a rule cannot be sent.
/// @param asset ERC-20 token, or the zero address for the native coin. Also a collection whose operators the vault may name.
/// @param maxPerTransaction The most one execution may spend.
/// @param maxPerWindow The most all executions of any `windowSeconds` may spend together.
/// @param windowSeconds Length of the rolling window.
/// @param isUnlimited Whether all of it may be spent at once. Then the other numbers are zero, the balance is not
/// measured, and an operator over everything may be named (`setApprovalForAll`).
struct AssetRule {
    address asset;
    uint256 maxPerTransaction;
    uint256 maxPerWindow;
    uint64 windowSeconds;
    bool isUnlimited;
}

/// @notice What a decision needs whose action may spend more than this of one asset.
/// @param asset An asset with caps.
/// @param above The most that may be spent without.
/// @param minAttestations Members that must attest at least, at most 64.
/// @param minVetoWindow Seconds between approval and readiness at least, at most 14 days.
struct Tier {
    address asset;
    uint256 above;
    uint16 minAttestations;
    uint64 minVetoWindow;
}

/// @notice What a vault may do: default deny. Its hash is `keccak256(abi.encode(policy))`.
/// @param changeDelay Seconds between the execution of a decision that changes the policy and the change, from 1 day to 30
/// days; zero: the policy never changes.
/// @param activeFrom Second of the day (UTC) from which executions are allowed.
/// @param activeUntil Second of the day before which they are allowed. Before `activeFrom`, the span goes over midnight;
/// the same as `activeFrom`: at any time.
/// @param maxExecutions The most executions in any `executionsSeconds`; zero: any number.
/// @param executionsSeconds Length of that rolling span; zero exactly when `maxExecutions` is.
/// @param calls Calls that are allowed.
/// @param conditions What call rules ask of arguments.
/// @param recipients Whom call rules allow to be given something.
/// @param initCodes keccak256 of init codes that call rules allow to be deployed.
/// @param assets Assets that may be spent.
/// @param tiers What spending much asks for.
struct Policy {
    uint64 changeDelay;
    uint32 activeFrom;
    uint32 activeUntil;
    uint32 maxExecutions;
    uint64 executionsSeconds;
    CallRule[] calls;
    Condition[] conditions;
    address[] recipients;
    bytes32[] initCodes;
    AssetRule[] assets;
    Tier[] tiers;
}

/// @notice A policy that waits.
/// @param pointer Account whose code is the policy; zero: none waits.
/// @param effectiveAt First second at which it may take effect.
struct ScheduledPolicy {
    address pointer;
    uint64 effectiveAt;
}

/// @notice A rule that an action breaks.
enum ViolationKind {
    /// `actual`: second of the day; `limit`: first second of the allowed span; `rule`: the second after it.
    OutsideHours,
    /// `subject`: target; `actual`: bytes of calldata.
    CalldataMalformed,
    /// `subject`: target; `actual`: selector.
    CallDenied,
    /// `rule`: the call rule; `subject`: who would be given something.
    RecipientDenied,
    /// `rule`: the condition; `subject`: target; `actual`: the word, zero when the calldata ends before; `limit`: operand.
    ConditionFailed,
    /// `rule`: the call rule; `subject`: target; `actual`: hash of the init code, zero when there is none.
    InitCodeDenied,
    /// `subject`: asset without a rule; `actual`: the amount.
    AssetDenied,
    /// `rule`: the asset rule; `subject`: collection whose rule does not say that it is unlimited.
    OperatorDenied,
    /// `rule`: the asset rule; `subject`: asset; `actual`: what would be spent; `limit`: cap.
    TransactionCapExceeded,
    /// `rule`: the asset rule; `subject`: asset; `actual`: what the window would hold; `limit`: cap.
    WindowCapExceeded,
    /// `subject`: vault; `actual`: executions in the span with this one; `limit`: the most.
    RateExceeded
}

/// @notice One violation of a policy.
/// @param kind Which rule is broken; it says what the other fields hold.
/// @param callIndex Position of the call in its batch; the largest number when the whole action is meant.
/// @param rule Position of the rule in its list of the policy; the largest number when there is none.
/// @param subject Account the rule is about.
/// @param actual What the action does.
/// @param limit What the rule allows.
struct Violation {
    ViolationKind kind;
    uint256 callIndex;
    uint256 rule;
    address subject;
    uint256 actual;
    uint256 limit;
}

/// @notice What an execution is charged in one asset with caps, and what it may be charged.
/// @param asset The asset.
/// @param amount Gross charge of the calldata.
/// @param ceiling The most the whole execution may be charged: its cap, or the line of the next higher tier.
/// @param maxPerWindow Cap of the rolling window.
/// @param windowSeconds Length of the rolling window.
struct Charge {
    address asset;
    uint256 amount;
    uint256 ceiling;
    uint256 maxPerWindow;
    uint64 windowSeconds;
}

/// @notice What a policy says of an execution that it allows.
/// @param policyHash Hash of the policy.
/// @param maxExecutions The most executions in any `executionsSeconds`; zero: any number.
/// @param executionsSeconds Length of that rolling span.
/// @param charges All assets with caps, in the order of their rules.
struct Clearance {
    bytes32 policyHash;
    uint256 maxExecutions;
    uint64 executionsSeconds;
    Charge[] charges;
}
