import "./memory.ts";
import { renewalTarget } from "./renewal-target.ts";
import { testFaults } from "./suite.ts";

testFaults(renewalTarget, { quick: 90, variants: 1 });
