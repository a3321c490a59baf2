import "./memory.ts";
import { signTarget } from "./sign-target.ts";
import { testFaults } from "./suite.ts";

testFaults(signTarget, { quick: 250, variants: 18 });
