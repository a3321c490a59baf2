import "./memory.ts";
import { refreshTarget } from "./reshare-target.ts";
import { testFaults } from "./suite.ts";

testFaults(refreshTarget, { quick: 90, variants: 1 });
