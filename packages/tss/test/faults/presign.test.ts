import "./memory.ts";
import { presignTarget } from "./presign-target.ts";
import { testFaults } from "./suite.ts";

testFaults(presignTarget, { quick: 200, variants: 3 });
