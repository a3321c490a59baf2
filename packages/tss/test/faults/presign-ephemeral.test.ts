import "./memory.ts";
import { ephemeralTarget } from "./presign-target.ts";
import { testFaults } from "./suite.ts";

testFaults(ephemeralTarget, { quick: 110, variants: 1 });
