import { seedSuite } from "./seed-suite.ts";

seedSuite({ shapes: ["three"], part: 2, of: 3 });
