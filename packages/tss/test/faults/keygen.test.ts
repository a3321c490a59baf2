import "./memory.ts";
import { keygenTarget } from "./keygen-target.ts";
import { testFaults } from "./suite.ts";

testFaults(keygenTarget, { quick: 120, variants: 1 });
