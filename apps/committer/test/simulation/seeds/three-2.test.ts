import { seedSuite } from "./seed-suite.ts";

seedSuite({ shapes: ["three"], part: 1, of: 3 });
