import { seedSuite } from "./seed-suite.ts";

seedSuite({ shapes: ["four", "seven"], part: 0, of: 1 });
