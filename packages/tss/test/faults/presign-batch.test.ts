import "./memory.ts";
import { batchTarget } from "./presign-target.ts";
import { testFaults } from "./suite.ts";

testFaults(batchTarget, { quick: 90, variants: 1 });
