import "./memory.ts";
import { ephemeralTarget } from "./presign-target.ts";
import { testFaults } from "./suite.ts";

testFaults(ephemeralTarget, { quick: 150, variants: 1 });
