import "./memory.ts";
import { batchTarget } from "./presign-target.ts";
import { testFaults } from "./suite.ts";

testFaults(batchTarget, { quick: 100, variants: 1 });
