import { seedSuite } from "./seed-suite.ts";

seedSuite({ shapes: ["three"], part: 0, of: 3 });
