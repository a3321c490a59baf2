import "./memory.ts";
import { reshareTarget } from "./reshare-target.ts";
import { testFaults } from "./suite.ts";

testFaults(reshareTarget, { quick: 110, variants: 1 });
