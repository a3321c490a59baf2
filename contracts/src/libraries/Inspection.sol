// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Call} from "../types/Action.sol";
import {Violation, ViolationKind} from "../types/Policy.sol";
import {Findings} from "./Findings.sol";
import {PolicyReader} from "./PolicyReader.sol";
import {Spending} from "./Spending.sol";

/// @title An action as it is held against a policy
library Inspection {
    using Findings for Findings.Report;
    using PolicyReader for bytes;

    /// @notice What is known so far, and the call that is looked at.
    /// @param policy Code of the policy.
    /// @param vault Vault whose policy it is.
    /// @param report Violations found.
    /// @param amounts Gross charge per asset rule, in the order of the rules.
    /// @param index Position of the call in its batch.
    /// @param target Account it calls.
    /// @param value Native coin it sends along.
    /// @param isWhole Whether its calldata is well-formed.
    /// @param selector Its selector; zero when it has none.
    /// @param recipient Which argument is given something, see {Spending}.
    /// @param amount Which argument is charged.
    struct State {
        bytes policy;
        address vault;
        Findings.Report report;
        uint256[] amounts;
        uint256 index;
        address target;
        uint256 value;
        bool isWhole;
        bytes4 selector;
        uint256 recipient;
        uint256 amount;
    }

    /// @notice Begins with nothing charged and nothing found.
    /// @param isFirstFatal Whether the first violation reverts.
    function begin(State memory self, bytes memory policy, address vault, bool isFirstFatal) internal pure {
        self.policy = policy;
        self.vault = vault;
        self.report.isFirstFatal = isFirstFatal;
        self.amounts = new uint256[](policy.assetCount());
    }

    /// @notice Turns to a call.
    /// @return data Its calldata.
    function turnTo(State memory self, uint256 index, Call calldata call) internal pure returns (bytes calldata data) {
        data = call.data;
        self.index = index;
        self.target = call.target;
        self.value = call.value;
        (self.isWhole, self.selector, self.recipient, self.amount) = Spending.read(data);
    }

    /// @notice Notes a violation by the call that is looked at.
    function note(
        State memory self,
        ViolationKind kind,
        uint256 rule,
        address subject,
        uint256 actual,
        uint256 limit
    ) internal pure {
        self.report.add(Violation(kind, self.index, rule, subject, actual, limit));
    }

    /// @notice Notes a violation by the whole action.
    function noteWhole(
        State memory self,
        ViolationKind kind,
        uint256 rule,
        address subject,
        uint256 actual,
        uint256 limit
    ) internal pure {
        self.report.add(Violation(kind, Findings.NONE, rule, subject, actual, limit));
    }
}
